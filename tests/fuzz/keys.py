"""Keys of every kind, and sealed ones. Each holds the word `canary`; a sealed key has it inside, where nobody can see it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from sealing.reference import seal
from unit.support import APP, SEALING_KEY

from .choices import Choices
from .mutations import mutated
from .worlds import Place

CANARY = "canary"
CARRIERS = ("x-api-key", "authorization", "x-goog-api-key", "api-key", "xi-api-key")

OWN_KEYS = {
    "openai": (f"sk-{CANARY}0123456789abcdef", f"sk-proj-{CANARY}0123456789", f"ek_{CANARY}0123456789abcdef"),
    "anthropic": (f"sk-ant-api03-{CANARY}0123456789", f"sk-ant-oat01-{CANARY}0123456789"),
    "google": ("AIzaCanary0123456789abcdef", f"AQ.{CANARY}0123456789abcdef", f"ya29.{CANARY}0123456789abcdef"),
    "mistral": (f"{CANARY}0123456789abcdef",),
    "groq": (f"gsk_{CANARY}0123456789abcdef",),
}
_BEGINNINGS = (
    *"sk-or-v1- xai- hf_ github_pat_ xoxb- sk_test_ AKIA sk-admin- sk-ant-admin01- sk_live_ rk_prod_".split(),
    *('"sk-ant-', "OPENAI_API_KEY=sk-admin-", "[gsk_"),
)
KEYS = (
    *(key for keys in OWN_KEYS.values() for key in keys),
    *(f"{begins}{CANARY}0123456789abcdef" for begins in _BEGINNINGS),
    f"sk-{CANARY}T3BlbkFJ0123456789",
    f"sk-{CANARY}" + "0" * 4096,
    f"%s{{0}}${{jndi:{CANARY}}}';--",
    CANARY,
)
WHOLE_KEYS = tuple(key for key in KEYS[:-4] if not key.startswith((CANARY, f"sk-{CANARY}")))
KEYS_THAT_SAY_SO = tuple(key for key in KEYS[:-3] if not key.startswith((CANARY, f"sk-{CANARY}0")))


@dataclass(frozen=True)
class Sealed:
    """What a sealed key is good for."""

    provider: str
    origins: tuple[str, ...]
    inside: str | bytes
    in_time: bool = True

    def opens(self, provider: str, origin: str | None) -> bool:
        return self.in_time and provider == self.provider and (not self.origins or origin in self.origins)


def _tokens() -> Iterator[tuple[str, Sealed]]:
    """Sealed keys that open, and ones that nearly do."""
    now, day = int(time.time()), 86400
    openai = OWN_KEYS["openai"][0]
    for provider, keys in OWN_KEYS.items():
        for origins in ((), (APP,), ("https://pr-1.preview.example", APP)):
            yield seal(SEALING_KEY, provider, keys[0], origins, now - 60, now + day), Sealed(provider, origins, keys[0])
    insides: tuple[str | bytes, ...] = (*KEYS, f"sk-{CANARY}\r\nx: y", f"byok1.{openai}", CANARY.encode() + b"\xff")
    for inside in insides:
        yield seal(SEALING_KEY, "openai", inside, (), now - 60, now + day), Sealed("openai", (), inside)
    for provider, keys in OWN_KEYS.items():
        for made, ends in ((now - 2 * day, now - day), (now + day, now + 2 * day), (now, now), (now, now + 91 * day)):
            yield seal(SEALING_KEY, provider, keys[0], (), made, ends), Sealed(provider, (), keys[0], in_time=False)
    yield seal(SEALING_KEY, "openai", openai, (), now, now + day, kid="other"), Sealed("openai", (), openai, in_time=False)


SEALED = dict(_tokens())
TOKENS = tuple(SEALED)
_TOKENS_FOR = {provider: tuple(token for token in TOKENS if SEALED[token].provider == provider) for provider in OWN_KEYS}


def any_key(choose: Choices, place: Place) -> str:
    return choose.pick((*[own_key] * 10, _foreign, sealed_key, sealed_key, sealed_key, _damaged_token, _mutated, written_key))(
        choose, place
    )


def own_key(choose: Choices, place: Place) -> str:
    return choose.pick(OWN_KEYS.get(place.id, OWN_KEYS["mistral"]))


def _foreign(choose: Choices, place: Place) -> str:
    return choose.pick(KEYS)


def sealed_key(choose: Choices, place: Place) -> str:
    return choose.pick(choose.pick((_TOKENS_FOR.get(place.id, TOKENS), TOKENS)))


def _damaged_token(choose: Choices, place: Place) -> str:
    parts = zip(choose.pick(TOKENS).split("."), choose.pick(TOKENS).split("."), strict=True)
    return mutated(".".join(choose.pick(pair) for pair in parts), choose)


def _mutated(choose: Choices, place: Place) -> str:
    return mutated(own_key(choose, place), choose)


def written_key(choose: Choices, place: Place) -> str:
    """Any text at all: here a seed of the corpus puts its own."""
    return choose.text(200)
