"""The grammar of `CUSTOM_PROVIDERS`: a JSON object of entries by id. Each entry becomes a `Provider`."""

import re
from collections.abc import Callable
from typing import Any

from .. import strict_json
from ..carriers import API_KEY, BEARER, X_API_KEY
from ..query import overrides_the_request
from . import PROVIDERS, VENDORS, compatible
from .base_url import base_url
from .provider import Keys, Provider, Surface

_CARRIER_BY_HEADER = {carrier.header: carrier for carrier in (BEARER, X_API_KEY, API_KEY)}

_ID = re.compile("(?!(?:all|v1(?:alpha|beta)?)$)[a-z][a-z0-9-]{1,31}")  # `all` is a value of PROVIDERS; bare paths begin with a version
_ROUTE = re.compile(r"(?:GET|POST) (?:/(?:[A-Za-z0-9][A-Za-z0-9._-]*|\{model\}|\{model_id\}|\{model_name\}))+")
_PARAMETER = re.compile(r"[A-Za-z0-9$_.\[\]-]{1,64}")
_OBJECT_RULE = (
    "must be an object by id: 2 to 32 lower-case letters, digits and dashes, a letter first; not `all`, a version or a name that is taken"
)
_VENDOR_IDS = {vendor.id for vendor in VENDORS}


def _list_of(fits: Callable[[str], Any]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(isinstance(one, str) and fits(one) for one in value)


_FIELDS: dict[str, Callable[[Any], bool]] = {
    "base_url": lambda value: isinstance(value, str),
    "name": lambda value: isinstance(value, str) and 0 < len(value) <= 64 and value.isprintable(),
    "carrier": lambda value: isinstance(value, str) and value in _CARRIER_BY_HEADER,
    "routes": lambda value: value != [] and _list_of(_ROUTE.fullmatch)(value),
    "parameters": _list_of(lambda name: _PARAMETER.fullmatch(name) and not overrides_the_request(name)),
    "keys_of": lambda value: isinstance(value, str) and value in _VENDOR_IDS,
    "shortest_key": lambda value: type(value) is int and 1 <= value <= 8,
}


def custom_providers(text: str) -> tuple[Provider, ...]:
    """The providers that the setting adds. Raises ValueError, which names the entry and the field."""
    try:
        entries = strict_json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("is not valid JSON, or has a member twice") from None
    taken = {name for provider in PROVIDERS for name in (provider.id, *provider.aliases)}
    if not isinstance(entries, dict) or not all(_ID.fullmatch(id) and id not in taken for id in entries):
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
    routes = tuple(entry.get("routes", compatible.ROUTES))
    provider = Provider(
        id=id,
        name=entry.get("name", id),
        base_url="",
        surfaces=(Surface(routes=routes, carriers=(_CARRIER_BY_HEADER[entry.get("carrier", BEARER.header)],)),),
        keys=Keys(shortest=entry.get("shortest_key", 8)),
        keys_of=entry.get("keys_of", ""),
        sealed_by_host=True,
        parameters=frozenset(entry["parameters"]) if "parameters" in entry else None,
        sdk_base_paths={"openai": "/v1"} if routes == compatible.ROUTES else {},
    )
    try:
        return provider.at(base_url(entry["base_url"]))
    except ValueError as problem:
        raise ValueError(f'has a base_url for "{id}" that {problem}') from None
