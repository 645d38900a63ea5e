"""Carries a request to its provider and the answer back, as the bytes come."""

import asyncio

from byok_relay import policy
from byok_relay.messages import Forward, Relayed, Reply, Request
from byok_relay.settings import Settings

from .connection import NO_BODY
from .exchange import Broken, Exchange
from .messages import joined
from .upstream import FAILURES, Upstream


async def relay(forward: Forward, request: Request, exchange: Exchange, upstream: Upstream, settings: Settings) -> None:
    """Raises Broken if the answer begins and cannot be completed."""
    timer = asyncio.get_running_loop().call_later(forward.timeout_seconds, exchange.stop, "upstream_timeout")
    connection = None
    try:
        if forward.has_body:
            body, framing = await exchange.body(settings.max_body_bytes), _framing(request)
        else:
            body, framing = None, {}
            exchange.watch()
        connection = await upstream.request(forward, framing, body)
        status, headers = await connection.head()
        timer.cancel()
        head = policy.answered(forward.pending, status, joined(headers), settings)
        if isinstance(head, Reply):
            return await exchange.reply(head)
        await exchange.begin(head.status, _framed(head))
        while True:
            piece = await connection.read()
            at_end = connection.at_end  # before the wait for the client, in which more may come
            await exchange.piece(piece, more=not at_end)
            if at_end:
                return
    except asyncio.CancelledError:
        if exchange.stopped is None:  # the client has left, or the server ends
            raise
        if exchange.stopped == "gone":
            return
        if exchange.begun:
            raise Broken from None
        await exchange.reply(policy.failed(forward.pending, exchange.stopped, settings))
    except FAILURES:
        if exchange.begun:
            raise Broken from None
        await exchange.reply(policy.failed(forward.pending, "upstream_unreachable", settings))
    finally:
        timer.cancel()
        exchange.close()
        if connection:
            upstream.finish(connection)


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
