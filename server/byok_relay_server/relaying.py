"""Carries a request to its provider and the answer back, as the bytes come."""

import asyncio
from time import time

from byok_relay import audit, policy
from byok_relay.messages import Connect, Forward, Relayed, Reply, Request
from byok_relay.settings import Settings

from .connection import NO_BODY, Failed
from .exchange import Broken, Exchange
from .log import Log
from .messages import joined
from .sockets import Handshake, Tunnel
from .upstream import FAILURES, Upstream


async def relay(
    step: Forward | Connect,
    request: Request,
    exchange: Exchange,
    upstream: Upstream,
    settings: Settings,
    log: Log,
    idle_seconds: int,
) -> None:
    """Raises Broken if the answer begins and cannot be completed. `idle_seconds` is how long a WebSocket may be silent."""
    forward, handshake = (step.handshake, Handshake(request.headers)) if isinstance(step, Connect) else (step, None)
    timer = asyncio.get_running_loop().call_later(forward.timeout_seconds, exchange.stop, "upstream_timeout")
    connection = None
    ending = Ending(forward, log)
    try:
        if forward.has_body:
            body, framing = await exchange.body(settings.max_body_bytes), _framing(request)
        else:
            body, framing = None, handshake.headers if handshake else {}
            exchange.watch()
        connection = await upstream.request(forward, framing, body)
        status, lines = await connection.head()
        timer.cancel()
        headers = joined(lines)
        if isinstance(step, Connect):
            head = policy.connected(step.protocols, step.scheme, forward.pending, status, headers, settings)
        else:
            head = policy.answered(forward.pending, status, headers, settings)
        if isinstance(head, Reply):
            return await answer(exchange, head, forward.pending.began, log)
        ending.head, ending.headers_at = head, time()
        if handshake and head.status == 101:
            if not handshake.is_accepted(headers):
                raise Failed
            client = exchange.switch(head.headers, connection, headers.get("sec-websocket-extensions", ""))
            ending.tunnel = Tunnel(client, connection)
            return ending.write(await ending.tunnel.run(connection.join(client), idle_seconds))
        if head.close and exchange.can_switch:
            exchange.refuse(head.close)
            return ending.write("ok")
        await exchange.begin(head.status, _framed(head))
        while True:
            piece = await connection.read()
            at_end = connection.at_end  # before the wait for the client, in which more may come
            await exchange.piece(piece, more=not at_end)
            if head.meter:
                head.meter.feed(piece)
            if at_end:
                return ending.write("ok")
    except asyncio.CancelledError:
        if exchange.stopped is None or exchange.stopped == "gone" or exchange.begun:
            ending.write(ending.tunnel.stop() if ending.tunnel else "shutdown" if exchange.is_cut_off else "client_closed")
        if exchange.stopped is None:  # the client has left, or the server ends
            raise
        if exchange.stopped == "gone":
            return
        if exchange.begun:  # the client's body went on beyond the limit
            raise Broken from None
        await answer(exchange, policy.failed(forward.pending, exchange.stopped, settings), forward.pending.began, log)
    except FAILURES:
        if exchange.begun:
            ending.write("upstream_closed")
            raise Broken from None
        await answer(exchange, policy.failed(forward.pending, "upstream_unreachable", settings), forward.pending.began, log)
    finally:
        timer.cancel()
        exchange.close()
        if connection:
            upstream.finish(connection)


async def answer(exchange: Exchange, reply: Reply, began: float, log: Log) -> None:
    """Answers a request here, with its line in the log."""
    if reply.audit:
        log(audit.of_reply(reply, began, time()))
    await exchange.reply(reply)


class Ending:
    """The line in the log of a request that went up, once it has ended."""

    def __init__(self, forward: Forward, log: Log) -> None:
        self._pending = forward.pending
        self._log = log
        self.head: Relayed | None = None
        self.headers_at: float | None = None
        self.tunnel: Tunnel | None = None

    def write(self, outcome: audit.Outcome) -> None:
        begun, began, head = self._pending.audit, self._pending.began, self.head
        if begun:
            status, stream = (head.status, head.is_stream) if head else (None, False)
            usage = head.meter.usage() if head and head.meter else None
            traffic = self.tunnel.traffic() if self.tunnel else None
            self._log(audit.of_answer(begun, began, outcome, status, stream, self.headers_at, time(), usage, traffic))


def _framing(request: Request) -> dict[str, str]:
    """The header that tells the provider where the body ends, in the way that the client tells it (RFC 9112 section 6)."""
    if "transfer-encoding" in request.headers:
        return {"transfer-encoding": "chunked"}
    return {"content-length": request.headers.get("content-length", "0")}


def _framed(head: Relayed) -> dict[str, str]:
    """The headers of an answer, with a length where there is no body."""
    if head.status not in NO_BODY:
        return head.headers
    headers = {name: value for name, value in head.headers.items() if name != "content-length"}
    return headers | {"content-length": "0"} if head.status == 205 else headers
