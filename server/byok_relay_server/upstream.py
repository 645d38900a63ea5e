"""Requests to providers: pooled connections to checked addresses, and nothing in a request that the core has not put there."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from urllib.parse import urlsplit

import certifi
from aiohappyeyeballs import start_connection

from byok_relay.messages import Forward

from .addresses import Address, NotPublic, resolved
from .connection import Connection, Failed
from .log import say
from .tls import Tls

# What `request` and reading from a connection raise where a provider cannot be reached or gives no usable answer.
FAILURES = (Failed, OSError)

CONNECT_SECONDS = 30  # to resolve the name, to connect and to agree on TLS
MOST_LOOK_UPS = 2  # at once, of names that clients have a part in: Azure's resources
IDLE_SECONDS = 15  # how long a connection is kept for the next request; providers close theirs after a minute or more
NEXT_ADDRESS_SECONDS = 0.25  # RFC 8305 section 8, Connection Attempt Delay


class Upstream:
    """The connections of one process to providers."""

    def __init__(self) -> None:
        self._idle: dict[str, list[Connection]] = {}  # by origin, the one that was used last at the end
        self._looked_up: dict[tuple[str, int], asyncio.Task[list[Address]]] = {}  # look-ups that have begun
        self._not_public: set[str] = set()  # hosts of which the operator has been told
        self._named_by_clients = ThreadPoolExecutor(MOST_LOOK_UPS, "names")  # so that they never wait in front of other look-ups
        self._tls = _tls()
        self._sweeping: asyncio.TimerHandle | None = None

    async def request(self, forward: Forward, framing: dict[str, str], body: bytes | AsyncIterator[bytes] | None) -> Connection:
        """A connection on which the request has begun. `framing` is the header that says where the body ends, if there can be one.

        Raises one of FAILURES. No redirect is followed, and no request is made twice.
        """
        scheme, _, rest = forward.url.partition("://")
        authority, _, target = rest.partition("/")
        headers = {"host": authority, **forward.headers_with_key(), **framing}
        lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
        head = f"{forward.method} /{target} HTTP/1.1\r\n{''.join(lines)}\r\n"
        if head.count("\n") != len(lines) + 2:
            raise AssertionError("a value holds a line break")  # the core lets none through
        length = None if "transfer-encoding" in framing else int(framing.get("content-length", 0))
        if isinstance(body, bytes) and length not in (None, len(body)):
            raise AssertionError("the body has another length")  # the next request would be taken for its rest
        origin = f"{scheme}://{authority}"
        connection = self._from_pool(origin) or await self._connect(origin, named_by_client="{" in forward.route.split("/")[2])
        connection.send(forward.method, head.encode("ascii"), body or b"", length)
        return connection

    def finish(self, connection: Connection) -> None:
        """Ends a request. Its connection is kept for another one if the answer came whole."""
        if connection.finish():
            connection.idle_since = asyncio.get_running_loop().time()
            self._idle.setdefault(connection.origin, []).append(connection)
            if not self._sweeping:
                self._sweep()

    def close(self) -> None:
        self._named_by_clients.shutdown(wait=False, cancel_futures=True)
        if self._sweeping:
            self._sweeping.cancel()
        for connections in self._idle.values():
            for connection in connections:
                connection.abort()

    def _from_pool(self, origin: str) -> Connection | None:
        connections = self._idle.get(origin)
        while connections:
            if (connection := connections.pop()).is_usable:
                return connection
        return None

    async def _connect(self, origin: str, *, named_by_client: bool = False) -> Connection:
        url = urlsplit(origin)
        host, encrypted = url.hostname or "", url.scheme == "https"
        loop = asyncio.get_running_loop()
        connection = Connection(loop, origin, self._forget)
        tls = Tls(loop, self._tls, host, connection) if encrypted else None
        async with asyncio.timeout(CONNECT_SECONDS):
            port = url.port or (443 if encrypted else 80)
            addresses = await (resolved(host, port, self._named_by_clients) if named_by_client else self._resolve(host, port))
            connected = await start_connection(addresses, happy_eyeballs_delay=NEXT_ADDRESS_SECONDS)
            connection.descriptor = connected.fileno()
            transport, _ = await loop.create_connection(lambda: tls or connection, sock=connected)
            if tls:
                try:
                    await tls.ready
                except BaseException:
                    transport.abort()
                    raise
        return connection

    async def _resolve(self, host: str, port: int) -> list[Address]:
        """All who wait for a name wait for one look-up. It takes a thread, and cannot be ended."""
        if (host, port) not in self._looked_up:
            look_up = asyncio.get_running_loop().create_task(self._look_up(host, port))
            look_up.add_done_callback(lambda done: (self._looked_up.pop((host, port)), done.cancelled() or done.exception()))
            self._looked_up[host, port] = look_up
        return await asyncio.shield(self._looked_up[host, port])

    async def _look_up(self, host: str, port: int) -> list[Address]:
        """The addresses of a host that the operator has set, or this version knows. That it has none is for the operator to mend."""
        try:
            return await resolved(host, port)
        except NotPublic:
            if host not in self._not_public:
                self._not_public.add(host)
                say(f"byok-relay: {host} has no public address, and is asked at no other: docs/settings.md#custom-providers")
            raise

    def _forget(self, connection: Connection) -> None:
        """An idle connection has ended."""
        with suppress(KeyError, ValueError):
            self._idle[connection.origin].remove(connection)

    def _sweep(self) -> None:
        """Closes what has been idle for too long, and looks again later."""
        loop = asyncio.get_running_loop()
        for connections in self._idle.values():
            for connection in [one for one in connections if one.idle_since + IDLE_SECONDS <= loop.time()]:
                connections.remove(connection)
                connection.abort()
        self._idle = {origin: connections for origin, connections in self._idle.items() if connections}
        self._sweeping = loop.call_later(IDLE_SECONDS / 3, self._sweep) if self._idle else None


def _tls() -> ssl.SSLContext:
    """Trusts the system's roots, where Python finds any, those of SSL_CERT_FILE, and certifi's."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF  # an end that the provider does not announce is none
    return context
