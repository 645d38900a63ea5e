import json
import re

import pytest

from byok_relay import VERSION

from .support import APP, CANARY, RELAY, bearer, code, new_key, replied


def described(**given):
    return json.loads(replied("/.well-known/byok-relay", method="GET", **given).body)


def test_the_endpoint_to_begin_with_is_open():
    routes = {"inference": ["POST /v2/run"], "files": ["GET /v2/files"]}
    acme = json.dumps({"acme": {"base_url": "https://llm.acme.example", "routes": routes}})
    for groups, endpoint in [("inference", "POST /v2/run"), ("files", "GET /v2/files")]:
        about = described(CUSTOM_PROVIDERS=acme, ENDPOINTS=groups)
        assert [provider["endpoint"] for provider in about["providers"] if provider["id"] == "acme"] == [endpoint]


def test_health_says_ok_and_which_version():
    assert json.loads(replied("/health", method="GET").body) == {"status": "ok", "version": VERSION}


@pytest.mark.parametrize("path", ["/health", "/.well-known/byok-relay"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_document_is_json_for_any_page_and_not_stored(path, method):
    reply = replied(path, {"origin": APP}, method=method)
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "no-store" in reply.headers["cache-control"]
    assert reply.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/health", "/.well-known/byok-relay"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_document_is_only_read(path, method):
    reply = replied(path, method=method)
    assert code(reply) == "method_not_allowed"
    assert reply.headers["allow"] == "GET, HEAD"


def test_documents_need_no_origin_when_requests_do():
    assert replied("/health", method="GET", REQUIRE_ORIGIN="true").status == 200


def test_a_document_shows_nothing_of_the_request_but_where_the_relay_is():
    reply = replied(f"/.well-known/byok-relay?{CANARY}", {**bearer(f"sk-{CANARY}"), "user-agent": CANARY}, method="GET")
    assert CANARY not in reply.body


@pytest.mark.parametrize("path", ["/health/", "/health/x", "/Health", "/.well-known/", "/.well-known/byok-relay/", "/.well-known/other"])
def test_there_are_no_other_documents(path):
    assert code(replied(path, bearer(new_key()), method="GET")) == "unknown_provider"


def test_the_description_lists_the_enabled_providers_once():
    about = described(PROVIDERS="mistral, gemini", DEFAULT_PROVIDER="google")
    assert about["default_provider"] == "google"
    assert [provider["id"] for provider in about["providers"]] == ["mistral", "google"]


def test_the_description_has_a_base_url_for_each_sdk():
    google = next(provider for provider in described()["providers"] if provider["id"] == "google")
    assert google["base_url"] == f"{RELAY}/google"
    assert google["sdk_base_urls"]["@google/genai"] == f"{RELAY}/google"
    assert google["sdk_base_urls"]["openai"] == f"{RELAY}/google/v1beta/openai"
    assert "gemini" in google["aliases"]


def test_the_description_says_how_a_key_looks_and_travels():
    anthropic = next(provider for provider in described()["providers"] if provider["id"] == "anthropic")
    assert anthropic["key"] == {
        "headers": ["x-api-key", "authorization"],
        "schemes": {"authorization": "Bearer"},
        "looks_like": "sk-ant-…",
        "get_one_at": "https://platform.claude.com/settings/keys",
        "vendor": "anthropic",
        "prefixes": ["sk-ant-"],
        "form": r"(?=[!-+\--~]{8,4096}$)(?:sk\-ant\-)[A-Za-z0-9_-]*",
    }
    assert anthropic["sealed_as"] == "anthropic"


@pytest.mark.parametrize(
    ("provider", "schemes"),
    [
        ("google", {"authorization": "Bearer"}),
        ("deepgram", {"authorization": "Token"}),
        ("elevenlabs", {}),
        ("github", {"authorization": "Bearer"}),
        ("twilio", {"authorization": "Basic"}),
    ],
)
def test_the_description_says_in_which_scheme_a_key_travels(provider, schemes):
    (about,) = described(PROVIDERS=provider)["providers"]
    assert about["key"]["schemes"] == schemes


@pytest.mark.parametrize(
    ("provider", "endpoint"),
    [
        ("elevenlabs", "GET /v1/models"),
        ("github", "GET /user"),
        ("replicate", "POST /v1/predictions"),
        ("twilio", "POST /2010-04-01/Accounts/{id}/Messages.json"),
    ],
)
def test_the_description_names_an_endpoint_to_begin_with(provider, endpoint):
    (about,) = described(PROVIDERS=provider)["providers"]
    assert about["endpoint"] == endpoint


def test_the_description_has_no_form_of_keys_that_the_relay_does_not_check():
    for provider in described(KEY_CHECK="off")["providers"]:
        assert (provider["key"]["prefixes"], provider["key"]["form"]) == ([], r"[!-+\--~]{8,4096}")


def test_the_description_names_every_vendor_whose_keys_go_nowhere_else():
    keys = described()["keys"]
    by_id = {vendor["id"]: vendor for vendor in keys["vendors"]}
    assert by_id["anthropic"] == {"id": "anthropic", "name": "Anthropic", "prefixes": ["sk-ant-"]}
    assert "glpat-" in by_id["gitlab"]["prefixes"]
    assert "sk-admin-" in keys["refused"]


def test_the_description_names_the_limits_and_no_upstream():
    about = described(MAX_BODY_BYTES="1000", UPSTREAM_TIMEOUT_SECONDS="30", UPSTREAM_OPENAI="https://internal.example")
    assert about["limits"] == {"max_body_bytes": 1000, "upstream_timeout_seconds": 30}
    assert "internal.example" not in json.dumps(about)


def test_a_custom_provider_is_described_like_any_other():
    about = described(CUSTOM_PROVIDERS='{"acme": {"base_url": "https://llm.acme.example/openai", "name": "Acme", "shortest_key": 1}}')
    acme = about["providers"][-1]
    assert acme["name"] == "Acme"
    assert acme["sdk_base_urls"] == {"openai": f"{RELAY}/acme/v1"}
    assert acme["sealed_as"] == "acme@llm.acme.example"
    assert acme["key"]["vendor"] == "acme"
    assert re.fullmatch(acme["key"]["form"], "ollama")
