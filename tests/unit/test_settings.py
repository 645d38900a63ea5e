import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay.settings import KNOWN, NOT_YET, SettingError, Settings, concerns, parse

from .support import CANARY, CHAT, bearer, code, configured, forwarded, message, new_key, replied

GROQ = {"base_url": "https://api.groq.com/openai"}


def custom(**entries):
    return json.dumps(entries)


def test_nothing_has_to_be_set():
    settings = parse({})
    assert settings.cors.any_origin
    assert not settings.require_origin
    assert {provider.id for provider in settings.providers} == {"openai", "anthropic", "google", "mistral"}
    assert settings.default_provider.id == "openai"
    assert settings.check_key_prefix
    assert settings.max_body_bytes == 33554432
    assert settings.upstream_timeout_seconds == 600


@pytest.mark.parametrize("name", [name for name in KNOWN if name not in ("ALLOWED_ORIGINS", "PROVIDERS")])
def test_a_blank_setting_is_as_good_as_none(name):
    assert parse({name: "  "}).max_body_bytes == parse({}).max_body_bytes


def test_other_names_are_ignored():
    assert parse({"PATH": "/bin", "HOME": "/", "PORT": "8787", "ASSETS": "x", "OPENAI_API_KEY": "x", "HTTP_PROXY": "x"})


