"""uvicorn's HTTP/1.1 protocol with the bounds and refusals that a server on the open Internet needs.

uvicorn limits neither the size of a request's head nor the time that it takes, and hands on the target as a URL parser reads it. What is
refused here gets uvicorn's plain 400 and a closed connection: no SDK and no browser sends such requests.
"""

from asyncio import AbstractEventLoop, Task, TimerHandle, Transport
from typing import Any, cast

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from .messages import CANCELS

HEAD_SECONDS = 15  # from the first byte of a request, or from the connection, to the end of its head
HEAD_BYTES = 32768  # a sealed key has 10,000 at most
MOST_HEADERS = 256


class Protocol(HttpToolsProtocol):
    _task: Task[None] | None = None  # the request that is being answered
    _head_timer: TimerHandle | None = None
    _in_head = False  # a request's head has begun and is not over
    _overhead = 0  # bytes since the last piece of a body, or since a request began: heads, trailers, chunks' extensions, empty lines

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.transport = cast(Transport, Gathering(transport, self.loop))
        self._limit_time()

    def connection_lost(self, exc: Exception | None) -> None:
        self._unlimit_time()
        super().connection_lost(exc)
        if self._task:
            self._task.cancel()  # the client has left: whatever is done for it is done for nobody

    def data_received(self, data: bytes) -> None:
        self._overhead += len(data)
        super().data_received(data)
        if self._overhead > HEAD_BYTES:
            self.send_400_response("The request's head is too large.")
        elif not self._head_timer and (self._in_head or self.cycle.response_complete):
            self._limit_time()  # also for what follows an answer and is no request: the rest of a body that nobody reads, empty lines

    def on_message_begin(self) -> None:
        self._in_head, self._overhead = True, 0
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:  # a trailer section (RFC 9112 section 7.1.2) is no place for keys
            super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        """As uvicorn has it, but a piece that comes by itself is not copied twice, which was half of an upload's CPU time."""
        self._overhead = 0
        cycle = self.cycle
        if cycle.response_complete:
            return
        if not cycle.body:
            cycle.body = body  # type: ignore[assignment]
        elif isinstance(cycle.body, bytes):
            cycle.body = bytearray(cycle.body + body)
        else:
            cycle.body += body
        if len(cycle.body) > HIGH_WATER_LIMIT:
            self.flow.pause_reading()
        cycle.message_event.set()

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
        self.scope["extensions"] = {CANCELS: {}}
        self.scope["raw_path"], self.scope["query_string"] = path, query  # as they came, a fragment included

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._task = self.loop.create_task(cycle.run_asgi(app))
        self._task.add_done_callback(self._ended)
        self.tasks.add(self._task)

    def _ended(self, task: Task[None]) -> None:
        self.tasks.discard(task)
        if self._task is task:
            self._task = None

    def _limit_time(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _unlimit_time(self) -> None:
        if self._head_timer:
            self._head_timer.cancel()
            self._head_timer = None


class Gathering:
    """A transport whose writes of one turn of the event loop go out in one system call. uvicorn writes the head of an answer and its body
    apart, which cost a fifteenth of a request's CPU time and a second packet.
    """

    def __init__(self, transport: Transport, loop: AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._written: list[bytes] = []

    def write(self, data: bytes) -> None:
        if not self._written:
            self._loop.call_soon(self._flush)
        self._written.append(data)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._written:
            self._transport.write(b"".join(self._written))
            self._written.clear()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
