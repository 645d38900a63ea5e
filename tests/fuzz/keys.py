"""Keys of every kind, and sealed ones. Each holds the word `canary`; a sealed key has it inside, where nobody can see it."""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from byok_relay.providers import VENDORS
from providers import TABLE
from sealing.reference import Jwk, seal
from unit.support import APP, NOW, SEALING_KEY

from .choices import Choices
from .mutations import mutated
from .worlds import Place

CANARY = "canary"
CARRIERS = ("x-api-key", "authorization", "x-goog-api-key", "api-key", "xi-api-key")
LONG = f"{CANARY}0123456789abcdef"

OWN_KEYS = {
    **{provider: (f"{row['key'].removesuffix(CANARY)}{LONG}",) for provider, row in TABLE.items()},
    "twilio": (f"SK{LONG}:{LONG}", f"AC{LONG}:{LONG}"),
    "openai": (f"sk-{LONG}", f"sk-proj-{LONG}", f"ek_{LONG}"),
    "anthropic": (f"sk-ant-api03-{LONG}", f"sk-ant-oat01-{LONG}"),
    "google": (f"AIza{LONG}", f"AQ.{LONG}", f"ya29.{LONG}"),
    "mistral": (LONG,),
    "acme": (LONG, f"{CANARY}:b", f"{CANARY}%41b", f"{CANARY}/c&d;e=%2541", f"{CANARY}-"),  # no vendor says what its keys look like
    "my-llm": ("llm", "-", LONG),  # the short ones are no secrets
}
OWNERS = {beginning: vendor.id for vendor in VENDORS for beginning in vendor.prefixes}
BEGINNINGS = (*OWNERS, *(beginning for vendor in VENDORS for beginning in vendor.refused))
KEYS = (
    *(key for keys in OWN_KEYS.values() for key in keys),
    *(f"{begins}{LONG}" for begins in (*BEGINNINGS, '"sk-ant-', "OPENAI_API_KEY=sk-admin-", "[xai-", "sk-or-v1-")),
    f"sk-{CANARY}T3BlbkFJ0123456789",
    f"sk-{CANARY}" + "0" * 4096,
    f"%s{{0}}${{jndi:{CANARY}}}';--",
    CANARY,
)
WHOLE_KEYS = (*(f"{begins}{LONG}" for begins in BEGINNINGS), f"sk-{CANARY}T3BlbkFJ0123456789")  # they say whose they are

NO_ORIGINS = ("null", "", "*", f"{APP}, {APP}", f"{APP}/", f"{APP}:443", "https://APP.example", "file://")
DAY = 86400


@dataclass(frozen=True)
class Sealed:
    """A sealed key before it is sealed, and whether it may open."""

    provider: str
    inside: str | bytes
    origins: tuple[str, ...] = ()
    made: int = NOW - 60
    ends: int = NOW + DAY
    kid: str | None = None
    good: bool = True
    narrowed: Mapping[str, Any] | None = None  # claims besides

    def opens(self, provider: str, origin: str | None) -> bool:
        return self.good and provider == self.provider and (not self.origins or origin in self.origins)

    def by(self, jwk: Jwk) -> str:
        return seal(jwk, self.provider, self.inside, self.origins, self.made, self.ends, kid=self.kid, narrowed=self.narrowed)


PLACES = {
    **{provider: OWN_KEYS[provider][0] for provider in ("openai", "anthropic", "google", "mistral")},
    "acme@api.acme.example": OWN_KEYS["acme"][1],
    "gateway@gateway.example": OWN_KEYS["openai"][0],
    "my-llm@localhost:11434": OWN_KEYS["my-llm"][0],
}
OPENAI = OWN_KEYS["openai"][0]
INSIDES: tuple[str | bytes, ...] = (*KEYS, f"sk-{CANARY}\r\nx: y", f"byok1.{OPENAI}", CANARY.encode() + b"\xff")
BAD_DATES = ((NOW - 2 * DAY, NOW - DAY), (NOW + DAY, NOW + 2 * DAY), (NOW, NOW), (NOW, NOW + 91 * DAY))
NOBODY = "acme acme@evil.example acme@api.acme.example/openai gateway@api.acme.example openai@api.openai.com claude".split()


NARROWED: tuple[dict[str, Any], ...] = (
    {"mdl": ["gpt-4o", "gemini-*"]},
    {"mdl": ["*/*", "*"], "grp": ["inference"], "rpm": 100_000},
    {"grp": ["files", "batches"]},
    {"rpm": 1},
)
NO_NARROWED: tuple[dict[str, Any], ...] = ({"mdl": []}, {"grp": ["all"]}, {"rpm": True}, {"max": 1}, {"mdl": None, "rpm": 1})


