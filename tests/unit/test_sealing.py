import contextlib
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from byok_relay import policy, sealing
from byok_relay.errors import ERRORS
from byok_relay.limits import Buckets
from byok_relay.messages import Forward, Open, advance
from byok_relay.refusal import Refusal
from byok_relay.sealing import Sealing, parse_key
from byok_relay.secret import Secret
from sealing.pyca import open_sealed
from sealing.reference import decode, encode, new_key, open_token, seal
from tables.bounds import REFUSED, TAKEN

from .support import APP, CHAT, NOW, ask, bearer, code, configured, decided, forwarded, message, replied, request, said
from .support import new_key as new_api_key

VECTOR = {
    name: bytes.fromhex(value)
    for name, value in json.loads((Path(__file__).parents[1] / "sealing" / "vector.json").read_text()).items()
    if name != "source"
}
JWK = new_key("k1")
KEY = parse_key(json.dumps(JWK))
DAY = 86400


def opened(token, provider="openai", origin=APP, now=NOW):
    checked = sealing.check(Secret(token), Sealing((KEY,)), provider, origin, now)
    return open_sealed(checked).reveal()


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


OPENS = {"SEALING_KEY": json.dumps(JWK)}


def test_a_request_with_a_sealed_key_is_forwarded_with_the_key_in_it():
    key = new_api_key()
    token = sealed(key)
    decision = policy.decide(request(CHAT["openai"], bearer(token) | {"origin": APP}), configured(OPENS), NOW)
    waits_for = advance(decision)
    assert isinstance(waits_for, Open)
    forward = advance(decision, open_sealed(waits_for.sealed))
    assert forward.headers_with_key()["authorization"] == f"Bearer {key}"
    for shown in (repr(waits_for), repr(forward), repr(tuple(forward))):
        assert key not in shown
        assert JWK["d"] not in shown
        assert token not in shown


def test_a_key_that_cannot_be_opened_is_refused_whatever_went_wrong():
    decision = policy.decide(request(CHAT["openai"], bearer(sealed()) | {"origin": APP}), configured(OPENS), NOW)
    assert isinstance(advance(decision), Open)
    reply = advance(decision, None)
    assert (code(reply), message(reply)) == ("sealed_key_invalid", ERRORS["sealed_key_invalid"][1])


@pytest.mark.parametrize(
    "inner", ["sk-ant-api03-0123456789", "sk-admin-0123456789", "sk-0123\n456789", "short", "x" * 5000, "é", "byok1.k1.a.b", ""]
)
def test_what_comes_out_meets_the_guards_of_a_plain_key_and_fails_like_any_other(inner):
    reply = replied(CHAT["openai"], bearer(sealed(inner)) | {"origin": APP}, **OPENS)
    assert code(reply) == "sealed_key_invalid"
    assert message(reply) == ERRORS["sealed_key_invalid"][1]
    assert not inner or inner not in said(reply)


def test_a_sealed_key_inside_a_sealed_key_goes_nowhere():
    """It names the right provider. Where keys may look like anything, no rule but this one refuses it."""
    headers = bearer(sealed(sealed("sk-inside0123"))) | {"origin": APP}
    assert code(replied(CHAT["openai"], headers, KEY_CHECK="off", **OPENS)) == "sealed_key_invalid"


# A sealed key's origins, and the origin of a request. tests/attacks/forged_keys.py has more of what is no origin.
OPENING = [([], None), ([], "null"), ([APP], APP), (["https://a.example", APP], APP)]
NOT_OPENING = [([APP], None), ([APP], "https://other.example"), (["null"], "null"), ([APP, "null"], APP)]


@pytest.mark.parametrize(("origins", "origin"), OPENING + NOT_OPENING)
def test_a_sealed_key_opens_for_its_own_origins_and_one_that_is_none_opens_nothing(origins, origin):
    headers = bearer(sealed("sk-inside0123", origins=origins)) | ({} if origin is None else {"origin": origin})
    decision = ask(CHAT["openai"], headers, **OPENS)
    assert isinstance(decision, Forward) if (origins, origin) in OPENING else code(decision) == "sealed_key_invalid"


