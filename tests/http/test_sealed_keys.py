"""Sealed keys on the wire. The tokens are made by an independent implementation (tests/sealing/reference.py, on pyca/cryptography)."""

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

import pytest

from sealing.reference import new_key as new_sealing_key
from sealing.tokens import APP, CURRENT, DAY, PREVIOUS, RETIRED, SEALED, SEALED_ONLY, sealed

REQUESTS = {
    "openai": ("POST", "/openai/v1/chat/completions"),
    "anthropic": ("POST", "/anthropic/v1/messages"),
    "google": ("POST", "/google/v1beta/models/gemini-2.5-flash:generateContent"),
    "mistral": ("POST", "/mistral/v1/chat/completions"),
}
CARRIERS = [("Authorization", "Bearer {}"), ("X-API-Key", "{}"), ("X-Goog-API-Key", "{}"), ("api-key", "{}")]


@pytest.fixture
def settings():
    return SEALED


def send(relay, token, provider="openai", origin=APP, carrier=CARRIERS[0]):
    headers = {carrier[0]: carrier[1].format(token)} | ({"Origin": origin} if origin else {})
    return relay.ask(*REQUESTS[provider], headers, b"{}")


@pytest.mark.parametrize("carrier", CARRIERS, ids=lambda carrier: carrier[0])
@pytest.mark.parametrize("provider", REQUESTS)
def test_a_sealed_key_travels_in_any_carrier_and_only_the_provider_sees_the_key_in_it(relay, mock, new_key, provider, carrier):
    key = new_key(provider)
    token = sealed(key, provider)
    answer = send(relay, token, provider, carrier=carrier)
    assert answer.status == 200
    [seen] = mock.seen(key)
    assert seen["violations"] == []
    assert len([value for _, value in seen["headers"] if key in value]) == 1
    assert key not in repr(answer)
    assert token not in repr(seen)


def test_geminis_query_key_may_be_sealed_too(relay, mock, new_key):
    key = new_key("google")
    path = f"/google/v1beta/models/g:generateContent?key={sealed(key, 'google', origins=())}"
    assert relay.ask("POST", path, {}, b"{}").status == 200
    assert len(mock.seen(key)) == 1


def test_a_bare_path_goes_to_the_provider_that_the_sealed_key_is_for(relay, mock, new_key):
    key = new_key("mistral")
    token = sealed(key, "mistral")
    answer = relay.ask("POST", "/v1/chat/completions", {"Authorization": f"Bearer {token}", "Origin": APP}, b"{}")
    assert answer.status == 200
    assert mock.seen(key)[0]["provider"] == "mistral"


def test_a_body_goes_up_unchanged_after_the_key_was_opened(relay, mock, key):
    body = bytes(range(256)) * 4000
    relay.ask(*REQUESTS["openai"], {"X-API-Key": sealed(key), "Origin": APP}, body)
    assert mock.seen(key)[0]["body_sha256"] == sha256(body).hexdigest()


ACCEPTED = {
    "sealed with the previous key": {"sealing_key": PREVIOUS},
    "bound to several origins": {"origins": ["https://other.example", APP]},
    "bound to no origin": {"origins": []},
    "sealed by a clock that is 50 s fast": {"iat": 50},
    "expired 50 s ago": {"iat": -DAY, "exp": -50},
    "valid for 90 days": {"exp": 90 * DAY},
}


@pytest.mark.usefixtures("unseen")
def test_a_sealed_key_inside_a_sealed_key_reaches_nobody(relay, new_key):
    inner = sealed(new_key("mistral"), "mistral")
    for nested in (inner, "byok1.garbage"):
        assert send(relay, sealed(nested, "mistral"), "mistral").code == "sealed_key_invalid"


