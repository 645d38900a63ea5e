import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byok_relay import policy
from byok_relay.carriers import CARRIERS
from byok_relay.errors import ERRORS
from byok_relay.messages import Forward, Pending, Reply, Request
from providers import PROVIDERS
from tables.errors import STATUS

from .support import (
    APP,
    CANARY,
    CHAT,
    NOW,
    SEALING_KEY,
    answered,
    ask,
    bearer,
    code,
    configured,
    cors_headers,
    cors_of,
    decided,
    forwarded,
    message,
    new_key,
    replied,
    request,
    said,
    unopened,
)

BASE = {provider.id: provider.base_url for provider in PROVIDERS}
VENDORLESS = "keyOfNoVendor"
ID = "0123456789abcdef" * 2


# Which provider a path without its name means: the header, else the key, else a path that only one provider has, else the default.
@pytest.mark.parametrize(
    ("path", "headers", "url"),
    [
        ("/v1/chat/completions", bearer("sk-0123456789"), BASE["openai"] + "/v1/chat/completions"),
        ("/v1/chat/completions", bearer("sk-ant-0123456789"), BASE["anthropic"] + "/v1/chat/completions"),
        ("/v1/messages", bearer("sk-ant-0123456789"), BASE["anthropic"] + "/v1/messages"),
        ("/v1/messages", {"x-api-key": VENDORLESS}, BASE["anthropic"] + "/v1/messages"),
        ("/v1/ocr", bearer(VENDORLESS), BASE["mistral"] + "/v1/ocr"),
        ("/v1/responses", bearer(VENDORLESS), BASE["openai"] + "/v1/responses"),
        ("/v1/embeddings", bearer(VENDORLESS), BASE["openai"] + "/v1/embeddings"),
        ("/v1/embeddings", {**bearer(VENDORLESS), "x-relay-provider": "mistral"}, BASE["mistral"] + "/v1/embeddings"),
        (
            "/v1beta/models/gemini-pro:generateContent",
            {"x-goog-api-key": VENDORLESS},
            BASE["google"] + "/v1beta/models/gemini-pro:generateContent",
        ),
        ("/v1/models/gemini-pro:countTokens", {"x-goog-api-key": VENDORLESS}, BASE["google"] + "/v1/models/gemini-pro:countTokens"),
        # An OpenAI client's path at a provider that has it elsewhere.
        ("/v1/chat/completions", bearer("AIza0123456789"), BASE["google"] + "/v1beta/openai/chat/completions"),
        ("/v1/chat/completions", {"x-goog-api-key": "AIza0123456789"}, BASE["google"] + "/v1beta/openai/chat/completions"),
        ("/v1/chat/completions", {**bearer(VENDORLESS), "x-relay-provider": "gemini"}, BASE["google"] + "/v1beta/openai/chat/completions"),
        ("/v1/embeddings", bearer("AQ.0123456789"), BASE["google"] + "/v1beta/openai/embeddings"),
        # Paths that have no version, or one that is like another provider's name.
        ("/v2/chat", {**bearer(VENDORLESS), "x-relay-provider": "cohere"}, BASE["cohere"] + "/v2/chat"),
        ("/api/v1/chat/completions", bearer("sk-or-v1-0123456789"), BASE["openrouter"] + "/api/v1/chat/completions"),
        ("/chat/completions", bearer("pplx-0123456789"), BASE["perplexity"] + "/chat/completions"),
        ("/openai/v1/chat/completions", {**bearer(VENDORLESS), "x-relay-provider": "groq"}, BASE["groq"] + "/openai/v1/chat/completions"),
        (
            "/my-resource/openai/v1/responses",
            {**bearer(VENDORLESS), "x-relay-provider": "azure"},
            "https://my-resource.openai.azure.com/openai/v1/responses",
        ),
    ],
)
def test_a_bare_path_finds_its_provider(path, headers, url):
    assert forwarded(path, headers, KEY_CHECK="off").url == url


