"""uvicorn's HTTP/1.1 protocol with the bounds and refusals that a server on the open Internet needs.

uvicorn limits neither the size of a request's head nor the time that it takes, and hands on the target as a URL parser reads it. What is
refused here gets uvicorn's plain 400 and a closed connection: no SDK and no browser sends such requests.
"""

from asyncio import TimerHandle, Transport

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 15  # from the first byte of a request, or from the connection, to the end of its head
HEAD_BYTES = 32768  # a sealed key has 10,000 at most
MOST_HEADERS = 256


class Protocol(HttpToolsProtocol):
    _head_timer: TimerHandle | None = None
    _in_head = False  # a request's head has begun and is not over
    _head_size = 0  # bytes of it before those that were just received

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._limit_time()

    def connection_lost(self, exc: Exception | None) -> None:
        self._unlimit_time()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._head_size += len(data) if self._in_head else 0
        super().data_received(data)
        if not self._in_head:
            return
        if self._head_size > HEAD_BYTES:
            self.send_400_response("The request's head is too large.")
        elif not self._head_timer:
            self._limit_time()

    def on_message_begin(self) -> None:
        self._in_head, self._head_size = True, 0
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:  # a trailer section (RFC 9112 section 7.1.2) is no place for keys
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._unlimit_time()
        path, _, query = self.url.partition(b"?")
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if (
            not path.startswith(b"/")  # RFC 9112 section 3.2: the other forms are for proxies, for CONNECT and for OPTIONS *
            or self.parser.get_http_version() not in ("1.0", "1.1")
            or not any(name == b"host" for name, _ in self.headers)
            or any(name == b"transfer-encoding" and value.lower() != b"chunked" for name, value in self.headers)  # RFC 9112 section 6.1
            or size > HEAD_BYTES
            or len(self.headers) > MOST_HEADERS
        ):
            raise ValueError("a request that is refused")
        super().on_headers_complete()
        self.scope["raw_path"], self.scope["query_string"] = path, query  # as they came, a fragment included

    def _limit_time(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _unlimit_time(self) -> None:
        if self._head_timer:
            self._head_timer.cancel()
            self._head_timer = None
