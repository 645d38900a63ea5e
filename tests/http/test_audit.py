"""The audit line of every runtime. tests/audit.mjs holds each line of all tests against docs/audit.schema.json and the canary rule."""

import gzip
import hmac
import json
from contextlib import suppress
from http.client import IncompleteRead

import pytest

from attacks.faults import LAST_CHUNK, chunk, head, said
from differences import KNOWS_HOW_ANSWERS_END, TELLS_WHO_CLOSED
from providers import CHAT
from sealing.tokens import SEALED, sealed

SECRET = "0123456789abcdef"
APP = "https://app.example"


@pytest.fixture
def settings():
    """AUDIT_ENDS is the default, written so that TestHowAnAnswerEnds has this relay too."""
    origins = f"{APP}, https://*.apps.example"
    return SEALED | {"AUDIT_SECRET": SECRET, "ALLOWED_ORIGINS": origins, "UPSTREAM_TIMEOUT_SECONDS": "1", "AUDIT_ENDS": "false"}


@pytest.fixture
def line(relay):
    """The line of a request, by its answer."""
    return lambda answer: relay.server.wait_for_line(answer.headers["x-relay-request-id"])


def fingerprint(key):
    return hmac.digest(SECRET.encode(), key.encode(), "sha256").hex()[:12]


def test_the_line_says_what_was_asked_and_how_it_went(relay, line, key):
    body = b'{"model": "m"}'
    it = line(relay.ask("POST", CHAT["openai"], {"Authorization": f"Bearer {key}", "Origin": APP}, body))
    assert it["time"].startswith("20")
    known = {name: it[name] for name in ("provider", "method", "route", "origin", "key", "sealed", "bytes_up", "stream", "usage")}
    assert known == {
        "provider": "openai",
        "method": "POST",
        "route": "/v1/chat/completions",
        "origin": APP,
        "key": fingerprint(key),
        "sealed": False,
        "bytes_up": len(body),
        "stream": False,
        "usage": None,
    }
    assert (it["status"], it["by"], it["code"], it["outcome"]) == (200, "provider", None, "ok")
    assert (it["ms"] is None) == (relay.runtime not in KNOWS_HOW_ANSWERS_END)
    assert it["ms_headers"] >= 0


class TestHowAnAnswerEnds:
    @pytest.fixture(params=["false", "true"], ids=["", "AUDIT_ENDS"])
    def followed(self, request):
        return request.param

    @pytest.fixture
    def settings(self, settings, followed):
        return settings | {"AUDIT_ENDS": followed}

    @pytest.fixture
    def known(self, relay, followed):
        return followed == "true" or relay.runtime in KNOWS_HOW_ANSWERS_END

    @pytest.fixture
    def broken_off(self, relay, known):
        """The outcome of an answer, if this side broke it off."""

        def outcome(side):
            return "ok" if not known else f"{side}_closed" if relay.runtime in TELLS_WHO_CLOSED else "closed"

        return outcome

    def test_the_line_of_a_stream_comes_at_its_end_or_with_its_head(self, relay, chat, mock, key, known):
        mock.script(key, hold=True)
        with chat() as exchange:
            id = exchange.head().headers["x-relay-request-id"]
            exchange.read_until("data: ")
            if not known:
                relay.server.wait_for_line(id)
            assert (id in [line["id"] for line in relay.server.audit]) != known
            for _ in range(30):
                mock.release(key)
            exchange.read_all()
        it = relay.server.wait_for_line(id)
        assert (it["stream"], it["outcome"], it["status"], it["usage"]) == (True, "ok", 200, None)
        assert it["ms"] >= it["ms_headers"] if known else it["ms"] is None

    def test_so_does_that_of_another_answer_whose_length_is_still_told(self, relay, line, key, known):
        answer = relay.ask("POST", CHAT["openai"], {"Authorization": f"Bearer {key}"}, b"{}")
        it = line(answer)
        assert (int(answer.headers["content-length"]), it["outcome"]) == (len(answer.body), "ok")
        assert it["ms"] >= it["ms_headers"] if known else it["ms"] is None

    def test_a_compressed_answer_comes_down_as_it_is(self, relay, line, mock, key):
        packed = gzip.compress(b"{}" * 1000)
        mock.script(key, wire=said(head(b"content-encoding: gzip", b"content-length: %d" % len(packed)), packed))
        answer = relay.ask("POST", CHAT["openai"], {"Authorization": f"Bearer {key}", "Accept-Encoding": "gzip"}, b"{}")
        assert (answer.body, answer.headers["content-encoding"], line(answer)["outcome"]) == (packed, "gzip", "ok")

    def test_chunks_count_where_a_provider_says_a_length_too(self, relay, mock, key):
        whole = b"more than was announced before"
        mock.script(key, wire=said(head(b"content-length: 5", b"transfer-encoding: chunked"), chunk(whole), LAST_CHUNK))
        answer = relay.ask("POST", CHAT["openai"], {"Authorization": f"Bearer {key}"}, b"{}")
        refused = answer.code == "upstream_unreachable"  # RFC 9112 section 6.3 lets it be
        assert refused or (answer.body, answer.headers.get("content-length")) == (whole, None)

    def test_a_length_that_no_answer_has_suppresses_no_line(self, relay, chat, mock, key):
        mock.script(key, wire=said(head(b"content-length: 9007199254740993"), b"hello"))
        with chat() as exchange:
            id = exchange.head().headers["x-relay-request-id"]
        assert relay.server.wait_for_line(id)["provider"] == "openai"

    def test_that_a_client_leaves_stops_the_provider(self, relay, chat, mock, key, broken_off):
        mock.script(key, endless=True)
        with chat() as exchange:
            id = exchange.head().headers["x-relay-request-id"]
            exchange.read_until("data: ")
            exchange.reset()
        mock.wait_until_let_go(key)
        assert relay.server.wait_for_line(id)["outcome"] == broken_off("client")

    def test_that_a_provider_breaks_off_is_told(self, relay, chat, mock, key, broken_off):
        mock.script(key, reset="mid_stream")
        with chat() as exchange:
            id = exchange.head().headers["x-relay-request-id"]
            with suppress(IncompleteRead, ConnectionError):
                exchange.read_all()
        assert relay.server.wait_for_line(id)["outcome"] == broken_off("upstream")


