"""The one HTTP client of the tests in Python: it sends exactly the bytes it is told to, and reads an answer as it arrives."""

import io
import json
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

HUNG_SECONDS = 60
"""Ends what hangs. It is no measure of anything: a busy machine takes many times what a quiet one does."""

Headers = dict[str, str] | Iterable[tuple[str, str]]

RECEIVED: list[bytearray] = []
"""Every byte that came down since the last test, by connection: the canary rule looks at them."""


@dataclass
class Answer:
    status: int
    headers: dict[str, str]  # names in lower case, repeated ones joined
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str | None:
        """Which of the relay's own errors this is, if it is one; the header and the body agree on it."""
        code = self.headers.get("x-relay-error")
        if code is not None:
            assert self.json()["code"] == self.json()["error"]["type"] == code
        return code


def request(url: str, method: str, target: str, headers: Headers = (), body: bytes | None = None) -> bytes:
    """The bytes of a request to a server: Host and Content-Length are added if they are not among the headers."""
    pairs = list(headers.items() if isinstance(headers, dict) else headers)
    names = {name.lower() for name, _ in pairs}
    if "host" not in names:
        pairs.insert(0, ("Host", urlsplit(url).netloc))
    if body is not None and not names & {"content-length", "transfer-encoding"}:
        pairs.append(("Content-Length", str(len(body))))
    head = "".join([f"{method} {target} HTTP/1.1\r\n", *(f"{name}: {value}\r\n" for name, value in pairs), "\r\n"])
    return head.encode("latin-1") + (body or b"")


class Exchange:
    """A request on its own connection, and its answer piece by piece."""

    def __init__(self, url: str, data: bytes) -> None:
        address = urlsplit(url)
        self.socket = socket.create_connection((address.hostname, address.port), HUNG_SECONDS)
        self._received = _Recorded(self.socket)
        self._response = HTTPResponse(self._received, method=data.partition(b" ")[0].decode("latin-1"))
        self.send(data)

    def __enter__(self) -> "Exchange":
        return self

    def __exit__(self, *_: object) -> None:
        self._response.close()
        self.socket.close()

    def head(self) -> Answer:
        """The status and headers, as soon as they are there. After a whole answer: those of the next one on this connection."""
        if self._response.isclosed():
            self._response = HTTPResponse(self._received)
        self._response.begin()
        headers: dict[str, str] = {}
        for name, value in self._response.getheaders():
            key = name.lower()
            headers[key] = f"{headers[key]}, {value}" if key in headers else value
        return Answer(self._response.status, headers, b"")

    def read_until(self, text: str | bytes) -> bytes:
        """What arrives until a text has; for streams."""
        wanted = text.encode() if isinstance(text, str) else text
        seen = b""
        while wanted not in seen:
            piece = self._response.read1(65536)
            assert piece, f"the stream ended before {text!r}: {seen!r}"
            seen += piece
        return seen

    def read_all(self) -> bytes:
        """The rest. Raises http.client.IncompleteRead or ConnectionError if the answer is cut off."""
        return self._response.read()

    def read_on(self, size: int) -> bytes:
        """What comes after an answer with status 101: so many bytes, or fewer if that is the end."""
        return self._received.makefile("rb").read(size)

    def answer(self) -> Answer:
        """The whole answer."""
        answer = self.head()
        answer.body = self.read_all()
        return answer

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def finish_sending(self) -> None:
        """Closes this side only: a FIN, after which the answer can still be read."""
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Goes away the rude way: a RST, as a closed browser tab's network process may send."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._response.close()
        self.socket.close()


def ask(url: str, method: str, target: str, headers: Headers = (), body: bytes | None = None) -> Answer:
    """A whole request and its whole answer."""
    with Exchange(url, request(url, method, target, headers, body)) as exchange:
        return exchange.answer()


class _Recorded(io.RawIOBase):
    """What HTTPResponse reads a socket through: everything that comes is kept."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._received = bytearray()
        self._file = _Lasting(self)
        RECEIVED.append(self._received)

    def makefile(self, mode: str) -> io.BufferedReader:
        return self._file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self._connection.recv_into(buffer)
        self._received += memoryview(buffer)[:count]
        return count


class _Lasting(io.BufferedReader):
    """HTTPResponse closes what it reads with each answer; the next answer may be in there already."""

    def close(self) -> None:
        pass
