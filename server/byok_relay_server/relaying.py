"""Carries a request to its provider and the answer back, as the bytes come."""

import asyncio

from byok_relay import policy
from byok_relay.messages import Forward, Relayed, Reply
from byok_relay.settings import Settings

from .exchange import Broken, Exchange
from .messages import joined
from .upstream import FAILURES, Upstream

NO_BODY = (204, 205, 304)  # RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5


async def relay(forward: Forward, length: str | None, exchange: Exchange, upstream: Upstream, settings: Settings) -> None:
    """`length` is the request's Content-Length. Raises Broken if the answer begins and cannot be completed."""
    timer = asyncio.get_running_loop().call_later(forward.timeout_seconds, exchange.stop, "upstream_timeout")
    response = None
    try:
        if forward.has_body:
            body = await exchange.body(settings.max_body_bytes)
        else:
            body = None
            exchange.watch()
        response = await upstream.request(forward, body, length)
        timer.cancel()
        head = policy.answered(forward.pending, response.status, joined(response.raw_headers), settings)
        if isinstance(head, Reply):
            return await exchange.reply(head)
        await exchange.begin(head.status, _framed(head))
        content = response.content
        while True:
            piece = await content.readany()
            more = not content.at_eof()
            await exchange.piece(piece, more=more)
            if not more:
                return
    except asyncio.CancelledError:
        if exchange.stopped is None:  # the server ends
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
        if response:
            response.close()  # its connection is kept if the answer is over, and closed if it is not


def _framed(head: Relayed) -> dict[str, str]:
    """The headers of an answer, with a length where there is no body."""
    if head.status not in NO_BODY:
        return head.headers
    headers = {name: value for name, value in head.headers.items() if name != "content-length"}
    return headers | {"content-length": "0"} if head.status == 205 else headers
