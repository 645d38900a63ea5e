"""Preflights and CORS on the answers that a provider gave."""

import pytest

CHAT = "/openai/v1/chat/completions"
PREFLIGHT = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}

# what the SDKs were seen to ask for, in one browser or another
ASKED = (
    "anthropic-dangerous-direct-browser-access,anthropic-version,authorization,content-type,user-agent,x-api-key,x-goog-api-client,"
    "x-goog-api-key,x-mistral-user-agent,x-stainless-arch,x-stainless-helper-method,x-stainless-lang,x-stainless-os,"
    "x-stainless-package-version,x-stainless-retry-count,x-stainless-runtime,x-stainless-runtime-version,x-stainless-timeout,x-relay-provider"
)


def names(header):
    return {name.strip() for name in header.split(",")}


@pytest.mark.parametrize("target", [CHAT, "/unknown/x", "/", "/health"])
@pytest.mark.usefixtures("unseen")
def test_a_preflight_is_answered_before_anything_else_is_looked_at(relay, target):
    answer = relay.ask("OPTIONS", target, PREFLIGHT | {"Access-Control-Request-Headers": ASKED})
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert names(answer.headers["access-control-allow-headers"]) == set(ASKED.split(","))
    assert names(answer.headers["access-control-allow-methods"]) >= {"GET", "POST"}
    assert answer.headers["access-control-max-age"] == "86400"
    assert "access-control-allow-credentials" not in answer.headers


def test_a_preflight_echoes_no_header_that_a_page_has_no_business_with(relay):
    asked = "Content-Type, cookie, host, x-forwarded-for, cf-connecting-ip, sec-fetch-mode, proxy-authorization, bad name, b\u00e4d"
    answer = relay.ask("OPTIONS", CHAT, PREFLIGHT | {"Access-Control-Request-Headers": asked})
    assert names(answer.headers["access-control-allow-headers"]) == {"content-type"}


def test_a_preflight_for_a_made_up_method_does_not_list_it(relay):
    answer = relay.ask("OPTIONS", CHAT, PREFLIGHT | {"Access-Control-Request-Method": "FOO"})
    assert "FOO" not in answer.headers["access-control-allow-methods"]


def test_local_network_access_is_not_granted(relay):
    asked = {"Access-Control-Request-Private-Network": "true", "Access-Control-Request-Local-Network": "true"}
    answer = relay.ask("OPTIONS", CHAT, PREFLIGHT | asked)
    assert not {"access-control-allow-private-network", "access-control-allow-local-network"} & answer.headers.keys()


def test_any_page_may_read_a_providers_answer(relay, key):
    answer = relay.ask("GET", "/openai/v1/models", {"Authorization": f"Bearer {key}", "Origin": "null"})
    assert answer.status == 200
    assert answer.headers["access-control-allow-origin"] == "*"


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
