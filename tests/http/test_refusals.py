"""What is refused, on the wire: the status and code of the contract, CORS so that the page can read it, nothing sent upstream, and no
part of the input in the answer."""

import pytest

from differences import RESOLVES_DOT_SEGMENTS

pytestmark = pytest.mark.usefixtures("unseen")

CHAT = "/openai/v1/chat/completions"
CANARY = "canary0123456789"
KEY = {"Authorization": f"Bearer sk-{CANARY}"}
OTHER_PROVIDERS_KEY = {"Authorization": f"Bearer sk-ant-api03-{CANARY}"}
SENT_BY_A_PAGE = {"Origin": "https://app.example"}

# what is wrong -> method, target, headers, status, code
REFUSED = {
    # keys
    "no key": ("POST", CHAT, {}, 401, "missing_key"),
    "an empty bearer": ("POST", CHAT, {"Authorization": "Bearer "}, 401, "missing_key"),
    "another scheme": ("POST", CHAT, {"Authorization": f"Basic {CANARY}"}, 401, "missing_key"),
    "a token scheme": ("POST", CHAT, {"Authorization": f"Token {CANARY}"}, 401, "missing_key"),
    "a key with a smart quote": ("POST", CHAT, {"X-API-Key": f"sk-{CANARY}\u00e2\u0080\u009d"}, 400, "key_malformed"),
    "a key with a space": ("POST", CHAT, {"X-API-Key": f"sk-{CANARY} x"}, 400, "key_malformed"),
    "a key with a tab": ("POST", CHAT, {"X-API-Key": f"sk-{CANARY}\tx"}, 400, "key_malformed"),
    "two keys in one header": ("POST", CHAT, {"X-API-Key": f"sk-{CANARY},sk-{CANARY}"}, 400, "key_malformed"),
    "a key of 5,000 characters": ("POST", CHAT, {"X-API-Key": f"sk-{CANARY}{'x' * 5000}"}, 400, "key_malformed"),
    "a key of 7 characters": ("POST", CHAT, {"X-API-Key": "sk-1234"}, 400, "key_malformed"),
    "a placeholder": ("POST", CHAT, {"X-API-Key": "YOUR_API_KEY"}, 400, "key_malformed"),
    "another vendor's key": ("POST", CHAT, OTHER_PROVIDERS_KEY, 400, "key_wrong_provider"),
    "another vendor's key in quotes": (
        "POST",
        "/mistral/v1/chat/completions",
        {"X-API-Key": f'"sk-ant-api03-{CANARY}"'},
        400,
        "key_wrong_provider",
    ),
    "another vendor's line of .env": (
        "GET",
        "/mistral/v1/models",
        {"X-API-Key": f"ANTHROPIC_API_KEY=sk-ant-{CANARY}"},
        400,
        "key_wrong_provider",
    ),
    "an admin key in quotes": ("POST", "/mistral/v1/chat/completions", {"X-API-Key": f"'sk-admin-{CANARY}'"}, 403, "key_refused"),
    "an admin key": ("POST", CHAT, {"Authorization": f"Bearer sk-admin-{CANARY}"}, 403, "key_refused"),
    "another admin key": ("POST", "/anthropic/v1/messages", {"X-API-Key": f"sk-ant-admin01-{CANARY}"}, 403, "key_refused"),
    "a live payment key": ("POST", CHAT, {"Authorization": f"Bearer sk_live_{CANARY}"}, 403, "key_refused"),
    "a key in the query": ("POST", f"{CHAT}?key=sk-{CANARY}", {}, 400, "key_in_query"),
    "a key in the query beside one in a header": ("POST", f"{CHAT}?a=b&api_key=sk-{CANARY}", KEY, 400, "key_in_query"),
    "an access token in the query": ("POST", f"/google/v1beta/models/g:generateContent?access_token={CANARY}", {}, 400, "key_in_query"),
    "a disguised parameter": ("POST", f"{CHAT}?%61PI-k%65y={CANARY}", KEY, 400, "key_in_query"),
    "a key as the value of another parameter": ("POST", f"{CHAT}?model=AIza{CANARY * 2}", KEY, 400, "key_in_query"),
    "a spelling of a key's parameter": ("POST", f"{CHAT}?openai.api_key[]={CANARY}", KEY, 400, "key_in_query"),
    # requests that are not what they seem
    "a method in the query": (
        "GET",
        "/google/v1beta/models?%24httpMethod=DELETE",
        {"X-Goog-API-Key": f"AIza{CANARY}"},
        403,
        "path_not_allowed",
    ),
    "a header in the query": (
        "GET",
        f"/google/v1beta/models?$httpHeaders=a:{CANARY}",
        {"X-Goog-API-Key": f"AIza{CANARY}"},
        403,
        "path_not_allowed",
    ),
    "a script for an answer": ("GET", "/google/v1beta/models?callback=alert", {"X-Goog-API-Key": f"AIza{CANARY}"}, 403, "path_not_allowed"),
    "a script element": ("GET", "/openai/v1/models", {**KEY, "Sec-Fetch-Mode": "no-cors"}, 403, "origin_not_allowed"),
    "a navigation": ("GET", f"/google/v1beta/models?key=AIza{CANARY}", {"Sec-Fetch-Mode": "navigate"}, 403, "origin_not_allowed"),
    # paths
    "an unknown provider": ("POST", f"/{CANARY}/v1/chat/completions", KEY, 404, "unknown_provider"),
    "a provider in capitals": ("POST", "/OpenAI/v1/chat/completions", KEY, 404, "unknown_provider"),
    "a provider with a port": ("POST", "/openai:8443/v1/chat/completions", KEY, 404, "unknown_provider"),
    "an encoded provider": ("POST", "/%6fpenai/v1/chat/completions", KEY, 404, "unknown_provider"),
    "a URL as the path": ("GET", f"/https://{CANARY}.example/", KEY, 404, "unknown_provider"),
    "a provider with an at sign": ("POST", f"/openai@{CANARY}.example/v1/chat/completions", KEY, 404, "unknown_provider"),
    "an unknown provider in the header": ("POST", "/v1/models", {**KEY, "X-Relay-Provider": CANARY}, 404, "unknown_provider"),
    "a path of another kind": ("GET", "/openai/v1/files", KEY, 403, "path_not_allowed"),
    "an account path": ("GET", "/openai/v1/organization/admin_api_keys", KEY, 403, "path_not_allowed"),
    "a longer path": ("POST", f"{CHAT}X", KEY, 403, "path_not_allowed"),
    "a trailing slash": ("POST", f"{CHAT}/", KEY, 403, "path_not_allowed"),
    "a double slash": ("POST", "/openai/v1//chat/completions", KEY, 403, "path_not_allowed"),
    "two extra slashes": ("POST", "/openai///v1/chat/completions", KEY, 403, "path_not_allowed"),
    "encoded dots": ("POST", f"{CHAT}/%2e%2e/files", KEY, 403, "path_not_allowed"),
    "an encoded slash": ("POST", "/openai/v1/chat%2fcompletions", KEY, 403, "path_not_allowed"),
    "an encoded backslash": ("POST", "/openai/v1/chat%5ccompletions", KEY, 403, "path_not_allowed"),
    "an encoded NUL": ("POST", f"{CHAT}%00", KEY, 403, "path_not_allowed"),
    "an encoded line break": ("POST", f"{CHAT}%0d%0ax:y", KEY, 403, "path_not_allowed"),
    "a matrix parameter": ("POST", f"{CHAT};jsessionid=1", KEY, 403, "path_not_allowed"),
    "a made up action": ("POST", "/google/v1beta/models/g:deleteAll", {"X-Goog-API-Key": f"AIza{CANARY}"}, 403, "path_not_allowed"),
    "the version twice": ("POST", "/anthropic/v1/v1/messages", KEY, 404, "path_not_found"),
    "the version missing": ("POST", "/openai/chat/completions", KEY, 404, "path_not_found"),
    "the version and the provider missing": ("POST", "/chat/completions", KEY, 404, "path_not_found"),
    "a method that lists": ("GET", CHAT, KEY, 405, "method_not_allowed"),
    "a method that deletes": ("DELETE", "/openai/v1/models/gpt", KEY, 405, "method_not_allowed"),
    "a document with a body": ("POST", "/health", {}, 405, "method_not_allowed"),
    # the rest
    "a URL of 9,000 characters": ("POST", f"{CHAT}?a={'x' * 9000}", KEY, 414, "url_too_long"),
    "a body that is announced too large": ("POST", CHAT, {**KEY, "Content-Length": "33554433"}, 413, "body_too_large"),
    "a websocket": (
        "GET",
        "/openai/v1/realtime",
        {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": "x",
            "Sec-WebSocket-Protocol": f"openai-insecure-api-key.sk-{CANARY}",
        },
        426,
        "websocket_unsupported",
    ),
}