def test_a_sealed_key_does_not_follow_a_provider_to_another_host():
    def at(host):
        return {"CUSTOM_PROVIDERS": json.dumps({"acme": {"base_url": f"https://{host}/openai"}}), **OPENS}

    headers = bearer(sealed("acme-0123456789", provider="acme@llm.acme.example")) | {"origin": APP}
    for path in ("/acme/v1/chat/completions", "/v1/chat/completions"):
        assert forwarded(path, headers, **at("llm.acme.example")).key.reveal() == "acme-0123456789"
        assert code(replied(path, headers, **at("other.example"))) == "sealed_key_invalid"
    for_azure = bearer(sealed("canary0123456789", provider="azure@mine.openai.azure.com")) | {"origin": APP}
    assert forwarded("/azure/mine/openai/v1/responses", for_azure, **OPENS).key.reveal() == "canary0123456789"
    assert code(replied("/azure/other/openai/v1/responses", for_azure, **OPENS)) == "sealed_key_invalid"
    by_id = bearer(sealed("acme-0123456789", provider="acme")) | {"origin": APP}
    assert code(replied("/acme/v1/chat/completions", by_id, **at("llm.acme.example"))) == "sealed_key_invalid"


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


MODEL_ASKED = b'{"model":"gpt-5"}'


def with_claims(more, key="sk-inside0123", exp=NOW + DAY):
    """A token that is properly sealed with these claims, which are written as they are."""
    return sealed(key, claims=f'{{"prv":"openai","org":[],"iat":{NOW},"exp":{exp},{more}}}'.encode())


def used(token, path=CHAT["openai"], body=MODEL_ASKED, *, buckets=None, method="POST", now=NOW, **given):
    headers = {**bearer(token), "content-type": "application/json", "content-length": str(len(body))}
    return decided(request(path, headers, method=method), configured({**OPENS, **given}), now, buckets, body)


@pytest.mark.parametrize("claims", TAKEN.values(), ids=TAKEN.keys())
def test_claims_are_taken_with(claims):
    assert used(with_claims(claims)).key.reveal() == "sk-inside0123"


@pytest.mark.parametrize("claims", REFUSED.values(), ids=REFUSED.keys())
def test_claims_are_refused_with(claims):
    decision = policy.decide(request(CHAT["openai"], bearer(with_claims(claims))), configured(OPENS), NOW)
    reply = advance(decision)
    assert (code(reply), message(reply)) == ("sealed_key_invalid", ERRORS["sealed_key_invalid"][1])


def narrowed(key="sk-inside0123", **claims):
    return sealed(key, origins=[], narrowed=claims)


def test_a_sealed_key_is_for_its_models_only():
    token = narrowed(mdl=["gpt-5*", "o3"])
    assert used(token).key.reveal() == "sk-inside0123"
    assert isinstance(used(token, body=b'{"model":"o3"}'), Forward)
    assert isinstance(used(token, "/openai/v1/models", b"", method="GET"), Forward)
    for body in (b'{"model":"gpt-4o"}', b'{"model":"gpt-5","models":["gpt-4o"]}', b"{}", b""):
        reply = used(token, body=body)
        assert (reply.status, code(reply)) == (403, "model_not_allowed")
    assert "sealed key" in message(used(token, body=b'{"model":"gpt-4o"}'))


def test_a_sealed_keys_models_never_widen_the_relays():
    token = narrowed(mdl=["gpt-5*", "o3"])
    assert isinstance(used(token, ALLOWED_MODELS="gpt-*"), Forward)
    assert "sealed key" not in message(used(token, body=b'{"model":"o3"}', ALLOWED_MODELS="gpt-*"))
    assert "sealed key" in message(used(token, body=b'{"model":"gpt-4o"}', ALLOWED_MODELS="gpt-*"))
    assert code(used(narrowed(mdl=["*"]), body=b'{"model":"o3"}', ALLOWED_MODELS="gpt-*")) == "model_not_allowed"
    assert code(used(narrowed(rpm=5), body=b'{"model":"o3"}', ALLOWED_MODELS="gpt-*")) == "model_not_allowed"


