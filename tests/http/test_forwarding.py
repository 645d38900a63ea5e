"""What goes up and what comes down: exactly the provider's own request and answer. tests/attacks has the bodies and the redirects."""

import base64

import pytest

from attacks.attack import named
from attacks.headers import PRIVATE
from providers import CHAT

TOO_LONG = {"a name of 10,000 characters", "200 of them"}  # all together they would be more than every server takes


def test_the_upstream_request_holds_these_headers_and_no_others(relay, mock, key):
    sent = {
        "Authorization": f"Bearer {key}",
        "Content-Type": "application/json",
        "Accept": "text/event-stream",
        "Accept-Language": "de",
        "Idempotency-Key": "i-1",
        "OpenAI-Beta": "assistants=v2",
        "OpenAI-Organization": "org-1",
        "User-Agent": "OpenAI/JS 7.57.0",
        "X-Stainless-Lang": "js",
    }
    private = named([line for what, lines in PRIVATE.items() if what not in TOO_LONG for line in lines])
    directions = dict.fromkeys(
        ("X-Relay-Base-URL", "X-HTTP-Method-Override", "Anthropic-Dangerous-Direct-Browser-Access", "X-Unknown"), "1"
    )
    sent |= private | directions | {"Connection": "authorization, content-type"}
    relay.ask("POST", CHAT["openai"], sent, b"{}")
    [seen] = mock.seen(key)
    names = sorted(name for name, _ in seen["headers"] if name not in ("host", "connection", "content-length"))
    assert names == sorted(
        """accept accept-encoding accept-language authorization content-type idempotency-key openai-beta openai-organization user-agent
        x-stainless-lang""".split()
    )
    received = dict(seen["headers"])
    assert received["authorization"] == f"Bearer {key}"
    assert received["user-agent"] == "OpenAI/JS 7.57.0"
    assert received["accept-encoding"] == "identity"
    assert seen["violations"] == []


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
    answer = relay.ask("POST", CHAT["openai"], {"Authorization": f"Bearer {key}"}, b"{}")
    assert (answer.status, answer.body) == (status, body)
    assert answer.headers.items() >= headers.items()
    assert answer.headers.get("content-type") == headers.get("content-type")
    assert answer.code is None


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