@pytest.mark.parametrize(("method", "target", "headers", "status", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused_readably(relay, method, target, headers, status, code):
    answer = relay.ask(method, target, headers | SENT_BY_A_PAGE)
    assert (answer.status, answer.code) == (status, code)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "x-relay-error" in answer.headers["access-control-expose-headers"]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store, no-transform"
    assert answer.headers["x-should-retry"] == "false"
    assert CANARY not in repr(answer)


# Clients that do not normalise a path send these; a URL parser would turn each into an allowed path or another host.
RAW_PATHS = [
    f"{CHAT}/../files",
    f"{CHAT}/.%2E/files",
    f"{CHAT}\\..\\files",
    "/openai/v1/chat/co\tmpletions",
    "/openai\\v1/chat/completions",
    "/openai@evil.example/v1/chat/completions",
    "/openai/.evil.example/v1/chat/completions",
    "//evil.example/v1/chat/completions",
    "/\\evil.example/v1/chat/completions",
    f"{CHAT}?a=b#c",
]


@pytest.mark.parametrize("target", RAW_PATHS)
def test_a_raw_path_that_a_parser_would_rewrite_reaches_no_provider(relay, target):
    answer = relay.ask("POST", target, KEY)
    assert answer.status in (400, 403, 404), answer


@pytest.mark.parametrize(
    "target", ["/openai/v1/./chat/completions", "/openai/../v1/chat/completions", "/openai/v1/files/../chat/completions"]
)
def test_dot_segments_that_lead_to_an_allowed_path_are_refused_too(relay, runtime, target):
    answer = relay.ask("POST", target, {})
    assert answer.code == ("missing_key" if runtime in RESOLVES_DOT_SEGMENTS else "path_not_allowed")


@pytest.mark.parametrize("host", ["evil.example", "api.openai.com", "localhost:1"])
def test_the_host_header_decides_nothing(relay, host):
    assert relay.ask("GET", "/openai/v1/files", {**KEY, "Host": host}).code == "path_not_allowed"


class TestWithAllowedOrigins:
    @pytest.fixture
    def settings(self):
        return {
            "ALLOWED_ORIGINS": "https://app.example, https://*.apps.example",
            "REQUIRE_ORIGIN": "true",
            "PROVIDERS": "openai, anthropic",
            "MAX_BODY_BYTES": "10",
            "KEY_CHECK": "off",
        }

    @pytest.mark.parametrize(
        "origin", ["https://evil.example", "https://a.b.apps.example", "https://apps.example", "null", "http://app.example"]
    )
    @pytest.mark.parametrize("method", ["POST", "OPTIONS"])
    def test_a_refused_origin_gets_403_and_no_cors_headers(self, relay, method, origin):
        answer = relay.ask(method, CHAT, KEY | {"Origin": origin, "Access-Control-Request-Method": "POST"})
        assert (answer.status, answer.code) == (403, "origin_not_allowed")
        assert [name for name in answer.headers if name.startswith("access-control")] == []
        assert answer.headers["vary"] == "Origin"

    @pytest.mark.parametrize("origin", ["https://app.example", "https://a.apps.example"])
    def test_an_allowed_origin_reads_its_refusals(self, relay, origin):
        answer = relay.ask("POST", CHAT, {"Origin": origin})
        assert answer.code == "missing_key"
        assert answer.headers["access-control-allow-origin"] == origin
        assert answer.headers["vary"] == "Origin"

    def test_a_request_without_an_origin_is_refused_but_for_the_documents(self, relay):
        assert relay.ask("POST", CHAT, KEY).code == "origin_not_allowed"
        assert relay.ask("GET", "/health").status == 200

    def test_a_provider_that_is_not_enabled_is_unknown(self, relay):
        headers = {**KEY, "Origin": "https://app.example"}
        assert relay.ask("POST", "/mistral/v1/chat/completions", headers).code == "unknown_provider"

    def test_a_body_over_the_limit_is_refused_before_it_is_read(self, relay):
        headers = {**KEY, "Origin": "https://app.example", "Content-Length": "11"}
        assert relay.ask("POST", CHAT, headers).code == "body_too_large"


class TestWithAWrongSetting:
    @pytest.fixture
    def relay(self, runtime, start_relay):
        return start_relay(runtime, {"MAX_BODY_BYTES": f"secret-{CANARY}"})

    def test_every_request_is_told_which_one_and_never_its_value(self, relay):
        for method, target in [("POST", CHAT), ("GET", "/health")]:
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
    answer = relay.ask("POST", CHAT, KEY | SENT_BY_A_PAGE)
    assert (answer.status, answer.code) == (500, "internal_error")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert CANARY not in repr(answer)
    [line] = relay.server.wait_for_log()
    assert line.startswith("byok-relay: internal_error, ZeroDivisionError")
    assert CANARY not in line
