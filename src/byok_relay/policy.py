"""The whole policy, top to bottom: what happens to a request, and to the provider's answer.

`decide` says what to do with a request, and yields where it must wait. A boundary does the waiting. Then it calls `answered` with the
head of the provider's response, or `failed` if there was no response. These functions do no I/O and read no clock.
"""

import re
from collections.abc import Generator
from typing import TYPE_CHECKING, TypeVar

from . import audit, keys, sealing
from .carriers import BEARER, CARRIERS, IN_PROTOCOL, X_API_KEY, Carrier, keys_in, words_in
from .cors import OPEN_CORS, SCRIPT_MODES, SOCKET_MODES, check_page, origin_of, preflight, with_id
from .documents import document
from .errors import error_reply
from .guard import Guard
from .headers import answer_headers, request_headers
from .limits import REFUSED_FACTOR, Bucket, Count, Full, network, too_many
from .messages import Connect, Decision, Forward, Open, Pending, Read, Relayed, Reply, Request, Result
from .providers import Endpoint, Provider
from .query import read_query
from .refusal import Code, Refusal
from .routing import locate
from .sealing import Bounds
from .secret import Secret
from .settings import SettingError, Settings

if TYPE_CHECKING:
    from .metering import Meter
    from .sockets import Offer

MAX_TARGET_LENGTH = 8192  # characters of path and query; RFC 9110 section 4.1 asks for 8000 at least
Answer = TypeVar("Answer", Reply, Relayed)
_HOST_HEADER = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")  # RFC 9110 section 7.2


def decide(request: Request, settings: Settings | SettingError, now: float) -> Decision:
    """What to do with a request: forward it, or answer it here. Yields what it must wait for. `now` is in seconds since 1970."""
    # 1. May this page use the relay? While a setting is wrong, every page is told so.
    origin = origin_of(request)
    cors = OPEN_CORS if isinstance(settings, SettingError) else settings.cors.headers_for(origin)
    if cors is None:
        refusal = yield from _counted(Refusal("origin_not_allowed"), request, settings)
        return error_reply(refusal, with_id({"vary": "Origin"}, request.id))._replace(audit=_begun(request, settings, now, None))
    common = with_id(cors, request.id)
    if request.method == "OPTIONS":
        return preflight(common, request)

    provider = endpoint = sent_key = key = told_in = None
    try:
        # 2. Does the relay answer this itself?
        if isinstance(settings, SettingError):
            raise Refusal("misconfigured", f"This relay is misconfigured: {settings}")
        _check_request_line(request)
        socket = _offer(request) if "upgrade" in request.headers else None
        told_in = socket.told_in if socket and origin is not None else None
        if own := document(request, settings, common, now):
            if socket:
                raise Refusal("websocket_unsupported")
            return own
        check_page(request, origin, required=settings.require_origin, modes=SOCKET_MODES if socket else SCRIPT_MODES)

        # 3. Which endpoint is it for, and which key does it bring?
        in_headers = keys_in(request.headers)
        if socket and socket.keys:
            in_headers[IN_PROTOCOL] = socket.keys[-1]
        provider, path = locate(request, in_headers, settings)
        base_url, path = provider.resolve(path) if provider.resource else (provider.base_url, path)
        endpoint = provider.endpoint(request.method, path, settings.groups)
        _check_protocol(endpoint, socket)
        in_headers |= keys_in(request.headers, endpoint.own_carriers)
        query, in_query = read_query(request.query, provider)
        carrier, sent_key = _choose(in_headers, in_query, endpoint)

        # 4. Is the body small enough?
        length = request.content_length if request.headers.get("content-length") else 0
        if length is None or length > settings.max_body_bytes:
            raise Refusal("body_too_large")

        # 5. May the key go there? A sealed one must be opened first.
        key, bounds = yield from _key_to_send(sent_key, provider, base_url, path, settings, origin, now)

        # 6. Is it in its own header only?
        guard = Guard(
            [*words_in(request.headers), *in_headers.values(), *in_query, *(socket.words if socket else ()), key],
            are_pairs=provider.keys.are_pairs,
        )
        if query or provider.resource or "{" in endpoint.route:  # otherwise the URL is the provider table's own text
            guard.check_url(base_url + path if provider.resource else path, query)
        headers = request_headers(provider, request, guard, plain=settings.meter_usage and not socket)

        url = base_url + path
        _check_loop(url, request.host, provider)

        # 7. May it ask for that model, and is it what its sealed key is for?
        if bounds or settings.models:
            yield from _check_use(request, query, provider, endpoint, path, settings, bounds)

        # 8. Is it one of too many? It is valid now: a refused one costs nobody's quota.
        if bounds or settings.requests_per_minute:
            yield from _count(key, sent_key, bounds, settings.requests_per_minute)

        # 9. Forward it.
        forward = Forward(
            method=request.method,
            url=f"{url}?{query}" if query else url,
            route=provider.base_url + endpoint.route,
            headers=headers,
            carrier=_carrier_up(carrier, key, provider, endpoint),
            key=key,
            timeout_seconds=settings.upstream_timeout_seconds,
            pending=Pending(
                request.id,
                origin,
                provider.id,
                f"{request.own_origin}/{provider.id}",
                _begun(request, settings, now, origin, provider, endpoint, sent_key, key),
                now,
                told_in,
            ),
        )
        return _connect(forward, socket, provider, guard) if socket else forward
    except Refusal as refusal:
        reply = error_reply((yield from _counted(refusal, request, settings)), common, provider)
        return _told(reply._replace(audit=_begun(request, settings, now, origin, provider, endpoint, sent_key, key)), told_in)


