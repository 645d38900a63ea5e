"""The relay's settings: read once, checked whole. One invalid setting stops every request.

A setting that is invalid, or spelled almost like one that exists, raises `SettingError`, which names the setting and never shows
its value: some of them are secrets.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from .cors import CorsPolicy
from .providers import PROVIDERS, Provider
from .sealing import Sealing, SealingKey, parse_key

T = TypeVar("T")


class SettingError(ValueError):
    """A setting that cannot be used. Its text is one line for the operator: which setting, and what it should be."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} {problem}")


class Settings(NamedTuple):
    cors: CorsPolicy
    require_origin: bool
    providers: tuple[Provider, ...]  # the enabled ones
    by_name: dict[str, Provider]  # the same, by id and by alias
    default_provider: Provider
    check_key_form: bool
    max_body_bytes: int
    upstream_timeout_seconds: int
    sealing: Sealing


class Setting(NamedTuple, Generic[T]):
    """A setting's name, its grammar, and the text that stands for it when it is not given.

    The grammar turns the text into a value, or raises ValueError, whose text says what is expected.
    """

    name: str
    grammar: Callable[[str], T]
    default: str = ""
    may_be_blank: bool = True  # blank means unset; not so for a list, where it could mean everything or nothing

    def read(self, given: Mapping[str, str]) -> T:
        """The setting's value in this environment. Raises SettingError."""
        text = given.get(self.name, self.default).strip()
        try:
            return self.grammar((text or self.default) if self.may_be_blank else text)
        except ValueError as problem:
            raise SettingError(self.name, str(problem)) from None


def _choice(*choices: str) -> Callable[[str], str]:
    def grammar(text: str) -> str:
        if text.lower() not in choices:
            raise ValueError(f"must be one of: {', '.join(choices)}")
        return text.lower()

    return grammar


def _flag(text: str) -> bool:
    if text.lower() not in ("true", "false", "1", "0"):
        raise ValueError("must be true or false")
    return text.lower() in ("true", "1")


def number(least: int, most: int) -> Callable[[str], int]:
    """The grammar of a whole number in this range."""

    def grammar(text: str) -> int:
        if not re.fullmatch("[0-9]{1,12}", text) or not least <= int(text) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return grammar


def _names(text: str) -> list[str]:
    names = [name for name in map(str.strip, text.split(",")) if name]
    if not names:
        raise ValueError("is empty; remove it to use the default")
    return names


def _custom_providers(text: str) -> tuple[Provider, ...]:
    if not text:
        return ()

    from .providers.custom import custom_providers  # imported here, because most relays have none

    return custom_providers(text)


def _behind(provider: Provider) -> Callable[[str], Provider]:
    """The grammar of another base URL for a provider, which gives the provider behind that."""

    def grammar(text: str) -> Provider:
        from .providers.base_url import base_url  # imported here, because most relays set none

        return provider.at(base_url(text))

    return grammar


def _sealing_key(text: str) -> SealingKey | None:
    try:
        return parse_key(text) if text else None
    except ValueError as problem:
        raise ValueError(f"is {problem}; `byok-relay sealing-key` or `make sealing-key` prints a new one") from None


ALLOWED_ORIGINS = Setting("ALLOWED_ORIGINS", CorsPolicy.parse, "*", may_be_blank=False)
REQUIRE_ORIGIN = Setting("REQUIRE_ORIGIN", _flag, "false")
ENABLED = Setting("PROVIDERS", _names, "all", may_be_blank=False)
DEFAULT_PROVIDER = Setting("DEFAULT_PROVIDER", str)
KEY_CHECK = Setting("KEY_CHECK", _choice("prefix", "off"), "prefix")
MAX_BODY_BYTES = Setting("MAX_BODY_BYTES", number(1, 5 * 1024**3), "33554432")
UPSTREAM_TIMEOUT_SECONDS = Setting("UPSTREAM_TIMEOUT_SECONDS", number(1, 3600), "600")
CUSTOM_PROVIDERS = Setting("CUSTOM_PROVIDERS", _custom_providers)
SEALING_KEY = Setting("SEALING_KEY", _sealing_key)
SEALING_KEY_PREVIOUS = Setting("SEALING_KEY_PREVIOUS", _sealing_key)
SEALED_KEY_MAX_AGE_DAYS = Setting("SEALED_KEY_MAX_AGE_DAYS", number(1, 3650), "90")
REQUIRE_SEALED_KEYS = Setting("REQUIRE_SEALED_KEYS", _flag, "false")

TABLE: tuple[Setting[Any], ...] = (
    ALLOWED_ORIGINS,
    REQUIRE_ORIGIN,
    ENABLED,
    DEFAULT_PROVIDER,
    KEY_CHECK,
    MAX_BODY_BYTES,
    UPSTREAM_TIMEOUT_SECONDS,
    CUSTOM_PROVIDERS,
    SEALING_KEY,
    SEALING_KEY_PREVIOUS,
    SEALED_KEY_MAX_AGE_DAYS,
    REQUIRE_SEALED_KEYS,
)
KNOWN = tuple(setting.name for setting in TABLE)

# Each provider has one more setting, its base URL: this and its id or an alias.
UPSTREAM_PREFIX = "UPSTREAM_"