VALID = [
    ("ALLOWED_ORIGINS", "*"),
    ("ALLOWED_ORIGINS", " https://a.example , https://b.example:8443,"),
    ("ALLOWED_ORIGINS", "https://*.example.com, http://*.dev.example.com:8080"),
    ("ALLOWED_ORIGINS", "http://localhost:5173, http://127.0.0.1:3000, http://[::1]:3000"),
    ("ALLOWED_ORIGINS", "chrome-extension://abcdef, app://obsidian.md, capacitor://localhost, tauri://localhost"),
    ("REQUIRE_ORIGIN", "true"),
    ("UPSTREAM_OPENAI", "http://127.0.0.1:60443"),
    ("UPSTREAM_OPENAI", "http://localhost:65535"),
    ("UPSTREAM_OPENAI", "http://127.0.0.1:443"),
    ("REQUIRE_ORIGIN", "False"),
    ("REQUIRE_ORIGIN", "1"),
    ("REQUIRE_ORIGIN", "0"),
    ("PROVIDERS", "openai"),
    ("PROVIDERS", "mistral, gemini ,claude"),
    ("DEFAULT_PROVIDER", "mistral"),
    ("KEY_CHECK", "prefix"),
    ("KEY_CHECK", "OFF"),
    ("MAX_BODY_BYTES", "1"),
    ("MAX_BODY_BYTES", " 104857600 "),
    ("UPSTREAM_TIMEOUT_SECONDS", "1"),
    ("UPSTREAM_TIMEOUT_SECONDS", "3600"),
    ("UPSTREAM_OPENAI", "https://eu.api.openai.com"),
    ("UPSTREAM_OPENAI", "https://proxy.example:8443/a/b-c.d_e"),
    ("UPSTREAM_MISTRAL", "http://127.0.0.1:9301/mistral"),
    ("UPSTREAM_MISTRAL", "http://localhost:11434/"),
    ("UPSTREAM_MISTRAL", "http://[::1]:11434"),
    ("CUSTOM_PROVIDERS", custom(groq=GROQ)),
    (
        "CUSTOM_PROVIDERS",
        custom(groq=GROQ | {"name": "Groq", "carrier": "x-api-key", "routes": ["POST /v1/chat", "GET /v1/models/{model}"]}),
    ),
    ("CUSTOM_PROVIDERS", "{}"),
]
INVALID = [
    ("ALLOWED_ORIGINS", ""),
    ("ALLOWED_ORIGINS", " , "),
    ("ALLOWED_ORIGINS", "*, https://a.example"),
    ("ALLOWED_ORIGINS", "https://a.example/"),
    ("ALLOWED_ORIGINS", "https://a.example/path"),
    ("ALLOWED_ORIGINS", "https://A.example"),
    ("ALLOWED_ORIGINS", "a.example"),
    ("ALLOWED_ORIGINS", "null"),
    ("ALLOWED_ORIGINS", "https://*"),
    ("ALLOWED_ORIGINS", "https://*.com"),
    ("ALLOWED_ORIGINS", "https://*.*.example.com"),
    ("ALLOWED_ORIGINS", "https://a.*.example.com"),
    ("ALLOWED_ORIGINS", "https://a*.example.com"),
    ("ALLOWED_ORIGINS", "*.example.com"),
    ("ALLOWED_ORIGINS", "https://a.example https://b.example"),
    ("ALLOWED_ORIGINS", "https://user@a.example"),
    ("ALLOWED_ORIGINS", "https://a.example:*"),
    ("REQUIRE_ORIGIN", "yes"),
    ("UPSTREAM_OPENAI", "https://proxy.example:65536"),
    ("UPSTREAM_OPENAI", "https://proxy.example:0443"),
    ("REQUIRE_SEALED", "true"),
    ("RATE_LIMIT", "5"),
    ("MAX_BODY", "1"),
    ("CORS_ORIGINS", "https://a.example"),
    ("ALLOWED_PROVIDERS", "openai"),
    ("PROVIDERS", "openai, nobody"),
    ("PROVIDERS", "OpenAI"),
    ("PROVIDERS", "openai;mistral"),
    ("DEFAULT_PROVIDER", "nobody"),
    ("KEY_CHECK", "on"),
    ("MAX_BODY_BYTES", "0"),
    ("MAX_BODY_BYTES", "-1"),
    ("MAX_BODY_BYTES", "32MB"),
    ("MAX_BODY_BYTES", "1e6"),
    ("MAX_BODY_BYTES", "1_000"),
    ("MAX_BODY_BYTES", "١٠٠٠"),
    ("MAX_BODY_BYTES", "9" * 5000),
    ("UPSTREAM_TIMEOUT_SECONDS", "0"),
    ("UPSTREAM_TIMEOUT_SECONDS", "3601"),
    ("UPSTREAM_TIMEOUT_SECONDS", "1.5"),
    ("UPSTREAM_OPENAI", "http://proxy.example"),
    ("UPSTREAM_OPENAI", "https://user:pass@proxy.example"),
    ("UPSTREAM_OPENAI", "https://proxy.example?x=1"),
    ("UPSTREAM_OPENAI", "https://proxy.example#x"),
    ("UPSTREAM_OPENAI", "https://proxy.example//"),
    ("UPSTREAM_OPENAI", "https://proxy.example/a/../b"),
    ("UPSTREAM_OPENAI", "https://proxy.example/%2e"),
    ("UPSTREAM_OPENAI", "https://proxy.example\\evil.example"),
    ("UPSTREAM_OPENAI", "https://proxy.example:22"),
    ("UPSTREAM_OPENAI", "https://proxy.example:0"),
    ("UPSTREAM_OPENAI", "https://proxy.example:99999"),
    ("UPSTREAM_OPENAI", "https://proxy.example:443"),
    ("UPSTREAM_OPENAI", "http://localhost:80"),
    ("UPSTREAM_OPENAI", "https://proxy"),
    ("UPSTREAM_OPENAI", "https://Proxy.example"),
    ("UPSTREAM_OPENAI", "https://proxy.example."),
    ("UPSTREAM_OPENAI", "https://10.0.0.1"),
    ("UPSTREAM_OPENAI", "https://169.254.169.254"),
    ("UPSTREAM_OPENAI", "https://8.8.8.8"),
    ("UPSTREAM_OPENAI", "https://2130706433"),
    ("UPSTREAM_OPENAI", "https://0x7f.1"),
    ("UPSTREAM_OPENAI", "https://a.0x7f000001"),
    ("UPSTREAM_OPENAI", "https://[::ffff:7f00:1]"),
    ("UPSTREAM_OPENAI", "http://127.0.0.999:9301"),
    ("UPSTREAM_OPENAI", "http://127.000.000.001:9301"),
    ("UPSTREAM_OPENAI", "http://127.0.0.1.evil.example"),
    ("UPSTREAM_OPENAI", "http://localhost.evil.example"),
    ("UPSTREAM_OPENAI", "http://localhost@evil.example"),
    ("UPSTREAM_OPENAI", "ftp://proxy.example"),
    ("UPSTREAM_OPENAI", "proxy.example"),
    ("UPSTREAM_OPENAI", "https://pröxy.example"),
    ("UPSTREAM_NOBODY", "https://proxy.example"),
    ("UPSTREAM_TIMEOUT", "600"),
    ("CUSTOM_PROVIDERS", "groq"),
    ("CUSTOM_PROVIDERS", "[]"),
    ("CUSTOM_PROVIDERS", "9" * 5000),
    ("CUSTOM_PROVIDERS", custom(groq="https://api.groq.com")),
    ("CUSTOM_PROVIDERS", custom(groq={})),
    ("CUSTOM_PROVIDERS", custom(groq={"base_url": 1})),
    ("CUSTOM_PROVIDERS", custom(groq={"base_url": "http://api.groq.com"})),
    ("CUSTOM_PROVIDERS", custom(groq={"base_url": "https://10.0.0.1"})),
    ("CUSTOM_PROVIDERS", custom(groq=GROQ | {"key": "x"})),
    ("CUSTOM_PROVIDERS", custom(groq=GROQ | {"name": ""})),
    ("CUSTOM_PROVIDERS", custom(groq=GROQ | {"name": "a\nb"})),
    ("CUSTOM_PROVIDERS", custom(groq=GROQ | {"carrier": "cookie"})),
    ("CUSTOM_PROVIDERS", custom(groq=GROQ | {"carrier": ["authorization"]})),
    ("CUSTOM_PROVIDERS", custom(groq=GROQ | {"routes": []})),
    ("CUSTOM_PROVIDERS", custom(groq=GROQ | {"routes": "POST /v1/chat"})),
    ("CUSTOM_PROVIDERS", custom(groq=GROQ | {"routes": ["/v1/chat"]})),
    ("CUSTOM_PROVIDERS", custom(groq=GROQ | {"routes": ["DELETE /v1/chat"]})),
    ("CUSTOM_PROVIDERS", custom(groq=GROQ | {"routes": ["POST /v1/../chat"]})),
    ("CUSTOM_PROVIDERS", custom(groq=GROQ | {"routes": ["POST /v1//chat"]})),
    ("CUSTOM_PROVIDERS", custom(groq=GROQ | {"routes": ["POST /v1/{anything}"]})),
    ("CUSTOM_PROVIDERS", custom(groq=GROQ | {"routes": ["POST /.*"]})),
    ("CUSTOM_PROVIDERS", custom(openai=GROQ)),
    ("CUSTOM_PROVIDERS", custom(gemini=GROQ)),
    ("CUSTOM_PROVIDERS", custom(**{"Groq": GROQ})),
    ("CUSTOM_PROVIDERS", custom(**{"a/b": GROQ})),
    ("CUSTOM_PROVIDERS", custom(**{"": GROQ})),
    ("CUSTOM_PROVIDERS", custom(v1=GROQ)),
    ("CUSTOM_PROVIDERS", custom(v1beta=GROQ)),
    ("CUSTOM_PROVIDERS", custom(v1alpha=GROQ)),
]


