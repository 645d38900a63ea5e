import json

import pytest

from byok_relay.carriers import CARRIERS
from byok_relay.headers import COMMON_ANSWER_FAMILIES, COMMON_ANSWER_HEADERS, COMMON_HEADERS, USER_AGENT
from byok_relay.messages import Reply
from byok_relay.providers.custom import custom_providers
from providers import PROVIDERS
from tables.headers import NEVER_PASSED, PASSED, SENT

from .support import APP, CHAT, answered, bearer, code, forwarded, new_key

LISTED = {"ALLOWED_ORIGINS": APP}


def sent_up(headers, provider="openai"):
    """What goes up beside the key for these headers."""
    return forwarded(CHAT[provider], {**bearer(new_key(provider)), **headers}).headers


def test_the_lists_of_every_provider_are_these():
    """A name more is seen here: what goes up may tell of the user, and what comes down may act in a browser."""
    assert COMMON_HEADERS == SENT
    assert COMMON_ANSWER_HEADERS == PASSED


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.id)
def test_no_entry_lists_an_answer_header_that_a_browser_or_a_proxy_would_act_on(provider):
    assert (COMMON_ANSWER_HEADERS | provider.answer_headers) & NEVER_PASSED == set()
    assert [name for name in NEVER_PASSED if name.startswith(COMMON_ANSWER_FAMILIES + provider.answer_families)] == []


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.id)
def test_an_entry_lists_no_header_that_an_operator_may_not_list(provider):
    """The rules of a custom provider's lists hold for the table's, too."""
    lists = {"headers": [*provider.headers], "answer_headers": [*provider.answer_headers]}
    assert custom_providers(json.dumps({"acme": {"base_url": "https://llm.acme.example", **lists}}))


KEYS = [
    "sk-ant-api03-canary0123456789abcdef",
    "sk-admin-canary0123456789abcdef",
    "AIzaCanary0123456789abcdef0123456789abc",
    "glpat-canary0123456789abcdef",
    "byok1.canary0123456789.canary0123456789",
]


@pytest.mark.parametrize("key", [None, *KEYS])
@pytest.mark.parametrize("value", ["{}", "Bearer {}", "app/1.0 (key={})", '"{}"'])
@pytest.mark.parametrize("name", ["user-agent", "openai-organization", "idempotency-key", "content-type", "x-stainless-lang"])
def test_a_header_with_a_key_in_it_is_not_sent_up(name, value, key):
    """Neither the request's own key, which goes up once, nor what is plainly some vendor's."""
    own = new_key()
    up = forwarded(CHAT["openai"], {**bearer(own), name: value.format(key or own)}).headers
    assert up.get(name) == (USER_AGENT if name == "user-agent" else None)


# The losing keys of a request -> the winning one, the carriers of the others, and the query.
@pytest.mark.parametrize("carrier", [*(carrier.header for carrier in CARRIERS if carrier.header != "x-goog-api-key"), "?key="])
def test_a_key_that_does_not_count_is_in_no_header_either(carrier):
    own, losing = new_key("google"), "0123456789abcdef"
    headers = {"x-goog-api-key": own, "x-goog-api-client": f"app/{losing}"}
    query = f"?key={losing}" if carrier == "?key=" else ""
    if not query:
        headers[carrier] = f"Bearer {losing}" if carrier == "authorization" else losing
    if carrier == "x-api-key":  # which would win
        headers |= {"x-api-key": own, "x-goog-api-key": losing}
    up = forwarded(CHAT["google"] + query, headers)
    assert losing not in f"{up.url} {up.headers_with_key()}"


@pytest.mark.parametrize("value", ["a\x07b", "a\x00", "a\tb", "caf\u00e9", "\u201d"], ids=repr)
def test_a_value_that_is_not_printable_ascii_goes_neither_way(value):
    assert "openai-beta" not in sent_up({"openai-beta": value})
    assert "openai-version" not in sent_down(openai_version=value)


def test_a_value_longer_than_any_client_sends_is_left_out():
    """Each is searched for every key of the request, which must not take long."""
    assert sent_up({"openai-beta": "a" * 1024})["openai-beta"] == "a" * 1024
    assert "openai-beta" not in sent_up({"openai-beta": "a" * 1025})


def sent_down(status=200, provider="openai", **headers):
    """The headers of the answer that a page gets for this answer of a provider."""
    forward = forwarded(CHAT[provider], {**bearer(new_key(provider)), "origin": APP}, **LISTED)
    return answered(forward, status, {name.replace("_", "-"): value for name, value in headers.items()}, **LISTED).headers


