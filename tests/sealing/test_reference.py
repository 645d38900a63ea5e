"""The Python sealer agrees with itself, with published values, and with relay.js."""

import json
import string
import subprocess
from pathlib import Path

import pytest

from sealing.reference import decode, encode, new_key, open_token, seal, thumbprint

HERE = Path(__file__).parent
KEY = new_key()
PUBLIC = {name: KEY[name] for name in ("kid", "kty", "crv", "x", "y")}
CLAIMS = b'{"prv":"openai","org":["https://app.example"],"iat":1764000000,"exp":1771776000}'


def sealed(key="sk-canary", **overrides):
    return seal(PUBLIC, "openai", key, ["https://app.example"], 1764000000, 1771776000, **overrides)


def test_a_token_opens_to_the_claims_and_the_key():
    assert open_token(KEY, sealed()) == (CLAIMS, b"sk-canary")


def test_what_a_token_is_for_besides_comes_after_the_four_claims():
    claims, _ = open_token(KEY, sealed(narrowed={"mdl": ["gpt-5*"], "grp": ["inference"], "rpm": 10}))
    assert claims == CLAIMS[:-1] + b',"mdl":["gpt-5*"],"grp":["inference"],"rpm":10}'


def test_a_token_has_the_documented_form():
    prefix, kid, claims, enc_and_ct = sealed().split(".")
    assert (prefix, kid, decode(claims)) == ("byok1", KEY["kid"], CLAIMS)
    assert len(decode(enc_and_ct)) == 65 + len("sk-canary") + 16
    assert decode(enc_and_ct)[0] == 4


def test_a_kid_is_the_beginning_of_the_thumbprint_unless_it_is_given():
    assert KEY["kid"] == thumbprint(KEY)[:16]
    assert new_key("mine")["kid"] == "mine"


def test_the_thumbprint_of_the_key_in_rfc_9449_is_the_one_it_gives():
    x, y = "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs", "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"
    assert thumbprint({"kty": "EC", "x": x, "y": y, "crv": "P-256"}) == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"


def test_no_character_of_a_token_can_be_changed():
    token = sealed()
    for place, character in enumerate(token):
        for other in {"A" if character != "A" else "B", "_" if character != "_" else "-", "."} - {character}:
            with pytest.raises(ValueError, match=r"token|base64"):
                open_token(KEY, token[:place] + other + token[place + 1 :])


def test_another_key_under_the_same_kid_does_not_open_it():
    with pytest.raises(ValueError, match="does not open"):
        open_token(new_key(KEY["kid"]), sealed())


@pytest.mark.parametrize(
    "override",
    [{"prefix": "byok2"}, {"kid": "another"}, {"info": CLAIMS}, {"info": b""}],
    ids=lambda override: next(iter(override)),
)
def test_what_is_overridden_is_what_is_refused(override):
    with pytest.raises(ValueError, match="key"):
        open_token(KEY, sealed(**override))


def test_overridden_claims_are_sealed_as_they_are():
    assert open_token(KEY, sealed(claims=b'{ "any": "bytes" }\xff')) == (b'{ "any": "bytes" }\xff', b"sk-canary")


@pytest.mark.parametrize("text", ["A", "AB=", "AB", "A+A", "AAA/", "AA A", "AAAA="])
def test_base64url_has_one_spelling(text):
    with pytest.raises(ValueError, match=r"base64|padding"):
        decode(text)


@pytest.mark.parametrize("length", range(5))
def test_base64url_keeps_every_byte(length):
    for data in (bytes(length), b"\xff" * length, bytes(range(250, 250 + length))):
        assert decode(encode(data)) == data


KEYS = {
    "a short key": "12345678",
    "a key like OpenAI's": "sk-proj-" + "a1B2_-" * 26,
    "the longest key": "x" * 4096,
    "every character a key may have": "".join(c for c in map(chr, range(33, 127)) if c != ","),
}
CALLS = [{"provider": "openai", "key": key, "origins": ["https://app.example"]} for key in KEYS.values()]
CALLS += [
    {"provider": "gemini", "key": "AIza" + string.ascii_letters, "origins": [], "days": 1},
    {"provider": "own", "key": "12345678", "origins": [f"https://{n}.example:8443" for n in range(16)], "days": 0.5},
    {
        "provider": "openai",
        "key": "12345678",
        "origins": [],
        "models": ["gpt-5*", "@cf/a~b#c+d:e._-*/ft:x"],
        "endpoints": ["files"],
        "perMinute": 7,
    },
    {"provider": "openai", "key": "12345678", "origins": [], "perMinute": 100000},
]
NARROWED = {"models": "mdl", "endpoints": "grp", "perMinute": "rpm"}  # what relay.js calls it, and its claim


@pytest.fixture(scope="module")
def made_by_relay_js():
    """A token for each of CALLS."""
    given = {"sealing": {"keys": [PUBLIC], "max_age_days": 30}, "calls": CALLS}
    run = subprocess.run(["node", HERE / "seal.mjs"], input=json.dumps(given), capture_output=True, text=True, timeout=60, check=True)
    return json.loads(run.stdout)


@pytest.mark.parametrize(
    "n", range(len(CALLS)), ids=[*KEYS, "an alias, for a day", "sixteen origins, for half a day", "within limits", "at a rate"]
)
def test_what_relay_js_seals_opens_here(made_by_relay_js, n):
    call = CALLS[n]
    claims, key = open_token(KEY, made_by_relay_js[n])
    said = json.loads(claims)
    assert key.decode() == call["key"]
    narrowed = {claim: call[name] for name, claim in NARROWED.items() if name in call}
    assert list(said) == ["prv", "org", "iat", "exp", *narrowed]
    assert {claim: said[claim] for claim in narrowed} == narrowed
    assert (said["prv"], said["org"]) == ({"gemini": "google"}.get(call["provider"], call["provider"]), call["origins"])
    assert said["exp"] - said["iat"] == call.get("days", 30) * 86400
