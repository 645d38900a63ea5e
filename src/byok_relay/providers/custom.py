"""The grammar of `CUSTOM_PROVIDERS`: a JSON object of entries by id. Each entry becomes a `Provider`."""

import re
from collections.abc import Callable, Iterator
from json import JSONDecodeError
from typing import Any

from .. import strict_json
from ..carriers import BASIC, BEARER, CARRIERS, KEY, TOKEN, X_API_KEY
from ..cors import may_be_sent
from ..query import overrides_the_request
from . import IDS, VENDORS, compatible
from .base_url import base_url
from .provider import GROUPS, Group, Keys, Provider, Surface

_CARRIERS = {
    **{carrier.header: carrier for carrier in CARRIERS},
    **{f"authorization {carrier.scheme}": carrier for carrier in (BEARER, TOKEN, KEY, BASIC)},
}

# The APIs that SDKs of others speak, too: what such an SDK calls, where, with the key in which headers.
_COMPATIBLE = {
    "openai": ("openai", "/v1", Surface((BEARER,), compatible.ROUTES)),
    "anthropic": ("@anthropic-ai/sdk", "", Surface((X_API_KEY, BEARER), compatible.post("", compatible.MESSAGES))),
}

_GROUPS: tuple[Group, ...] = tuple(group for group in GROUPS if group != "realtime")  # the table's providers only

_ID = re.compile("(?!(?:all|v1(?:alpha|beta)?)$)[a-z][a-z0-9-]{1,31}")  # `all` is a value of PROVIDERS; bare paths begin with a version
_SEGMENT = r"(?:[A-Za-z0-9][A-Za-z0-9._-]*|\{(?:model|model_id|model_name|id)\})(?::[A-Za-z]+)?"
_ROUTE = re.compile(rf"(?:GET|POST|PUT|PATCH) (?:/{_SEGMENT})*/(?:{_SEGMENT}|\{{path\}})")
_PARAMETER = re.compile(r"[A-Za-z0-9$_.\[\]-]{1,64}")
_HEADER = re.compile("[a-z][a-z0-9-]{0,63}")
# Request headers that would change the matched method or path, name another host, or pass for the relay's own.
_NEVER_UP = re.compile("x-relay-|x-http-method|x-method|x-original-|x-rewrite-|x-envoy-|x-host|x-real-|http2-settings|proxy")
# Answer headers that would act in a browser, a cache or a proxy on the way, describe one connection, or pass for the relay's own.
_NEVER_DOWN = re.compile(
    ".*cache-control|.*control$|accept-ch|access-control-|activate-|ad-auction-|alt-svc|attribution-|authentication-|cache-tag|cf-"
    "|clear-site-data|connection|content-|critical-ch|cross-origin-|document-policy|edge-|expect-ct|expires$|keep-alive|link|location|nel"
    "|no-vary-search|observe-|origin-|permissions-policy|pragma$|proxy-|public-key|referrer-policy|refresh|report|sec-|secure-session-"
    "|server|service-worker|set-cookie|set-login|sourcemap|speculation-|strict-transport|supports-loading|surrogate-|te$|timing-allow"
    "|trailer|transfer-encoding|upgrade|use-as-|via$|www-authenticate|x-accel-|x-content-type|x-dns|x-frame|x-lighttpd-|x-middleware"
    "|x-relay-|x-reproxy-|x-sendfile|x-sourcemap|x-xss"
)
_PREFIX = re.compile("[A-Za-z0-9_.-]{1,32}")
_VENDOR_IDS = {vendor.id for vendor in VENDORS}

# What an operator may write for a field, and what to say otherwise: a text that follows the field's name and holds nothing of the value.
_Problem = Callable[[Any], str | None]


def _must_be(rule: str, fits: Callable[[Any], Any]) -> _Problem:
    return lambda value: None if fits(value) else f"must be {rule}"


def _list_of(rule: str, fits: Callable[[str], Any], least: int = 0) -> _Problem:
    def problem(value: Any) -> str | None:
        if not isinstance(value, list) or len(value) < least:
            return f"must be a list; each item {rule}"
        wrong = next((at for at, item in enumerate(value, 1) if not isinstance(item, str) or not fits(item)), None)
        return f"has a wrong item, number {wrong}: each {rule}" if wrong else None

    return problem


_route_list = _list_of(
    "is GET, POST, PUT or PATCH, a space and a path such as /v1/jobs/{id}; docs/settings.md lists the variables", _ROUTE.fullmatch, least=1
)


def _routes(value: Any) -> str | None:
    if not isinstance(value, dict):
        return _route_list(value)
    if not value or not value.keys() <= {*_GROUPS}:
        return f"must be a list, or lists by group: {', '.join(_GROUPS)}"
    return next((f"{problem} (in {group})" for group, routes in value.items() if (problem := _route_list(routes))), None)


