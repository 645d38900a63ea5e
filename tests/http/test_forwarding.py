"""What goes up and what comes down: exactly the provider's own request and answer."""

import base64
import gzip
import hashlib
import json
import os

import pytest

from providers import CHAT

UP = {"Authorization": "Bearer {key}", "Content-Type": "application/json"}


def with_key(headers, key):
    return {name: value.format(key=key) for name, value in headers.items()}


def test_the_upstream_request_holds_these_headers_and_no_others(relay, mock, key):
    sent = {
        **UP,
        "Accept": "text/event-stream",
        "Accept-Language": "de",
        "Idempotency-Key": "i-1",
        "OpenAI-Beta": "assistants=v2",
        "OpenAI-Organization": "org-1",
        "User-Agent": "OpenAI/JS 7.57.0",
        "X-Stainless-Lang": "js",
        # none of these goes up:
        "Origin": "https://app.example",
        "Referer": "https://app.example/chat",
        "Cookie": "session=1",
        "Sec-Fetch-Mode": "cors",
        "CF-Connecting-IP": "203.0.113.1",
        "X-Forwarded-For": "203.0.113.1",
        "X-Real-IP": "203.0.113.1",
        "Forwarded": "for=203.0.113.1",
        "Via": "1.1 proxy",
        "TE": "trailers",
        "Anthropic-Version": "2023-06-01",
        "Anthropic-Dangerous-Direct-Browser-Access": "true",
        "X-Relay-Provider": "openai",
        "X-Relay-Base-URL": "https://evil.example",
        "X-HTTP-Method-Override": "DELETE",
        "X-Unknown": "1",
        "Connection": "authorization, content-type",
    }
    relay.ask("POST", CHAT["openai"], with_key(sent, key), b"{}")
    [seen] = mock.seen(key)
    names = sorted(name for name, _ in seen["headers"] if name not in ("host", "connection", "content-length"))
    assert names == sorted(
        [
            "accept",
            "accept-encoding",
            "accept-language",
            "authorization",
            "content-type",
            "idempotency-key",
            "openai-beta",
            "openai-organization",
            "user-agent",
            "x-stainless-lang",
        ]
    )
    received = dict(seen["headers"])
    assert received["authorization"] == f"Bearer {key}"
    assert received["user-agent"] == "OpenAI/JS 7.57.0"
    assert received["accept-encoding"] == "identity"
    assert seen["violations"] == []


def test_a_user_agent_is_always_sent(relay, mock, key):
    relay.ask("GET", "/openai/v1/models", {"Authorization": f"Bearer {key}"})
    assert dict(mock.seen(key)[0]["headers"])["user-agent"].startswith("byok-relay/")


BODIES = {
    "json with duplicate keys": b'{"a":1,"a":1e400}',
    "not json": b"{\x00\xff",
    "empty": b"",
    "a few megabytes": os.urandom(3_000_000),
    "multipart": b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n\x00\x01\r\n--x--\r\n',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_the_request_body_goes_up_unchanged(relay, mock, key, body):
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "multipart/form-data; boundary=x"}
    relay.ask("POST", "/openai/v1/audio/transcriptions", headers, body)
    [seen] = mock.seen(key)
    assert (seen["body_length"], seen["body_sha256"]) == (len(body), hashlib.sha256(body).hexdigest())
    received = dict(seen["headers"])
    assert received["content-type"] == "multipart/form-data; boundary=x"
    assert received.get("content-length", "0") == str(len(body))


def test_a_chunked_request_body_stays_one(relay, mock, key):
    headers = with_key(UP, key) | {"Transfer-Encoding": "chunked"}
    with relay.exchange("POST", CHAT["openai"], headers) as exchange:
        exchange.send(b'5\r\n{"a":\r\n2\r\n1}\r\n0\r\n\r\n')
        exchange.head()
    [seen] = mock.seen(key)
    assert base64.b64decode(seen["body_base64"]) == b'{"a":1}'


RESPONSES = {
    "json": (200, {"content-type": "application/json"}, b'{"a": 1}'),
    "json with a charset": (200, {"content-type": "application/json; charset=utf-8"}, '{"ä": 1}'.encode()),
    "created": (201, {"content-type": "application/json"}, b"{}"),
    "nothing": (204, {}, b""),
    "partial content": (206, {"content-type": "audio/mpeg", "content-range": "bytes 0-1/9"}, b"\x00\xff"),
    "not modified": (304, {"etag": '"a"'}, b""),
    "bad request": (400, {"content-type": "application/json"}, b'[{"error": {"code": 400}}]'),
    "unauthorized": (401, {"content-type": "application/json"}, b'{"detail": "Unauthorized"}'),
    "not found": (404, {"content-type": "text/plain"}, b"nope"),
    "too many": (429, {"content-type": "application/json", "retry-after": "3"}, b"{}"),
    "teapot": (418, {"content-type": "text/plain"}, b"short and stout"),
    "server error": (500, {"content-type": "text/html"}, b"<script>alert(1)</script>"),
    "overloaded": (529, {"content-type": "application/json"}, b"{}"),
    "audio": (200, {"content-type": "audio/mpeg"}, bytes(range(256)) * 300),
    "without a content type": (200, {}, b"?"),
    "an empty success": (202, {"content-type": "text/plain"}, b""),
}