def _made() -> Iterator[Sealed]:
    """Ones that open, and ones that nearly do."""
    for provider, key in PLACES.items():
        yield from (Sealed(provider, key, origins) for origins in ((), (APP,), ("https://pr-1.preview.example", APP)))
        yield from (Sealed(provider, key, made=made, ends=ends, good=False) for made, ends in BAD_DATES)
    yield from (Sealed(provider, inside) for provider in ("openai", "acme@api.acme.example") for inside in INSIDES)
    yield from (Sealed("openai", OPENAI, (origin,), good=False) for origin in NO_ORIGINS)
    yield from (Sealed(provider, LONG) for provider in NOBODY)
    yield Sealed("openai", OPENAI, kid="other", good=False)
    yield from (Sealed(provider, key, narrowed=narrowed) for provider, key in PLACES.items() for narrowed in NARROWED)
    yield from (Sealed("openai", OPENAI, good=False, narrowed=narrowed) for narrowed in NO_NARROWED)


SEALED = {key.by(SEALING_KEY): key for key in _made()}
TOKENS = tuple(SEALED)
_BOUND = tuple(token for token in TOKENS if SEALED[token].origins)
_TOKENS_FOR = {provider: tuple(token for token in TOKENS if SEALED[token].provider == provider) for provider in PLACES}


def own_key(choose: Choices, place: Place) -> str:
    return choose.pick(OWN_KEYS.get(place.id) or OWN_KEYS.get(place.vendor) or OWN_KEYS["acme"])


def sealed_key(choose: Choices, place: Place) -> str:
    return choose.pick(choose.pick((_TOKENS_FOR.get(place.sealed_as, TOKENS), _BOUND, TOKENS)))


def _damaged_token(choose: Choices, place: Place) -> str:
    parts = zip(choose.pick(TOKENS).split("."), choose.pick(TOKENS).split("."), strict=True)
    return mutated(".".join(choose.pick(pair) for pair in parts), choose)


def written_key(choose: Choices, place: Place) -> str:
    """Any text at all: here a seed of the corpus puts its own."""
    return choose.text(200)


KEY_KINDS: tuple[Callable[[Choices, Place], str], ...] = (
    *[own_key] * 10,
    lambda choose, place: choose.pick(KEYS),
    *[sealed_key] * 3,
    _damaged_token,
    lambda choose, place: mutated(own_key(choose, place), choose),
    written_key,
)


def _basic(text: str) -> str:
    with suppress(ValueError):
        return b64decode(text.strip(), validate=True).decode("ascii")
    return ""


def _in_protocols(headers: dict[str, str]) -> list[str]:
    """The keys among a WebSocket's sub-protocols, the one that counts first."""
    if headers.get("upgrade", "").lower() != "websocket":
        return []
    part = r"(?:token|bearer),(?P<paired>[^,]+)|x-deepgram-session-id,(?!(?:token|bearer)(?:,|$))[^,]*"
    part += r"|(?:openai-insecure-api-key|xai-client-secret)\.(?P<named>[^,]+)|[^,]*"
    found = re.finditer(rf"(?:^|,)(?:{part})(?=,|$)", ",".join(protocols_of(headers)), re.IGNORECASE)
    return [key for each in found if (key := each["paired"] or each["named"])][::-1]


def protocols_of(headers: dict[str, str]) -> list[str]:
    return [name.strip(" \t") for name in headers.get("sec-websocket-protocol", "").split(",")]


def keys_that_came(headers: dict[str, str], query: str, place: Place) -> dict[str, str]:
    """The keys of a request by the carrier they came in, `?key=` last and numbered: there may be several. No order of precedence."""
    found = {}
    schemes = {"bearer", *(one.partition(" ")[2].lower() for route in place.routes for one in route.carriers)}
    for carrier in CARRIERS:
        value = headers.get(carrier, "").strip(" \t")
        if carrier == "authorization":
            scheme, _, value = value.partition(" ")
            value = value.lstrip(" ") if scheme.lower() in schemes else ""
            carrier = f"authorization {scheme.title()}"
            if scheme.lower() == "basic":
                value = _basic(value)
        if value:
            found[carrier] = value
    found |= {f"protocol {at}": key for at, key in enumerate(_in_protocols(headers))}  # the first counts
    pairs = query.split("&") if place.id == "google" else []
    return found | {f"?key={at}": pair[4:] for at, pair in enumerate(pairs) if pair.startswith("key=") and pair != "key="}
