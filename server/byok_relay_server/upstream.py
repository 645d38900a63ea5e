"""Requests to providers: pooled connections to checked addresses, and nothing in a request that the core has not put there."""

import ssl
from collections.abc import AsyncIterator

import aiohttp
import certifi
from yarl import URL

from byok_relay.messages import Forward

from .addresses import CheckedResolver

# What aiohttp raises where a provider cannot be reached or says what is no HTTP.
FAILURES = (aiohttp.ClientError, aiohttp.http_exceptions.HttpProcessingError, OSError)

CONNECT_SECONDS = 30  # for the connection and its TLS handshake; the core's own time limit is longer
KEEP_ALIVE_SECONDS = 15  # an idle connection; providers close theirs after a minute or more
MOST_HEADERS = 1000
LONGEST_HEADER = 65536  # bytes


class Upstream:
    """The connections of one process. They are opened when first needed, in the event loop that needs them."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def request(self, forward: Forward, body: bytes | AsyncIterator[bytes] | None, length: str | None) -> aiohttp.ClientResponse:
        """The provider's answer, as soon as its headers are there. `length` is how long a body in pieces will be, if that is known.

        Raises one of FAILURES. No redirect is followed, no request is made twice, and no body is decoded.
        """
        headers = forward.headers_with_key()
        if length is not None and not isinstance(body, bytes):
            headers["content-length"] = length
        session = self._session or self._open()
        return await session.request(forward.method, URL(forward.url, encoded=True), headers=headers, data=body, allow_redirects=False)

    def _open(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=0,
            ssl=_tls(),
            resolver=CheckedResolver(),
            keepalive_timeout=KEEP_ALIVE_SECONDS,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("accept", "accept-encoding", "content-type", "user-agent"),
            auto_decompress=False,
            trust_env=False,
            max_headers=MOST_HEADERS,
            max_field_size=LONGEST_HEADER,
            max_line_size=LONGEST_HEADER,
        )
        self._session._retry_connection = False  # what aiohttp has for its own tests; without it a GET is sent again
        return self._session

    async def close(self) -> None:
        if self._session:
            await self._session.close()


def _tls() -> ssl.SSLContext:
    """Trusts the system's roots, where Python finds any, those of SSL_CERT_FILE, and certifi's."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
