import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byok_relay.settings import KNOWN, SettingError, Settings, concerns, parse
from tables.settings import ACME, INVALID, VALID, custom

from .support import CANARY, CHAT, answered, bearer, code, configured, forwarded, message, new_key, replied


def test_nothing_has_to_be_set():
    settings = parse({})
    assert settings.cors.any_origin
    assert not settings.require_origin
    assert settings.groups == {"inference", "realtime"}
    assert settings.models == ()
    assert settings.providers.ids[:4] == ("openai", "anthropic", "google", "mistral")
    assert settings.providers.default.id == "openai"
    assert settings.check_key_form
    assert settings.max_body_bytes == 33554432
    assert settings.upstream_timeout_seconds == 600


@pytest.mark.parametrize("name", [name for name in KNOWN if name not in ("ALLOWED_MODELS", "ALLOWED_ORIGINS", "ENDPOINTS", "PROVIDERS")])
def test_a_blank_setting_is_as_good_as_none(name):
    assert parse({name: "  "}).max_body_bytes == parse({}).max_body_bytes


def test_other_names_are_ignored():
    assert parse({"PATH": "/bin", "HOME": "/", "PORT": "8787", "ASSETS": "x", "OPENAI_API_KEY": "x", "HTTP_PROXY": "x"})


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
    value = CANARY[:15] if name == "AUDIT_SECRET" else f"{CANARY}; not valid"
    with pytest.raises(SettingError) as error:
        parse({name: value})
    assert value not in str(error.value)


@pytest.mark.parametrize(
    "value",
    [custom(acme=ACME | {CANARY: CANARY}), custom(acme={"base_url": CANARY}), custom(**{CANARY * 3: ACME}), f'{{"{CANARY}'],
    ids=short,
)
def test_no_part_of_custom_providers_is_shown(value):
    with pytest.raises(SettingError) as error:
        parse({"CUSTOM_PROVIDERS": value})
    assert CANARY not in str(error.value)


# CUSTOM_PROVIDERS -> what its error says besides.
CORRECTIONS = {
    '{"acme": {\n"base_url": }}': "line 2, column 13",
    '{"acme": 1, "acme": 2}': "twice",
    "[]": "object of entries by id",
    custom(acme=ACME, Acme=ACME): "entry 2",
    custom(gemini=ACME): "entry 1: use another",
    custom(acme={}): 'no base_url for "acme"',
    custom(acme="https://a.example"): 'object for "acme"',
    custom(acme={"baseUrl": "https://a.example"}): "use only: base_url, name,",
    custom(acme={"base_url": "https://a.example/v1/chat/completions"}): "must not end in /v1/chat/completions",
    custom(acme=ACME | {"keys": 1}): "use only: base_url, name,",
    custom(acme=ACME | {"carrier": "Bearer"}): 'carrier for "acme": it must be one of: x-api-key, authorization,',
    custom(acme=ACME | {"compatible": ["openai", "google"]}): "number 2: each is one of: openai, anthropic",
    custom(acme=ACME | {"routes": {"files": ["GET /a", "GET a"]}}): r"number 2: each is GET, .* \(in files\)",
    custom(acme=ACME | {"routes": {"chat": ["GET /a"]}}): "by group: inference, files, batches",
    custom(acme=ACME | {"headers": "acme-version"}): "headers for .* must be a list; each item is a lower-case header name",
    custom(acme=ACME | {"shortest_key": 9}): "from 1 to 8",
    custom(acme=ACME | {"key_prefixes": ["gsk_"]}): 'keys of Groq; if it takes those, set keys_of to "groq"',
}


@pytest.mark.parametrize(("value", "words"), CORRECTIONS.items())
def test_an_error_in_custom_providers_says_where_it_is_and_what_is_expected(value, words):
    with pytest.raises(SettingError, match=words):
        parse({"CUSTOM_PROVIDERS": value})