def test_a_sealed_key_is_for_its_groups_only_and_only_where_the_relay_opens_them():
    everything = {"ENDPOINTS": "inference, files, batches"}
    inference, files = narrowed(grp=["inference"]), narrowed(grp=["files"])
    assert isinstance(used(inference, **everything), Forward)
    assert isinstance(used(files, "/openai/v1/files", b"x", **everything), Forward)
    for reply in (used(inference, "/openai/v1/files", b"x", **everything), used(files, **everything)):
        assert (reply.status, code(reply)) == (403, "path_not_allowed")
        assert "sealed key" in message(reply)
        assert "ENDPOINTS" not in message(reply)
    closed = used(files, "/openai/v1/files", b"x")
    assert (code(closed), "ENDPOINTS" in message(closed)) == ("path_not_allowed", True)
    assert code(used(narrowed(grp=["files"], mdl=["gpt-5"]), "/openai/v1/files", b"x", **everything)) == "model_not_allowed"


def test_a_sealed_key_has_a_rate_of_its_own_whatever_the_relays_is():
    token, other = narrowed(rpm=2), narrowed(rpm=2)
    for settings in ({}, {"RATE_LIMIT_PER_MINUTE": "5"}):
        buckets = Buckets(b"secret")
        first, second, reply = (used(token, buckets=buckets, **settings) for _ in range(3))
        assert isinstance(first, Forward)
        assert isinstance(second, Forward)
        assert code(reply) == "rate_limited"
        assert reply.headers["ratelimit-policy"] == '"sealed-key";q=2;w=60'
        assert "with this sealed key" in message(reply)
        assert isinstance(used(other, buckets=buckets, **settings), Forward)
        assert isinstance(used(token, buckets=buckets, now=NOW + 30, **settings), Forward)


def test_a_sealed_keys_rate_does_not_lift_the_relays():
    buckets, key = Buckets(b"secret"), new_api_key()
    tokens = [narrowed(key, rpm=100) for _ in range(3)]
    replies = [used(token, buckets=buckets, RATE_LIMIT_PER_MINUTE="2") for token in tokens]
    assert [isinstance(each, Forward) for each in replies] == [True, True, False]
    assert replies[2].headers["ratelimit-policy"] == '"key";q=2;w=60'


def test_what_a_sealed_key_is_for_is_not_looked_at_before_it_is_opened():
    """Claims that nobody vouches for decide nothing: no body is read, nothing is counted, and no limit is told."""
    for claims in ({"mdl": ["o3"]}, {"grp": ["files"]}, {"rpm": 1}):
        token = narrowed(**claims)
        decision = policy.decide(request(CHAT["openai"], bearer(token)), configured(OPENS), NOW)
        assert isinstance(advance(decision), Open)
        assert code(advance(decision, None)) == "sealed_key_invalid"


LIMITED = {"mdl": ["gpt-5"], "grp": ["inference"], "rpm": 5}
# What somebody makes of the claims of a token that is not theirs.
FORGED = {
    "with any model": LIMITED | {"mdl": ["*"]},
    "with one model more": LIMITED | {"mdl": ["gpt-5", "o3"]},
    "with one group more": LIMITED | {"grp": ["inference", "files"]},
    "with a higher rate": LIMITED | {"rpm": 100_000},
    "with a lower rate": LIMITED | {"rpm": 1},
    "with fewer models": LIMITED | {"mdl": ["gpt-4o"]},
    "without its models": {"grp": ["inference"], "rpm": 5},
    "without its groups": {"mdl": ["gpt-5"], "rpm": 5},
    "without its rate": {"mdl": ["gpt-5"], "grp": ["inference"]},
    "without any": {},
    "in another order": {"rpm": 5, "grp": ["inference"], "mdl": ["gpt-5"]},
}


@pytest.mark.parametrize("claims", FORGED.values(), ids=FORGED.keys())
def test_nobody_but_the_sealer_changes_what_a_sealed_key_is_for(claims):
    version, kid, _, inside = narrowed(**LIMITED).split(".")
    forged = ".".join((version, kid, narrowed(**claims).split(".")[2], inside))
    assert code(used(forged)) == "sealed_key_invalid"


def test_no_bit_of_the_claims_can_be_changed():
    version, kid, claims, inside = narrowed(**LIMITED).split(".")
    raw = decode(claims)
    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        reply = used(".".join((version, kid, encode(bytes(changed)), inside)))
        assert code(reply) in ("sealed_key_invalid", "sealed_key_expired"), bit