# Settings for protections that this version lacks. To ignore them would be unsafe, so they are errors.
UNSUPPORTED = ("RATE_LIMIT_PER_MINUTE", "METER_USAGE", "AUDIT_SECRET")


def parse(given: Mapping[str, str]) -> Settings:
    """The settings in an environment. Other names are ignored. Raises SettingError."""
    for name in given:
        if problem := _problem(name):
            raise SettingError(name, problem)
    known = _upstreams(given, (*PROVIDERS, *CUSTOM_PROVIDERS.read(given)))
    enabled = _enabled(given, known)
    by_name = _by_name(enabled)
    default = DEFAULT_PROVIDER.read(given) or ("openai" if "openai" in by_name else enabled[0].id)
    if default not in by_name:
        raise SettingError(DEFAULT_PROVIDER.name, f"must be one of: {', '.join(provider.id for provider in enabled)}")
    return Settings(
        cors=ALLOWED_ORIGINS.read(given),
        require_origin=REQUIRE_ORIGIN.read(given),
        providers=enabled,
        by_name=by_name,
        default_provider=by_name[default],
        check_key_form=KEY_CHECK.read(given) == "prefix",
        max_body_bytes=MAX_BODY_BYTES.read(given),
        upstream_timeout_seconds=UPSTREAM_TIMEOUT_SECONDS.read(given),
        sealing=_sealing(given),
    )


def upstream_setting(name: str) -> str:
    """The setting that holds another base URL for the provider of this id or alias."""
    return UPSTREAM_PREFIX + name.upper().replace("-", "_")


def concerns(name: str) -> bool:
    """Whether a name is a setting, or so close to one that it must be an error."""
    return name in KNOWN or name.startswith(UPSTREAM_PREFIX) or _problem(name) is not None


# Prefixes of such settings' names in other relays. An operator who uses one expects a protection, so it is an error.
_MEANT = tuple(
    "ALLOWED_ORIGIN ALLOWED_PROVIDER CORS_ORIGIN ENABLED_PROVIDER MAX_BODY RATE_LIMIT REQUIRE_ORIGIN REQUIRE_SEAL SEALED_ SEALING_".split()
)


def _problem(name: str) -> str | None:
    """The error for a name that was meant as a setting but is not one; None for every other name."""
    if name in KNOWN or name.startswith(UPSTREAM_PREFIX):
        return None
    if name in UNSUPPORTED:
        return "is not supported by this version of the relay"

    import difflib  # imported here, because only unknown names need it

    names = (*KNOWN, *UNSUPPORTED, *map(upstream_setting, _by_name(PROVIDERS)))
    for nearest in difflib.get_close_matches(name.upper(), names, n=1, cutoff=0.85):
        return f"is not a setting; did you mean {nearest}?"
    return "is not a setting; docs/settings.md lists the settings" if name.startswith(_MEANT) else None


def _by_name(providers: Iterable[Provider]) -> dict[str, Provider]:
    return {name: provider for provider in providers for name in (provider.id, *provider.aliases)}


def _upstreams(given: Mapping[str, str], providers: Iterable[Provider]) -> dict[str, Provider]:
    """The providers by id, with the base URLs from UPSTREAM_ settings."""
    by_id = {provider.id: provider for provider in providers}
    by_setting = {upstream_setting(name): provider for name, provider in _by_name(by_id.values()).items()}
    moved: dict[str, str] = {}
    for name, text in given.items():
        if not name.startswith(UPSTREAM_PREFIX) or name in KNOWN:
            continue
        if name not in by_setting:
            raise SettingError(name, f"names no provider; use one of: {', '.join(map(upstream_setting, by_id))}")
        if not text.strip():
            continue
        id = by_setting[name].id
        if id in moved:
            raise SettingError(name, f"is for the same provider as {moved[id]}; remove one of them")
        moved[id] = name
        by_id |= {id: Setting(name, _behind(by_id[id])).read(given)}
    return by_id


def _enabled(given: Mapping[str, str], known: dict[str, Provider]) -> tuple[Provider, ...]:
    by_name = _by_name(known.values())
    names = ENABLED.read(given)
    if names == [ENABLED.default]:
        return tuple(known.values())
    if any(name not in by_name for name in names):
        raise SettingError(ENABLED.name, f"must be a comma-separated list of: {', '.join(known)}")
    return tuple({by_name[name].id: by_name[name] for name in names}.values())


def _sealing(given: Mapping[str, str]) -> Sealing:
    current, previous = SEALING_KEY.read(given), SEALING_KEY_PREVIOUS.read(given)
    if previous and not current:
        raise SettingError(SEALING_KEY_PREVIOUS.name, "needs SEALING_KEY; set that, or remove this")
    if previous and current and previous.kid == current.kid:
        raise SettingError(SEALING_KEY_PREVIOUS.name, "has the same kid as SEALING_KEY; set it to the previous key")
    required = REQUIRE_SEALED_KEYS.read(given)
    if required and not current:
        raise SettingError(REQUIRE_SEALED_KEYS.name, "needs SEALING_KEY")
    return Sealing(tuple(filter(None, (current, previous))), SEALED_KEY_MAX_AGE_DAYS.read(given), required)
