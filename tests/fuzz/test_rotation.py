"""Sealing keys come and go while sealed keys are about: what opens, by a model that knows no cryptography."""

import json
from dataclasses import replace
from functools import cache
from string import ascii_lowercase, ascii_uppercase, digits

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from byok_relay.messages import Forward, Reply
from byok_relay.settings import SettingError, Settings
from sealing.reference import Jwk, new_key, seal
from unit.support import APP, CHAT, bearer, configured, decided, request, said

from .choices import Drawn, examples
from .keys import DAY, Sealed
from .mutations import mutated

SKEW = 60
MAX_AGE_DAYS = 30
OTHER_APP = "https://other.example"
ABOUT = 4  # sealed keys at a time
ACME = "acme@acme.example"  # a custom provider is named with its host
KEYS = {"openai": "sk-canary0123456789", "anthropic": "sk-ant-canary0123456789", "mistral": "canary0123456789", ACME: "canary:0123456789"}
PATHS = CHAT | {ACME: "/acme/v1/chat/completions"}
GIVEN = {
    "SEALED_KEY_MAX_AGE_DAYS": str(MAX_AGE_DAYS),
    "REQUIRE_SEALED_KEYS": "true",
    "CUSTOM_PROVIDERS": json.dumps({"acme": {"base_url": "https://acme.example/openai"}}),
}


@cache
def settings(*sealing_keys: str) -> Settings | SettingError:
    return configured(GIVEN | dict(zip(("SEALING_KEY", "SEALING_KEY_PREVIOUS"), sealing_keys, strict=False)))