@pytest.mark.parametrize("provider", CHAT)
@pytest.mark.parametrize(
    "name",
    """cookie cookie2 origin referer dnt priority sec-fetch-site sec-fetch-mode sec-ch-ua sec-ch-ua-platform sec-gpc
    sec-websocket-protocol anthropic-dangerous-direct-browser-access
    te trailer transfer-encoding connection keep-alive upgrade expect http2-settings proxy-authorization proxy-connection
    host content-length x-forwarded-for x-forwarded-host x-forwarded-proto forwarded x-real-ip via true-client-ip cdn-loop
    cf-connecting-ip cf-ray cf-worker cf-ipcountry cf-visitor
    x-relay-provider x-relay-base-url x-base-url x-portkey-custom-host x-original-url x-rewrite-url x-http-method-override
    x-custom x_api_key x-requested-with if-none-match range traceparent tracestate baggage save-data device-memory from
    x-goog-iap-jwt-assertion x-goog-authenticated-user-email x-goog-authenticated-user-id x-goog-upload-anything
    x-goog-cloud-target-resource openai-api-key openai-api-key- openai-auth-token openai-authorization openai-future anthropic-api-key
    anthropic-worker-id x-stainless-api-key x-stainless-future""".split(),
)
def test_a_header_off_the_list_is_not_sent_up(name, provider):
    harmless = {"x-relay-provider": provider, "sec-fetch-mode": "cors"}  # other values are refused
    assert name not in sent_up({name: harmless.get(name, "1")}, provider)


@pytest.mark.parametrize("provider", CHAT)
@pytest.mark.parametrize(
    "name",
    "accept accept-encoding accept-language content-encoding content-type idempotency-key user-agent x-client-request-id x-stainless-lang"
    " x-stainless-retry-count x-stainless-timeout".split(),
)
def test_a_common_header_is_sent_up_unchanged(name, provider):
    assert sent_up({name: "Some; value, 1"}, provider)[name] == "Some; value, 1"


OWN = {
    "openai": ["openai-organization", "openai-project", "openai-beta"],
    "anthropic": ["anthropic-version", "anthropic-beta", "anthropic-user-profile-id", "anthropic-workspace-id", "x-app"],
    "google": ["x-goog-user-project", "x-goog-api-client", "x-server-timeout", "api-revision"],
    "mistral": ["x-mistral-user-agent"],
}


@pytest.mark.parametrize("provider", OWN)
@pytest.mark.parametrize("name", [name for names in OWN.values() for name in names])
def test_a_providers_own_header_goes_to_that_provider_only(name, provider):
    assert (sent_up({name: "CALLER"}, provider).get(name) == "CALLER") == (name in OWN[provider])


def test_anthropic_gets_a_version_when_the_client_names_none():
    assert sent_up({}, "anthropic")["anthropic-version"] == "2023-06-01"
    assert sent_up({"anthropic-version": ""}, "anthropic")["anthropic-version"] == "2023-06-01"
    assert sent_up({"anthropic-version": "2026-10-21"}, "anthropic")["anthropic-version"] == "2026-10-21"


def test_a_user_agent_is_always_sent():
    assert sent_up({})["user-agent"] == USER_AGENT
    assert sent_up({"user-agent": ""})["user-agent"] == sent_up({"user-agent": "Bröwser"})["user-agent"] == USER_AGENT
    assert sent_up({"user-agent": "OpenAI/JS 7.57.0"})["user-agent"] == "OpenAI/JS 7.57.0"


def test_no_encoding_is_asked_for_that_the_client_did_not_ask_for():
    assert sent_up({})["accept-encoding"] == "identity"
    assert sent_up({"accept-encoding": "gzip, br"})["accept-encoding"] == "gzip, br"


@pytest.mark.parametrize("provider", CHAT)
def test_no_key_is_among_the_headers_before_the_credential_is_added(provider):
    every_carrier = {carrier.header: new_key(provider) for carrier in CARRIERS}
    assert not every_carrier.keys() & set(sent_up({**every_carrier, **bearer(new_key(provider))}, provider))


@pytest.mark.parametrize(
    "name",
    """access-control-allow-headers access-control-max-age access-control-allow-credentials set-cookie cross-origin-embedder-policy
    connection keep-alive proxy-connection te trailer transfer-encoding upgrade
    attribution-reporting-eligible x-relay-error location x-some-future-header""".split(),
)
def test_a_header_off_the_list_does_not_come_down(name):
    answer = sent_down(**{name: "CANARY", "content-type": "application/json"})
    assert "CANARY" not in answer.values()
    assert name not in answer["access-control-expose-headers"].split(", ")


