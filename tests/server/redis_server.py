"""A Redis server of the tests' own, which can be killed, held and brought back."""

import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from typing import Any

from redis import Redis

PROGRAM = shutil.which("redis-server") or shutil.which("valkey-server")


class RedisServer:
    def __init__(self, folder: str) -> None:
        assert PROGRAM, "these tests need redis-server (Debian: apt-get install redis-server) or valkey-server in the PATH"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._folder = folder
        self._password = f"canary-{token_hex(8)}"
        self.start()

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@127.0.0.1:{self.port}/3"

    def client(self) -> "Redis[Any]":
        return Redis(port=self.port, db=3, password=self._password)

    def start(self) -> None:
        options = {"port": self.port, "bind": "127.0.0.1", "dir": self._folder, "save": "", "requirepass": self._password}
        arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
        self._process = subprocess.Popen([str(PROGRAM), *arguments], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        assert any("Ready to accept connections" in line for line in self._process.stdout)

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Takes connections, and answers nothing."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)