class Rotation(RuleBasedStateMachine):
    """After every step, each of the latest sealed keys is used; all that were edited are among them for a while."""

    @initialize()
    def start(self):
        self.now = 1_800_000_000
        self.made = 0
        self.current = self.new_key()
        self.previous: Jwk | None = None
        self.retired: list[Jwk] = []
        self.tokens: list[tuple[str, Sealed]] = []

    def new_key(self) -> Jwk:
        self.made += 1
        return new_key(f"k{self.made}")

    def add(self, text: str, sealed: Sealed) -> None:
        self.tokens = [*self.tokens, (text, sealed)][-ABOUT:]

    def add_sealed(self, jwk: Jwk, provider: str, inside: str, origins: tuple[str, ...], made: int, ends: int) -> None:
        sealed = Sealed(provider, inside, origins, made, ends, jwk["kid"])
        self.add(sealed.by(jwk), sealed)

    @rule(keep=st.booleans())
    def rotate(self, keep):
        self.retired += [key for key in (self.previous, None if keep else self.current) if key]
        self.previous = self.current if keep else None
        self.current = self.new_key()

    @precondition(lambda self: self.previous)
    @rule()
    def go_back_to_the_previous_key(self):
        self.current, self.previous = self.previous, self.current

    @rule(seconds=st.sampled_from([1, SKEW, SKEW + 1, DAY - SKEW, DAY, DAY + SKEW]) | st.integers(1, DAY))
    def wait(self, seconds):
        self.now += seconds

    @rule(provider=st.sampled_from(list(KEYS)), origins=st.sampled_from([(APP,), (), (OTHER_APP, APP)]), days=st.integers(1, MAX_AGE_DAYS))
    def seal_well(self, provider, origins, days):
        self.add_sealed(self.current, provider, KEYS[provider], origins, self.now, self.now + days * DAY)

    @rule(
        data=st.data(),
        provider=st.sampled_from(list(KEYS)),
        origins=st.sampled_from([(APP,), (), (OTHER_APP, APP), (OTHER_APP,), ("null",), (f"{APP}, {APP}",), ("",)]),
        named=st.sampled_from([None, None, None, None, "acme", "acme@other.example", "claude", "openai@api.openai.com"]),
        clock=st.sampled_from([0, -1, SKEW, SKEW + 1]),
        lasts=st.sampled_from([DAY, MAX_AGE_DAYS * DAY, MAX_AGE_DAYS * DAY + 1, 1, 0]),
        inside=st.sampled_from([None, None, None, "sk-admin-canary012345", "canary 012", "AIzaCanary0123456789"]),
    )
    def seal(self, data, provider, origins, named, clock, lasts, inside):
        jwk = data.draw(st.sampled_from([self.current, self.previous or self.current, *self.retired]))
        made = self.now + clock
        self.add_sealed(jwk, named or provider, inside or KEYS[provider], origins, made, made + lasts)

    @precondition(lambda self: self.tokens)
    @rule(data=st.data())
    def edit(self, data):
        """Changed, cut, and with parts of another token."""
        choose = Drawn(data.draw)
        (text, sealed), (other, others) = choose.pick(self.tokens), choose.pick(self.tokens)
        parts = [choose.pick(pair) for pair in zip(text.split("."), other.split("."), strict=False)]
        for new in (mutated(text, choose), text[: choose.number(0, 300)], ".".join(parts)):
            # One is added in any case: whether a change has changed anything depends on a ciphertext, which is never the same twice.
            self.add(new, {text: sealed, other: others}.get(new, replace(sealed, good=False)))

    @precondition(lambda self: self.tokens)
    @rule(data=st.data(), provider=st.sampled_from(list(KEYS)))
    def change_the_claims(self, data, provider):
        """The rest as it was: the claims are authenticated."""
        text, sealed = data.draw(st.sampled_from(self.tokens))
        if sealed.good:
            prefix, kid, claims, ciphertext = text.split(".")
            other = seal(self.current, provider, "x", (), self.now, self.now + DAY).split(".")[2]
            if other != claims:
                self.add(f"{prefix}.{kid}.{other}.{ciphertext}", replace(sealed, good=False, provider=provider))

    @precondition(lambda self: self.tokens)
    @rule(data=st.data(), provider=st.sampled_from(list(KEYS)), origin=st.sampled_from([APP, OTHER_APP, None, "null", "", f"{APP}, {APP}"]))
    def use_elsewhere(self, data, provider, origin):
        self.use(*data.draw(st.sampled_from(self.tokens)), provider, origin)

    @invariant()
    def what_is_about_opens_if_it_should(self):
        text = seal(self.current, "mistral", KEYS["mistral"], (), self.now, self.now + 1)
        assert isinstance(self.decision(text, "mistral", None), Forward)
        for text, sealed in self.tokens:
            origin = sealed.origins[0] if sealed.origins else None
            provider = sealed.provider if sealed.provider in KEYS else ACME
            self.use(text, sealed, provider, origin)
            if sealed.good:
                prefix, kid, claims, ciphertext = text.split(".")
                for other in (f"{prefix}.{kid}.{respelt(claims)}.{ciphertext}", f"{prefix}.{kid}.{claims}.{respelt(ciphertext)}"):
                    self.use(other, replace(sealed, good=False), provider, origin)

    def use(self, text: str, sealed: Sealed, provider: str, origin: str | None) -> None:
        decision = self.decision(text, provider, origin)
        assert "canary" not in repr(decision)
        expected = self.expected(text, sealed, provider, origin)
        if isinstance(decision, Forward):
            assert expected == {"opens"}
            assert decision.headers_with_key()[decision.carrier.header].removeprefix("Bearer ") == sealed.inside
        else:
            assert decision.headers["x-relay-error"] in expected
            assert "canary" not in said(decision)

    def decision(self, text: str, provider: str, origin: str | None) -> Forward | Reply:
        headers = bearer(text) | ({} if origin is None else {"origin": origin})
        return decided(request(PATHS[provider], headers), settings(*map(json.dumps, filter(None, (self.current, self.previous)))), self.now)

    def expected(self, text: str, sealed: Sealed, provider: str, origin: str | None) -> set[str]:
        if not sealed.good:  # one that was edited may also say itself that it is too old
            return {"sealed_key_invalid", "sealed_key_expired"} if looks_sealed(text) else {"sealed_key_required", "missing_key"}
        known = {key["kid"] for key in (self.current, self.previous) if key}
        dated = sealed.made <= self.now + SKEW and 0 < sealed.ends - sealed.made <= MAX_AGE_DAYS * DAY
        if sealed.kid not in known or not dated or not sealed.opens(provider, origin) or not {*sealed.origins} <= {APP, OTHER_APP}:
            return {"sealed_key_invalid"}
        if sealed.ends + SKEW < self.now:
            return {"sealed_key_expired"}
        return {"opens" if sealed.inside == KEYS[provider] else "sealed_key_invalid"}


def respelt(text: str) -> str:
    """With the next letter of base64url's alphabet at its end, which often stands for the same bytes."""
    alphabet = f"{ascii_uppercase}{ascii_lowercase}{digits}-_A"
    return text[:-1] + alphabet[alphabet.find(text[-1:]) + 1]


def looks_sealed(text: str) -> bool:
    return text.strip(" \t").startswith("byok1") or (len(text) > 100 and text.count(".") == 3)


Rotation.TestCase.settings = examples(80, steps=15)
TestRotation = Rotation.TestCase