def test_a_bare_list_of_models_is_in_the_dialect_of_the_client_that_asks():
    key = new_key("google")
    assert forwarded("/v1/models", {"x-goog-api-key": key}, method="GET").url == BASE["google"] + "/v1/models"
    assert forwarded("/v1/models", bearer(key), method="GET").url == BASE["google"] + "/v1beta/openai/models"


@pytest.mark.parametrize(
    ("path", "headers", "words"),
    [
        ("/v1/chat/completions", bearer("pplx-0123456789"), "has no API version here"),
        ("/v1/chat/completions", {**bearer(VENDORLESS), "x-relay-provider": "perplexity"}, "has no API version here"),
        ("/v1/messages", {**bearer(VENDORLESS), "x-relay-provider": "openai"}, "does not forward this path"),
        ("/v1/chat", {**bearer(VENDORLESS), "x-relay-provider": "opnai"}, "Did you mean /openai?"),
    ],
)
def test_a_path_that_the_meant_provider_lacks_gets_its_own_correction(path, headers, words):
    assert words in message(replied(path, headers, KEY_CHECK="off"))


def test_the_named_provider_counts_before_the_keys_vendor_and_still_gets_no_foreign_key():
    reply = replied("/v1/chat/completions", {**bearer("sk-ant-0123456789"), "x-relay-provider": "openai"})
    assert code(reply) == "key_wrong_provider"


@pytest.mark.parametrize("named", ["", "nobody", "OpenAI", "https://evil.example", CANARY])
@pytest.mark.parametrize("path", ["/v1/chat/completions", CHAT["openai"]])
def test_a_named_provider_must_exist(path, named):
    reply = replied(path, {**bearer(new_key()), "x-relay-provider": named})
    assert code(reply) == "unknown_provider"


@pytest.mark.parametrize(
    ("path", "named"),
    [(CHAT["openai"], "mistral"), ("/openai/v1/images/generations", "groq"), ("/groq/openai/v1/chat/completions", "azure")],
)
def test_two_names_of_providers_are_a_mistake(path, named):
    reply = replied(path, {**bearer(VENDORLESS), "x-relay-provider": named}, KEY_CHECK="off")
    assert (code(reply), "Leave one out" in message(reply)) == ("path_not_found", True)


@pytest.mark.parametrize("named", ["openai", "groq"])
def test_one_provider_may_be_named_twice_or_where_the_path_only_looks_like_anothers(named):
    reply = forwarded(
        f"/{named}{CHAT['openai'].removeprefix('/openai') if named == 'openai' else '/openai/v1/chat/completions'}",
        {**bearer(VENDORLESS), "x-relay-provider": named},
        KEY_CHECK="off",
    )
    assert reply.url.startswith(BASE[named])


def test_the_default_provider_is_the_operators_choice():
    assert forwarded("/v1/chat/completions", bearer(VENDORLESS), DEFAULT_PROVIDER="mistral").url.startswith(BASE["mistral"])


def test_a_disabled_providers_key_does_not_go_to_the_default_one():
    assert code(replied("/v1/chat/completions", bearer(new_key("google")), PROVIDERS="openai, mistral")) == "key_wrong_provider"
    assert code(replied("/v1/chat/completions", bearer("xoxb-0123456789"))) == "key_wrong_provider"


def test_a_custom_provider_is_found_by_its_vendors_keys():
    given = {"CUSTOM_PROVIDERS": json.dumps({"slack": {"base_url": "https://slack.example/ai"}})}
    assert forwarded("/v1/chat/completions", bearer("xoxb-0123456789"), **given).url == "https://slack.example/ai/v1/chat/completions"


@pytest.mark.parametrize("path", ["/openai//v1/chat/completions", "/google//v1beta/models/gemini-pro:generateContent"])
def test_one_double_slash_after_the_prefix_is_collapsed(path):
    key = new_key(path.split("/")[1])
    assert forwarded(path, {"x-api-key": key}).url == forwarded(path.replace("//", "/"), {"x-api-key": key}).url


