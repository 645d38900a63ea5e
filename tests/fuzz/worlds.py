"""Configurations of a relay, and what follows from each for where a request may go: the provider table's data, none of the relay's code."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from byok_relay.carriers import Carrier
from byok_relay.providers import LISTED
from byok_relay.providers.compatible import ROUTES
from byok_relay.settings import SettingError
from providers import PROVIDERS
from tables.origins import LIST
from unit.support import APP, SEALING_KEY, configured

Given = dict[str, str]


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    carriers: tuple[str, ...]  # such as `x-api-key` and `authorization Bearer`
    group: str = "inference"


@dataclass(frozen=True)
class Place:
    """A provider, as far as a judge must know it."""

    id: str
    names: tuple[str, ...]  # the first segment of a path to it
    base: str
    routes: tuple[Route, ...]
    vendor: str  # whose keys it takes
    sealed_as: str  # whose sealed keys it takes
    parameters: frozenset[str] | None  # of a query; None: any that are no credential
    shortest_key: int = 8
    model_members: frozenset[str] = frozenset({"model"})  # of a body, which say what it is for; none: a parameter does
    resource: str = ""  # what the first segment of a path to it must be, if that is a part of the host's name
    mounts: tuple[tuple[str, str], ...] = ()  # where an SDK's bare paths begin, and where they lead

    def resolved(self, path: str) -> tuple[str, str]:
        """The base URL that a path after the provider's name leads to, and what follows that."""
        if not self.resource:
            return self.base, path
        resource, _, rest = path[1:].partition("/")
        assert re.fullmatch("[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?", resource)
        return self.base.replace("{resource}", resource), f"/{rest}"


class World:
    def __init__(self, given: Given) -> None:
        self.settings = configured(given)
        self.each = () if isinstance(self.settings, SettingError) else tuple(_places(given))
        self.places = {name: place for place in self.each for name in place.names}
        self.require_origin = given.get("REQUIRE_ORIGIN") == "true"
        self.require_sealed = given.get("REQUIRE_SEALED_KEYS") == "true"
        self.check_form = given.get("KEY_CHECK") != "off"
        self.max_body = int(given.get("MAX_BODY_BYTES", 32 * 1024 * 1024))
        self.models = _listed(given.get("ALLOWED_MODELS", "all")) if given.get("ALLOWED_MODELS", "all") != "all" else []
        self.any_origin = given.get("ALLOWED_ORIGINS", "*") == "*"
        self._origins = [re.escape(entry.strip()) for entry in given.get("ALLOWED_ORIGINS", "").split(",")]

    def allows(self, origin: str) -> bool:
        label = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
        return any(re.fullmatch(entry.replace(r"\*", label), origin) for entry in self._origins)


@lru_cache(64)
def _world(*given: tuple[str, str]) -> World:
    return World(dict(given))


def world(given: Given) -> World:
    return _world(*given.items())


def _places(given: Given) -> Iterator[Place]:
    places = []
    groups = set(map(str.strip, given.get("ENDPOINTS", "inference, realtime").split(",")))
    for provider in PROVIDERS:
        id, names = provider.id, (provider.id, *LISTED[provider.id].aliases)
        open_ones = [surface for surface in provider.surfaces if surface.group in groups]
        routes = [
            replace(route, group=surface.group)
            for surface in open_ones
            for route in _routes(surface.routes, *(_named(one) for one in surface.carriers))
        ]
        sealed_as = f"{id}@{provider.base_url.removeprefix('https://')}" if provider.resource else id
        mounts = tuple((begins, provider.sdk_base_paths.get("openai", "/v1")) for begins in ("/v1", ""))
        if "@anthropic-ai/sdk" in provider.sdk_base_paths:
            mounts += (("/v1/messages", provider.sdk_base_paths["@anthropic-ai/sdk"] + "/v1/messages"),)
        vendor = provider.keys_of or id
        parameters = provider.parameter_spellings
        places.append(
            Place(
                id,
                names,
                provider.base_url,
                tuple(routes),
                vendor,
                sealed_as,
                parameters,
                model_members=provider.model_members,
                resource=provider.resource,
                mounts=mounts,
            )
        )
    for id, entry in json.loads(given.get("CUSTOM_PROVIDERS", "{}")).items():
        base = _trimmed(entry["base_url"])
        carrier = entry.get("carrier", "authorization")
        routes = _routes(entry.get("routes", ROUTES), "authorization Bearer" if carrier == "authorization" else carrier)
        parameters = frozenset(entry["parameters"]) if "parameters" in entry else None
        sealed_as, shortest = f"{id}@{base.split('/')[2]}", entry.get("shortest_key", 8)
        mounts = () if "routes" in entry else (("", "/v1"),)
        places.append(Place(id, (id,), base, tuple(routes), entry.get("keys_of", id), sealed_as, parameters, shortest, mounts=mounts))
    by_default = [place.id for place in places if place.id not in LISTED or LISTED[place.id].is_default]
    enabled = set(map(str.strip, given.get("PROVIDERS", "all").replace("all", ",".join(by_default)).split(",")))
    for place in places:
        if enabled & set(place.names):
            moved = [given.get(f"UPSTREAM_{name.upper().replace('-', '_')}", "") for name in place.names]
            yield replace(place, base=_trimmed("".join(moved)) or place.base)


