"""TLS between a connection to a provider and its transport, so that an answer's end is what the provider says it is.

The event loops' own TLS tells an end that the provider announced (close_notify, RFC 8446 section 6.1) no different from one that anybody
on the way can make, and uvloop's drops what it has not handed on when that end comes while reading is paused.
"""

import asyncio
import ssl

from .connection import Connection

_READ_BYTES = 262144


class Tls(asyncio.Protocol):
    """The protocol of the transport, and the transport of the connection. `ready` is done after the handshake, or has its error."""

    def __init__(self, loop: asyncio.AbstractEventLoop, context: ssl.SSLContext, host: str, connection: Connection) -> None:
        self._loop = loop
        self._connection = connection
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._ssl = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._transport: asyncio.Transport = None  # type: ignore[assignment]  # from the first callback on
        self._is_paused = False
        self.ready: asyncio.Future[None] = loop.create_future()

    # Towards the transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        self._shake_hands()

    def data_received(self, data: bytes) -> None:
        self._incoming.write(data)
        self._go_on()

    def eof_received(self) -> bool:
        self._incoming.write_eof()
        self._go_on()
        return True  # the rest is still to be read, if reading is paused

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ready.done():
            self.ready.set_exception(exc or ConnectionResetError())
        self._connection.connection_lost(exc or ConnectionResetError())

    def pause_writing(self) -> None:
        self._connection.pause_writing()

    def resume_writing(self) -> None:
        self._connection.resume_writing()

    # Towards the connection

    def write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._ssl.write(view) :]
        self._flush()

    def pause_reading(self) -> None:
        self._is_paused = True
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        self._is_paused = False
        self._transport.resume_reading()
        self._loop.call_soon(self._go_on)

    def get_write_buffer_size(self) -> int:
        return self._transport.get_write_buffer_size()

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def close(self) -> None:
        self._transport.close()

    def abort(self) -> None:
        self._transport.abort()

    def _shake_hands(self) -> None:
        try:
            self._ssl.do_handshake()
        except ssl.SSLWantReadError:
            self._flush()
        except ssl.SSLError as error:
            self._flush()  # the provider is told why
            if not self.ready.done():
                self.ready.set_exception(error)
            self._transport.close()
        else:
            self._flush()
            self._connection.connection_made(self)  # type: ignore[arg-type]
            if not self.ready.done():
                self.ready.set_result(None)

    def _go_on(self) -> None:
        if not self.ready.done():
            self._shake_hands()
        if not self.ready.done() or self.ready.cancelled() or self.ready.exception():
            return
        while not self._is_paused and not self._transport.is_closing():
            try:
                data = self._ssl.read(_READ_BYTES)
            except ssl.SSLWantReadError:
                break
            except ssl.SSLError:  # no TLS, or an end that nobody has announced
                self._transport.abort()
            else:
                if data:
                    self._connection.data_received(data)
                else:  # close_notify
                    self._connection.eof_received()
                    self._transport.close()
        self._flush()  # what TLS itself has to say, such as a new key

    def _flush(self) -> None:
        if self._outgoing.pending and not self._transport.is_closing():
            self._transport.write(self._outgoing.read())
