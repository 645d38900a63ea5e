import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byok_relay.limits import Buckets
from byok_relay.messages import Forward, Read, advance
from byok_relay.models import MOST_BYTES, allows
from byok_relay.policy import decide
from providers import CHAT as CHATS
from tables.models import BAD, GOOD, HEADERS, JSON, NO_NAMES, NOT_JSON, PATTERNS, TAKEN_HEADERS, UNREADABLE, encoded

from .support import CANARY, CHAT, NOW, bearer, code, configured, decided, message, new_key, replied, request

OPENAI = CHAT["openai"]
ACME = json.dumps({"acme": {"base_url": "https://llm.acme.example", "routes": ["POST /run/{model_name}", "POST /run", "GET /run/{model}"]}})


def asked(body, path=OPENAI, *, method="POST", headers=JSON, models="gpt-5*", provider="openai", buckets=None, **given):
    data = encoded(body)
    sent = {"content-length": str(len(data)), **bearer(new_key(provider)), **headers}
    return decided(request(path, sent, method=method), configured({"ALLOWED_MODELS": models, **given}), NOW, buckets, data)


def assert_refused(reply, words=""):
    assert not isinstance(reply, Forward)
    assert (reply.status, code(reply)) == (403, "model_not_allowed")
    assert words in message(reply)
    assert reply.headers["x-should-retry"] == "false"


@pytest.mark.parametrize(("pattern", "name"), [(pattern, name) for pattern, (names, _) in PATTERNS.items() for name in names.split()])
def test_a_pattern_allows_a_name(pattern, name):
    assert allows([pattern], name)
    assert allows(["other", pattern], name)


@pytest.mark.parametrize(("pattern", "name"), [(pattern, name) for pattern, (_, names) in PATTERNS.items() for name in names.split()])
def test_a_pattern_does_not_allow_a_name(pattern, name):
    assert not allows([pattern], name)


@pytest.mark.parametrize("name", NO_NAMES)
def test_what_is_no_name_is_allowed_by_nothing(name):
    assert not allows(["*", "*/*", "gpt-5*", name], name)


@given(st.text("ab*/", min_size=1, max_size=8), st.text("ab/", min_size=1, max_size=10))
def test_a_star_stands_for_anything_but_a_slash(pattern, name):
    """Against a matcher that tries everything."""

    def fits(pattern, name):
        if not pattern:
            return not name
        if pattern[0] == "*":
            return fits(pattern[1:], name) or (name[:1] not in ("", "/") and fits(pattern, name[1:]))
        return name[:1] == pattern[0] and fits(pattern[1:], name[1:])

    assert allows([pattern], name) == fits(pattern, name)


def test_no_pattern_and_no_name_take_long():
    begun = time.process_time()
    for pattern in ("a*" * 50, "*a" * 50, "*" * 100, "*a*/" * 25, "a*" * 49 + "b"):
        for name in ("a" * 200, "a" * 199 + "c", "a/" * 100, "ab" * 100):
            allows([pattern] * 100, name)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("body", GOOD.values(), ids=GOOD.keys())
def test_an_allowed_model_is_asked_for(body):
    assert isinstance(asked(body), Forward)


@pytest.mark.parametrize("headers", TAKEN_HEADERS, ids=lambda headers: str(headers)[-30:])
def test_a_body_that_can_be_checked_is_taken(headers):
    assert isinstance(asked({"model": "gpt-5"}, headers=headers), Forward)


@pytest.mark.parametrize("body", BAD.values(), ids=BAD.keys())
def test_a_model_is_refused(body):
    reply = asked(body)
    assert_refused(reply, "/.well-known/byok-relay")
    assert isinstance(asked(body, models="all"), Forward)


