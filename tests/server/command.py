"""The `byok-relay` command as its users run it: a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from client import HUNG_SECONDS, Exchange, request
from providers import CHAT, new_key
from servers import Mock

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "byok_relay_server"]
ENVIRONMENT = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT / 'server'}"}


def run(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """The command, run to its end."""
    return subprocess.run(
        [*COMMAND, *arguments], env=ENVIRONMENT | settings, capture_output=True, text=True, timeout=HUNG_SECONDS, check=False
    )


class Served:
    """A server that runs."""

    def __init__(self, process: "subprocess.Popen[str]", line: str) -> None:
        self._process = process
        self.line = line
        self.url = line.rpartition(" ")[2]
        self.pid = process.pid

    def next_line(self) -> str:
        """What it says next."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().rstrip("\n")

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        self._process.send_signal(how)

    def ended(self) -> tuple[int, str]:
        """Waits for its end: the exit code, and whatever it has said since it began to listen."""
        said, complained = self._process.communicate(timeout=HUNG_SECONDS)
        return self._process.returncode, said + complained


@contextmanager
def serving(*arguments: str, command: Sequence[str] = COMMAND, **settings: str) -> Iterator[Served]:
    """`byok-relay serve` on a free port, without audit lines, until it has been ended or the test is over."""
    process = subprocess.Popen(
        [*command, "serve", "--port", "0", *arguments],
        env=ENVIRONMENT | {"AUDIT": "false"} | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        yield Served(process, process.stdout.readline().rstrip("\n"))
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # its workers too
        process.communicate()


@contextmanager
def held_stream(mock: Mock, url: str) -> Iterator[tuple[str, Exchange]]:
    """A stream that has begun and goes on as the mock is told to."""
    key = new_key()
    mock.script(key, hold=True)
    body = json.dumps({"model": "gpt", "stream": True, "messages": [{"role": "user", "content": "hi"}]}).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    with Exchange(url, request(url, "POST", CHAT["openai"], headers, body)) as exchange:
        exchange.head()
        exchange.read_until("data: ")
        yield key, exchange


def wait_until_refused(url: str) -> None:
    """Until nobody listens there any more."""
    address = urlsplit(url)
    deadline = time.monotonic() + HUNG_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection((address.hostname, address.port), 1).close()
        except OSError:
            return
    raise AssertionError(f"{url} goes on listening")
