"""The relay's settings: read once, checked whole. One invalid setting stops every request.

A setting that is invalid, or spelled almost like one that exists, raises `SettingError`, which names the setting and never shows
its value: some of them are secrets.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from .cors import CorsPolicy
from .limits import MOST_PER_MINUTE
from .providers import IDS, LISTED, Provider, entry
from .providers.provider import GROUPS
from .providers.served import Served, ids_of
from .sealing import Sealing, SealingKey, parse_key
from .secret import Secret

T = TypeVar("T")


class SettingError(ValueError):
    """A setting that cannot be used. Its text is one line for the operator: which setting, and what it should be."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} {problem}")


class Settings(NamedTuple):
    cors: CorsPolicy
    require_origin: bool
    providers: Served
    groups: frozenset[str]  # of endpoints, which are open
    models: tuple[str, ...]  # patterns of those that are allowed; empty: all
    check_key_form: bool
    max_body_bytes: int
    upstream_timeout_seconds: int
    sealing: Sealing
    requests_per_minute: int  # with one key; 0: any number
    audit: bool  # a line in the log for each request
    audit_ends: bool  # at the end of its answer, also on Workers
    audit_secret: Secret | None  # keys the hashes that stand for keys and addresses
    meter_usage: bool  # the tokens of answers, in those lines


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


def _groups(text: str) -> frozenset[str]:
    groups = frozenset(_names(text))
    if not groups <= {*GROUPS}:
        raise ValueError(f"must be a comma-separated list of: {', '.join(GROUPS)}")
    return groups


def _models(text: str) -> tuple[str, ...]:
    if text == "all":
        return ()

    from .models import patterns  # imported here, because most relays allow all

    names = _names(text)
    if "all" in names:
        raise ValueError("must be all alone, or a list of names without it")
    return patterns(names)


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


def _audit_secret(text: str) -> Secret | None:
    if text and not (len(text) >= 16 and text.isascii()):
        raise ValueError("must have at least 16 ASCII characters; `openssl rand -hex 32` prints some")
    return Secret(text) if text else None


ALLOWED_ORIGINS = Setting("ALLOWED_ORIGINS", CorsPolicy.parse, "*", may_be_blank=False)
REQUIRE_ORIGIN = Setting("REQUIRE_ORIGIN", _flag, "false")
ENABLED = Setting("PROVIDERS", _names, "all", may_be_blank=False)
DEFAULT_PROVIDER = Setting("DEFAULT_PROVIDER", str)
ENDPOINTS = Setting("ENDPOINTS", _groups, "inference, realtime", may_be_blank=False)
ALLOWED_MODELS = Setting("ALLOWED_MODELS", _models, "all", may_be_blank=False)
KEY_CHECK = Setting("KEY_CHECK", _choice("prefix", "off"), "prefix")
MAX_BODY_BYTES = Setting("MAX_BODY_BYTES", number(1, 5 * 1024**3), "33554432")
UPSTREAM_TIMEOUT_SECONDS = Setting("UPSTREAM_TIMEOUT_SECONDS", number(1, 3600), "600")
CUSTOM_PROVIDERS = Setting("CUSTOM_PROVIDERS", _custom_providers)
SEALING_KEY = Setting("SEALING_KEY", _sealing_key)
SEALING_KEY_PREVIOUS = Setting("SEALING_KEY_PREVIOUS", _sealing_key)
SEALED_KEY_MAX_AGE_DAYS = Setting("SEALED_KEY_MAX_AGE_DAYS", number(1, 3650), "90")
REQUIRE_SEALED_KEYS = Setting("REQUIRE_SEALED_KEYS", _flag, "false")
RATE_LIMIT_PER_MINUTE = Setting("RATE_LIMIT_PER_MINUTE", number(0, MOST_PER_MINUTE), "0")
AUDIT = Setting("AUDIT", _flag, "true")
AUDIT_ENDS = Setting("AUDIT_ENDS", _flag, "false")
AUDIT_SECRET = Setting("AUDIT_SECRET", _audit_secret)
METER_USAGE = Setting("METER_USAGE", _flag, "false")

TABLE: tuple[Setting[Any], ...] = (
    ALLOWED_ORIGINS,
    REQUIRE_ORIGIN,
    ENABLED,
    DEFAULT_PROVIDER,
    ENDPOINTS,
    ALLOWED_MODELS,
    KEY_CHECK,
    MAX_BODY_BYTES,
    UPSTREAM_TIMEOUT_SECONDS,
    CUSTOM_PROVIDERS,
    SEALING_KEY,
    SEALING_KEY_PREVIOUS,
    SEALED_KEY_MAX_AGE_DAYS,
    REQUIRE_SEALED_KEYS,
    RATE_LIMIT_PER_MINUTE,
    AUDIT,
    AUDIT_ENDS,
    AUDIT_SECRET,
    METER_USAGE,
)
KNOWN = tuple(setting.name for setting in TABLE)

# Each provider has one more setting, its base URL: this and its id or an alias.
UPSTREAM_PREFIX = "UPSTREAM_"


