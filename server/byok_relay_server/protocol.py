"""uvicorn's HTTP/1.1 protocol with the bounds and refusals that a server on the open Internet needs.

uvicorn limits neither what a connection may send beside bodies nor the time that it takes, queues as many requests as come, answers an
error in the middle of another answer, and hands on the target as a URL parser reads it. What is refused here gets uvicorn's plain 400
and a closed connection: no SDK and no browser sends such requests.
"""

from asyncio import AbstractEventLoop, CancelledError, Task, TimerHandle, Transport
from typing import Any, cast

from httptools import HttpParserError, HttpParserUpgrade
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from .connection import BUFFER_BYTES
from .messages import CANCELS, SWITCHES
from .sockets import End

HEAD_SECONDS = 15  # for a head, from the connection or its first byte on; and for what follows an answer and is no request
BODY_SECONDS = 60  # between two pieces of a body, which the provider waits for as well
WRITE_SECONDS = 600  # for a client to read on
HEAD_BYTES = 32768  # a sealed key has 10,000 at most
MOST_HEADERS = 256
MOST_WAITING = 8  # requests behind the one that is being answered (RFC 9112 section 9.3.2); no browser sends any


class Protocol(HttpToolsProtocol):
    _task: Task[None] | None = None  # the request that is being answered
    _answering: RequestResponseCycle | None = None
    _timer: TimerHandle | None = None  # ends a connection that is too slow
    _write_timer: TimerHandle | None = None
    _in_head = False  # a request's head has begun and is not over
    _in_request = False  # a request's head is over and its body is not
    _is_deaf = False  # what comes is thrown away
    _was_early = False  # something came of another protocol before the answer that switches to it
    _other: End | None = None  # what this connection is joined to
    _overhead = 0  # bytes since the last piece of a body, or since a request began: heads, trailers, chunks' extensions, empty lines

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        transport.set_write_buffer_limits(0)  # so that `pause_writing` is told of all that a client has not taken
        self.transport = cast(Transport, Gathering(transport, self.loop))
        self._limit_time()

    def connection_lost(self, exc: Exception | None) -> None:
        self._unlimit_time()
        self.resume_writing()
        if self._other:
            self._other.close()
        super().connection_lost(exc)
        self.pipeline.clear()
        if self._task:
            self._task.cancel()  # the client has left: whatever is done for it is done for nobody

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        if self._is_deaf:
            self._was_early = True
            return self._other.pass_on(data) if self._other else None
        self._overhead += len(data)
        try:
            self.parser.feed_data(data)
            if self._overhead > HEAD_BYTES:
                raise HttpParserError
        except HttpParserUpgrade as upgrade:
            self._is_deaf = True  # what follows is said in a protocol that this is not
            self._was_early = upgrade.args[0] < len(data)
        except HttpParserError:
            self._refuse()
        if self._is_answering:
            if self._in_request:
                self._limit_body()
        elif not self._timer and (self._in_head or self.cycle):
            self._limit_time()  # also for what follows an answer and is no request, such as empty lines

    def shutdown(self) -> None:
        self.pipeline.clear()
        if self._answering and self._is_answering:
            self._answering.keep_alive = False
        else:
            self.transport.close()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._write_timer = self.loop.call_later(WRITE_SECONDS, self.transport.abort)
        if self._other:
            self._other.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._write_timer:
            self._write_timer.cancel()
            self._write_timer = None
        if self._other:
            self._other.resume_reading()

    def is_ready(self) -> bool:
        """Whether the client waits for the answer (RFC 6455 section 4.1). Otherwise a part of what it has said is lost."""
        return not self._was_early

    def switch(self, head: bytes, other: End) -> End:
        """Joins the client's connection to another one, after this head of an answer."""
        self._unlimit_time()
        if self._was_early:  # meanwhile
            self.transport.abort()
        self.transport.write(head)
        self._other = other
        self.flow.resume_reading()
        transport = cast(Gathering, self.transport).direct()
        transport.set_write_buffer_limits(BUFFER_BYTES)
        return End(transport)

    @property
    def _is_answering(self) -> bool:
        return bool(self._answering) and not cast(RequestResponseCycle, self._answering).response_complete

    def _refuse(self) -> None:
        self._is_deaf = True
        if self._is_answering:
            self.transport.abort()  # an error of its own would pass for the rest of the answer
        else:
            self.send_400_response("This is no HTTP request that this server takes.")

    def on_message_begin(self) -> None:
        if len(self.pipeline) >= MOST_WAITING:
            raise ValueError("too many requests at once")
        self._in_head, self._overhead = True, 0
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:  # a trailer section (RFC 9112 section 7.1.2) is no place for keys
            super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        """As uvicorn has it, but a piece that comes by itself is not copied twice, which was half of an upload's CPU time.

        A request that waits for its turn may not bring more than fits: with reading paused, a client that leaves would not be noticed.
        """
        self._overhead = 0
        cycle = self.cycle
        if cycle.response_complete or self.scope["method"] in ("GET", "HEAD"):  # nobody will ask for it
            return
        if not cycle.body:
            cycle.body = body  # type: ignore[assignment]
        elif isinstance(cycle.body, bytes):
            cycle.body = bytearray(cycle.body + body)
        else:
            cycle.body += body
        if len(cycle.body) > HIGH_WATER_LIMIT:
            if cycle is not self._answering:
                raise ValueError("a request that does not wait for its turn")
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
            or (self.parser.should_upgrade() and self._has_lost_its_body())
            or size > HEAD_BYTES
            or len(self.headers) > MOST_HEADERS
        ):
            raise ValueError("a request that is refused")
        super().on_headers_complete()
        self._in_request = True
        self.flow.resume_reading()  # paused for a request that has to wait, but then a client that leaves would not be noticed
        # A client whose `Expect` gets a final answer may send no body (RFC 9110 section 10.1.1), and what follows would be taken for one.
        self.cycle.keep_alive &= not self.parser.should_upgrade() and not self.expect_100_continue
        self.scope["extensions"] = {CANCELS: {"has_left": self.transport.is_closing}}
        if self.parser.should_upgrade() and self.parser.get_http_version() == "1.1":  # otherwise it means nothing: RFC 9110 section 7.8
            self.scope["extensions"][SWITCHES] = {"switch": self.switch, "is_ready": self.is_ready}
        self.scope["raw_path"], self.scope["query_string"] = path, query  # as they came, a fragment included

    def on_message_complete(self) -> None:
        self._in_request = False
        self._unlimit_time()
        super().on_message_complete()
        self.flow.resume_reading()  # as above: nobody reads on

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self._is_answering and (self._in_request or self._in_head):
            self._limit_time()  # also for the rest of a body that nobody waits for: it is read, because another request may follow it

    def _has_lost_its_body(self) -> bool:
        """httptools takes the body of a request for another protocol for what follows the upgrade. A WebSocket's is not needed: the core
        refuses those."""
        has_one = any(name == b"transfer-encoding" or (name == b"content-length" and value != b"0") for name, value in self.headers)
        return has_one and self._get_upgrade() != b"websocket"

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answering = cycle
        self._task = self.loop.create_task(self._answer(cycle, app))
        self._task.add_done_callback(self._ended)
        self.tasks.add(self._task)

    async def _answer(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Runs the application. An answer that does not come whole breaks the connection."""
        try:
            await app(cycle.scope, cycle.receive, cycle.send)
        except CancelledError:
            self.transport.abort()
        except Exception:
            self.transport.close()
        finally:
            cycle.on_response = lambda: None  # it would keep the connection

    def _ended(self, task: Task[None]) -> None:
        self.tasks.discard(task)
        if self._task is task:
            self._task = None

    def _limit_time(self) -> None:
        self._unlimit_time()
        self._timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _limit_body(self) -> None:
        self._unlimit_time()
        self._timer = self.loop.call_later(BODY_SECONDS, self._miss_body)

    def _miss_body(self) -> None:
        if self.flow.read_paused:  # it is the provider that does not go on
            self._limit_body()
        else:
            self.transport.abort()

    def _unlimit_time(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None


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

    def direct(self) -> Transport:
        """The transport itself, for a tunnel: it learns with each write whether that was too much. uvloop reads 8 MB in one turn."""
        self._flush()
        return self._transport

    def _flush(self) -> None:
        written, self._written = self._written, []
        if written and not self._transport.is_closing():
            self._transport.write(b"".join(written))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
