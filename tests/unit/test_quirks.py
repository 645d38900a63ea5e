"""What single providers need beyond data."""

from base64 import b64encode

import pytest

from byok_relay.providers import entry
from byok_relay.settings import parse
from providers import new_key

from .support import APP, RELAY, answered, ask, bearer, code, decided, forwarded, message, replied, request

AZURE = "/openai/deployments/gpt-5-mini/chat/completions"
TWILIO = "/twilio/2010-04-01/Accounts/{}/Messages.json"
BEYOND = {"PROVIDERS": "all, github, twilio"}
UPLOAD = "https://generativelanguage.googleapis.com/upload/v1beta/files?upload_id=abc&upload_protocol=resumable"


def test_azures_resource_is_a_part_of_the_host():
    decision = forwarded(f"/azure/my-resource{AZURE}?api-version=2024-10-21", {"api-key": new_key("azure")})
    assert decision.url == f"https://my-resource.openai.azure.com{AZURE}?api-version=2024-10-21"
    assert decision.carrier.header == "api-key"


@pytest.mark.parametrize(
    "resource",
    [
        *"evil.example evil.example%2f my.resource my_resource My-Resource -a a- a--b- .. . %2e @evil.example a@b a:443 a%00".split(),
        *["xn--a", "ab--c", "é", "openai", "", "a" * 64, "a b", "a\n", "a/b"],
    ],
)
def test_what_is_no_name_of_a_resource_reaches_nothing(resource):
    reply = ask(f"/azure/{resource}{AZURE}" if resource != "openai" else f"/azure{AZURE}", {"api-key": new_key("azure")})
    assert code(reply) in ("path_not_found", "path_not_allowed")


@pytest.mark.parametrize("resource", ["0123456789abcdef0123456789abcdef", "sk-proj-aaaabbbbccccddddeeee"])
def test_a_key_in_the_place_of_the_resource_does_not_get_into_a_host_name(resource):
    reply = replied(f"/azure/{resource}/openai/v1/chat/completions", {"api-key": "0123456789abcdef0123456789abcdef"})
    assert code(reply) == "key_in_query"


def test_a_path_without_a_resource_is_told_so():
    reply = replied("/azure/openai/v1/chat/completions", {"api-key": new_key("azure")})
    assert (code(reply), "begins with a resource's name" in message(reply)) == ("path_not_found", True)


def test_a_double_slash_after_the_resource_is_one_slash():
    assert forwarded(f"/azure/my-resource/{AZURE}", {"api-key": new_key("azure")}).url == f"https://my-resource.openai.azure.com{AZURE}"


def test_a_token_of_microsoft_entra_goes_up_as_a_bearer_token():
    assert forwarded(f"/azure/my-resource{AZURE}", {"api-key": f"eyJ{new_key('azure')}"}).carrier.header == "authorization"


@pytest.mark.parametrize("sent", ["x-api-key", "basic"])
def test_twilios_pair_goes_into_basic_authentication(sent):
    key = "ACcanary0123:token0123456789"
    basic = f"Basic {b64encode(key.encode()).decode()}"
    decision = forwarded(TWILIO.format("ACcanary0123"), {"authorization": basic} if sent == "basic" else {"x-api-key": key}, **BEYOND)
    assert decision.headers_with_key()["authorization"] == basic
    assert "x-api-key" not in decision.headers_with_key()


def test_an_account_of_twilios_sends_for_itself_only():
    other = replied(TWILIO.format("ACother"), {"x-api-key": "ACcanary0123:token0123456789"}, **BEYOND)
    assert (other.status, code(other)) == (401, "key_wrong_provider")
    assert "account" in message(other)
    of_api_key = forwarded(TWILIO.format("ACother"), {"x-api-key": "SKcanary0123:secret0123456789"}, **BEYOND)
    assert of_api_key.url.endswith("/Accounts/ACother/Messages.json")


SECRET = "fedcba9876543210"
PAIRS = {
    "Basic": {"authorization": f"Basic {b64encode(f'AC0123456789:{SECRET}'.encode()).decode()}"},
    "in clear": {"x-api-key": f"AC0123456789:{SECRET}"},
    "a secret that begins like an id": {"x-api-key": f"AC0123456789:SK{SECRET}"},
}


@pytest.mark.parametrize("headers", PAIRS.values(), ids=PAIRS)
def test_the_secret_of_a_pair_is_in_its_header_only(headers):
    secret = f"SK{SECRET}" if "SK" in headers.get("x-api-key", "") else SECRET
    reply = replied(f"/twilio/2010-04-01/Accounts/AC0123456789/Messages/{secret}.json", headers, method="GET", **BEYOND)
    assert code(reply) == "key_in_query"
    decision = forwarded(TWILIO.format("AC0123456789"), headers | {"idempotency-key": secret, "accept-language": f"x {secret}"}, **BEYOND)
    assert not {"idempotency-key", "accept-language"} & decision.headers.keys()
    encoded = decision.headers_with_key()["authorization"].partition(" ")[2]
    copied = forwarded(TWILIO.format("AC0123456789"), headers | {"idempotency-key": encoded}, **BEYOND)
    assert "idempotency-key" not in copied.headers


@pytest.mark.parametrize("key", ["AC0123456789", "SK0123456789", "AC0123456789:", ":0123456789"])
def test_half_a_pair_is_no_key(key):
    assert code(replied(TWILIO.format("AC0123456789"), {"x-api-key": key}, **BEYOND)) == "key_malformed"