def _listed(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


def _named(carrier: Carrier) -> str:
    return f"{carrier.header} {carrier.scheme}".strip()


def _routes(routes: Iterable[str], *carriers: str) -> list[Route]:
    return [Route(*route.split(" "), carriers) for route in routes]


def _trimmed(url: str) -> str:
    return url.strip().removesuffix("/")


_MY_LLM = "POST /api/{model}/run, GET /api/{model_id}, POST /api/{model}, GET /x/{model}/y/{model_id}/z, GET /m/{model_name}, GET /a.b-c_d"
_GATEWAYS = ["x", "api-version", "a[]", "$v.1"]
_ENTRIES: dict[str, dict[str, object]] = {
    "acme": {"base_url": "https://api.acme.example/openai"},
    "gateway": {"base_url": "https://gateway.example", "carrier": "x-api-key", "keys_of": "openai", "parameters": _GATEWAYS},
    "my-llm": {"base_url": "http://localhost:11434/v.1/", "carrier": "api-key", "shortest_key": 1, "routes": _MY_LLM.split(", ")},
}
_CUSTOM = {"CUSTOM_PROVIDERS": json.dumps(_ENTRIES)}
_SEALING = {"SEALING_KEY": json.dumps(SEALING_KEY)}
CONFIGURATIONS: tuple[Given, ...] = (
    _SEALING,
    {},
    {"REQUIRE_ORIGIN": "true"},
    {"KEY_CHECK": "off", "DEFAULT_PROVIDER": "mistral"},
    {"PROVIDERS": "mistral, gemini", "KEY_CHECK": "off"},
    _SEALING | _CUSTOM,
    _CUSTOM | {"PROVIDERS": "acme, gateway, my-llm, openai"},
    _CUSTOM | {"UPSTREAM_MY_LLM": "https://llm.example", "DEFAULT_PROVIDER": "my-llm", "ALLOWED_ORIGINS": APP},
    _SEALING | {"ALLOWED_ORIGINS": LIST},
    _SEALING | {"ALLOWED_ORIGINS": LIST, "REQUIRE_ORIGIN": "true", "MAX_BODY_BYTES": "1000"},
    _SEALING | {"ALLOWED_ORIGINS": LIST, "REQUIRE_SEALED_KEYS": "true"},
    _SEALING
    | {
        "UPSTREAM_OPENAI": "https://eu.proxy.example:8443/a/b.c/",
        "UPSTREAM_CLAUDE": "http://[::1]:9301",
        "UPSTREAM_GEMINI": "http://127.0.0.1:9301/google",
        "UPSTREAM_MISTRAL": "https://relay.example/mistral",  # where some of the requests come to
    },
    {"PROVIDERS": "all, github, notion, resend, sendgrid, sendgrid-eu, stripe, twilio", "ENDPOINTS": "inference, files, batches"},
    {"ALLOWED_MODELS": "gpt-4o*, gemini-2*, m, llama, meta-llama/*", "ENDPOINTS": "inference, files"},
    _SEALING | _CUSTOM | {"ALLOWED_MODELS": "gpt-*, claude-*, */*"},
    {"KEY_CHECK": "nonsense"},
)