def parse(given: Mapping[str, str]) -> Settings:
    """The settings in an environment. Other names are ignored. Raises SettingError."""
    for name in given:
        if problem := _problem(name):
            raise SettingError(name, problem)
    custom = {provider.id: provider for provider in CUSTOM_PROVIDERS.read(given)}
    known = IDS | {id: id for id in custom}
    names = _enabled(given, known)
    default = DEFAULT_PROVIDER.read(given) or next(name for name in (_USUAL, *names) if name in names)
    if default not in names:
        raise SettingError(DEFAULT_PROVIDER.name, f"must be one of: {', '.join(ids_of(names))}")
    audit, audit_ends, meter_usage = _lines(given)
    return Settings(
        cors=ALLOWED_ORIGINS.read(given),
        require_origin=REQUIRE_ORIGIN.read(given),
        providers=Served(names, custom | _moved(given, known, custom), default),
        groups=ENDPOINTS.read(given),
        models=ALLOWED_MODELS.read(given),
        check_key_form=KEY_CHECK.read(given) == "prefix",
        max_body_bytes=MAX_BODY_BYTES.read(given),
        upstream_timeout_seconds=UPSTREAM_TIMEOUT_SECONDS.read(given),
        sealing=_sealing(given),
        requests_per_minute=RATE_LIMIT_PER_MINUTE.read(given),
        audit=audit,
        audit_ends=audit_ends,
        audit_secret=AUDIT_SECRET.read(given),
        meter_usage=meter_usage,
    )


def upstream_setting(name: str) -> str:
    """The setting that holds another base URL for the provider of this id or alias."""
    return UPSTREAM_PREFIX + name.upper().replace("-", "_")


def concerns(name: str) -> bool:
    """Whether a name is a setting, or so close to one that it must be an error."""
    return name in KNOWN or name.startswith(UPSTREAM_PREFIX) or _problem(name) is not None


# Prefixes of such settings' names in other relays. An operator who uses one expects a protection, so it is an error.
_MEANT = tuple(
    "ALLOWED_MODEL ALLOWED_ORIGIN ALLOWED_PROVIDER CORS_ORIGIN ENABLED_PROVIDER MAX_BODY RATE_LIMIT REQUIRE_ORIGIN REQUIRE_SEAL SEALED_"
    " SEALING_".split()
)


def _problem(name: str) -> str | None:
    """The error for a name that was meant as a setting but is not one; None for every other name."""
    if name in KNOWN or name.startswith(UPSTREAM_PREFIX):
        return None

    import difflib  # imported here, because only unknown names need it

    names = (*KNOWN, *map(upstream_setting, IDS))
    for nearest in difflib.get_close_matches(name.upper(), names, n=1, cutoff=0.85):
        return f"is not a setting; did you mean {nearest}?"
    return "is not a setting; docs/settings.md lists the settings" if name.startswith(_MEANT) else None


# The default provider, where it is served: its API is the one that others copy.
_USUAL = next(iter(LISTED))


def _moved(given: Mapping[str, str], known: dict[str, str], custom: dict[str, Provider]) -> dict[str, Provider]:
    """The providers with another base URL from an UPSTREAM_ setting, by id."""
    by_setting = {upstream_setting(name): id for name, id in known.items()}
    named: dict[str, str] = {}
    moved: dict[str, Provider] = {}
    for name, text in given.items():
        if not name.startswith(UPSTREAM_PREFIX) or name in KNOWN:
            continue
        if name not in by_setting:
            raise SettingError(name, f"names no provider; use one of: {', '.join(map(upstream_setting, ids_of(known)))}")
        if not text.strip():
            continue
        id = by_setting[name]
        if id in named:
            raise SettingError(name, f"is for the same provider as {named[id]}; remove one of them")
        named[id] = name
        moved |= {id: Setting(name, _behind(custom.get(id) or entry(id))).read(given)}
    return moved


def _enabled(given: Mapping[str, str], known: dict[str, str]) -> dict[str, str]:
    """The ids of the providers that are served, by their names. `all` are those that are served by default, and custom ones."""
    by_default = [id for id in ids_of(known) if id not in LISTED or LISTED[id].is_default]
    ids: dict[str, None] = {}
    for name in ENABLED.read(given):
        if name != ENABLED.default and name not in known:
            raise SettingError(ENABLED.name, f"must be a comma-separated list of: {ENABLED.default}, {', '.join(ids_of(known))}")
        ids |= dict.fromkeys(by_default if name == ENABLED.default else [known[name]])
    names_of: dict[str, list[str]] = {}
    for name, id in known.items():
        names_of.setdefault(id, []).append(name)
    return {name: id for id in ids for name in names_of[id]}


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


def _lines(given: Mapping[str, str]) -> tuple[bool, bool, bool]:
    """Whether lines are written, whether they wait for the end, and whether they have the tokens."""
    audit, ends, usage = AUDIT.read(given), AUDIT_ENDS.read(given), METER_USAGE.read(given)
    for wanted, setting in ((ends, AUDIT_ENDS), (usage, METER_USAGE)):
        if wanted and not audit:
            raise SettingError(setting.name, "needs AUDIT, whose lines it adds to; set that to true, or remove this")
    return audit, ends, usage