_FIELDS: dict[str, _Problem] = {
    "base_url": _must_be("a text", lambda value: isinstance(value, str)),
    "name": _must_be(
        "a text of 1 to 64 printable characters", lambda value: isinstance(value, str) and 0 < len(value) <= 64 and value.isprintable()
    ),
    "compatible": _list_of(f"is one of: {', '.join(_COMPATIBLE)}", _COMPATIBLE.__contains__, least=1),
    "carrier": _must_be(f"one of: {', '.join(_CARRIERS)}", lambda value: isinstance(value, str) and value in _CARRIERS),
    "routes": _routes,
    "parameters": _list_of(
        "names a query parameter, but none that overrides the request",
        lambda name: _PARAMETER.fullmatch(name) and not overrides_the_request(name),
    ),
    "headers": _list_of(
        "is a lower-case header name, but none that holds the key or belongs to browsers, proxies or this relay",
        lambda name: may_be_sent(name) and name not in _CARRIERS and not _NEVER_UP.match(name),
    ),
    "answer_headers": _list_of(
        "is a lower-case header name, but none that browsers, caches or proxies act on",
        lambda name: _HEADER.fullmatch(name) and not _NEVER_DOWN.match(name),
    ),
    "keys_of": _must_be("the id of another vendor of keys, such as groq", lambda value: isinstance(value, str) and value in _VENDOR_IDS),
    "key_prefixes": _list_of("has 1 to 32 letters, digits, dots, dashes and underscores", _PREFIX.fullmatch, least=1),
    "shortest_key": _must_be("a whole number from 1 to 8", lambda value: type(value) is int and 1 <= value <= 8),
}


def custom_providers(text: str) -> tuple[Provider, ...]:
    """The providers that the setting adds. Raises ValueError, which names the entry and the field, and says what is expected."""
    try:
        entries = strict_json.loads(text)
    except JSONDecodeError as error:
        raise ValueError(f"is not valid JSON at line {error.lineno}, column {error.colno}") from None
    except ValueError:
        raise ValueError("is not valid JSON: it has a member twice, what is no value in JSON, or very many brackets in brackets") from None
    if not isinstance(entries, dict):
        raise ValueError("must be a JSON object of entries by id")
    for number, id in enumerate(entries, 1):
        if not _ID.fullmatch(id):
            words = "2 to 32 lower-case letters, digits and dashes, a letter first; not `all` or a version"
            raise ValueError(f"has an invalid id, that of entry {number}: {words}")
        if id in IDS:
            raise ValueError(f"has an id of the provider table, that of entry {number}: use another, or UPSTREAM_… for another base URL")
    return tuple(_custom_provider(id, entry) for id, entry in entries.items())


def _custom_provider(id: str, entry: Any) -> Provider:
    if not isinstance(entry, dict):
        raise ValueError(f'must have an object for "{id}"')
    if not entry.keys() <= _FIELDS.keys():
        raise ValueError(f'has an unknown field for "{id}"; use only: {", ".join(_FIELDS)}')
    if "base_url" not in entry:
        raise ValueError(f'has no base_url for "{id}"')
    for field, value in entry.items():
        if problem := _FIELDS[field](value):
            raise ValueError(f'has an invalid {field} for "{id}": it {problem}')
    _check_prefixes(id, entry)
    apis = entry.get("compatible", [] if "routes" in entry else ["openai"])
    provider = Provider(
        id=id,
        name=entry.get("name", id),
        base_url="",
        surfaces=tuple(_surfaces(entry, apis)),
        keys=Keys(
            looks_like=" or ".join(f"{prefix}…" for prefix in entry.get("key_prefixes", ())),
            prefixes=tuple(entry.get("key_prefixes", ())),
            shortest=entry.get("shortest_key", 8),
        ),
        keys_of=entry.get("keys_of", ""),
        sealed_by_host=True,
        parameters=frozenset(entry["parameters"]) if "parameters" in entry else None,
        headers=frozenset(entry.get("headers", ())) | (compatible.ANTHROPIC_HEADERS if "anthropic" in apis else frozenset()),
        model="",
        answer_headers=frozenset(entry.get("answer_headers", ())),
        sdk_base_paths={sdk: path for sdk, path, _ in map(_COMPATIBLE.__getitem__, apis)},
    )
    try:
        return provider.at(base_url(entry["base_url"]))
    except ValueError as problem:
        raise ValueError(f'has a base_url for "{id}" that {problem}') from None


def _check_prefixes(id: str, entry: dict[str, Any]) -> None:
    """Raises ValueError for prefixes whose keys would be refused as another vendor's."""
    for vendor in VENDORS:
        if vendor.id != entry.get("keys_of") and any(prefix.startswith(vendor.prefixes) for prefix in entry.get("key_prefixes", ())):
            raise ValueError(f'has key_prefixes for "{id}" of keys of {vendor.name}; if it takes those, set keys_of to "{vendor.id}"')


def _surfaces(entry: dict[str, Any], apis: list[str]) -> Iterator[Surface]:
    carrier = _CARRIERS[entry["carrier"]] if "carrier" in entry else None
    for _, _, surface in map(_COMPATIBLE.__getitem__, apis):
        yield surface._replace(carriers=(carrier,)) if carrier else surface
    routes = entry.get("routes", {})
    by_group = routes if isinstance(routes, dict) else {"inference": routes}
    for group in _GROUPS:
        if group in by_group:
            yield Surface((carrier or BEARER,), tuple(by_group[group]), group)
