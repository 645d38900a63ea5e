"""Rate limits on the wire. The arithmetic is in tests/unit/test_limits.py."""

import pytest

from differences import TAKES_CLOUDFLARES_ADDRESS
from providers import CHAT

SPOOFED = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "X-Client-IP", "CF-Connecting-IPv6", "X-Forwarded-Host")


@pytest.fixture
def settings():
    return {"RATE_LIMIT_PER_MINUTE": "4"}


@pytest.mark.parametrize("provider", ["openai", "google"])
def test_a_key_that_asks_too_often_is_told_when_to_ask_again(relay, mock, new_key, provider):
    key = new_key(provider)
    answers = [relay.ask("POST", CHAT[provider], {"X-API-Key": key, "Origin": "https://app.example"}, b"{}") for _ in range(5)]
    assert [answer.status for answer in answers] == [200] * 4 + [429]
    refused = answers[-1]
    assert refused.code == "rate_limited"
    assert 1 <= int(refused.headers["retry-after"]) <= 15
    assert refused.headers["ratelimit-policy"] == '"key";q=4;w=60'
    assert refused.headers["access-control-allow-origin"] == "*"
    assert {"retry-after", "ratelimit", "ratelimit-policy"} <= {*refused.headers["access-control-expose-headers"].split(", ")}
    assert "x-should-retry" not in refused.headers
    assert len(mock.seen(key)) == 4
    assert relay.ask("POST", CHAT[provider], {"X-API-Key": new_key(provider)}, b"{}").status == 200


def test_an_address_that_is_refused_too_often_is_told_so_whatever_it_claims_to_be(relay, new_key, runtime):
    def refused(at):
        claims = dict.fromkeys(SPOOFED, f"198.51.100.{at}")
        claims["CF-Connecting-IP"] = "192.0.2.1" if runtime in TAKES_CLOUDFLARES_ADDRESS else f"198.51.100.{at}"
        return relay.ask("GET", "/openai/v1/organization/usage", claims).code

    assert [refused(at) for at in range(41)] == ["path_not_allowed"] * 40 + ["rate_limited"]
    assert relay.ask("POST", CHAT["openai"], {"X-API-Key": new_key(), "CF-Connecting-IP": "192.0.2.1"}, b"{}").status == 200
