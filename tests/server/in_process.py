"""The server in a thread of the tests' own process, where they can change what it is made of."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from byok_relay_server.serving import listener


@contextmanager
def running(config: uvicorn.Config) -> Iterator[str]:
    """Its URL."""
    server = uvicorn.Server(config)
    listening = listener("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
