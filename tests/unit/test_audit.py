import json

import pytest

from byok_relay import audit
from byok_relay.metering import Usage
from providers import ASKED

from .support import new_key


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