# What is meant -> how it is misspelled.
MISSPELLED = {
    "ALLOWED_ORIGINS": "ALLOWED_ORIGIN ALLOW_ORIGINS allowed_origins ALLOWED-ORIGINS",
    "UPSTREAM_TIMEOUT_SECONDS": "UPSTREM_TIMEOUT_SECONDS",
    "UPSTREAM_OPENAI": "UPSTREM_OPENAI",
    "UPSTREAM_GOOGLE": "UPSTREAMS_GOOGLE",
    "UPSTREAM_ANTHROPIC": "upstream_anthropic",
    "RATE_LIMIT_PER_MINUTE": "RATE_LIMIT_PER_MIN",
    "PROVIDERS": "PROVIDER",
    "CUSTOM_PROVIDERS": "CUSTOM_PROVIDER",
    "DEFAULT_PROVIDER": "DEFAULT_PROVIDERS",
    "REQUIRE_ORIGIN": "REQUIRE_ORIGINS",
    "SEALING_KEY": "SEALING_KEYS",
    "KEY_CHECK": "KEYCHECK",
    "METER_USAGE": "METER_USAGES METERUSAGE",
    "MAX_BODY_BYTES": "MAX_BODY_BYTE",
}


@pytest.mark.parametrize(("name", "meant"), [(name, meant) for meant, names in MISSPELLED.items() for name in names.split()])
def test_a_misspelled_setting_is_an_error_that_says_what_was_meant(name, meant):
    assert concerns(name)
    with pytest.raises(SettingError, match=f"{name} .*{meant}"):
        parse({name: "x"})


@pytest.mark.parametrize("name", ["METER_USAGE", "AUDIT_ENDS"])
def test_what_lines_say_cannot_be_asked_for_without_lines(name):
    with pytest.raises(SettingError, match=f"{name} needs AUDIT"):
        parse({name: "true", "AUDIT": "false"})
    assert not getattr(parse({name: "false", "AUDIT": "false"}), name.lower())


@pytest.mark.parametrize("name", [*KNOWN, "UPSTREAM_OPENAI"])
def test_a_setting_concerns_the_relay(name):
    assert concerns(name)


@pytest.mark.parametrize("name", ["ASSETS", "PATH", "DB", "OPENAI_API_KEY", "MY_KV", "HTTPS_PROXY", "PORT", "HOSTNAME"])
def test_other_bindings_are_left_alone(name):
    assert not concerns(name)


def test_disabled_providers_are_unknown():
    assert code(replied(CHAT["mistral"], bearer(new_key("mistral")), PROVIDERS="openai")) == "unknown_provider"


def test_the_default_provider_is_openai_or_the_first_enabled():
    assert parse({"PROVIDERS": "mistral, openai"}).providers.default.id == "openai"
    assert parse({"PROVIDERS": "mistral, google"}).providers.default.id == "mistral"
    assert parse({"PROVIDERS": "mistral, google", "DEFAULT_PROVIDER": "google"}).providers.default.id == "google"


def test_the_default_provider_must_be_enabled():
    with pytest.raises(SettingError, match="DEFAULT_PROVIDER"):
        parse({"PROVIDERS": "mistral", "DEFAULT_PROVIDER": "openai"})


def test_the_default_provider_may_be_named_by_an_alias_as_in_providers():
    assert parse({"DEFAULT_PROVIDER": "gemini"}).providers.default.id == "google"


def test_an_upstream_is_another_base_url_for_one_provider():
    given = {"UPSTREAM_OPENAI": "http://127.0.0.1:9301/openai/"}
    assert forwarded(CHAT["openai"], bearer(new_key()), **given).url == "http://127.0.0.1:9301/openai/v1/chat/completions"
    assert forwarded(CHAT["mistral"], bearer(new_key("mistral")), **given).url == "https://api.mistral.ai/v1/chat/completions"


def test_a_custom_provider_takes_openais_routes_unless_it_names_its_own():
    given = {"CUSTOM_PROVIDERS": custom(acme=ACME, rerank={"base_url": "https://rerank.example", "routes": ["POST /v2/rerank"]})}
    decision = forwarded("/acme/v1/chat/completions", bearer("0123456789"), **given)
    assert decision.url == "https://llm.acme.example/openai/v1/chat/completions"
    assert forwarded("/rerank/v2/rerank", bearer("0123456789"), **given).url == "https://rerank.example/v2/rerank"
    assert code(replied("/rerank/v1/chat/completions", bearer("0123456789"), **given)) == "path_not_allowed"