@pytest.mark.parametrize("how", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_it_is_accepted(relay, key, how):
    assert send(relay, sealed(key, **how)).status == 200


REFUSED = {
    "for another provider": {"provider": "mistral"},
    "for another origin": {"origins": ["https://other.example"]},
    "from a clock that is 70 s fast": {"iat": 70},
    "valid for 91 days": {"exp": 91 * DAY},
    "expiring before it was made": {"iat": -10, "exp": -20},
    "sealed with a retired key": {"sealing_key": RETIRED},
    "sealed with another key under our kid": {"sealing_key": new_sealing_key("current")},
    "sealed for an admin": {"key": "sk-admin-canary0123456789"},
    "holding another vendor's key": {"key": "sk-ant-api03-canary0123456789"},
    "holding a key with a line break": {"key": "sk-canary\r\nHost: evil"},
    "holding a key that is not ASCII": {"key": "sk-canary0123456789\u201d"},
    "holding a short key": {"key": "sk-1"},
    "holding a long key": {"key": "sk-" + "x" * 4095},
    "holding nothing": {"key": ""},
    "holding a sealed key": {"key": "byok1.current.x.y"},
}

EDITS = {
    "cut short": lambda t: t[:-1],
    "cut short by a block": lambda t: t[:-4],
    "made longer": lambda t: t + "A",
    "made longer by a block": lambda t: t + "AAAA",
    "padded": lambda t: t + "=",
    "without its ciphertext": lambda t: t.rpartition(".")[0] + ".",
    "without its claims": lambda t: "..".join([t[: t.index(".", 6)], t[t.rindex(".") + 1 :]]),
    "with another version": lambda t: "byok1.." + t[6:],
    "with a part more": lambda t: t + ".AAAA",
    "in standard base64": lambda t: t[:-1] + "+",
    "of a megabyte": lambda t: t + "A" * 6000,
    "in spaces": lambda t: t.replace(".", ". ", 1),
}


def test_a_page_of_the_relays_own_sends_no_origin_with_a_get_but_says_that_it_is_one(relay, mock, key):
    """Browsers leave `Origin` out there; `Sec-Fetch-Site` cannot be set by a page."""
    token = sealed(key, origins=[relay.url])
    for site, status in [("same-origin", 200), ("cross-site", 401), ("none", 401)]:
        answer = relay.ask("GET", "/openai/v1/models", {"Authorization": f"Bearer {token}", "Sec-Fetch-Site": site})
        assert answer.status == status
    assert len(mock.seen(key)) == 1


@pytest.mark.usefixtures("unseen")
class TestRefusals:
    @pytest.fixture
    def invalid(self, relay):
        """The one answer to anything that is not a good sealed key."""
        answer = send(relay, "byok1.x.y.z")
        assert (answer.status, answer.code) == (401, "sealed_key_invalid")
        return answer.status, answer.body

    @pytest.mark.parametrize("how", REFUSED.values(), ids=REFUSED.keys())
    def test_all_failures_look_the_same(self, relay, invalid, key, how):
        answer = send(relay, sealed(**{"key": key, **how}))
        assert (answer.status, answer.body) == invalid

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
    def test_a_token_bound_to_origins_needs_one_of_them(self, relay, invalid, key, origin):
        answer = send(relay, sealed(key), origin=origin)
        assert (answer.status, answer.body) == invalid

    def test_a_flipped_bit_anywhere_looks_the_same(self, relay, invalid, key):
        token = sealed(key)
        prefix, kid, claims, ciphertext = token.split(".")
        raw = urlsafe_b64decode(ciphertext + "=" * (-len(ciphertext) % 4))
        for position in range(len(raw) * 8):
            changed = bytearray(raw)
            changed[position // 8] ^= 1 << (position % 8)
            answer = send(relay, ".".join([prefix, kid, claims, encode(bytes(changed))]))
            assert (answer.status, answer.body) == invalid, position
        for position in range(len(token) - len(ciphertext)):
            other = "A" if token[position] != "A" else "B"
            answer = send(relay, token[:position] + other + token[position + 1 :])
            assert (answer.status, answer.body) == invalid, position

    @pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
    def test_an_edited_token_looks_the_same(self, relay, invalid, key, edit):
        answer = send(relay, edit(sealed(key)), carrier=("X-API-Key", "{}"))
        assert (answer.status, answer.body) == invalid

    @pytest.mark.parametrize(
        "claims",
        [
            {"prv": "openai", "org": [], "iat": 1},
            {"prv": "openai", "org": [], "iat": "{iat}", "exp": "{exp}", "more": 1},
            {"prv": ["openai"], "org": [], "iat": "{iat}", "exp": "{exp}"},
            {"prv": "openai", "org": APP, "iat": "{iat}", "exp": "{exp}"},
            {"prv": "openai", "org": [1], "iat": "{iat}", "exp": "{exp}"},
            {"prv": "openai", "org": [APP] * 17, "iat": "{iat}", "exp": "{exp}"},
            {"prv": "openai", "org": [], "iat": True, "exp": "{exp}"},
            {"prv": "openai", "org": [], "iat": "{iat}", "exp": 1e12},
            '{"prv": "openai", "org": [], "iat": NaN, "exp": Infinity}',
            '{"prv": "openai", "prv": "openai", "org": [], "iat": {iat}, "exp": {exp}}',
            '{"prv": "openai", "org": ' + "[" * 1000 + "]" * 1000 + ', "iat": {iat}, "exp": {exp}}',
            "[]",
            "null",
            "{",
            "\u00ff",
        ],
        ids=str,
    )
    def test_strange_claims_look_the_same(self, relay, invalid, key, claims):
        now = int(time.time())
        text = claims if isinstance(claims, str) else json.dumps(claims)
        text = text.replace('"{iat}"', str(now)).replace('"{exp}"', str(now + DAY))
        text = text.replace("{iat}", str(now)).replace("{exp}", str(now + DAY))
        answer = send(relay, sealed(key, claims=text.encode("latin-1")))
        assert (answer.status, answer.body) == invalid

    def test_a_point_off_the_curve_looks_the_same(self, relay, invalid, key):
        prefix, _, ciphertext = sealed(key).rpartition(".")
        raw = urlsafe_b64decode(ciphertext + "=" * (-len(ciphertext) % 4))
        for point in (b"\x04" + bytes(64), b"\x04" + b"\xff" * 64, b"\x02" + raw[1:65], bytes(65)):
            answer = send(relay, f"{prefix}.{encode(point + raw[65:])}")
            assert (answer.status, answer.body) == invalid

    def test_an_expired_token_says_so(self, relay, key):
        answer = send(relay, sealed(key, iat=-DAY, exp=-70))
        assert (answer.status, answer.code) == (401, "sealed_key_expired")
        assert key not in repr(answer)


def encode(data):
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def test_the_description_publishes_the_public_keys_and_nothing_private(relay):
    answer = relay.ask("GET", "/.well-known/byok-relay", {"Origin": APP})
    sealing = answer.json()["sealing"]
    assert [key["kid"] for key in sealing["keys"]] == ["current", "previous"]
    assert sealing["keys"][0] == {name: CURRENT[name] for name in ("kid", "kty", "crv", "x", "y")}
    assert sealing["max_age_days"] == 90
    assert CURRENT["d"].encode() not in answer.body


class TestWithoutASealingKey:
    @pytest.fixture
    def settings(self):
        return {}

    @pytest.mark.usefixtures("unseen")
    def test_a_sealed_key_is_refused_with_a_message_that_says_why(self, relay, key):
        answer = send(relay, sealed(key))
        assert (answer.status, answer.code) == (401, "sealed_key_invalid")
        assert "SEALING_KEY" in answer.json()["message"]

    def test_the_description_has_no_keys(self, relay):
        assert relay.ask("GET", "/.well-known/byok-relay").json()["sealing"]["keys"] == []


class TestWhenSealedKeysAreRequired:
    @pytest.fixture
    def settings(self):
        return SEALED_ONLY

    @pytest.mark.usefixtures("unseen")
    def test_a_plain_key_is_refused(self, relay, key):
        answer = send(relay, key)
        assert (answer.status, answer.code) == (403, "sealed_key_required")

    def test_a_sealed_key_is_taken_up_to_the_maximum_age(self, relay, key):
        assert send(relay, sealed(key, exp=DAY)).status == 200
        assert send(relay, sealed(key, exp=DAY + 1)).code == "sealed_key_invalid"