def short(value):
    return repr(value[:60]) if isinstance(value, str) else None


@pytest.mark.parametrize(("name", "value"), VALID, ids=short)
def test_a_valid_setting_is_taken(name, value):
    assert parse({name: value})


@pytest.mark.parametrize(("name", "value"), INVALID, ids=short)
def test_an_invalid_setting_is_named_to_every_request(name, value):
    with pytest.raises(SettingError) as error:
        parse({name: value})
    assert str(error.value).startswith(name)
    reply = replied("/health", method="GET", **{name: value})
    assert (reply.status, code(reply)) == (500, "misconfigured")
    assert name in message(reply)
    assert "\n" not in message(reply)
    assert reply.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("name", [*KNOWN, "UPSTREAM_OPENAI"])
def test_an_invalid_setting_is_named_without_its_value(name):
    with pytest.raises(SettingError) as error:
        parse({name: f"{CANARY}; not valid"})
    assert CANARY not in str(error.value)


@pytest.mark.parametrize(
    "value",
    [custom(groq=GROQ | {CANARY: CANARY}), custom(groq={"base_url": CANARY}), custom(**{CANARY * 3: GROQ}), f'{{"{CANARY}'],
    ids=short,
)
def test_no_part_of_custom_providers_is_shown(value):
    with pytest.raises(SettingError) as error:
        parse({"CUSTOM_PROVIDERS": value})
    assert CANARY not in str(error.value)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("ALLOWED_ORIGIN", "ALLOWED_ORIGINS"),
        ("ALLOW_ORIGINS", "ALLOWED_ORIGINS"),
        ("allowed_origins", "ALLOWED_ORIGINS"),
        ("ALLOWED-ORIGINS", "ALLOWED_ORIGINS"),
        ("REQUIRE_ORIGINS", "REQUIRE_ORIGIN"),
        ("PROVIDER", "PROVIDERS"),
        ("DEFAULT_PROVIDERS", "DEFAULT_PROVIDER"),
        ("KEYCHECK", "KEY_CHECK"),
        ("MAX_BODY_BYTE", "MAX_BODY_BYTES"),
        ("UPSTREM_TIMEOUT_SECONDS", "UPSTREAM_TIMEOUT_SECONDS"),
        ("CUSTOM_PROVIDER", "CUSTOM_PROVIDERS"),
        ("SEALING_KEYS", "SEALING_KEY"),
        ("RATE_LIMIT_PER_MIN", "RATE_LIMIT_PER_MINUTE"),
        ("UPSTREM_OPENAI", "UPSTREAM_OPENAI"),
        ("UPSTREAMS_GOOGLE", "UPSTREAM_GOOGLE"),
        ("upstream_anthropic", "UPSTREAM_ANTHROPIC"),
    ],
)
def test_a_misspelled_setting_is_an_error_that_says_what_was_meant(name, meant):
    assert concerns(name)
    with pytest.raises(SettingError, match=f"{name} .*{meant}"):
        parse({name: "x"})


