"""The relay's settings: read once, checked whole. Nothing starts half-configured.

A setting that is invalid, or spelled almost like one that exists, raises `SettingError`, which names the setting and never shows
its value: some of them are secrets.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .cors import CorsPolicy
from .providers import PROVIDERS, Provider, Surface
from .providers.openai import OPENAI
from .sealing import Sealing, parse_key


class SettingError(ValueError):
    """A setting that cannot be used. Its text is one line for the operator: which setting, and what it should be."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} {problem}")


@dataclass(frozen=True, slots=True)
class Settings:
    cors: CorsPolicy
    require_origin: bool
    providers: tuple[Provider, ...]  # the enabled ones
    by_name: dict[str, Provider]  # the same, by id and by alias
    default_provider: Provider
    check_key_prefix: bool
    max_body_bytes: int
    upstream_timeout_seconds: int
    sealing: Sealing


UPSTREAM_PREFIX = "UPSTREAM_"
KNOWN = (
    "ALLOWED_ORIGINS",
    "REQUIRE_ORIGIN",
    "PROVIDERS",
    "DEFAULT_PROVIDER",
    "KEY_CHECK",
    "MAX_BODY_BYTES",
    "UPSTREAM_TIMEOUT_SECONDS",
    "CUSTOM_PROVIDERS",
    "SEALING_KEY",
    "SEALING_KEY_PREVIOUS",
    "REQUIRE_SEALED_KEYS",
    "SEALED_KEY_MAX_AGE_DAYS",
)
# Settings that promise a protection this version does not have yet: better no relay than one that ignores them.
NOT_YET = (
    "RATE_LIMIT_PER_MINUTE",
    "METER_USAGE",
    "AUDIT_SECRET",
)


def parse(given: Mapping[str, str]) -> Settings:
    """Settings from their names and texts, as an environment holds them; other names are ignored. Raises SettingError."""
    for name in given:
        if problem := _problem(name):
            raise SettingError(name, problem)
    known = {**{provider.id: provider for provider in PROVIDERS}, **_custom_providers(given)}
    overrides = _upstreams(given, known)
    known = {id: provider.at(overrides[id]) if id in overrides else provider for id, provider in known.items()}
    enabled = _enabled(given, known)
    by_name = _by_name(enabled)
    default = _text(given, "DEFAULT_PROVIDER", "openai" if "openai" in by_name else enabled[0].id)
    if default not in by_name:
        raise SettingError("DEFAULT_PROVIDER", f"is not one of: {', '.join(provider.id for provider in enabled)}")
    return Settings(
        cors=_origins(given),
        require_origin=_flag(given, "REQUIRE_ORIGIN", False),
        providers=enabled,
        by_name=by_name,
        default_provider=by_name[default],
        check_key_prefix=_choice(given, "KEY_CHECK", ("prefix", "off")) == "prefix",
        max_body_bytes=_number(given, "MAX_BODY_BYTES", 32 * 1024 * 1024, 1, 5 * 1024**3),
        upstream_timeout_seconds=_number(given, "UPSTREAM_TIMEOUT_SECONDS", 600, 1, 3600),
        sealing=_sealing(given),
    )


def upstream_setting(id: str) -> str:
    """The setting that holds a provider's other base URL."""
    return UPSTREAM_PREFIX + id.upper().replace("-", "_")


def concerns(name: str) -> bool:
    """Whether a name in an environment is a setting, or so nearly one that it must be an error rather than ignored."""
    return name in KNOWN or name.startswith(UPSTREAM_PREFIX) or _problem(name) is not None


# Beginnings of what people call the relay's settings elsewhere. A protection that was asked for under another name is not on.
_MEANT = tuple(
    "ALLOWED_ORIGIN ALLOWED_PROVIDER CORS_ORIGIN ENABLED_PROVIDER MAX_BODY RATE_LIMIT REQUIRE_ORIGIN REQUIRE_SEAL SEALED_ SEALING_".split()
)


def _problem(name: str) -> str | None:
    """What is wrong with a name that is no setting but was meant to be one; None for settings, and for what is not the relay's."""
    if name in KNOWN or name.startswith(UPSTREAM_PREFIX):
        return None
    if name in NOT_YET:
        return "is not supported by this version of the relay"

    import difflib  # needed only for names that are no settings, so not at every start

    names = (*KNOWN, *NOT_YET, *(upstream_setting(provider.id) for provider in PROVIDERS))
    for nearest in difflib.get_close_matches(name.upper(), names, n=1, cutoff=0.85):
        return f"is not a setting; did you mean {nearest}?"
    return "is not a setting; docs/settings.md lists those there are" if name.startswith(_MEANT) else None


