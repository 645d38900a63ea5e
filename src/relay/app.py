"""The whole policy, top to bottom: what happens to a request, and to the provider's answer.

`decide` says what to do with a request. A boundary carries that out and comes back with `answer` for the head of the provider's
response, or with `failure` when there was none. If the key is sealed, `unseal` comes in between; it is the only one that waits, for
the platform's cryptography. None of them does any I/O.
"""

import re
import time

from . import keys, sealing
from .cors import preflight
from .documents import document
from .errors import error_reply
from .headers import request_headers, response_headers
from .messages import Forward, Reply, Request, Unseal
from .providers import Provider
from .refusal import Refusal
from .secret import Secret
from .settings import SettingError, Settings, upstream_setting

MAX_URL_LENGTH = 8192  # characters; RFC 9110 section 4.1 asks for 8000 at least
_QUERY = re.compile('[!-"$-~]*')  # printable ASCII; a `#` would hide what follows it from the provider
_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")  # RFC 9110 section 7.2
_LENGTH = re.compile("[0-9]{1,15}")  # RFC 9110 section 8.6; a sign, or a second value, is no length
_BARE_PATH = re.compile("/v1(?:beta|alpha)?/")

# CORS for answers that come before, or instead of, knowing which origins are allowed. They hold nothing of anybody's.
ANY_ORIGIN = {"access-control-allow-origin": "*"}


def decide(request: Request, settings: Settings | SettingError) -> Forward | Reply | Unseal:
    """What to do with a request: forward it, or answer it here. While a setting is wrong, every request is told so."""
    origin = _origin(request)
    cors = settings.cors.headers_for(origin) if isinstance(settings, Settings) else ANY_ORIGIN
    if cors is None:
        return error_reply(Refusal("origin_not_allowed"), {"vary": "Origin"})
    if request.method == "OPTIONS":
        return preflight(cors, request.headers)
    try:
        if isinstance(settings, SettingError):
            raise Refusal("misconfigured", f"This relay is misconfigured: {settings}")
        return _decide(request, origin, settings, cors)
    except Refusal as refusal:
        return error_reply(refusal, cors)


def _decide(request: Request, origin: str | None, settings: Settings, cors: dict[str, str]) -> Forward | Reply | Unseal:
    headers = request.headers
    if "upgrade" in headers and "websocket" in headers["upgrade"].lower():
        raise Refusal("websocket_unsupported")
    if len(request.url) > MAX_URL_LENGTH:
        raise Refusal("url_too_long")
    if not _HOST.fullmatch(headers.get("host", "none")):
        # Runtimes put it in front of the target to make the URL; with a slash in it, it would decide what the path is.
        raise Refusal("path_not_allowed", "The Host header of this request is not a host.")
    relay_origin, host, path, query = _split(request.url)

    own = document(path, relay_origin, settings, cors)
    if own is not None:
        if request.method not in ("GET", "HEAD"):
            raise Refusal("method_not_allowed", headers={"allow": "GET, HEAD"})
        return own
    if headers.get("sec-fetch-mode", "cors") not in ("cors", "same-origin"):
        # Apps fetch. A page that embeds or navigates to a provider's answer sends no Origin and would run it as the relay's.
        raise Refusal("origin_not_allowed", "This relay answers requests that a page's script makes, in CORS mode.")
    if settings.require_origin and origin is None:
        raise Refusal("origin_not_allowed", "This relay answers only requests that a browser sends from an allowed origin.")

    found = keys.keys_in_headers(headers)
    provider, path = _locate(request, path, found, settings)
    surface = provider.routes.match(request.method, path)
    if not _QUERY.fullmatch(query):
        raise Refusal("path_not_allowed")
    query, in_query = keys.key_in_query(query, provider)
    came_in, key = keys.choose(found | in_query, surface)

    length = headers.get("content-length") or "0"
    if not _LENGTH.fullmatch(length) or int(length) > settings.max_body_bytes:
        raise Refusal("body_too_large")
    url = provider.base_url + path
    if url.startswith((f"https://{host}/", f"http://{host}/")):
        raise Refusal("misconfigured", f"{upstream_setting(provider.id)} is this relay itself.")

    def forward(key: Secret) -> Forward:
        keys.check(key, provider, settings.check_key_prefix)
        carrier, credential = keys.credential(key, came_in, provider, surface)
        return Forward(
            method=request.method,
            url=f"{url}?{query}" if query else url,
            headers=request_headers(provider, headers, key),
            carrier=carrier,
            credential=credential,
            timeout_seconds=settings.upstream_timeout_seconds,
            added_headers=cors,
        )

    if sealing.is_sealed(key):
        return Unseal(sealing.check(key, settings.sealing, provider.id, origin, time.time()), forward, cors)
    if settings.sealing.required:
        raise Refusal("sealed_key_required")
    return forward(key)