def test_a_custom_provider_has_its_own_carrier_upstream_and_place_in_the_list():
    given = {"CUSTOM_PROVIDERS": custom(**{"my-llm": ACME | {"carrier": "api-key"}}), "UPSTREAM_MY_LLM": "http://localhost:8000"}
    decision = forwarded("/my-llm/v1/models", bearer("0123456789"), method="GET", **given)
    assert decision.url == "http://localhost:8000/v1/models"
    assert decision.carrier.header == "api-key"
    assert code(replied("/my-llm/v1/models", bearer("0123456789"), method="GET", PROVIDERS="openai", **given)) == "unknown_provider"


GATEWAY = {
    "base_url": "https://gateway.example",
    "compatible": ["openai", "anthropic"],
    "routes": {"inference": ["POST /v2/rerank"], "files": ["GET /v2/files/{id}/{path}"]},
    "headers": ["gateway-team"],
    "answer_headers": ["gateway-cost"],
    "key_prefixes": ["gw-"],
}


def test_a_custom_provider_says_what_an_entry_of_the_table_says():
    given = {"CUSTOM_PROVIDERS": custom(gateway=GATEWAY), "ENDPOINTS": "inference"}
    key = {"x-api-key": "gw-0123456789", "gateway-team": "a", "anthropic-version": "2023-06-01", "x-other": "b"}
    message = forwarded("/gateway/v1/messages", key, **given)
    assert message.headers_with_key().items() >= {**key}.items() - {("x-other", "b")}
    assert "x-other" not in message.headers
    assert forwarded("/gateway/v1/chat/completions", key, **given).headers_with_key()["authorization"] == "Bearer gw-0123456789"
    assert forwarded("/gateway/v2/rerank", key, **given).url == "https://gateway.example/v2/rerank"
    assert code(replied("/gateway/v2/files/1/a/b", key, method="GET", **given)) == "path_not_allowed"
    opened = forwarded("/gateway/v2/files/1/a/b.txt", key, method="GET", **given | {"ENDPOINTS": "files"})
    assert opened.url == "https://gateway.example/v2/files/1/a/b.txt"
    assert answered(opened, 200, {"gateway-cost": "1", "x-other": "1"}, **given).headers.keys() >= {"gateway-cost"}
    assert code(replied("/gateway/v1/messages", {"x-api-key": "other-0123456789"}, **given)) == "key_malformed"


@pytest.mark.parametrize(("carrier", "value"), [("authorization Token", "Token gw-0123456789"), ("authorization Key", "Key gw-0123456789")])
def test_a_custom_provider_may_have_a_scheme_of_its_own(carrier, value):
    given = {"CUSTOM_PROVIDERS": custom(acme=ACME | {"carrier": carrier})}
    for came_in in ({"authorization": value}, {"x-api-key": "gw-0123456789"}):
        assert forwarded("/acme/v1/chat/completions", came_in, **given).headers_with_key()["authorization"] == value


@pytest.mark.parametrize(("name", "id"), [("GEMINI", "google"), ("GOOGLE_AI_STUDIO", "google"), ("CLAUDE", "anthropic")])
def test_an_upstream_may_be_named_by_an_alias(name, id):
    assert parse({f"UPSTREAM_{name}": "https://eu.example"}).providers[id].base_url == "https://eu.example"


def test_two_upstreams_of_one_provider_are_an_error():
    with pytest.raises(SettingError, match=r"UPSTREAM_G.* same provider"):
        parse({"UPSTREAM_GOOGLE": "https://eu.example", "UPSTREAM_GEMINI": "https://eu.example"})


def test_the_error_for_an_unknown_upstream_lists_names_that_work():
    with pytest.raises(SettingError, match="MY_LLM"):
        parse({"CUSTOM_PROVIDERS": custom(**{"my-llm": ACME}), "UPSTREAM_NOBODY": "http://localhost:8000"})


_names = st.sampled_from([*KNOWN, "UPSTREAM_OPENAI"])
_field = st.text(max_size=5) | st.lists(st.text(max_size=5))
_OPTIONAL = ("base_url", "carrier", "name", "routes", "parameters", "keys_of", "shortest_key")
_fields = st.fixed_dictionaries({}, optional=dict.fromkeys(_OPTIONAL, _field))
_values = st.text(max_size=30) | st.dictionaries(st.text("ab-1", max_size=5), _fields | st.none(), max_size=2).map(json.dumps)


@given(st.dictionaries(_names, _values, max_size=3))
def test_settings_are_taken_or_refused_but_never_crash(environment):
    settings = configured(environment)
    assert isinstance(settings, Settings) or str(settings).startswith(tuple(environment))