@pytest.mark.parametrize(("status", "headers", "body"), RESPONSES.values(), ids=RESPONSES.keys())
def test_status_body_and_content_type_come_down_unchanged(relay, mock, key, status, headers, body):
    mock.script(key, respond={"status": status, "headers": headers, "body_base64": base64.b64encode(body).decode()})
    answer = relay.ask("POST", CHAT["openai"], with_key(UP, key), b"{}")
    assert (answer.status, answer.body) == (status, body)
    assert answer.headers.items() >= headers.items()
    assert answer.headers.get("content-type") == headers.get("content-type")
    assert answer.code is None


def test_a_compressed_answer_stays_compressed_for_a_client_that_asks_for_it(relay, mock, key):
    packed = gzip.compress(b'{"a": 1}' * 100)
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    mock.script(key, respond={"status": 200, "headers": headers, "body_base64": base64.b64encode(packed).decode()})
    answer = relay.ask("POST", CHAT["openai"], with_key(UP, key) | {"Accept-Encoding": "gzip, br"}, b"{}")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.body == packed
    assert dict(mock.seen(key)[0]["headers"])["accept-encoding"] == "gzip, br"


# tests/attacks/open_proxy.py has the others.
DROPPED = {
    "access-control-allow-origin": "https://openai.example",
    "access-control-allow-credentials": "true",
    "content-security-policy": "default-src *",
    "content-security-policy-report-only": "default-src *",
    "set-cookie": ["__cf_bm=1; HttpOnly", "_cfuvid=2"],
    "cf-ray": "1-FRA",
    "cf-cache-status": "DYNAMIC",
    "timing-allow-origin": "*",
    "x-note": "caf\u00e9",
}
KEPT = {
    "x-request-id": "req_1",
    "request-id": "req_2",
    "retry-after": "3",
    "retry-after-ms": "3000",
    "x-should-retry": "true",
    "x-ratelimit-remaining-requests": "9",
    "ratelimit-reset": "1",
    "content-disposition": "attachment",
}
KEPT_FROM = {
    "openai": {"openai-processing-ms": "12", "openai-version": "2020-10-01"},
    "anthropic": {"anthropic-ratelimit-tokens-reset": "2026-11-23T00:00:00Z", "anthropic-organization-id": "o"},
    "google": {},
    "mistral": {"mistral-correlation-id": "c", "ratelimitbysize-remaining": "9", "x-ratelimit-tokens-query-cost": "1"},
}


@pytest.mark.parametrize("provider", KEPT_FROM)
def test_what_would_act_on_the_relays_origin_is_dropped_and_what_sdks_read_is_kept_and_exposed(relay, mock, new_key, provider):
    key = new_key(provider)
    from_others = {name: value for other in KEPT_FROM.values() for name, value in other.items() if other is not KEPT_FROM[provider]}
    from_others.pop("x-ratelimit-tokens-query-cost", None)  # of a family that is everybody's
    headers = {"content-type": "text/html", **DROPPED, **from_others, **KEPT, **KEPT_FROM[provider]}
    mock.script(key, respond={"status": 200, "headers": headers, "body": "<b>hi</b>"})
    answer = relay.ask("POST", CHAT[provider], {"X-API-Key": key, "Origin": "https://app.example"}, b"{}")
    own = {
        "access-control-allow-origin": "*",
        "cache-control": "no-store, no-transform",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    }
    kept = KEPT | KEPT_FROM[provider]
    assert answer.headers.items() >= (kept | own).items()
    assert not answer.headers.keys() & ((DROPPED | from_others).keys() - own.keys())
    exposed = {name.strip() for name in answer.headers["access-control-expose-headers"].split(",")}
    assert exposed >= kept.keys()


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["https://evil.example/", "http://127.0.0.1:1/latest/meta-data", "/openai/v1/models"])
def test_a_redirect_is_not_followed_and_not_passed_on(relay, mock, key, status, location):
    before = mock.total()
    mock.script(key, redirect={"status": status, "location": location})
    answer = relay.ask("POST", CHAT["openai"], with_key(UP, key), b"{}")
    assert (answer.status, answer.code) == (502, "upstream_redirect")
    assert "location" not in answer.headers
    assert location.encode() not in answer.body
    assert mock.total() == before + 1


def test_a_provider_that_breaks_off_before_answering_is_upstream_unreachable(relay, mock, key):
    mock.script(key, reset="before_headers")
    answer = relay.ask("POST", CHAT["openai"], with_key(UP, key) | {"Origin": "https://app.example"}, b"{}")
    assert (answer.status, answer.code) == (502, "upstream_unreachable")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert key not in json.dumps(answer.json())


@pytest.mark.parametrize("error", ["rate_limit", "overloaded", "server", "not_found", "bad_request"])
@pytest.mark.parametrize("provider", CHAT)
def test_a_providers_own_error_is_passed_on_as_it_is(relay, mock, new_key, provider, error):
    key = new_key(provider)
    mock.script(key, error=error)
    answer = relay.ask("POST", CHAT[provider], {"X-API-Key": key}, b"{}")
    assert answer.status >= 400
    assert answer.code is None
    assert answer.json()
    assert mock.seen(key)[0]["violations"] == []
