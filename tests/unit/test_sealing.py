import asyncio
import contextlib
import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from relay import app, sealing
from relay.messages import Forward, Unseal
from relay.refusal import Refusal
from relay.sealing import Sealing, SealingKey, parse_key
from relay.secret import Secret
from sealing.reference import decode, encode, new_key, open_token, seal

from .support import APP, CHAT, ask, bearer, code, said
from .support import new_key as new_api_key

VECTOR = {
    name: bytes.fromhex(value)
    for name, value in json.loads((Path(__file__).parents[1] / "sealing" / "vector.json").read_text()).items()
    if name != "source"
}
JWK = new_key("k1")
KEY = parse_key(json.dumps(JWK))
NOW = 1_800_000_000
DAY = 86400


class Pyca:
    """`relay.sealing.Crypto` on pyca/cryptography."""

    async def shared_secret(self, key: SealingKey, point: bytes) -> bytes:
        number = int.from_bytes(decode(json.loads(key.jwk.reveal())["d"]), "big")
        return ec.derive_private_key(number, ec.SECP256R1()).exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        )

    async def decrypt(self, key: bytes, nonce: bytes, ciphertext: bytes) -> bytes:
        return AESGCM(key).decrypt(nonce, ciphertext, None)


def opened(token, provider="openai", origin=APP, now=NOW):
    checked = sealing.check(Secret(token), Sealing((KEY,)), provider, origin, now)
    return asyncio.run(sealing.open_sealed(checked, Pyca())).reveal()


def sealed(key="sk-inside", provider="openai", origins=(APP,), iat=NOW, exp=NOW + DAY, **overrides):
    return seal(JWK, provider, key, origins, iat, exp, **overrides)


def test_the_key_schedule_is_rfc_9180s():
    ephemeral = ec.derive_private_key(int.from_bytes(VECTOR["skEm"], "big"), ec.SECP256R1())
    recipient = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), VECTOR["pkRm"])
    dh = ephemeral.exchange(ec.ECDH(), recipient)
    key, nonce = sealing.key_and_nonce(dh, VECTOR["enc"], VECTOR["pkRm"], VECTOR["info"])
    assert (key, nonce) == (VECTOR["key"], VECTOR["base_nonce"])
    assert AESGCM(key).decrypt(nonce, VECTOR["ct"], VECTOR["aad"]) == VECTOR["pt"]


def test_a_sealed_key_opens():
    token = sealed()
    assert opened(token) == "sk-inside" == open_token(JWK, token)[1].decode()


@pytest.mark.parametrize("failure", [InvalidTag, ValueError("Point is not on curve"), RuntimeError])
def test_no_failure_of_the_platform_comes_through(failure):
    class Failing(Pyca):
        async def decrypt(self, key, nonce, ciphertext):
            raise failure

    checked = sealing.check(Secret(sealed()), Sealing((KEY,)), "openai", APP, NOW)
    with pytest.raises(Refusal) as refusal:
        asyncio.run(sealing.open_sealed(checked, Failing()))
    assert refusal.value.code == "sealed_key_invalid"
    assert refusal.value.message is None


@pytest.mark.parametrize(
    ("now", "outcome"),
    [
        (NOW - 61, "sealed_key_invalid"),
        (NOW - 60, "sk-inside"),
        (NOW + DAY, "sk-inside"),
        (NOW + DAY + 60, "sk-inside"),
        (NOW + DAY + 61, "sealed_key_expired"),
    ],
)
def test_a_token_is_good_from_its_making_to_its_end_give_or_take_a_minute(now, outcome):
    token = sealed()
    if outcome == "sk-inside":
        assert opened(token, now=now) == outcome
    else:
        with pytest.raises(Refusal, match=outcome):
            opened(token, now=now)


def test_what_is_wrong_and_also_expired_is_invalid():
    with pytest.raises(Refusal, match="sealed_key_invalid"):
        opened(sealed(), provider="mistral", now=NOW + 2 * DAY)


PARTS = st.sampled_from([*sealed().split("."), "", "byok1", "k1", "=", "A"]) | st.text(max_size=20)


@given(st.lists(PARTS, max_size=6).map(".".join) | st.text())
def test_any_text_is_refused_or_the_token_itself(text):
    with contextlib.suppress(Refusal):
        assert opened(text) == "sk-inside"


@given(
    st.binary(max_size=300) | st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists).map(json.dumps).map(str.encode)
)
def test_any_claims_are_refused(claims):
    token = f"byok1.k1.{encode(claims)}.{encode(bytes(120))}"
    with pytest.raises(Refusal, match="sealed_key_invalid"):
        sealing.check(Secret(token), Sealing((KEY,)), "openai", APP, NOW)


def test_a_request_with_a_sealed_key_is_forwarded_with_the_key_in_it(monkeypatch):
    monkeypatch.setattr("time.time", lambda: NOW)
    key = new_api_key()
    token = sealed(key)
    decision = ask(CHAT["openai"], bearer(token) | {"origin": APP}, SEALING_KEY=json.dumps(JWK))
    assert isinstance(decision, Unseal)
    forward = asyncio.run(app.unseal(decision, Pyca()))
    assert isinstance(forward, Forward)
    assert forward.headers_with_credential()["authorization"] == f"Bearer {key}"
    for shown in (repr(decision), repr(forward)):
        assert key not in shown
        assert JWK["d"] not in shown
        assert token not in shown


@pytest.mark.parametrize("inner", ["sk-ant-api03-0123456789", "sk-admin-0123456789", "sk-0123\n456789", "short", "x" * 5000])
def test_what_comes_out_meets_the_guards_of_a_plain_key_and_fails_like_any_other(monkeypatch, inner):
    monkeypatch.setattr("time.time", lambda: NOW)
    decision = ask(CHAT["openai"], bearer(sealed(inner)) | {"origin": APP}, SEALING_KEY=json.dumps(JWK))
    reply = decision if not isinstance(decision, Unseal) else asyncio.run(app.unseal(decision, Pyca()))
    assert code(reply) == "sealed_key_invalid"
    assert inner not in said(reply)


BAD_KEYS = {
    "not JSON": "{",
    "not an object": "[]",
    "a public key": json.dumps({name: value for name, value in JWK.items() if name != "d"}),
    "without a kid": json.dumps({name: value for name, value in JWK.items() if name != "kid"}),
    "another curve": json.dumps(JWK | {"crv": "P-384"}),
    "another type": json.dumps(JWK | {"kty": "RSA"}),
    "a short coordinate": json.dumps(JWK | {"x": encode(bytes(31))}),
    "a padded coordinate": json.dumps(JWK | {"x": JWK["x"] + "="}),
    "a strange kid": json.dumps(JWK | {"kid": "a.b"}),
    "a number as its kid": json.dumps(JWK | {"kid": 1}),
    "a member twice": json.dumps(JWK)[:-1] + ', "d": "x"}',
    "a PEM": "-----BEGIN PRIVATE KEY-----",
    "deep": "[" * 100000,
}


@pytest.mark.parametrize("text", BAD_KEYS.values(), ids=BAD_KEYS.keys())
def test_what_is_no_private_jwk_is_refused_without_showing_it(text):
    with pytest.raises(ValueError, match="not a private P-256 JWK") as refused:
        parse_key(text)
    assert text not in str(refused.value)
    assert JWK["d"] not in str(refused.value)