def answered(pending: Pending, status: int, headers: dict[str, str], settings: Settings) -> Relayed | Reply:
    """The head of a provider's answer for the client, or the relay's own error instead."""
    if 300 <= status < 400 and status != 304:
        return failed(pending, "upstream_redirect", settings)
    if not 200 <= status < 600:
        return failed(pending, "upstream_unreachable", settings)
    provider = settings.providers[pending.provider]
    if provider.rewrite:
        headers = provider.rewrite(headers, provider.base_url, pending.here)
    meter = _meter(headers, provider) if settings.meter_usage and status < 300 else None
    return _told(Relayed(status, answer_headers(provider, headers, _common(pending, settings)), meter), pending.told_in)


def connected(
    protocols: tuple[str, ...], scheme: str, pending: Pending, status: int, headers: dict[str, str], settings: Settings
) -> Relayed | Reply:
    """How a WebSocket begins that the provider has accepted, with status 101; or its other answer, or the relay's own error instead.

    The first two are those of the `Connect`.
    """
    from .sockets import PROTOCOLS, chosen  # imported here, because few requests are for WebSockets

    if status != 101:
        return answered(pending, status, headers, settings)
    try:
        protocol = chosen(protocols, scheme, headers.get(PROTOCOLS))
    except ValueError:
        return failed(pending, "upstream_unreachable", settings)
    return Relayed(101, _common(pending, settings) | ({PROTOCOLS: protocol} if protocol else {}))


def failed(pending: Pending, code: Code, settings: Settings) -> Reply:
    """The relay's error for a provider that gave no usable answer: upstream_unreachable, upstream_timeout or upstream_redirect."""
    return _told(error_reply(Refusal(code), _common(pending, settings))._replace(audit=pending.audit), pending.told_in)


def internal_error(id: str) -> Reply:
    """The answer to a defect of the relay, for the request with this id. Any page may read it, because it holds nothing else."""
    return error_reply(Refusal("internal_error"), with_id(OPEN_CORS, id))