@pytest.mark.parametrize("name", NOT_YET)
def test_a_protection_that_is_not_there_yet_cannot_be_set(name):
    assert concerns(name)
    with pytest.raises(SettingError, match=name):
        parse({name: "1"})


@pytest.mark.parametrize("name", [*KNOWN, "UPSTREAM_OPENAI"])
def test_a_setting_concerns_the_relay(name):
    assert concerns(name)


@pytest.mark.parametrize("name", ["ASSETS", "PATH", "DB", "OPENAI_API_KEY", "MY_KV", "HTTPS_PROXY", "PORT", "HOSTNAME"])
def test_other_bindings_are_left_alone(name):
    assert not concerns(name)


def test_disabled_providers_are_unknown():
    assert code(replied(CHAT["mistral"], bearer(new_key("mistral")), PROVIDERS="openai")) == "unknown_provider"


def test_the_default_provider_is_openai_or_the_first_enabled():
    assert parse({"PROVIDERS": "mistral, openai"}).default_provider.id == "openai"
    assert parse({"PROVIDERS": "mistral, google"}).default_provider.id == "mistral"
    assert parse({"PROVIDERS": "mistral, google", "DEFAULT_PROVIDER": "google"}).default_provider.id == "google"


def test_the_default_provider_must_be_enabled():
    with pytest.raises(SettingError, match="DEFAULT_PROVIDER"):
        parse({"PROVIDERS": "mistral", "DEFAULT_PROVIDER": "openai"})


def test_the_default_provider_may_be_named_by_an_alias_as_in_providers():
    assert parse({"DEFAULT_PROVIDER": "gemini"}).default_provider.id == "google"


def test_an_upstream_is_another_base_url_for_one_provider():
    given = {"UPSTREAM_OPENAI": "http://127.0.0.1:9301/openai/"}
    assert forwarded(CHAT["openai"], bearer(new_key()), **given).url == "http://127.0.0.1:9301/openai/v1/chat/completions"
    assert forwarded(CHAT["mistral"], bearer(new_key("mistral")), **given).url == "https://api.mistral.ai/v1/chat/completions"


def test_a_custom_provider_takes_openais_routes_unless_it_names_its_own():
    given = {"CUSTOM_PROVIDERS": custom(groq=GROQ, rerank={"base_url": "https://rerank.example", "routes": ["POST /v2/rerank"]})}
    decision = forwarded("/groq/v1/chat/completions", bearer("gsk_0123456789"), **given)
    assert decision.url == "https://api.groq.com/openai/v1/chat/completions"
    assert forwarded("/rerank/v2/rerank", bearer("0123456789"), **given).url == "https://rerank.example/v2/rerank"
    assert code(replied("/rerank/v1/chat/completions", bearer("0123456789"), **given)) == "path_not_allowed"


def test_a_custom_provider_has_its_own_carrier_upstream_and_place_in_the_list():
    given = {"CUSTOM_PROVIDERS": custom(**{"my-llm": GROQ | {"carrier": "api-key"}}), "UPSTREAM_MY_LLM": "http://localhost:8000"}
    decision = forwarded("/my-llm/v1/models", bearer("0123456789"), method="GET", **given)
    assert decision.url == "http://localhost:8000/v1/models"
    assert decision.carrier == "api-key"
    assert code(replied("/my-llm/v1/models", bearer("0123456789"), method="GET", PROVIDERS="openai", **given)) == "unknown_provider"


def test_the_error_for_an_unknown_upstream_lists_names_that_work():
    with pytest.raises(SettingError, match="MY_LLM"):
        parse({"CUSTOM_PROVIDERS": custom(**{"my-llm": GROQ}), "UPSTREAM_NOBODY": "http://localhost:8000"})


_names = st.sampled_from([*KNOWN, *NOT_YET, "UPSTREAM_OPENAI"])
_field = st.text(max_size=5) | st.lists(st.text(max_size=5))
_fields = st.fixed_dictionaries({}, optional={"base_url": _field, "carrier": _field, "name": _field, "routes": _field})
_values = st.text(max_size=30) | st.dictionaries(st.text("ab-1", max_size=5), _fields | st.none(), max_size=2).map(json.dumps)


@given(st.dictionaries(_names, _values, max_size=3))
def test_settings_are_taken_or_refused_but_never_crash(environment):
    settings = configured(environment)
    assert isinstance(settings, Settings) or str(settings).startswith(tuple(environment))
