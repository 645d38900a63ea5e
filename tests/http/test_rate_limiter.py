"""The Rate Limiting binding of Workers: what it says counts, and where it says nothing the request passes."""

import json

import pytest

from providers import CHAT
from sealing.tokens import SEALED, sealed

AUDITED = {"RATE_LIMIT_PER_MINUTE": "2", "AUDIT_SECRET": "0123456789abcdef"}
COMPLAINT = "byok-relay: the binding RATE_LIMITER does not answer, so requests with one key are not limited"


def bound(behaviour="counts"):
    """Its limit is another than the setting says, so that tests see which one counts."""
    return {"RATE_LIMITER": {"limit": 3, "behaviour": behaviour}}


@pytest.fixture(params=["workerd", "pyodide"])
def runtime(request):
    return request.param


@pytest.fixture
def settings():
    return SEALED | AUDITED | bound()


def asked(relay, key, count):
    return [relay.ask("POST", CHAT["openai"], {"X-API-Key": key}, b"{}") for _ in range(count)]


def statuses(relay, key, count):
    return [answer.status for answer in asked(relay, key, count)]


def test_the_binding_counts_requests_with_one_key(relay, mock, new_key):
    key = new_key("openai")
    answers = asked(relay, key, 5)
    assert [answer.status for answer in answers] == [200] * 3 + [429] * 2
    assert answers[-1].code == "rate_limited"
    assert answers[-1].headers["retry-after"] == "60"
    assert len(mock.seen(key)) == 3
    assert statuses(relay, new_key("openai"), 1) == [200]


def test_a_sealed_key_counts_as_the_key_inside_and_its_body_goes_up(relay, mock, new_key):
    key = new_key("openai")
    token = sealed(key, "openai", ())
    assert statuses(relay, token, 2) + statuses(relay, key, 2) + statuses(relay, token, 1) == [200] * 3 + [429] * 2
    assert {request["body_length"] for request in mock.seen(key)} == {2}


def test_the_isolate_counts_refused_requests_itself(relay, new_key):
    headers = {"X-API-Key": new_key("openai"), "CF-Connecting-IP": "192.0.2.1"}
    codes = [relay.ask("GET", "/openai/v1/organization/usage", headers).code for _ in range(21)]
    assert codes == ["path_not_allowed"] * 20 + ["rate_limited"]
    assert statuses(relay, headers["X-API-Key"], 1) == [200]


@pytest.mark.parametrize("behaviour", ["rejects", "throws", "hangs"])
def test_a_binding_that_gives_no_answer_lets_requests_through_and_is_complained_of_once(start_relay, runtime, new_key, behaviour):
    relay = start_relay(runtime, SEALED | AUDITED | bound(behaviour))
    key = new_key("openai")
    assert statuses(relay, key, 5) + statuses(relay, sealed(key, "openai", ()), 1) == [200] * 6
    assert relay.server.log == [COMPLAINT]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (bound() | {"RATE_LIMIT_PER_MINUTE": "60"}, "needs AUDIT_SECRET: "),
        (bound() | {"AUDIT_SECRET": "0123456789abcdef"}, "needs RATE_LIMIT_PER_MINUTE, "),
    ],
)
def test_a_binding_that_cannot_count_is_an_error_of_the_operator(start_relay, runtime, settings, words):
    relay = start_relay(runtime, settings)
    answer = relay.ask("GET", "/health")
    assert answer.code == "misconfigured"
    assert f"RATE_LIMITER {words}" in json.loads(answer.body)["message"]
    assert [line.startswith(f"byok-relay: RATE_LIMITER {words}") for line in relay.server.log] == [True]
