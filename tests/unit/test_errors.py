import json

import pytest

from byok_relay.cors import with_id
from byok_relay.errors import BAD_KEY, ERRORS, Refusal, described, error_reply
from providers import PROVIDERS, bad_key_status
from tables.errors import STATUS

from .support import APP, CANARY, cors_headers

ID = "0123456789abcdef" * 2
CORS = with_id({"access-control-allow-origin": APP, "vary": "Origin"}, ID)

# google.rpc.Code
GOOGLE_CODES = set(
    "INVALID_ARGUMENT FAILED_PRECONDITION RESOURCE_EXHAUSTED UNAUTHENTICATED PERMISSION_DENIED NOT_FOUND INTERNAL UNAVAILABLE"
    " DEADLINE_EXCEEDED".split()
)

each_code = pytest.mark.parametrize("code", ERRORS)


def test_the_list_of_codes_is_closed():
    assert set(ERRORS) <= set(STATUS)


@each_code
def test_an_error_has_the_promised_status_and_is_marked_typed_not_stored_and_readable(code):
    reply = error_reply(Refusal(code), CORS)
    assert reply.status == STATUS[code]
    own = {"content-type": "application/json", "cache-control": "no-store, no-transform", "x-content-type-options": "nosniff"}
    assert reply.headers.items() >= {"x-relay-error": code, "x-relay-request-id": ID, **own}.items()
    assert (reply.headers["access-control-allow-origin"], reply.headers["vary"]) == (APP, "Origin")
    assert {"x-relay-error", "x-relay-request-id", "x-should-retry", "allow"} <= set(
        reply.headers["access-control-expose-headers"].split(", ")
    )


@each_code
def test_one_body_has_every_providers_error_shape(code):
    body = json.loads(error_reply(Refusal(code), CORS).body)
    words = body["error"]["message"]
    assert len(words) > 20
    # Anthropic
    assert body["type"] == "error"
    # Mistral: object, message, type, param, code at the top
    assert (body["object"], body["message"], body["param"], body["code"]) == ("error", words, "", code)
    # OpenAI
    assert (body["error"]["type"], body["error"]["param"]) == (code, None)
    # Google: a number, a name and a list
    assert body["error"]["code"] == STATUS[code]
    assert body["error"]["status"] in GOOGLE_CODES
    assert body["error"]["details"] == []


@each_code
def test_what_the_user_must_fix_is_not_retried_by_any_sdk(code):
    reply = error_reply(Refusal(code), CORS)
    if reply.status < 500 and code != "rate_limited":
        assert reply.status not in (408, 409, 429)
        assert reply.headers["x-should-retry"] == "false"
    else:
        assert "x-should-retry" not in reply.headers


@pytest.mark.parametrize("cors", [{}, {"vary": "Origin"}], ids=["nothing", "vary"])
def test_an_error_for_a_refused_origin_has_no_cors_header(cors):
    assert cors_headers(error_reply(Refusal("origin_not_allowed"), cors)) == set()


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.id)
@pytest.mark.parametrize("code", sorted(BAD_KEY))
def test_a_bad_key_has_the_status_that_its_provider_gives_it(code, provider):
    """Apps ask their user for another key at that status, and at no other."""
    reply = error_reply(Refusal(code), CORS, provider)
    error = json.loads(reply.body)["error"]
    assert reply.status == error["code"] == bad_key_status(provider.id)
    assert error["status"] == {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED"}[reply.status]
    details = [detail.get("reason") or detail["message"] for detail in error["details"]]
    assert details == (["API_KEY_INVALID", "API key not valid."] if provider.id == "google" else [])


def test_a_refusal_may_bring_its_own_words_and_headers():
    reply = error_reply(Refusal("method_not_allowed", "Use POST.", {"allow": "POST"}), CORS)
    assert json.loads(reply.body)["message"] == json.loads(reply.body)["error"]["message"] == "Use POST."
    assert reply.headers["allow"] == "POST"


def test_a_refusal_shows_only_its_code():
    assert str(Refusal("key_malformed", "words", {"x": "y"})) == "key_malformed"


@pytest.mark.parametrize("path", ["core.py", "/home/somebody/core.py", r"C:\Users\somebody\core.py"])
def test_a_defect_is_described_by_its_kind_and_place_alone(path):
    """Neither what it says nor the folder: both may tell of somebody."""
    with pytest.raises(ValueError, match=CANARY) as failed:
        exec(compile(f"def read():\n    int('{CANARY}')\nread()", path, "exec"))
    assert described(failed.value) == "byok-relay: internal_error, ValueError in read, core.py, line 2"
    assert described(KeyError(CANARY)) == "byok-relay: internal_error, KeyError"
