"""Serves the metrics on a port of their own: the relay's is open to everyone, and these are the operator's."""

import atexit
import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from byok_relay.errors import described

from .log import say

PATH = "/metrics"
REQUEST_SECONDS = 5  # for a scraper to ask

# Tells prometheus_client, when it is imported, that processes share their numbers, and in which folder. The second is its older name.
_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_FOLDERS = (_FOLDER, _FOLDER.lower())

Collect = Callable[[], bytes]


class MetricsServer:
    """Answers GET /metrics in a thread that ends with the process: with its own numbers, or with the sum of its workers'."""

    def __init__(self, listening: socket.socket, workers: int) -> None:
        """Raises OSError where several workers have no folder to share their numbers in."""
        for name in _FOLDERS:
            os.environ.pop(name, None)
        self._folder = _shared_folder() if workers > 1 else None
        self._server = _Server(listening, _of_workers(self._folder) if self._folder else _of_this_process())

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def forget(self, pid: int) -> None:
        """A worker has died. What it has counted stays, but none of its streams is open any more."""
        from prometheus_client.multiprocess import mark_process_dead

        if self._folder:
            mark_process_dead(pid, self._folder)  # type: ignore[no-untyped-call]


def _of_this_process() -> Collect:
    from prometheus_client import generate_latest

    from .metrics import REGISTRY

    return lambda: generate_latest(REGISTRY)


def _of_workers(folder: str) -> Collect:
    os.environ[_FOLDER] = folder  # before the import, here and in the workers

    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
    return lambda: generate_latest(registry)


def _shared_folder() -> str:
    """A new folder, which is removed at the end: in memory where there is such a place, which a container has that cannot write else."""
    memory = "/dev/shm"  # noqa: S108 only this process's user can read what mkdtemp makes in it
    folder = tempfile.mkdtemp(prefix="byok-relay-", dir=memory if os.access(memory, os.W_OK) else None)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


class _Server(ThreadingHTTPServer):
    def __init__(self, listening: socket.socket, collect: Collect) -> None:
        super().__init__(listening.getsockname()[:2], _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.collect = collect

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A scraper that leaves early is no news."""


class _Handler(BaseHTTPRequestHandler):
    """prometheus_client's own would answer at every path."""

    server: _Server
    timeout = REQUEST_SECONDS
    server_version = "byok-relay"
    sys_version = ""

    def do_GET(self) -> None:
        if self.path.partition("?")[0] != PATH:
            return self.send_error(404)
        try:
            said = self.server.collect()
        except Exception as error:
            say(described(error))
            return self.send_error(500)
        self.send_response(200)
        self.send_header("content-type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("content-length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *args: Any) -> None:
        """Scrapes are no news either."""
