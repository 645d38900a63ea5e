import json

import pytest

from byok_relay import audit
from byok_relay.metering import Usage
from providers import ASKED

from .support import CANARY, CHAT, NOW, answered, bearer, forwarded, new_key, request

METERED = {"METER_USAGE": "true"}


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "get", "", CANARY, '"'])
def test_a_method_that_is_not_on_the_list_is_not_in_the_line(method):
    listed = method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
    assert json.loads(audit.begun(request(CHAT["openai"], method=method), NOW) + "}")["method"] == (method if listed else "OTHER")


def usage_in_line(usage):
    return json.loads(audit.of_answer("{", 0, "ok", 200, False, 0, 0, usage).replace("{,", "{"))["usage"]


def model_in_line(name):
    return usage_in_line(Usage(1, 2, None, None, name))["model"]


def test_the_tokens_are_in_the_line():
    assert usage_in_line(Usage(3, None, 2, 0, "m")) == {"model": "m", "input": 3, "output": None, "cached": 2, "reasoning": 0}
    assert usage_in_line(None) is None


MODELS = """gpt-5-2025-08-07 claude-sonnet-4-5 openai/gpt-oss-120b:free accounts/fireworks/models/llama-v3p1-405b-instruct
    ft:gpt-4.1-nano-2025-04-14:acme:support-answers:BTz2REMH meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8 xai-grok-4-fast
    us.anthropic.claude-haiku-4-5-20251001-v1:0 Qwen/Qwen3-235B-A22B-Thinking-2507 @cf/meta/llama-3.3-70b-instruct-fp8-fast""".split()


@pytest.mark.parametrize("name", MODELS)
def test_the_names_of_models_are_in_the_line(name):
    assert model_in_line(name) == name


@pytest.mark.parametrize("provider", ASKED)
@pytest.mark.parametrize("around", ["{}", "models/{}", "{}:free"])
def test_a_key_in_place_of_a_model_is_not(provider, around):
    assert model_in_line(around.format(new_key(provider))) is None


@pytest.mark.parametrize("key", ["3f2b8c1e-1234-4abc-8def-0123456789ab", "x/3F2B8C1E-1234-4ABC-8DEF-0123456789AB:free"])
def test_a_uuid_is_not_either(key):
    assert model_in_line(key) is None


@pytest.mark.parametrize(
    ("status", "headers", "is_metered"),
    [
        (200, {"content-type": "application/json"}, True),
        (201, {"content-type": "text/event-stream; charset=utf-8"}, True),
        (200, {"content-type": "application/json", "content-encoding": "gzip"}, False),
        (200, {"content-type": "audio/mpeg"}, False),
        (200, {}, False),
        (400, {"content-type": "application/json"}, False),
    ],
)
def test_answers_that_may_say_their_usage_are_metered_where_that_is_set(status, headers, is_metered):
    forward = forwarded(CHAT["openai"], bearer(new_key()), **METERED)
    assert (answered(forward, status, headers, **METERED).meter is not None) == is_metered
    assert answered(forward, status, headers).meter is None


def test_what_is_metered_is_asked_for_uncompressed():
    headers = bearer(new_key()) | {"accept-encoding": "gzip, br"}
    assert forwarded(CHAT["openai"], headers, **METERED).headers["accept-encoding"] == "identity"
    assert forwarded(CHAT["openai"], headers).headers["accept-encoding"] == "gzip, br"