@pytest.mark.parametrize(
    "name",
    """content-type content-length content-encoding content-disposition retry-after retry-after-ms x-should-retry x-request-id request-id
    x-ratelimit-remaining-tokens ratelimit-reset etag last-modified""".split(),
)
@pytest.mark.parametrize("provider", CHAT)
def test_a_common_header_comes_down_and_scripts_may_read_it(name, provider):
    answer = sent_down(provider=provider, **{name: "value"})
    assert answer[name] == "value"
    assert name in answer["access-control-expose-headers"].split(", ")


OWN_ANSWERS = {
    "openai": ["openai-processing-ms", "openai-version", "openai-organization"],
    "anthropic": ["anthropic-ratelimit-tokens-reset", "anthropic-organization-id", "anthropic-workspace-id"],
    "google": [],
    "mistral": ["mistral-correlation-id", "x-model-deprecation-timestamp", "x-ratelimit-tokens-query-cost", "ratelimitbysize-reset"],
}


@pytest.mark.parametrize("provider", OWN_ANSWERS)
def test_a_providers_own_headers_come_down_and_scripts_may_read_them(provider):
    answer = sent_down(provider=provider, **dict.fromkeys(OWN_ANSWERS[provider], "value"))
    for name in OWN_ANSWERS[provider]:
        assert answer[name] == "value"
        assert name in answer["access-control-expose-headers"].split(", ")


def test_what_the_upstreams_connection_header_names_is_dropped():
    answer = sent_down(connection="close, X-Request-ID,etag ", x_request_id="1", etag="2", openai_version="3")
    assert "x-request-id" not in answer
    assert "etag" not in answer
    assert answer["openai-version"] == "3"


def test_a_length_beside_chunks_is_dropped():
    """RFC 9112 section 6.3: the chunks override it."""
    headers = answered(forwarded(CHAT["openai"], bearer(new_key())), 200, {"content-length": "5", "transfer-encoding": "chunked"}).headers
    assert "content-length" not in headers


def test_an_answer_is_not_stored_not_sniffed_and_inert_as_a_page():
    answer = sent_down(cache_control="public, max-age=60", content_security_policy="script-src *", content_type="text/html")
    assert answer["cache-control"] == "no-store, no-transform"
    assert answer["x-content-type-options"] == "nosniff"
    assert answer["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert answer["content-type"] == "text/html"


def test_the_relays_cors_headers_are_the_only_ones():
    answer = sent_down(access_control_allow_origin="https://evil.example", access_control_expose_headers="x-evil", request_id="1")
    assert answer["access-control-allow-origin"] == APP
    assert answer["access-control-expose-headers"] == "x-relay-request-id, request-id"


def test_vary_of_the_provider_and_of_the_relay_are_joined():
    assert sent_down(vary="Accept-Encoding")["vary"] == "Accept-Encoding, Origin"
    assert sent_down()["vary"] == "Origin"
    assert answered(forwarded(CHAT["openai"], bearer(new_key())), 200, {"vary": "Accept"}).headers["vary"] == "Accept"


@pytest.mark.parametrize("status", [200, 201, 202, 204, 206, 304, 400, 401, 403, 404, 408, 413, 422, 429, 500, 502, 503, 529, 599])
def test_a_providers_answer_goes_down_whatever_it_says(status):
    assert sent_down(status, etag="1")["etag"] == "1"


@pytest.mark.parametrize("status", [300, 301, 302, 303, 305, 307, 308, 399])
@pytest.mark.parametrize("location", ["https://evil.example/", "http://api.openai.com/", "http://10.0.0.1/", "/v1/models"])
def test_a_redirect_is_never_passed_on(status, location):
    forward = forwarded(CHAT["openai"], {**bearer(new_key()), "origin": APP}, **LISTED)
    reply = answered(forward, status, {"location": location, "refresh": location}, **LISTED)
    assert isinstance(reply, Reply)
    assert (reply.status, code(reply)) == (502, "upstream_redirect")
    assert "location" not in reply.headers
    assert location not in str(reply)
    assert reply.headers["access-control-allow-origin"] == APP


@pytest.mark.parametrize("status", [0, -1, 100, 101, 103, 199, 600, 999])
def test_a_status_that_is_none_is_an_unreachable_provider(status):
    reply = answered(forwarded(CHAT["openai"], {**bearer(new_key()), "origin": APP}, **LISTED), status, **LISTED)
    assert (reply.status, code(reply)) == (502, "upstream_unreachable")
    assert reply.headers["access-control-allow-origin"] == APP
