"""The one HTTP client of these tests: it sends exactly the bytes it is told to, and reads an answer as it arrives."""

import json
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 15

Headers = dict[str, str] | Iterable[tuple[str, str]]


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


class Exchange:
    """A request on its own connection, and its answer piece by piece."""

    def __init__(self, url: str, method: str, target: str, headers: Headers = (), body: bytes | None = None) -> None:
        address = urlsplit(url)
        pairs = list(headers.items() if isinstance(headers, dict) else headers)
        names = {name.lower() for name, _ in pairs}
        if "host" not in names:
            pairs.insert(0, ("Host", address.netloc))
        if body is not None and not names & {"content-length", "transfer-encoding"}:
            pairs.append(("Content-Length", str(len(body))))
        head = "".join([f"{method} {target} HTTP/1.1\r\n", *(f"{name}: {value}\r\n" for name, value in pairs), "\r\n"])
        self._socket = socket.create_connection((address.hostname, address.port), TIMEOUT_SECONDS)
        self._response = HTTPResponse(self._socket, method=method)
        self._socket.sendall(head.encode("latin-1") + (body or b""))

    def __enter__(self) -> "Exchange":
        return self

    def __exit__(self, *_: object) -> None:
        self._response.close()
        self._socket.close()

    def head(self) -> Answer:
        """The status and headers, as soon as they are there."""
        self._response.begin()
        headers: dict[str, str] = {}
        for name, value in self._response.getheaders():
            key = name.lower()
            headers[key] = f"{headers[key]}, {value}" if key in headers else value
        return Answer(self._response.status, headers, b"")

    def read_until(self, text: str) -> bytes:
        """What arrives until a text has; for streams."""
        seen = b""
        while text.encode() not in seen:
            piece = self._response.read1(65536)
            assert piece, f"the stream ended before {text!r}: {seen!r}"
            seen += piece
        return seen

    def read_all(self) -> bytes:
        """The rest. Raises http.client.IncompleteRead or ConnectionError if the answer is cut off."""
        return self._response.read()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def reset(self) -> None:
        """Goes away the rude way: a RST, as a closed browser tab's network process may send."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._response.close()
        self._socket.close()


def ask(url: str, method: str, target: str, headers: Headers = (), body: bytes | None = None) -> Answer:
    """A whole request and its whole answer."""
    with Exchange(url, method, target, headers, body) as exchange:
        answer = exchange.head()
        answer.body = exchange.read_all()
        return answer