FAILURES = {
    "upstream_redirect": {"respond": {"status": 302, "headers": {"location": "https://evil.example"}}},
    "upstream_unreachable": {"wire": said()},
    "upstream_timeout": {"late": True},
}


@pytest.mark.parametrize("code", FAILURES)
def test_what_a_provider_failed_at_is_the_outcome(relay, line, mock, key, code):
    mock.script(key, **FAILURES[code])
    answer = relay.ask("POST", CHAT["openai"], {"Authorization": f"Bearer {key}"}, b"{}")
    it = line(answer)
    assert (it["status"], it["by"], it["code"], it["outcome"]) == (answer.status, "relay", code, code)
    assert (it["provider"], it["route"], it["key"]) == ("openai", "/v1/chat/completions", fingerprint(key))


def test_a_providers_error_is_the_providers(relay, line, mock, key):
    mock.script(key, respond={"status": 429, "headers": {"content-type": "application/json"}, "body": "{}"})
    it = line(relay.ask("POST", CHAT["openai"], {"Authorization": f"Bearer {key}"}, b"{}"))
    assert (it["status"], it["by"], it["code"], it["outcome"]) == (429, "provider", None, "ok")


@pytest.mark.parametrize(
    ("method", "target", "headers", "known"),
    [
        ("POST", CHAT["openai"], {}, {"code": "missing_key", "provider": "openai", "route": "/v1/chat/completions", "sealed": None}),
        ("PROPFIND", "/nobody/coffee", {}, {"code": "unknown_provider", "provider": None, "route": None, "method": "OTHER"}),
        ("DELETE", "/openai/v1/models/x", {}, {"code": "method_not_allowed", "provider": "openai", "route": None}),
        ("POST", CHAT["openai"], {"Origin": "https://evil.example"}, {"code": "origin_not_allowed", "provider": None, "origin": None}),
        ("POST", CHAT["openai"], {"Origin": "https://a.apps.example"}, {"code": "missing_key", "origin": "https://*.apps.example"}),
        ("POST", CHAT["openai"], {"X-API-Key": "byok1.a.b.c"}, {"code": "sealed_key_invalid", "sealed": True, "key": None}),
    ],
)
def test_a_refusal_is_a_line_too(relay, line, method, target, headers, known):
    it = line(relay.ask(method, target, headers, b"{}" if method == "POST" else None))
    assert (it["by"], it["outcome"]) == ("relay", "refused")
    assert {name: it[name] for name in known} == known


def test_a_sealed_key_has_the_fingerprint_of_the_key_in_it(relay, line, key):
    it = line(relay.ask("POST", CHAT["openai"], {"Authorization": f"Bearer {sealed(key, origins=[])}"}, b"{}"))
    assert (it["sealed"], it["key"]) == (True, fingerprint(key))


FORGED = '{"time":"2026-01-01T00:00:00.000Z","id":"00000000000000000000000000000000","status":200}'


def test_nothing_that_a_client_writes_is_in_a_line(relay, line, key):
    mark = "f0rgery\x1b[31m"
    headers = dict.fromkeys(("User-Agent", "Referer", "X-Forwarded-For", "CF-IPCountry", "CF-Ray", "Accept", "X-Relay-Request-Id"), mark)
    headers |= {"OpenAI-Project": FORGED, "Authorization": f"Bearer {key}"}
    for target in (CHAT["openai"], f"/openai/v1/models/{FORGED.encode().hex()}", "/f0rgery/v1", CHAT["openai"] + "?include=f0rgery"):
        it = json.dumps(line(relay.ask("POST", target, {k: v.replace("\x1b", "") for k, v in headers.items()}, FORGED.encode())))
        assert "f0rgery" not in it
        assert FORGED.encode().hex() not in it
        assert "2026-01-01" not in it


@pytest.mark.parametrize("path", ["/health", "/.well-known/byok-relay"])
def test_documents_and_preflights_have_no_line(relay, line, path):
    ids = [relay.ask(method, path, {"Origin": APP}).headers["x-relay-request-id"] for method in ("GET", "OPTIONS")]
    line(relay.ask("POST", CHAT["openai"]))
    assert not {*ids} & {it["id"] for it in relay.server.audit}


class TestWithoutAnAudit:
    @pytest.fixture
    def settings(self):
        return {"AUDIT": "false"}

    def test_nothing_is_written(self, relay, chat, key):
        assert relay.ask("POST", CHAT["openai"], {"Authorization": f"Bearer {key}"}, b"{}").status == 200
        assert relay.ask("POST", CHAT["openai"]).status == 401
        with chat() as exchange:
            exchange.answer()
        assert relay.server.audit == []