@pytest.mark.parametrize(("body", "words"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_request_is_refused_with(body, words):
    assert_refused(asked(body), words)


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON.keys())
def test_a_body_is_refused_that_is(body):
    assert_refused(asked(body), "cannot be checked")


@pytest.mark.parametrize(("headers", "words"), HEADERS.values(), ids=HEADERS.keys())
def test_a_body_is_refused_unread_that_has(headers, words):
    headers = {"content-length": "17", **bearer(new_key()), **headers}
    assert_refused(advance(decide(request(OPENAI, headers), configured({"ALLOWED_MODELS": "*"}), NOW)), words)


def test_a_body_may_have_a_mebibyte():
    longest = encoded({"model": "gpt-5"})[:-1].ljust(MOST_BYTES - 1) + b"}"
    assert isinstance(asked(longest), Forward)
    assert_refused(asked(longest + b" "), "1 MiB")
    assert_refused(asked(longest + b" ", headers=JSON | {"content-length": "17"}), "1 MiB")


def test_a_refusal_repeats_nothing():
    for body in ({"model": CANARY}, {"model": [CANARY, {CANARY: CANARY}]}, {CANARY: CANARY}, CANARY.encode()):
        reply = asked(body, headers=JSON)
        assert_refused(reply)
        assert CANARY not in f"{reply.headers} {reply.body}"


# Where the name is in the path, the body is not read: method and path, the name that is allowed, the provider.
IN_PATHS = [
    ("POST /google/v1beta/models/gemini-2.5-flash:generateContent", "gemini-2.5-flash", "google"),
    ("POST /google/v1beta/models/gemini-2.5-flash%3AstreamGenerateContent", "gemini-2.5-flash", "google"),
    ("GET /google/v1beta/models/gemini-2.5-flash", "gemini-2.5-flash", "google"),
    ("POST /azure/my-resource/openai/deployments/gpt-5/chat/completions", "gpt-5", "azure"),
    ("POST /replicate/v1/models/black-forest-labs/flux-schnell/predictions", "black-forest-labs/flux-schnell", "replicate"),
    ("POST /huggingface/hf-inference/models/org/name:x/pipeline/text", "org/name:x", "huggingface"),
    ("POST /stability/v1/generation/sd3/text-to-image", "sd3", "stability"),
    ("POST /acme/run/meta%2Fllama%3afree", "meta/llama:free", "openrouter"),
    ("GET /openai/v1/models/ft:gpt-4o:org::id", "ft:gpt-4o:org::id", "openai"),
    ("POST /deepgram/v1/listen?language=de&model=nova-3", "nova-3", "deepgram"),
    ("POST /deepgram/v1/listen?model=nova%2D3", "nova-3", "deepgram"),
]


@pytest.mark.parametrize(("line", "name", "provider"), IN_PATHS)
def test_a_name_in_the_url_is_checked_and_the_body_is_left_alone(line, name, provider):
    method, path = line.split()
    given = {"CUSTOM_PROVIDERS": ACME, "KEY_CHECK": "off"}
    headers = {**bearer("0123456789abcdef"), "content-type": "image/png"}
    for models, is_allowed in ((name, True), (name[:-1] + "*", True), (name + "x", False), ("x" + name, False)):
        decision = advance(decide(request(path, headers, method=method), configured({"ALLOWED_MODELS": models, **given}), NOW))
        assert isinstance(decision, Forward) == is_allowed
        assert is_allowed or code(decision) == "model_not_allowed"


# Members that other providers take the name from -> a body that is allowed, and ones that are not.
MEMBERS = {
    "/elevenlabs/v1/text-to-speech/voice": (
        {"model_id": "gpt-5"},
        [{"model": "gpt-5"}, {"text": "x"}, {"model_id": "gpt-5", "model": "o3"}],
    ),
    "/replicate/v1/predictions": ({"version": "gpt-5"}, [{"model": "gpt-5", "version": "0123abc"}, {"version": 5}, {"input": {}}]),
    "/mistral/v1/agents/completions": ({"agent_id": "gpt-5"}, [{"model": "gpt-5", "agent_id": "ag:1"}, {"agent_id": None}]),
    "/google/v1beta/interactions": ({"agent": "gpt-5"}, [{"model": "gpt-5", "agent": "deep-research"}, {"input": "x"}]),
    "/perplexity/v1/responses": (
        {"preset": "gpt-5"},
        [{"preset": "pro"}, {"model": "gpt-5", "models": ["o3"]}, {"preset": 1}, {"models": []}],
    ),
    "/openrouter/api/v1/chat/completions": (
        {"models": ["gpt-5"]},
        [{"models": ["gpt-5", "o3"]}, {"preset": "gpt-5"}, {"model": "@preset/x"}],
    ),
}


@pytest.mark.parametrize("path", MEMBERS)
def test_a_provider_takes_the_name_from_its_own_member(path):
    good, bad = MEMBERS[path]
    provider = path.split("/")[1]
    assert isinstance(asked(good, path, provider=provider), Forward)
    for body in bad:
        assert_refused(asked(body, path, provider=provider))


def test_a_name_in_the_query_is_checked_as_well():
    given = {"CUSTOM_PROVIDERS": ACME}
    assert isinstance(asked({"model": "gpt-5"}, "/acme/run?model=gpt-5&x=1", **given), Forward)
    for query in ("model=o3", "model=gpt-5&model=o3", "x=1;model=o3", "%6dodel=o3", "MODEL=o3", "model[]=o3", "model", "model_id=o3"):
        assert_refused(asked({"model": "gpt-5"}, f"/acme/run?{query}", **given))
    for query in ("", "?language=de", "?diarize_model=nova-3"):
        assert_refused(asked(b"", f"/deepgram/v1/listen{query}", provider="deepgram", models="nova-3"), "parameter `model`")


def test_reading_and_cancelling_ask_for_no_model():
    for line in ("GET /openai/v1/models", "GET /google/v1beta/interactions/a1", "POST /google/v1beta/interactions/a1/cancel"):
        method, path = line.split()
        assert isinstance(asked(b"", path, method=method, headers={}, provider=path.split("/")[1]), Forward)


@pytest.mark.parametrize(
    ("path", "provider"),
    [
        ("/openai/v1/files", "openai"),
        ("/openai/v1/batches", "openai"),
        ("/anthropic/v1/messages/batches", "anthropic"),
        ("/google/v1beta/models/gpt-5:batchGenerateContent", "google"),
    ],
)
def test_files_and_batches_are_closed_where_models_are_limited(path, provider):
    given = {"ENDPOINTS": "inference, files, batches"}
    assert_refused(asked({"model": "gpt-5"}, path, provider=provider, **given), "group `")
    assert isinstance(asked({"model": "gpt-5"}, path, provider=provider, models="all", **given), Forward)


@pytest.mark.parametrize("provider", CHATS)
def test_without_the_setting_no_body_is_read(provider):
    decision = decide(request(CHATS[provider], bearer(new_key(provider))), configured({}), NOW)
    assert isinstance(advance(decision), Forward)


def test_a_body_is_read_only_for_a_request_that_is_valid_in_everything_else():
    settings = configured({"ALLOWED_MODELS": "gpt-5*", "RATE_LIMIT_PER_MINUTE": "1"})
    good = {**bearer(new_key()), **JSON, "content-length": "17"}
    bad = [
        (OPENAI, good | {"authorization": ""}),
        (OPENAI, good | bearer("sk-ant-0123456789")),
        ("/openai/v1/fine_tuning/jobs", good),
        (f"{OPENAI}?api_key=x", good),
        (OPENAI, good | {"content-length": "9" * 12}),
    ]
    assert isinstance(advance(decide(request(OPENAI, good), settings, NOW)), Read)
    assert all(not isinstance(advance(decide(request(path, headers), settings, NOW)), Read) for path, headers in bad)


def test_a_refused_model_costs_its_key_no_quota():
    buckets, key = Buckets(b"secret"), bearer(new_key())
    for _ in range(3):
        assert_refused(asked({"model": "o3"}, headers=JSON | key, buckets=buckets, RATE_LIMIT_PER_MINUTE="1"))
    assert isinstance(asked({"model": "gpt-5"}, headers=JSON | key, buckets=buckets, RATE_LIMIT_PER_MINUTE="1"), Forward)


def test_the_description_lists_the_patterns_where_there_are_any():
    limits = [
        json.loads(replied("/.well-known/byok-relay", method="GET", **given).body)["limits"] for given in ({}, {"ALLOWED_MODELS": "b*, a"})
    ]
    assert [each.get("allowed_models") for each in limits] == [None, ["b*", "a"]]


def test_the_groups_that_are_closed_with_limited_models_are_not_published():
    for settings, expected in (({}, ["inference", "realtime"]), ({"ALLOWED_MODELS": "gpt-5*"}, ["inference"])):
        description = json.loads(replied("/.well-known/byok-relay", method="GET", **settings).body)
        assert description["endpoints"] == expected