def _meter(headers: dict[str, str], provider: Provider) -> "Meter | None":
    """For the answer with these headers, unless it does not say its usage, or is compressed although nobody asked for that."""
    from .metering import meter_for  # imported here, because most relays do not meter

    return None if "content-encoding" in headers else meter_for(headers.get("content-type", ""), provider.keys.prefixes)


def _told(answer: Answer, told_in: str | None) -> Answer:
    """An answer that opens no WebSocket, as a page's WebSocket can be told it too."""
    if told_in is None:
        return answer
    from .sockets import closing  # imported here, because few requests are for WebSockets

    return answer._replace(close=closing(answer.status, answer.headers, told_in))


def _common(pending: Pending, settings: Settings) -> dict[str, str]:
    return with_id(settings.cors.headers_for(pending.origin) or {}, pending.id)  # never None: a refused origin is not forwarded


def _begun(
    request: Request,
    settings: Settings | SettingError,
    now: float,
    origin: str | None,
    provider: Provider | None = None,
    endpoint: Endpoint | None = None,
    sent_key: Secret | None = None,
    key: Secret | None = None,
) -> str:
    """How the request's line in the log begins; empty where there is none."""
    if isinstance(settings, SettingError) or not settings.audit:
        return ""
    return audit.begun(
        request,
        now,
        provider=provider.id if provider else None,
        route=endpoint.route if endpoint else None,
        origin=settings.cors.entry_of(origin) if origin else None,
        key=audit.fingerprint(key, settings.audit_secret) if key and settings.audit_secret else None,
        sealed=sealing.is_sealed(sent_key) if sent_key else None,
    )


def _counted(refusal: Refusal, request: Request, settings: Settings | SettingError) -> Generator[Count, Result, Refusal]:
    """This refusal, or rate_limited where the client's address has had too many of them."""
    if isinstance(settings, SettingError) or not settings.requests_per_minute or refusal.code == "rate_limited" or not request.address:
        return refusal
    address = network(request.address)
    full = address and (yield Count((Bucket("address", Secret(address), settings.requests_per_minute * REFUSED_FACTOR),)))
    return too_many(full) if isinstance(full, Full) else refusal


def _count(key: Secret, sent_key: Secret, bounds: Bounds | None, per_minute: int) -> Generator[Count, Result, None]:
    """Raises Refusal: rate_limited, for a key or a sealed key that has asked too often."""
    buckets = [Bucket("key", key, per_minute)] if per_minute else []
    if bounds and bounds.per_minute:
        buckets.append(Bucket("sealed-key", sent_key, bounds.per_minute))
    full = (yield Count(tuple(buckets))) if buckets else None
    if isinstance(full, Full):
        raise too_many(full)


def _check_request_line(request: Request) -> None:
    """Raises Refusal: url_too_long, or path_not_allowed for an invalid Host."""
    if len(request.path) + len(request.query) > MAX_TARGET_LENGTH:
        raise Refusal("url_too_long")
    if not _HOST_HEADER.fullmatch(request.headers.get("host", request.host)):
        # Runtimes build the URL from Host and target. A slash in Host would change the path.
        raise Refusal("path_not_allowed", "The Host header is not a valid host name. Send the relay's own.")


def _offer(request: Request) -> "Offer | None":
    """What a WebSocket's handshake offers; None for other requests. Raises Refusal: websocket_unsupported."""
    from .sockets import offered  # imported here, because few requests are for WebSockets

    return offered(request)


def _check_protocol(endpoint: Endpoint, socket: "Offer | None") -> None:
    """Raises Refusal: websocket_unsupported, for a WebSocket where the provider has none, or anything else where it has one."""
    if socket and endpoint.group != "realtime":
        raise Refusal("websocket_unsupported")
    if endpoint.group == "realtime" and not socket:
        words = "This path is a WebSocket. Connect to it with the address wss:… instead of https:…."
        raise Refusal("websocket_unsupported", words, {"upgrade": "websocket"})  # RFC 9110 section 15.5.22


