"""Preflights and CORS on the answers that a provider gave. What a preflight must not allow is in tests/attacks/preflights.py."""

import pytest

from providers import CHAT

PREFLIGHT = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}

# what the SDKs were seen to ask for, in one browser or another
ASKED = (
    "anthropic-dangerous-direct-browser-access,anthropic-version,authorization,content-type,user-agent,x-api-key,x-goog-api-client,"
    "x-goog-api-key,x-mistral-user-agent,x-stainless-arch,x-stainless-helper-method,x-stainless-lang,x-stainless-os,"
    "x-stainless-package-version,x-stainless-retry-count,x-stainless-runtime,x-stainless-runtime-version,x-stainless-timeout,x-relay-provider"
)


def names(header):
    return {name.strip() for name in header.split(",")}


@pytest.mark.parametrize("target", [CHAT["openai"], "/unknown/x", "/", "/health"])
@pytest.mark.usefixtures("unseen")
def test_a_preflight_is_answered_before_anything_else_is_looked_at(relay, target):
    answer = relay.ask("OPTIONS", target, PREFLIGHT | {"Access-Control-Request-Headers": ASKED})
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert names(answer.headers["access-control-allow-headers"]) == set(ASKED.split(","))
    assert names(answer.headers["access-control-allow-methods"]) >= {"GET", "POST"}
    assert answer.headers["access-control-max-age"] == "86400"
    assert "access-control-allow-credentials" not in answer.headers


class TestWithAllowedOrigins:
    @pytest.fixture
    def settings(self):
        return {"ALLOWED_ORIGINS": "https://app.example, https://*.apps.example, chrome-extension://abcdef"}

    @pytest.mark.parametrize("origin", ["https://app.example", "https://a.apps.example", "chrome-extension://abcdef"])
    def test_an_allowed_origin_is_echoed_on_preflights_and_answers(self, relay, key, origin):
        for method in ("OPTIONS", "GET"):
            answer = relay.ask(method, "/openai/v1/models", PREFLIGHT | {"Authorization": f"Bearer {key}", "Origin": origin})
            assert answer.status in (200, 204)
            assert answer.headers["access-control-allow-origin"] == origin
            assert "Origin" in names(answer.headers["vary"])

    def test_an_answer_to_no_origin_varies_too(self, relay, mock, key):
        mock.script(key, respond={"status": 200, "headers": {"vary": "Accept-Encoding"}, "body": ""})
        answer = relay.ask("GET", "/openai/v1/models", {"Authorization": f"Bearer {key}"})
        assert answer.status == 200
        assert names(answer.headers["vary"]) == {"Accept-Encoding", "Origin"}
        assert "access-control-allow-origin" not in answer.headers