def test_a_forward_carries_what_a_boundary_needs():
    decision = forwarded(CHAT["openai"], {**bearer(new_key()), "origin": APP}, ALLOWED_ORIGINS=APP, UPSTREAM_TIMEOUT_SECONDS="30")
    assert decision.method == "POST"
    assert decision.has_body
    assert decision.timeout_seconds == 30
    assert decision.pending == Pending("", APP, "openai", "https://relay.example/openai", decision.pending.audit, NOW)
    assert cors_of(decision, ALLOWED_ORIGINS=APP) == {"access-control-allow-origin": APP, "vary": "Origin"}
    assert not forwarded("/openai/v1/models", bearer(new_key()), method="GET").has_body


@pytest.mark.parametrize(
    ("length", "fits"),
    [
        ("0", True),
        ("1000", True),
        ("1001", False),
        ("0001000", True),
        ("9" * 19, False),
        ("9" * 5000, False),
        ("", True),
        *((length, False) for length in ("many", "-1", "+1", "1, 1", "0x1", "\u0661")),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_body_is_as_long_as_it_may_be(length, fits):
    decision = ask(CHAT["openai"], {**bearer(new_key()), "content-length": length}, MAX_BODY_BYTES="1000")
    assert isinstance(decision, Forward) if fits else code(decision) == "body_too_large"


def test_a_url_is_as_long_as_it_may_be():
    longest = f"{CHAT['openai']}?limit={'1' * (policy.MAX_TARGET_LENGTH - len(CHAT['openai']) - len('limit='))}"
    assert forwarded(longest, bearer(new_key()))
    assert code(replied(longest + "1", bearer(new_key()))) == "url_too_long"


@pytest.mark.parametrize("upgrade", ["h2c, websocket", "websocket/13"])
@pytest.mark.parametrize("path", [CHAT["openai"], "/openai/v1/realtime", "/", "/health", "/nowhere"])
def test_what_is_nearly_a_websocket_is_refused_whatever_its_path(path, upgrade):
    assert code(replied(path, {"upgrade": upgrade, "connection": "upgrade"}, method="GET")) == "websocket_unsupported"


@pytest.mark.parametrize(
    ("host", "base"),
    [
        ("relay.example", "https://relay.example"),
        ("relay.example", "https://relay.example/openai"),
        ("Relay.Example", "https://relay.example"),
        ("relay.example:8443", "https://relay.example:8443"),
        ("localhost:8787", "http://localhost:8787/openai"),
    ],
)
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_relay_that_is_its_own_upstream_says_so_instead_of_calling_itself(host, base, scheme):
    asked = request(CHAT["openai"], bearer(new_key()), origin=f"{scheme}://{host}")
    decision = decided(asked, configured({"UPSTREAM_OPENAI": base}))
    assert isinstance(decision, Reply)
    assert code(decision) == "misconfigured"
    assert "The base URL of OpenAI is this relay itself" in message(decision)


def test_another_path_of_a_host_that_only_looks_like_the_relays_is_no_loop():
    assert forwarded(CHAT["openai"], bearer(new_key()), UPSTREAM_OPENAI="https://relay.example.org")


@pytest.mark.parametrize("host", ["api.mistral.ai", "evil.example", "api.openai.com.evil.example", "[::1]:80"])
def test_the_host_a_request_came_to_does_not_choose_the_upstream(host):
    headers = {
        **bearer(new_key()),
        "host": host,
        "x-forwarded-host": host,
        "x-original-url": f"https://{host}/",
        "forwarded": f"host={host}",
    }
    decision = decided(request(CHAT["openai"], headers, origin=f"https://{host}"), configured({}))
    assert decision.url == "https://api.openai.com/v1/chat/completions"
    assert host not in decision.headers.values()


@pytest.mark.parametrize(
    "host", ["", "user@evil.example", f"evil.example{CHAT['openai']}?", "evil.example/health?", "a b", "a:b", "[::1", "a\\"]
)
def test_a_host_that_is_none_decides_nothing(host):
    """Runtimes write it in front of the target, so that it could decide which path is matched."""
    for path in (CHAT["openai"], "/openai/v1/files", "/health"):
        for headers in ({"host": host}, {}):
            reply = decided(request(path, {**bearer(new_key()), **headers}, origin=f"https://{host}"), configured({}))
            assert code(reply) == "path_not_allowed"


# For every code, a request that is refused with it, as full of the canary as it can be.
KEY = f"sk-{CANARY}"
OPENAI = CHAT["openai"]
REQUESTS = {
    "missing_key": (OPENAI, {"authorization": f"Basic {CANARY}"}, {}),
    "key_malformed": (OPENAI, bearer(f"{KEY}”"), {}),
    "key_wrong_provider": (OPENAI, bearer(f"sk-ant-{CANARY}"), {}),
    "key_refused": (OPENAI, bearer(f"sk-admin-{CANARY}"), {}),
    "sealed_key_invalid": (OPENAI, bearer(f"byok1.{CANARY}.{CANARY}.{CANARY}"), {"SEALING_KEY": json.dumps(SEALING_KEY)}),
    "sealed_key_expired": (
        OPENAI,
        bearer(unopened({"prv": "openai", "org": [], "iat": NOW - 1000, "exp": NOW - 999})),
        {"SEALING_KEY": json.dumps(SEALING_KEY)},
    ),
    "sealed_key_required": (OPENAI, bearer(KEY), {"SEALING_KEY": json.dumps(SEALING_KEY), "REQUIRE_SEALED_KEYS": "true"}),
    "key_in_query": (f"{OPENAI}?api_key={CANARY}", bearer(KEY), {}),
    "unknown_provider": (f"/{CANARY}/v1/chat/completions", bearer(KEY), {}),
    "path_not_allowed": (f"/openai/v1/{CANARY}", bearer(KEY), {}),
    "path_not_found": (f"/openai/v1/v1/models/{CANARY}", bearer(KEY), {}),
    "method_not_allowed": (f"/openai/v1/models/{CANARY}", bearer(KEY), {}),
    "model_not_allowed": (OPENAI, {**bearer(KEY), "content-type": CANARY, "content-length": "9"}, {"ALLOWED_MODELS": "gpt-5*"}),
    "origin_not_allowed": (OPENAI, bearer(KEY), {"REQUIRE_ORIGIN": "true"}),
    "body_too_large": (OPENAI, {**bearer(KEY), "content-length": "9" * 12}, {}),
    "url_too_long": (f"{OPENAI}?{CANARY * 1000}", bearer(KEY), {}),
    "websocket_unsupported": (
        OPENAI,
        {"upgrade": f"websocket {CANARY}", "sec-websocket-protocol": f"openai-insecure-api-key.{CANARY}"},
        {},
    ),
    "misconfigured": (OPENAI, bearer(KEY), {"MAX_BODY_BYTES": CANARY}),
}
NOISE = dict.fromkeys(("user-agent", "referer", "cookie", "x-forwarded-for", "anthropic-version", CANARY), CANARY)


def refused(error, **headers):
    path, own, given = REQUESTS[error]
    return replied(f"{path}{'&' if '?' in path else '?'}limit={CANARY}", {**NOISE, **own, **headers}, **{"ALLOWED_ORIGINS": APP} | given)


def after_forwarding(error):
    forward = forwarded(f"{OPENAI}?limit={CANARY}", {**NOISE, **bearer(KEY), "origin": APP}, ALLOWED_ORIGINS=APP)
    if error == "upstream_redirect":
        return answered(forward, 302, {"location": CANARY, CANARY: CANARY}, ALLOWED_ORIGINS=APP)
    return policy.failed(forward.pending, error, configured({"ALLOWED_ORIGINS": APP}))


AFTERWARDS = ["upstream_redirect", "upstream_unreachable", "upstream_timeout"]


def test_every_error_is_tested_here_but_that_of_test_limits():
    assert {*REQUESTS, *AFTERWARDS, "internal_error", "rate_limited"} == set(ERRORS)


@pytest.mark.parametrize("error", REQUESTS)
def test_a_refusal_has_its_code_and_holds_no_part_of_the_request(error):
    reply = refused(error)
    assert (code(reply), reply.status) == (error, STATUS[error])
    assert CANARY not in said(reply)


@pytest.mark.parametrize("error", AFTERWARDS)
def test_a_failure_upstream_has_its_code_and_holds_no_part_of_anything(error):
    reply = after_forwarding(error)
    assert (code(reply), reply.status) == (error, STATUS[error])
    assert CANARY not in said(reply)
    assert reply.headers["access-control-allow-origin"] == APP
    assert reply.headers["vary"] == "Origin"


@pytest.mark.parametrize("error", sorted(REQUESTS.keys() - {"origin_not_allowed"}))
def test_a_refusal_can_be_read_by_an_allowed_origin(error):
    reply = refused(error, origin=APP)
    assert code(reply) == error
    assert reply.headers["access-control-allow-origin"] == ("*" if error == "misconfigured" else APP)
    assert "x-relay-error" in reply.headers["access-control-expose-headers"]


@pytest.mark.parametrize("error", sorted(REQUESTS.keys() - {"misconfigured"}))
def test_a_refused_origin_learns_nothing_else(error):
    reply = refused(error, origin=f"https://{CANARY}.example")
    assert code(reply) == "origin_not_allowed"
    assert cors_headers(reply) == set()
    assert CANARY not in said(reply)


@pytest.mark.parametrize("error", sorted(REQUESTS.keys() - {"misconfigured", "origin_not_allowed"}))
@pytest.mark.parametrize("origin", [APP, None, "https://evil.example"])
def test_every_answer_varies_by_origin_where_there_is_a_list(error, origin):
    assert "Origin" in refused(error, **({"origin": origin} if origin else {})).headers["vary"]


def test_an_internal_error_can_be_read_from_anywhere_and_says_nothing():
    reply = policy.internal_error(ID)
    assert reply.headers["x-relay-request-id"] == ID
    assert (reply.status, code(reply)) == (500, "internal_error")
    assert reply.headers["access-control-allow-origin"] == "*"


# Whatever a runtime could hand over.
_text = st.text(max_size=20) | st.sampled_from(
    ["", "1", "9" * 40, "websocket", "https://app.example", "google", "Bearer sk-0123456789", "*", "null"]
)
_OTHER_HEADERS = "origin upgrade content-length x-relay-provider access-control-request-headers connection".split()
_header_names = st.sampled_from([*(carrier.header for carrier in CARRIERS), *_OTHER_HEADERS])
_paths = _text | st.sampled_from(["/", "/health", "/v1/models", *CHAT.values()])
_settings = st.sampled_from([configured(given) for given in ({}, {"ALLOWED_ORIGINS": APP, "REQUIRE_ORIGIN": "1"}, {"KEY_CHECK": "?"})])


@given(
    method=st.sampled_from(["GET", "POST", "OPTIONS", "HEAD"]) | st.text(max_size=8),
    host=_text,
    path=_paths,
    query=_text,
    headers=st.dictionaries(_header_names | st.text(max_size=8), _text, max_size=5),
    settings=_settings,
)
def test_a_decision_is_always_made(method, host, path, query, headers, settings):
    given = dict(headers)
    decision = decided(Request(method, "https", host, path, query, headers), settings)
    assert headers == given
    assert isinstance(decision, Forward) or 200 <= decision.status < 600


@given(
    status=st.integers(-1, 1000),
    headers=st.dictionaries(st.sampled_from(["connection", "vary", "location"]) | st.text(max_size=8), _text, max_size=5),
)
def test_an_answer_is_always_made_and_allows_no_origin_but_the_forwards(status, headers):
    forward = forwarded(OPENAI, {**bearer(new_key()), "origin": APP}, ALLOWED_ORIGINS=APP)
    answer = answered(forward, status, headers, ALLOWED_ORIGINS=APP)
    assert answer.headers["access-control-allow-origin"] == APP
    assert "location" not in answer.headers
    assert answer.headers["cache-control"] == "no-store, no-transform"
