"""Refusals that are more than a status and a code, which tests/attacks has: what they say, and what the relay writes to its log."""

import pytest

from providers import CHAT

pytestmark = pytest.mark.usefixtures("unseen")

CANARY = "canary0123456789"
KEY = {"Authorization": f"Bearer sk-{CANARY}"}
SENT_BY_A_PAGE = {"Origin": "https://app.example"}

PARAMETERS = {
    "openai": "after, before, beta, call_id, include, include[], intent, limit, model, order",
    "anthropic": "after_id, before_id, beta, limit",
    "mistral": "expiry, inline, model, page, page_size, provider",
}


@pytest.mark.parametrize(("provider", "known"), PARAMETERS.items(), ids=PARAMETERS.keys())
def test_a_parameter_that_is_not_on_the_list_is_told_which_are(relay, provider, known):
    answer = relay.ask("POST", f"{CHAT[provider]}?{CANARY}=1", KEY)
    assert (answer.status, answer.code) == (403, "path_not_allowed")
    assert answer.json()["message"].endswith(f": {known}.")


class TestWithAWrongSetting:
    @pytest.fixture(params=["workerd", "pyodide"])  # the server does not start: tests/server/test_command.py
    def runtime(self, request):
        return request.param

    @pytest.fixture
    def relay(self, runtime, start_relay):
        return start_relay(runtime, {"MAX_BODY_BYTES": f"secret-{CANARY}"})

    def test_every_request_is_told_which_one_and_never_its_value(self, relay):
        for method, target in [("POST", CHAT["openai"]), ("GET", "/health")]:
            answer = relay.ask(method, target, KEY | SENT_BY_A_PAGE)
            assert (answer.status, answer.code) == (500, "misconfigured")
            assert "MAX_BODY_BYTES" in answer.json()["message"]
            assert answer.headers["access-control-allow-origin"] == "*"
            assert CANARY not in repr(answer)

    def test_the_log_says_it_once(self, relay):
        for _ in range(3):
            relay.ask("GET", "/health")
        [line] = relay.server.wait_for_log()
        assert line.startswith("byok-relay: MAX_BODY_BYTES ")
        assert CANARY not in line


def test_a_defect_of_the_core_is_internal_error_and_its_log_line_holds_no_value(runtime, start_relay, source_with_a_defect):
    relay = start_relay(runtime, {}, source_with_a_defect)
    answer = relay.ask("POST", CHAT["openai"], KEY | SENT_BY_A_PAGE)
    assert (answer.status, answer.code) == (500, "internal_error")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert CANARY not in repr(answer)
    [line] = relay.server.wait_for_log()
    assert line.startswith("byok-relay: internal_error, ZeroDivisionError")
    assert CANARY not in line