async def unseal(decision: Unseal, crypto: sealing.Crypto) -> Forward | Reply:
    """What to do once a sealed key has been opened. What comes out of it meets the same guards as a plain key."""
    try:
        key = await sealing.open_sealed(decision.sealed, crypto)
        return decision.forward(key)
    except Refusal:
        return error_reply(Refusal("sealed_key_invalid"), decision.added_headers)


def answer(added_headers: dict[str, str], status: int, headers: dict[str, str]) -> dict[str, str] | Reply:
    """The headers under which a provider's body goes down as it is, or what the client gets instead.

    Of the request that was forwarded this needs the headers to add only: a boundary that waits for a provider has no reason to keep
    the rest, and the key in it.
    """
    if 300 <= status < 400 and status != 304:
        return error_reply(Refusal("upstream_redirect"), added_headers)
    if not 200 <= status < 600:
        return error_reply(Refusal("upstream_unreachable"), added_headers)
    return response_headers(headers, added_headers)


def failure(added_headers: dict[str, str], code: str) -> Reply:
    """What the client gets when the provider did not answer: `upstream_unreachable` or `upstream_timeout`."""
    return error_reply(Refusal(code), added_headers)


def internal_error() -> Reply:
    """The answer when the relay itself failed. Readable from any page: it says nothing but that."""
    return error_reply(Refusal("internal_error"), ANY_ORIGIN)


def _origin(request: Request) -> str | None:
    """The origin a request comes from. A page's GET to its own origin says so by `Sec-Fetch-Site` only (Fetch, Fetch Metadata)."""
    origin = request.headers.get("origin")
    if origin is None and request.headers.get("sec-fetch-site") == "same-origin":
        return _split(request.url)[0]
    return origin


def _split(url: str) -> tuple[str, str, str, str]:
    """Origin, host, raw path and raw query of the URL that a request came to."""
    scheme, _, rest = url.partition("://")
    host, _, target = rest.partition("/")
    host = host.lower()
    path, _, query = f"/{target}".partition("?")
    return f"{scheme}://{host}", host, path, query


def _locate(request: Request, path: str, found: dict[str, Secret], settings: Settings) -> tuple[Provider, str]:
    """The provider a path means, and the provider's own path. Raises Refusal: unknown_provider, path_not_found or path_not_allowed."""
    head, _, rest = path[1:].partition("/")
    prefixed = settings.by_name.get(head)
    if prefixed is not None:
        # One double slash is some SDKs' doing: their base URL ends in a slash and their path begins with one.
        return prefixed, "/" + rest.removeprefix("/")
    bare = _BARE_PATH.match(path)
    if bare:
        provider = _provider_of_bare_path(request, path, found, settings)
        path = _openai_compatible(path, found, provider)
        if provider.routes.methods(path) is not None:
            return provider, path
    hint = next(filter(None, (provider.routes.hint(path) for provider in settings.providers)), None)
    if hint:
        raise Refusal("path_not_found", hint)
    raise Refusal("path_not_allowed" if bare else "unknown_provider")


def _provider_of_bare_path(request: Request, path: str, found: dict[str, Secret], settings: Settings) -> Provider:
    named = request.headers.get("x-relay-provider")
    if named is not None:
        if named not in settings.by_name:
            raise Refusal("unknown_provider")
        return settings.by_name[named]
    owner = keys.vendor(next(iter(found.values()))) if found else None  # the key that counts, not just any that is recognised
    if owner in settings.by_name:
        return settings.by_name[owner]
    takers = [provider for provider in settings.providers if request.method in (provider.routes.methods(path) or ())]
    return takers[0] if len(takers) == 1 else settings.default_provider


def _openai_compatible(path: str, found: dict[str, Secret], provider: Provider) -> str:
    """An OpenAI client's path at a provider that has its OpenAI-compatible endpoints elsewhere."""
    meant = provider.openai_prefix + path.removeprefix("/v1")
    if meant == path or provider.routes.methods(meant) is None:
        return path
    native = provider.routes.methods(path) is not None and "authorization" not in found
    return path if native else meant
