"""One HTTP/1.1 connection to a provider (RFC 9112), for one request after another.

httptools parses what comes, by the rules of llhttp, which is Node's parser. What is here: where an answer ends, when a connection may be
used again, and back-pressure. A general client costs a third of a request's CPU time more, decodes more than it should, and loses the
bytes of an answer that came before an error: see docs/speed.md.
"""

import asyncio
import select
from collections.abc import AsyncIterator, Callable
from typing import Any

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from .sockets import End

HEAD_BYTES = 131072  # of an answer, interim ones included, and of what may stand between two pieces of its body
BUFFER_BYTES = 65536  # of a body that nobody has read; beyond them the provider has to wait

NO_BODY = (204, 205, 304)  # RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5

Headers = list[tuple[bytes, bytes]]


class Failed(Exception):
    """The provider ended the connection, or said what is no HTTP."""


_LAST_CHUNK = b"0\r\n\r\n"  # RFC 9112 section 7.1


class Connection(End, asyncio.Protocol):
    def __init__(self, loop: asyncio.AbstractEventLoop, origin: str, lost: Callable[["Connection"], None]) -> None:
        self.origin = origin
        self._loop = loop
        self._lost = lost  # is told when an idle connection ends
        self.descriptor = -1  # of its socket
        self._transport: asyncio.Transport = None  # type: ignore[assignment]  # from the first callback on
        self._parser: HttpResponseParser | None = None  # while a request is open
        self._waiting: asyncio.Future[None] | None = None  # whoever waits for the head, or for more of the body
        self._writable: asyncio.Future[None] | None = None  # while the provider does not read
        self._upload: asyncio.Task[None] | None = None
        self._other: End | None = None  # what this connection is joined to
        self._ended: asyncio.Future[None] | None = None  # likewise: the provider has ended it
        self._early: bytes | None = None  # what came of another protocol before that, once the provider has switched to it
        self.idle_since = 0.0

    # One request and its answer

    def send(self, method: str, head: bytes, body: bytes | AsyncIterator[bytes], length: int | None) -> None:
        """Begins a request. A body in pieces is sent as they come. `length` is what the head says of it, None for chunks."""
        self._is_head = method == "HEAD"
        self._overhead = 0  # bytes since the request, or since the last piece of the body
        self._pieces: list[bytes] = []
        self._size = 0
        self._paused = False
        self._answered = self._complete = self._failed = self._reusable = False
        self._parser = HttpResponseParser(self)
        if isinstance(body, bytes):
            self._transport.write(head + (_chunks(body) if length is None else body))
        else:
            self._transport.write(head)
            self._upload = self._loop.create_task(self._send_pieces(body, length))

    async def head(self) -> tuple[int, Headers]:
        """The answer's status and headers. Raises Failed."""
        while not self._answered:
            await self._news()
        return self._status, self._headers

    async def read(self) -> bytes:
        """What has come of the body since the last call, empty at its end. Raises Failed after what came before the failure."""
        while not self._pieces and not self._complete:
            await self._news()
        data = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces.clear()
        self._size = 0
        if self._paused:
            self._paused = False
            self._reusable &= not self._complete  # there may be more than was asked for, which nobody has seen yet
            self._transport.resume_reading()
        return data

    @property
    def is_usable(self) -> bool:
        """Whether the connection can take another request: nothing has come on it since the last one's answer."""
        return not self._transport.is_closing() and not _is_readable(self.descriptor)

    @property
    def at_end(self) -> bool:
        """Whether all of the answer has been read."""
        return self._complete and not self._pieces

    def join(self, other: End) -> "asyncio.Future[None]":
        """Joins the connection to another one, after an answer with status 101. The result is there when the provider has ended it."""
        self._parser, self._other, self._ended = None, other, self._loop.create_future()
        if self._early:
            other.pass_on(self._early)
        return self._ended

    def finish(self) -> bool:
        """Ends the request, and the connection too unless it can be used again, which is the result."""
        self._parser = None
        if self._other:
            self.close()
            return False
        self._reusable &= self.at_end and not self._paused
        if self._upload:
            self._reusable &= self._upload.done()
            self._upload.cancel()
            self._upload = None
        if self._reusable and not self._transport.is_closing():
            return True
        self._transport.abort()
        return False

    def abort(self) -> None:
        self._transport.abort()

    async def _news(self) -> None:
        if self._failed:
            raise Failed
        self._waiting = self._loop.create_future()
        try:
            await self._waiting
        finally:
            self._waiting = None

    def _wake(self) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    def _fail(self) -> None:
        """Ends an answer that is not whole."""
        self._reusable = False
        self._failed = not self._complete
        self._wake()

    async def _send_pieces(self, body: AsyncIterator[bytes], length: int | None) -> None:
        sent = 0
        try:
            async for piece in body:
                sent += len(piece)
                self._transport.write(_chunk(piece) if length is None else piece)
                if self._writable:
                    await self._writable
            if length is None:
                self._transport.write(_LAST_CHUNK)
            elif sent != length:
                raise Failed
        except Exception:  # the client sent no more: what came so far must not pass for the whole
            self._fail()
            self._transport.abort()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        if self._other:
            return self._other.pass_on(data)
        if not self._parser:
            return self._transport.abort()  # nobody asked: it must not become the next request's answer
        self._overhead += len(data)
        try:
            if self._early is None:
                self._parser.feed_data(data)
            else:
                self._early += data
        except HttpParserUpgrade as upgrade:
            self._early = data[upgrade.args[0] :]
        except HttpParserError:
            self._fail()
        if self._overhead > HEAD_BYTES:
            self._fail()
        if self._size > BUFFER_BYTES and not self._paused:
            self._paused = True
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        self._end_of_data(clean=True)
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self.resume_writing()
        self._end_of_data(clean=exc is None)

    def _end_of_data(self, *, clean: bool) -> None:
        if self._other and self._ended:
            self._other.close()
            if not self._ended.done():
                self._ended.set_result(None)
            return
        if not self._parser:
            return self._lost(self)
        if clean and self._answered and self._until_end and not self._failed:
            self._complete = True
        self._fail()

    def pause_writing(self) -> None:
        if self._other:
            self._other.pause_reading()
        self._writable = self._loop.create_future()

    def resume_writing(self) -> None:
        if self._writable and not self._writable.done():
            self._writable.set_result(None)
        self._writable = None
        if self._other:
            self._other.resume_reading()

    # httptools' callbacks. What they raise, feed_data raises as an HttpParserError.

    def on_message_begin(self) -> None:
        if self._complete:
            raise Failed  # more than was asked for
        self._headers: Headers = []

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._answered:  # else it is a trailer, which nobody gets
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        parser: Any = self._parser
        self._status: int = parser.get_status_code()
        if 100 <= self._status < 200 and self._status != 101:
            return  # an interim answer (RFC 9110 section 15.2): the real one follows
        lengths = [value for name, value in self._headers if name.lower() == b"content-length"]
        codings = [value.strip().lower() for name, value in self._headers if name.lower() == b"transfer-encoding"]
        if codings not in ([], [b"chunked"]):
            raise Failed  # RFC 9112 section 6.3: where such a body ends is guesswork
        self._until_end = not lengths and not codings
        self._answered = True
        if self._is_head or self._status in NO_BODY or self._status == 101:
            self._complete = True  # and not reusable: a body that should not be there would become the next answer

    def on_body(self, data: bytes) -> None:
        self._overhead = 0
        if not self._complete:
            self._pieces.append(data)
            self._size += len(data)

    def on_message_complete(self) -> None:
        if self._answered and not self._complete:
            parser: Any = self._parser
            self._complete = True
            self._reusable = parser.should_keep_alive() and not self._until_end


def _is_readable(descriptor: int) -> bool:
    """Whether something has come that the event loop has not told yet: more than was asked for, or the end."""
    if not hasattr(select, "poll"):  # on Windows, where select has no limit
        return bool(select.select([descriptor], [], [], 0)[0])
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def _chunks(body: bytes) -> bytes:
    return _chunk(body) + _LAST_CHUNK if body else _LAST_CHUNK