def _text(given: Mapping[str, str], name: str, default: str) -> str:
    return given.get(name, "").strip() or default


def _words(given: Mapping[str, str], name: str, default: str) -> list[str]:
    """A comma list. One that is given but empty is an error: it could mean everything or nothing."""
    words = [word for word in map(str.strip, given.get(name, default).split(",")) if word]
    if not words:
        raise SettingError(name, "is an empty list; leave it out for the default")
    return words


def _choice(given: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = _text(given, name, choices[0]).lower()
    if value not in choices:
        raise SettingError(name, f"must be one of: {', '.join(choices)}")
    return value


def _flag(given: Mapping[str, str], name: str, default: bool) -> bool:
    value = _text(given, name, str(default)).lower()
    if value not in ("true", "false", "1", "0"):
        raise SettingError(name, "must be true or false")
    return value in ("true", "1")


def _number(given: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    value = _text(given, name, str(default))
    if not re.fullmatch("[0-9]{1,12}", value) or not least <= int(value) <= most:
        raise SettingError(name, f"must be a whole number from {least} to {most}")
    return int(value)


# RFC 6454 section 6.2, and the schemes of extensions and desktop shells; no path, no trailing slash.
_ORIGIN = re.compile(r"([a-z][a-z0-9+.-]*)://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?")
_DEFAULT_PORT = re.compile(r"https://.*:443$|http://.*:80$")  # a browser leaves it out of the header
_WILDCARD_ORIGIN = re.compile(r"(https?)://\*\.([a-z0-9-]+(?:\.[a-z0-9-]+)+)(:[0-9]{1,5})?")


def _origins(given: Mapping[str, str]) -> CorsPolicy:
    name, entries = "ALLOWED_ORIGINS", _words(given, "ALLOWED_ORIGINS", "*")
    if "*" in entries:
        if len(entries) > 1:
            raise SettingError(name, "must be * alone, or a list of origins without it")
        return CorsPolicy(any_origin=True)
    exact, wildcards = set(), []
    for entry in entries:
        if _ORIGIN.fullmatch(entry) and not _DEFAULT_PORT.match(entry):
            exact.add(entry)
        elif (wildcard := _WILDCARD_ORIGIN.fullmatch(entry)) and not _DEFAULT_PORT.match(entry):
            scheme, domain, port = wildcard.groups("")
            wildcards.append(re.compile(f"{scheme}://[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\.{re.escape(domain + port)}"))
        else:
            raise SettingError(
                name,
                "must be *, or a comma list of origins such as https://app.example or https://*.app.example: lower-case, no path, no slash",
            )
    return CorsPolicy(any_origin=False, exact=frozenset(exact), wildcards=tuple(wildcards))


def _enabled(given: Mapping[str, str], known: dict[str, Provider]) -> tuple[Provider, ...]:
    by_name = _by_name(known.values())
    words = _words(given, "PROVIDERS", ",".join(known))
    if any(word not in by_name for word in words):
        raise SettingError("PROVIDERS", f"must be a comma list out of: {', '.join(known)}")
    return tuple({by_name[word].id: by_name[word] for word in words}.values())


def _by_name(providers: Iterable[Provider]) -> dict[str, Provider]:
    return {name: provider for provider in providers for name in (provider.id, *provider.aliases)}


# A base URL for a provider. `http:` is for a mock or a model server on this machine; an IP address elsewhere is a mistake or an
# attack; a name whose last label is numeric would be read as an address (WHATWG URL, "ends in a number checker"). What a URL parser
# would write differently, such as a default port, is not taken: the runtime must read exactly what is written here.
_LOOPBACK = r"(?:localhost|127\.0\.0\.1|\[::1\])"
_HOST = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?"
_PORT = r"(?::(?P<port>[1-9][0-9]{0,4}))?"
_BASE_PATH = r"(?:/[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)*"
_BASE_URL = re.compile(f"(?P<origin>(?:https://{_HOST}|https?://{_LOOPBACK}){_PORT}){_BASE_PATH}")
_BASE_URL_RULE = (
    "must be an https URL of a named host (or http of 127.0.0.1, localhost or [::1]), without user, query, fragment or default port"
)


def _base_url(name: str, value: str) -> str:
    value = value.strip().removesuffix("/")
    parts = _BASE_URL.fullmatch(value)
    port = int(parts["port"] or 443) if parts else 0
    if not parts or not (port in (80, 443) or 1024 <= port <= 65535) or _DEFAULT_PORT.match(parts["origin"]):
        raise SettingError(name, _BASE_URL_RULE)
    return value


def _upstreams(given: Mapping[str, str], known: dict[str, Provider]) -> dict[str, str]:
    found = {}
    for name, value in given.items():
        if name.startswith(UPSTREAM_PREFIX) and name not in KNOWN and value.strip():
            id = next((id for id in known if upstream_setting(id) == name), None)
            if id is None:
                raise SettingError(name, f"names no provider; there are: {', '.join(map(upstream_setting, known))}")
            found[id] = _base_url(name, value)
    return found


def _sealing(given: Mapping[str, str]) -> Sealing:
    keys = []
    for name in ("SEALING_KEY", "SEALING_KEY_PREVIOUS"):
        if text := given.get(name, "").strip():
            try:
                keys.append(parse_key(text))
            except ValueError as error:
                raise SettingError(name, f"is {error}; `make sealing-key` prints a new one") from None
    if len({key.kid for key in keys}) != len(keys):
        raise SettingError("SEALING_KEY_PREVIOUS", "has the same kid as SEALING_KEY")
    if keys and not given.get("SEALING_KEY", "").strip():
        raise SettingError("SEALING_KEY_PREVIOUS", "is set without SEALING_KEY")
    required = _flag(given, "REQUIRE_SEALED_KEYS", False)
    if required and not keys:
        raise SettingError("REQUIRE_SEALED_KEYS", "needs SEALING_KEY")
    return Sealing(tuple(keys), _number(given, "SEALED_KEY_MAX_AGE_DAYS", 90, 1, 3650), required)


_CUSTOM_ROUTE = re.compile(r"(?:GET|POST) (?:/(?:[A-Za-z0-9][A-Za-z0-9._-]*|\{model\}|\{model_id\}))+")
_CUSTOM_FIELDS: dict[str, Callable[[Any], bool]] = {
    "base_url": lambda value: isinstance(value, str),
    "name": lambda value: isinstance(value, str) and 0 < len(value) <= 64 and value.isprintable(),
    "carrier": lambda value: value in ("authorization", "x-api-key", "api-key"),
    "routes": lambda value: (
        isinstance(value, list) and value != [] and all(isinstance(v, str) and _CUSTOM_ROUTE.fullmatch(v) for v in value)
    ),
}
_CUSTOM_ID = re.compile("(?!v1(?:alpha|beta)?$)[a-z][a-z0-9-]{1,31}")  # a bare path begins with a version


def _custom_providers(given: Mapping[str, str]) -> dict[str, Provider]:
    """`CUSTOM_PROVIDERS`: JSON, {"<id>": {"base_url": …, "name"?, "carrier"?, "routes"?}}; routes default to OpenAI's."""
    setting, text = "CUSTOM_PROVIDERS", given.get("CUSTOM_PROVIDERS", "").strip()
    if not text:
        return {}
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError):
        raise SettingError(setting, "is not valid JSON") from None
    taken = {name for provider in PROVIDERS for name in (provider.id, *provider.aliases)}
    if not isinstance(entries, dict) or not all(_CUSTOM_ID.fullmatch(id) and id not in taken for id in entries):
        raise SettingError(
            setting, "must be an object; its ids are lower-case letters, digits and dashes, begin with a letter, and are not taken"
        )
    return {id: _custom_provider(id, entry) for id, entry in entries.items()}


def _custom_provider(id: str, entry: Any) -> Provider:
    setting = f'CUSTOM_PROVIDERS, "{id}"'
    if not isinstance(entry, dict) or "base_url" not in entry:
        raise SettingError(setting, "has no base_url")
    if not entry.keys() <= _CUSTOM_FIELDS.keys():
        raise SettingError(setting, f"has an unknown field; there are: {', '.join(_CUSTOM_FIELDS)}")
    for field, value in entry.items():
        if not _CUSTOM_FIELDS[field](value):
            raise SettingError(setting, f"has a {field} that cannot be used: see docs/settings.md")
    openai_routes = OPENAI.surfaces[0].routes
    routes = tuple(entry.get("routes", openai_routes))
    return Provider(
        id=id,
        name=entry.get("name", id),
        base_url=_base_url(setting, entry["base_url"]),
        surfaces=(Surface(routes=routes, carriers=(entry.get("carrier", "authorization"),)),),
        key_hint="",
        key_url="",
        sdk_base_paths={"openai": "/v1"} if routes == openai_routes else {},
    )
