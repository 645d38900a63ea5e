"""The ASGI boundary: it turns a scope into the core's request, does what the core decides, and moves the bytes. It decides nothing.

ASGI 3.0, https://asgi.readthedocs.io/en/latest/specs/www.html
"""

from collections.abc import Mapping, Sequence
from secrets import token_hex
from time import time
from typing import TYPE_CHECKING, cast

from byok_relay import policy
from byok_relay.errors import described
from byok_relay.limits import Bucket, Count, Full
from byok_relay.messages import Open, Read, Reply, Request, Result, advance
from byok_relay.settings import SettingError, Settings

from .client_address import client_address
from .exchange import Broken, Exchange, Left
from .limiter import InMemory, Limiter
from .log import log, say
from .messages import Receive, Scope, Send, joined
from .opener import opened
from .relaying import answer, relay
from .upstream import Upstream

if TYPE_CHECKING:
    from .metrics import Metrics


class App:
    """The relay as an ASGI application.

    `files` are served by their path, GET and HEAD. `public_origin` is the relay's own origin as browsers see it, where that is not what
    reaches this server, because a proxy ends TLS or rewrites Host. `address_header` is where a proxy says the client's address. `metrics`
    gets the audit lines, in place of the log. A WebSocket on which nothing passes is closed after `socket_idle_seconds`; 0: it stays.
    """

    def __init__(
        self,
        settings: Settings | SettingError,
        files: Mapping[str, Reply],
        public_origin: str | None = None,
        limiter: Limiter | None = None,
        address_header: str | None = None,
        metrics: "Metrics | None" = None,
        socket_idle_seconds: int = 0,
    ) -> None:
        self._settings = settings
        self._files = files
        self._public = public_origin.partition("://")[::2] if public_origin else None
        self._upstream = Upstream()
        self._metrics = metrics
        self._log = metrics.line if metrics else log()
        self._exchange = metrics.exchange if metrics else Exchange
        self._limiter = limiter or InMemory()
        self._address_header = address_header
        self._socket_idle_seconds = socket_idle_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._answer(scope, self._exchange(scope, receive, send))
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:  # a WebSocket as ASGI has them; the relay's come as HTTP, with SWITCHES in the scope
            await send({"type": "websocket.close"})

    async def _answer(self, scope: Scope, exchange: Exchange) -> None:
        id = token_hex(16)
        try:
            request = self._request(scope, exchange.can_switch, id)
            file = self._files.get(request.path)
            if file and request.method in ("GET", "HEAD"):
                return await exchange.reply(file)
            now = time()
            decision = policy.decide(request, self._settings, now)
            step = advance(decision)
            while isinstance(step, Open | Read | Count):
                step = advance(decision, await self._result(step, exchange, now))
            if isinstance(step, Reply):
                return await answer(exchange, step, now, self._log)
            settings = cast(Settings, self._settings)  # with a SettingError nothing is forwarded
            await relay(step, request, exchange, self._upstream, settings, self._log, self._socket_idle_seconds)
        except Left:
            return
        except Broken:
            raise
        except Exception as error:
            say(described(error))
            if self._metrics:
                self._metrics.defect()
            if exchange.begun:
                raise Broken from None
            await exchange.reply(policy.internal_error(id))

    async def _result(self, step: Open | Read | Count, exchange: Exchange, now: float) -> Result:
        if isinstance(step, Open):
            return opened(step.sealed)
        if isinstance(step, Read):
            return await exchange.whole_body(step.most)
        return await self._take(step.buckets, now)

    async def _take(self, buckets: Sequence[Bucket], now: float) -> Full | None:
        full = await self._limiter.take(buckets, now)
        if self._metrics:
            self._metrics.limited(buckets, full)
        return full

    def _request(self, scope: Scope, can_switch: bool, id: str) -> Request:
        headers = joined(scope["headers"])
        scheme, host = self._public or (scope["scheme"], headers.get("host", ""))
        path, query = scope["raw_path"], scope["query_string"]
        address = client_address(scope.get("client"), headers, self._address_header)
        return Request(
            scope["method"], scheme, host, path.decode("latin-1"), query.decode("latin-1"), headers, address, can_switch=can_switch, id=id
        )

    async def _live(self, receive: Receive, send: Send) -> None:
        """The server tells when it starts and when it ends, and waits until it is told that this is done."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self._limiter.start()
            else:
                self._upstream.close()
                await self._limiter.close()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
