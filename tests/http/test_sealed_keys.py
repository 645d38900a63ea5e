"""Sealed keys on the wire: what tests/attacks/sealed_keys.py cannot say in one request. The tokens are made by an independent
implementation (tests/sealing/reference.py, on pyca/cryptography)."""

import json

import pytest

from attacks.attack import SETTINGS
from providers import CHAT
from sealing.reference import decode, encode
from sealing.tokens import APP, CURRENT, PREVIOUS, SEALED, sealed

CARRIERS = [("Authorization", "Bearer {}"), ("X-API-Key", "{}"), ("X-Goog-API-Key", "{}"), ("api-key", "{}")]


@pytest.fixture
def settings():
    return SEALED


def send(relay, token, provider="openai", origin=APP, carrier=CARRIERS[0]):
    headers = {carrier[0]: carrier[1].format(token)} | ({"Origin": origin} if origin else {})
    return relay.ask("POST", CHAT[provider], headers, b"{}")


@pytest.mark.parametrize("carrier", CARRIERS, ids=lambda carrier: carrier[0])
@pytest.mark.parametrize("provider", CHAT)
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


def test_a_page_of_the_relays_own_sends_no_origin_with_a_get_but_says_that_it_is_one(relay, mock, key):
    """Browsers leave `Origin` out there; `Sec-Fetch-Site` cannot be set by a page."""
    token = sealed(key, origins=[relay.url])
    for method, target, site, status in [
        ("GET", "/openai/v1/models", "same-origin", 200),
        ("GET", "/openai/v1/models", "cross-site", 401),
        ("GET", "/openai/v1/models", "none", 401),
        ("POST", CHAT["openai"], "same-origin", 401),  # a browser's has an Origin
    ]:
        answer = relay.ask(method, target, {"Authorization": f"Bearer {token}", "Sec-Fetch-Site": site})
        assert answer.status == status
    assert len(mock.seen(key)) == 1


@pytest.mark.usefixtures("unseen")
def test_a_flipped_bit_anywhere_looks_like_any_other_failure(relay, key):
    invalid = send(relay, "byok1.x.y.z")
    assert (invalid.status, invalid.code) == (401, "sealed_key_invalid")
    token = sealed(key)
    prefix, kid, claims, ciphertext = token.split(".")
    raw = decode(ciphertext)
    for position in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[position // 8] ^= 1 << (position % 8)
        assert send(relay, ".".join([prefix, kid, claims, encode(bytes(changed))])).body == invalid.body, position
    for position in range(len(token) - len(ciphertext)):
        other = "A" if token[position] != "A" else "B"
        assert send(relay, token[:position] + other + token[position + 1 :]).body == invalid.body, position


class TestForACustomProvider:
    @pytest.fixture
    def settings(self):
        return SETTINGS["custom"]

    @pytest.fixture
    def host(self, mock):
        return mock.url.removeprefix("http://")

    @pytest.mark.parametrize("path", ["/acme/v1/chat/completions", "/v1/chat/completions"])
    def test_its_name_and_host_are_who_the_key_is_for(self, relay, mock, key, host, path):
        token = sealed(key, f"acme@{host}")
        assert relay.ask("POST", path, {"X-API-Key": token, "Origin": APP}, b"{}").status == 200
        assert len(mock.seen(key)) == 1

    def test_the_description_says_so(self, relay, host):
        providers = relay.ask("GET", "/.well-known/byok-relay").json()["providers"]
        assert [provider["sealed_as"] for provider in providers if provider["id"] == "acme"] == [f"acme@{host}"]

    @pytest.mark.usefixtures("unseen")
    def test_it_does_not_follow_the_name_to_another_host(self, relay, key, host):
        token = sealed(key, f"acme@{host.replace('127.0.0.1', 'localhost')}")
        answer = relay.ask("POST", "/acme/v1/chat/completions", {"X-API-Key": token, "Origin": APP}, b"{}")
        assert (answer.status, answer.code) == (401, "sealed_key_invalid")


def test_the_description_publishes_the_public_keys_and_nothing_private(relay):
    answer = relay.ask("GET", "/.well-known/byok-relay", {"Origin": APP})
    sealing = answer.json()["sealing"]
    assert [key["kid"] for key in sealing["keys"]] == ["current", "previous"]
    assert sealing["keys"][0] == {name: CURRENT[name] for name in ("kid", "kty", "crv", "x", "y")}
    assert sealing["max_age_days"] == 90
    assert CURRENT["d"].encode() not in answer.body


class TestBeforeARotation:
    """The first of its two phases: a relay learns the new key, before any other hands that to pages."""

    @pytest.fixture
    def settings(self):
        return {"SEALING_KEY": json.dumps(PREVIOUS), "SEALING_KEY_PREVIOUS": json.dumps(CURRENT)}

    def test_tokens_for_the_old_and_the_new_key_open_and_pages_get_the_old_one(self, relay, key):
        for sealing_key in (PREVIOUS, CURRENT):
            assert send(relay, sealed(key, sealing_key=sealing_key)).status == 200
        published = relay.ask("GET", "/.well-known/byok-relay").json()["sealing"]["keys"]
        assert published[0]["kid"] == PREVIOUS["kid"]


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