def _connect(handshake: Forward, socket: "Offer", provider: Provider, guard: Guard) -> Connect:
    """What the client has offered goes up, if the provider gets it in a header too, and if no key is in it."""
    named = {name: value for name, value in socket.headers.items() if name in provider.headers and not guard.finds_a_key_in(value)}
    protocols = tuple(name for name in socket.protocols if not guard.finds_a_key_in(name))
    offer = {IN_PROTOCOL.header: ", ".join(protocols)} if protocols else {}
    return Connect(handshake._replace(headers=handshake.headers | named | offer), protocols, socket.scheme)


def _choose(in_headers: dict[Carrier, Secret], in_query: list[Secret], endpoint: Endpoint) -> tuple[Carrier | None, Secret]:
    """The key that counts and its carrier, which is None for one from the query. Raises Refusal: missing_key.

    The order is X-API-Key, the endpoint's own carriers, the other carriers, a WebSocket's sub-protocols, the last key of the query.
    """
    for carrier in (X_API_KEY, *endpoint.carriers, *CARRIERS, IN_PROTOCOL):
        if carrier in in_headers:
            return carrier, in_headers[carrier]
    if not in_query:
        raise Refusal("missing_key")
    return None, in_query[-1]


def _key_to_send(
    key: Secret, provider: Provider, base_url: str, path: str, settings: Settings, origin: str | None, now: float
) -> Generator[Open, Result, tuple[Secret, Bounds | None]]:
    """This key, or the one that is sealed in it, and that one's bounds. Both meet the same checks. Raises Refusal."""
    if not sealing.is_sealed(key):
        if settings.sealing.required:
            raise Refusal("sealed_key_required")
        _check_key(key, provider, path, settings)
        return key, None
    sealed = sealing.check(key, settings.sealing, provider.sealed_at(base_url), origin, now)
    opened = yield Open(sealed)
    if not isinstance(opened, Secret) or sealing.is_sealed(opened):
        raise Refusal("sealed_key_invalid")
    try:
        _check_key(opened, provider, path, settings)
    except Refusal:
        raise Refusal("sealed_key_invalid") from None  # like every other failure of a sealed key
    return opened, sealed.bounds


def _check_key(key: Secret, provider: Provider, path: str, settings: Settings) -> None:
    """Raises Refusal."""
    keys.check(key, provider, check_form=settings.check_key_form)
    if provider.check:
        provider.check(path, key)


def _check_use(
    request: Request, query: str, provider: Provider, endpoint: Endpoint, path: str, settings: Settings, bounds: Bounds | None
) -> Generator[Read, Result, None]:
    """Raises Refusal: path_not_allowed or model_not_allowed."""
    if bounds and bounds.groups is not None and endpoint.group not in bounds.groups:
        words = f"This sealed key is not for this path. To use it for that, seal the API key again with `{endpoint.group}` in `endpoints`."
        raise Refusal("path_not_allowed", words)
    if settings.models or (bounds and bounds.models):
        from .models import check  # imported here, because most relays allow all models

        yield from check(request, query, provider, endpoint, path, settings.models, bounds.models if bounds else ())


def _check_loop(url: str, host: str, provider: Provider) -> None:
    """Raises Refusal: misconfigured, where an operator has set the relay itself as a provider's base URL."""
    if url.startswith((f"https://{host.lower()}/", f"http://{host.lower()}/")):
        words = f"The base URL of {provider.name} is this relay itself. Its operator must set the provider's own address."
        raise Refusal("misconfigured", words)


def _carrier_up(came_in: Carrier | None, key: Secret, provider: Provider, endpoint: Endpoint) -> Carrier:
    """The carrier to the provider: the one it came in if the endpoint takes that, else the endpoint's main one."""
    if key.reveal().startswith(provider.keys.bearer_prefixes):
        return BEARER
    return came_in if came_in in endpoint.carriers else endpoint.carriers[0]