@pytest.mark.parametrize("value", ["Basic", "Basic %%%", "Basic YQ", "Basic w6k6w6k=", "Bearer ", "Basic Zm9v Zm9v"])
def test_basic_authentication_that_is_none_brings_no_key(value):
    assert code(replied(TWILIO.format("AC0"), {"authorization": value}, **BEYOND)) in ("missing_key", "key_malformed")


@pytest.mark.parametrize("came_in", ["Token", "token", "Bearer"])
@pytest.mark.parametrize(("begins", "goes_up"), [("", "Token"), ("eyJ", "Bearer")], ids=["a key", "a token that it grants"])
def test_deepgrams_keys_and_tokens_have_schemes_of_their_own(came_in, begins, goes_up):
    key = begins + new_key("deepgram")
    decision = forwarded("/deepgram/v1/listen?model=nova-3", {"authorization": f"{came_in} {key}"})
    assert decision.headers_with_key()["authorization"] == f"{goes_up} {key}"


def test_a_scheme_of_one_provider_brings_no_key_to_another():
    assert code(replied("/openai/v1/chat/completions", {"authorization": f"Token {new_key()}"})) == "missing_key"


def test_a_server_that_deepgram_should_call_back_is_refused():
    reply = replied("/deepgram/v1/listen?callback=https://evil.example", {"authorization": f"Token {new_key('deepgram')}"})
    assert code(reply) == "path_not_allowed"


def upload_answer(url):
    asked = request("/gemini/upload/v1beta/files", {"x-goog-api-key": new_key("google"), "origin": APP})
    decision = decided(asked, parse({"ENDPOINTS": "files"}))
    return answered(decision, 200, {"x-goog-upload-url": url, "x-goog-upload-status": "active"}, ENDPOINTS="files").headers


def test_geminis_upload_goes_on_through_the_relay():
    headers = upload_answer(UPLOAD)
    assert headers["x-goog-upload-url"] == f"{RELAY}/google/upload/v1beta/files?upload_id=abc&upload_protocol=resumable"
    assert "x-goog-upload-url" in headers["access-control-expose-headers"]
    second = headers["x-goog-upload-url"].removeprefix(RELAY)
    assert forwarded(second, {"x-goog-api-key": new_key("google")}, ENDPOINTS="files").url == UPLOAD


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/upload/v1beta/files?upload_id=abc",
        "https://generativelanguage.googleapis.com.evil.example/upload/v1beta/files",
        "https://generativelanguage.googleapis.com@evil.example/upload/x",
        "https://generativelanguage.googleapis.com/v1beta/tunedModels",
        "//evil.example/upload/",
        UPLOAD + "&key=AIza0123456789abcdef",
        UPLOAD + ", https://evil.example/",
        "",
    ],
)
def test_an_upload_that_would_go_elsewhere_goes_nowhere(url):
    headers = upload_answer(url)
    assert "x-goog-upload-url" not in headers
    assert headers["x-goog-upload-status"] == "active"


def test_an_upload_does_not_go_on_in_clear():
    """A proxy that ends TLS may not have told the relay of it: PUBLIC_ORIGIN does."""
    rewrite = entry("google").rewrite
    for here, kept in (
        ("http://relay.example/google", False),
        ("http://127.0.0.1:8787/google", True),
        ("https://relay.example/google", True),
    ):
        assert ("x-goog-upload-url" in rewrite({"x-goog-upload-url": UPLOAD}, entry("google").base_url, here)) is kept


# A bare path of an SDK for one API, with a key of a provider that has that API under another path -> the path that is meant.
MOUNTS = {
    ("/v1/chat/completions", "groq"): "https://api.groq.com/openai/v1/chat/completions",
    ("/v1/messages", "openrouter"): "https://openrouter.ai/api/v1/messages",
    ("/v1/messages/count_tokens", "anthropic"): "https://api.anthropic.com/v1/messages/count_tokens",
    ("/v1/responses", "perplexity"): "https://api.perplexity.ai/v1/responses",
    ("/v1/chat/completions", "fireworks"): "https://api.fireworks.ai/inference/v1/chat/completions",
    ("/v1/messages", "fireworks"): "https://api.fireworks.ai/inference/v1/messages",
    ("/v1/models/meta%2Fllama", "nvidia"): "https://integrate.api.nvidia.com/v1/models/meta%2Fllama",
}


@pytest.mark.parametrize(("asked", "url"), MOUNTS.items(), ids=" ".join)
def test_a_bare_path_goes_where_the_keys_provider_has_it(asked, url):
    path, provider = asked
    assert forwarded(path, bearer(new_key(provider)), method="GET" if "models" in path else "POST").url == url


def test_the_default_provider_may_have_its_api_under_another_path():
    forward = forwarded("/v1/chat/completions", bearer(new_key("deepseek")), DEFAULT_PROVIDER="zhipu", KEY_CHECK="off")
    assert forward.url == f"{entry('zhipu').base_url}/api/paas/v4/chat/completions"


@pytest.mark.parametrize(
    ("path", "base"),
    [
        ("/openai/v1/chat/completions/chat/completions", "/v1"),
        ("/openai/v1/chat/completions/models", "/v1"),
        ("/groq/openai/v1/chat/completions/chat/completions", "/openai/v1"),
        ("/anthropic/v1/messages/v1/messages", "/anthropic"),
        ("/perplexity/chat/completions/chat/completions", "/perplexity"),
    ],
)
def test_a_base_url_that_ends_in_an_endpoint_is_told_its_end(path, base):
    reply = replied(path, {"x-api-key": new_key(path.split("/")[1])})
    assert (reply.status, code(reply)) == (404, "path_not_found")
    assert f"must end in {base} " in message(reply)
