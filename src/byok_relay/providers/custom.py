"""The grammar of `CUSTOM_PROVIDERS`: a JSON object of entries by id. Each entry becomes a `Provider`."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from .. import strict_json
from ..carriers import BASIC, BEARER, CARRIERS, KEY, TOKEN, X_API_KEY
from ..cors import may_be_sent
from ..query import overrides_the_request
from . import IDS, VENDORS, compatible
from .base_url import base_url
from .provider import GROUPS, Keys, Provider, Surface

_CARRIERS = {
    **{carrier.header: carrier for carrier in CARRIERS},
    **{f"authorization {carrier.scheme}": carrier for carrier in (BEARER, TOKEN, KEY, BASIC)},
}

# The APIs that SDKs of others speak, too: what such an SDK calls, where, with the key in which headers.
_COMPATIBLE = {
    "openai": ("openai", "/v1", Surface((BEARER,), compatible.ROUTES)),
    "anthropic": ("@anthropic-ai/sdk", "", Surface((X_API_KEY, BEARER), compatible.post("", compatible.MESSAGES))),
}

_ID = re.compile("(?!(?:all|v1(?:alpha|beta)?)$)[a-z][a-z0-9-]{1,31}")  # `all` is a value of PROVIDERS; bare paths begin with a version
_SEGMENT = r"(?:[A-Za-z0-9][A-Za-z0-9._-]*|\{(?:model|model_id|model_name|id)\})(?::[A-Za-z]+)?"
_ROUTE = re.compile(rf"(?:GET|POST|PUT|PATCH) (?:/{_SEGMENT})*/(?:{_SEGMENT}|\{{path\}})")
_PARAMETER = re.compile(r"[A-Za-z0-9$_.\[\]-]{1,64}")
_HEADER = re.compile("[a-z][a-z0-9-]{0,63}")
# Request headers that would change the matched method or path, name another host, or pass for the relay's own.
_NEVER_UP = re.compile("x-relay-|x-http-method|x-method|x-original-|x-rewrite-|x-envoy-|x-host|x-real-|http2-settings|proxy")
# Answer headers that would act in a browser, a cache or a proxy on the way, describe one connection, or pass for the relay's own.
_NEVER_DOWN = re.compile(
    ".*cache-control|.*control$|accept-ch|access-control-|activate-|alt-svc|attribution-|cf-|clear-site-data|connection|content-"
    "|cross-origin-|edge-|keep-alive|link|location|nel|origin-|permissions-policy|proxy-|public-key|referrer-policy|refresh|report|sec-"
    "|server|service-worker|set-cookie|set-login|sourcemap|speculation-|strict-transport|surrogate-|te$|timing-allow|trailer"
    "|transfer-encoding|upgrade|use-as-|via$|www-authenticate|x-accel-|x-content-type|x-dns|x-frame|x-middleware|x-relay-|x-sendfile"
    "|x-sourcemap|x-xss"
)
_PREFIX = re.compile("[A-Za-z0-9_.-]{1,32}")
_OBJECT_RULE = (
    "must be an object by id: 2 to 32 lower-case letters, digits and dashes, a letter first; not `all`, a version or a name that is taken"
)
_VENDOR_IDS = {vendor.id for vendor in VENDORS}


def _list_of(fits: Callable[[str], Any]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(isinstance(one, str) and fits(one) for one in value)


_is_route_list = _list_of(_ROUTE.fullmatch)
_FIELDS: dict[str, Callable[[Any], bool]] = {
    "base_url": lambda value: isinstance(value, str),
    "name": lambda value: isinstance(value, str) and 0 < len(value) <= 64 and value.isprintable(),
    "compatible": lambda value: value != [] and _list_of(_COMPATIBLE.__contains__)(value),
    "carrier": lambda value: isinstance(value, str) and value in _CARRIERS,
    "routes": lambda value: bool(value) and (_is_route_list(value) or _is_object_of(GROUPS, _is_route_list)(value)),
    "parameters": _list_of(lambda name: _PARAMETER.fullmatch(name) and not overrides_the_request(name)),
    "headers": _list_of(lambda name: may_be_sent(name) and name not in _CARRIERS and not _NEVER_UP.match(name)),
    "answer_headers": _list_of(lambda name: _HEADER.fullmatch(name) and not _NEVER_DOWN.match(name)),
    "keys_of": lambda value: isinstance(value, str) and value in _VENDOR_IDS,
    "key_prefixes": lambda value: value != [] and _list_of(_PREFIX.fullmatch)(value),
    "shortest_key": lambda value: type(value) is int and 1 <= value <= 8,
}


def _is_object_of(names: tuple[str, ...], fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(name in names and fits(one) for name, one in value.items())


def custom_providers(text: str) -> tuple[Provider, ...]:
    """The providers that the setting adds. Raises ValueError, which names the entry and the field."""
    try:
        entries = strict_json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("is not valid JSON, or has a member twice") from None
    if not isinstance(entries, dict) or not all(_ID.fullmatch(id) and id not in IDS for id in entries):
        raise ValueError(_OBJECT_RULE)
    return tuple(_custom_provider(id, entry) for id, entry in entries.items())


def _custom_provider(id: str, entry: Any) -> Provider:
    if not isinstance(entry, dict) or "base_url" not in entry:
        raise ValueError(f'has no base_url for "{id}"')
    if not entry.keys() <= _FIELDS.keys():
        raise ValueError(f'has an unknown field for "{id}"; use only: {", ".join(_FIELDS)}')
    for field, value in entry.items():
        if not _FIELDS[field](value):
            raise ValueError(f'has an invalid {field} for "{id}": see docs/settings.md')
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


def _surfaces(entry: dict[str, Any], apis: list[str]) -> Iterator[Surface]:
    carrier = _CARRIERS[entry["carrier"]] if "carrier" in entry else None
    for _, _, surface in map(_COMPATIBLE.__getitem__, apis):
        yield surface._replace(carriers=(carrier,)) if carrier else surface
    routes = entry.get("routes", {})
    by_group = routes if isinstance(routes, dict) else {"inference": routes}
    for group in GROUPS:
        if group in by_group:
            yield Surface((carrier or BEARER,), tuple(by_group[group]), group)
