import json
import traceback

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byok_relay import keys
from byok_relay.carriers import CARRIERS
from byok_relay.errors import Refusal
from byok_relay.messages import Forward
from byok_relay.providers.openai import OPENAI
from byok_relay.secret import Secret
from providers import PROVIDERS
from tables.malformed_keys import MALFORMED
from tables.queries import KNOWN, UNKNOWN

from .support import CANARY, CHAT, RELAY, ask, bearer, code, forwarded, message, new_key, replied, said

ANTHROPIC_CHAT = "/anthropic/v1/chat/completions"
GOOGLE_CHAT = "/google/v1beta/openai/chat/completions"


HEADERS = [carrier.header for carrier in CARRIERS]


def carried_up(decision):
    """The key headers of an upstream request."""
    return {name: value for name, value in decision.headers_with_key().items() if name in HEADERS}


def in_carrier(carrier, key):
    return bearer(key) if carrier == "authorization" else {carrier: key}


# Where a key comes in -> where it goes up. It stays where that is native to the provider, and moves to the main carrier otherwise.
@pytest.mark.parametrize("came_in", HEADERS)
@pytest.mark.parametrize(
    ("path", "native"),
    [
        (CHAT["openai"], ["authorization"]),
        (CHAT["anthropic"], ["x-api-key", "authorization"]),
        (ANTHROPIC_CHAT, ["authorization"]),
        (CHAT["google"], ["x-goog-api-key"]),
        (GOOGLE_CHAT, ["authorization"]),
        (CHAT["mistral"], ["authorization"]),
    ],
)
def test_a_key_goes_up_in_one_header_that_the_provider_takes(path, native, came_in):
    key = new_key(path.split("/")[1])
    goes_up = came_in if came_in in native else native[0]
    assert carried_up(forwarded(path, in_carrier(came_in, key))) == in_carrier(goes_up, key)


@pytest.mark.parametrize(
    ("path", "precedence"),
    [
        (CHAT["openai"], ["x-api-key", "authorization", "x-goog-api-key", "api-key", "xi-api-key"]),
        (CHAT["anthropic"], ["x-api-key", "authorization", "x-goog-api-key", "api-key", "xi-api-key"]),
        (CHAT["google"], ["x-api-key", "x-goog-api-key", "authorization", "api-key", "xi-api-key"]),
        (GOOGLE_CHAT, ["x-api-key", "authorization", "x-goog-api-key", "api-key", "xi-api-key"]),
    ],
)
def test_of_several_keys_one_counts_and_no_other_goes_up(path, precedence):
    values = {carrier: new_key(path.split("/")[1]) for carrier in precedence}
    while values:
        headers = {}
        for carrier, key in reversed(values.items()):
            headers |= in_carrier(carrier, key)
        first = next(iter(values))
        assert [value.removeprefix("Bearer ") for value in carried_up(forwarded(path, headers)).values()] == [values[first]]
        del values[first]


@pytest.mark.parametrize(
    ("path", "key"), [(CHAT["anthropic"], "sk-ant-oat01-0123456789"), (CHAT["google"], "ya29.0123456789")], ids=["anthropic", "google"]
)
@pytest.mark.parametrize("came_in", HEADERS)
def test_an_oauth_token_always_goes_up_as_bearer(path, key, came_in):
    assert carried_up(forwarded(path, in_carrier(came_in, key))) == bearer(key)


@pytest.mark.parametrize("headers", [{}, *({header: "  "} for header in HEADERS)], ids=["none", *HEADERS])
def test_a_request_without_a_key_is_refused(headers):
    assert code(replied(CHAT["openai"], headers)) == "missing_key"


@pytest.mark.parametrize("scheme", ["", "Basic ", "Token ", "Digest ", "Bearer", "Bearer:", "BearerX ", "Negotiate ", "Key "], ids=repr)
def test_authorization_counts_only_with_a_bearer_token(scheme):
    assert code(replied(CHAT["openai"], {"authorization": scheme + new_key()})) == "missing_key"


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER ", "Bearer   "], ids=repr)
def test_bearer_is_read_in_any_case(scheme):
    key = new_key()
    assert carried_up(forwarded(CHAT["openai"], {"authorization": scheme + key})) == bearer(key)


@pytest.mark.parametrize("key", MALFORMED.values(), ids=MALFORMED)
@pytest.mark.parametrize("check", ["prefix", "off"])
def test_what_cannot_be_a_key_is_refused_before_it_reaches_a_header(key, check):
    assert code(replied(CHAT["openai"], {"x-api-key": key}, KEY_CHECK=check)) == "key_malformed"
    assert code(replied(CHAT["openai"], bearer(key), KEY_CHECK=check)) == "key_malformed"


PRINTABLE = "sk-!\"#$%&'()*+-./:;<=>?@[]^_`{|}~\\"


@pytest.mark.parametrize("key", ["sk-01234", "sk-" + "0" * 4093, PRINTABLE], ids=["8", "4096", "printable"])
def test_every_other_printable_ascii_key_goes_up_as_it_is_where_its_form_is_not_checked(key):
    assert carried_up(forwarded(CHAT["openai"], {"x-api-key": key}, KEY_CHECK="off")) == bearer(key)


@pytest.mark.parametrize("check", ["prefix", "off"])
@pytest.mark.parametrize("provider", CHAT)
@pytest.mark.parametrize(
    "begins", "sk-admin- sk-ant-admin01- sk-ant-sid01- sk-ant-ort01- sk_live_ rk_prod_ sk_prod_ sk_org_live_ whsec_ GOCSPX-".split()
)
def test_a_secret_that_is_no_inference_key_is_refused_everywhere(begins, provider, check):
    assert code(replied(CHAT[provider], {"x-api-key": begins + "0" * 40}, KEY_CHECK=check)) == "key_refused"


# Beginnings that belong to one vendor, by the vendors' documents and secret scanners' rules.
VENDORS = {
    "openai": ["sk-proj-", "sk-svcacct-", "sk-service-", "ek_", "sk-0123456789abcdefghijT3BlbkFJ"],
    "anthropic": ["sk-ant-api03-", "sk-ant-oat01-"],
    "google": ["AIza", "AQ.", "ya29."],
    "openrouter": ["sk-or-v1-"],
    "kimi": ["sk-kimi-"],
    "groq": ["gsk_"],
    "xai": ["xai-"],
    "hugging-face": ["hf_", "api_org_"],
    "nvidia": ["nvapi-"],
    "perplexity": ["pplx-"],
    "replicate": ["r8_"],
    "together": ["tgp_v1_"],
    "cerebras": ["csk-"],
    "fireworks": ["fw_"],
    "github": ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
    "sendgrid": ["SG."],
    "notion": ["ntn_"],
    "slack": ["xoxb-", "xapp-"],
    "gitlab": ["glpat-"],
    "hashicorp-vault": ["hvs."],
    "npm": ["npm_"],
    "aws": ["AKIA", "ASIA"],
    "stripe": ["sk_test_", "rk_test_"],
}


@pytest.mark.parametrize("begins", [pytest.param(b, id=f"{b} of {vendor}") for vendor, beginnings in VENDORS.items() for b in beginnings])
def test_a_key_for_another_vendor_is_never_sent(begins):
    for provider in CHAT.keys() - {vendor for vendor, beginnings in VENDORS.items() if begins in beginnings}:
        for check in ("prefix", "off"):
            reply = replied(CHAT[provider], {"x-api-key": begins + "0" * 40}, KEY_CHECK=check)
            assert code(reply) == "key_wrong_provider", provider


# What people paste along with a key, and what a program may put before it.
@pytest.mark.parametrize("around", ['"{}"', "'{}'", "OPENAI_API_KEY={}", "[{}]", "key:{}", "https://x/?k={}", "_{}_", "key-{}", "my.{}"])
@pytest.mark.parametrize("path", [*CHAT.values(), "/acme/v1/chat/completions"])
def test_another_vendors_key_is_recognised_whatever_is_around_it(path, around):
    """At a provider without any rule for its keys, too: there the key's own beginning is all there is to go by."""
    own = {CHAT["anthropic"]: "sk-ant-api03-", CHAT["openai"]: "sk-proj-"}.get(path)
    for begins in {"sk-ant-api03-", "sk-proj-", "glpat-", "github_pat_"} - {own}:
        reply = replied(path, {"x-api-key": around.format(begins + "0" * 40)}, CUSTOM_PROVIDERS=ACME, KEY_CHECK="off")
        assert code(reply) == "key_wrong_provider"
    assert code(replied(path, {"x-api-key": around.format("sk-admin-" + "0" * 40)}, CUSTOM_PROVIDERS=ACME)) == "key_refused"


ACME = json.dumps({"acme": {"base_url": "https://llm.acme.example"}})


def test_a_custom_provider_says_whose_keys_it_takes():
    for keys_of, answer in (("groq", None), ("anthropic", "key_wrong_provider")):
        given = {"CUSTOM_PROVIDERS": json.dumps({"groq-eu": {"base_url": "https://eu.groq.example", "keys_of": keys_of}})}
        decision = ask("/groq-eu/v1/chat/completions", bearer("gsk_" + "0" * 40), **given)
        assert isinstance(decision, Forward) if answer is None else code(decision) == answer


def test_a_custom_provider_says_how_short_its_keys_may_be():
    def decision(**entry):
        given = {"CUSTOM_PROVIDERS": json.dumps({"local": {"base_url": "http://localhost:11434", **entry}})}
        return ask("/local/v1/models/ollama", {**bearer("ollama"), "user-agent": "ollama-js/0.5"}, method="GET", **given)

    assert code(decision()) == "key_malformed"
    up = decision(shortest_key=1)
    assert (up.url, up.headers["user-agent"]) == ("http://localhost:11434/v1/models/ollama", "ollama-js/0.5")


# A key that is not in its carrier: the request's own, another one, a sealed one.
@pytest.mark.parametrize("place", ["/v1/models/{}", "/v1/chat/completions?a={}", "/v1/chat/completions?a={}&b", "/v1/chat/completions?{}"])
@pytest.mark.parametrize("written", [str, lambda key: "".join(f"%{byte:02x}" for byte in key.encode())], ids=["plain", "encoded"])
@pytest.mark.parametrize("twice", [False, True], ids=["once", "twice"])
def test_no_key_is_in_a_url(place, written, twice):
    own, losing = "acme0123456789", "other0123456789"
    for key in (own, losing, "sk-ant-api03-0123456789abcdef", "glpat-0123456789abcdef", "byok1.k1.0123456789abcdef0123456789"):
        text = written(key)
        path = "/acme" + place.format(text.replace("%", "%25") if twice else text)
        method = "GET" if "models" in place else "POST"
        reply = replied(path, {"x-api-key": own, **bearer(losing)}, method=method, CUSTOM_PROVIDERS=ACME)
        assert code(reply) == ("path_not_allowed" if "%" in path.partition("?")[0] else "key_in_query")
        assert key not in said(reply)


def test_more_words_than_any_client_sends_for_a_key_are_refused():
    """Each is searched for in all that goes up, which must not take long."""
    for count, answer in ((30, None), (32, "key_malformed"), (10_000, "key_malformed")):
        decision = ask(CHAT["openai"], {**bearer(new_key()), "api-key": " ".join(f"w{i}" for i in range(count))})
        assert isinstance(decision, Forward) if answer is None else code(decision) == answer


# What did not count, and how it was written around: none of it goes up elsewhere.
@pytest.mark.parametrize("sent", ['"{}"', "key={};", "Basic {}", "Bearer '{}'", "{}, second-key-0123"])
def test_a_key_that_does_not_count_is_found_whatever_is_around_it(sent):
    for carrier, losing in (("api-key", "losing0123456789"), ("authorization", "losing0123456789"), ("api-key", "aB+cD/eF=gH+iJ/kL")):
        headers = {"x-api-key": new_key(), carrier: sent.format(losing), "user-agent": f"app {losing}"}
        assert losing not in str(forwarded(CHAT["openai"], headers).headers)
        assert code(replied(f"{CHAT['openai']}?after={losing}", headers)) == "key_in_query"


@pytest.mark.parametrize("provider", CHAT)
def test_a_key_of_the_providers_own_kind_is_sent(provider):
    for begins in VENDORS.get(provider, ["A1b2"]):
        assert forwarded(CHAT[provider], {"x-api-key": begins + "0" * 40})


@pytest.mark.parametrize("provider", ["openai", "anthropic", "google"])
def test_a_providers_own_prefix_is_checked_unless_that_is_off(provider):
    assert code(replied(CHAT[provider], {"x-api-key": "YOUR_API_KEY"})) == "key_malformed"
    assert carried_up(forwarded(CHAT[provider], {"x-api-key": "YOUR_API_KEY"}, KEY_CHECK="off"))


def test_mistral_has_no_prefix_to_check():
    assert carried_up(forwarded(CHAT["mistral"], {"x-api-key": "0123456789abcdefABCDEF0123456789"}))


def test_gemini_keys_in_the_query_move_to_the_header():
    key = new_key("google")
    decision = forwarded(f"{CHAT['google']}?alt=sse&key={key}&fields=%20")
    assert carried_up(decision) == {"x-goog-api-key": key}
    assert decision.url.endswith(":generateContent?alt=sse&fields=%20")


@pytest.mark.parametrize("provider", CHAT)
@pytest.mark.parametrize(
    "name",
    "api_key api-key apikey apiKey API_KEY x-api-key x-goog-api-key access_token access-token accessToken auth_token token authorization"
    " api%5fkey %61pi_key KEY %6bey oauth_token bearer_token passwd client_secret subscription-key".split(),
)
def test_a_credential_in_the_query_is_refused(name, provider):
    reply = replied(f"{CHAT[provider]}?{name}={CANARY}", {"x-api-key": new_key(provider)})
    assert code(reply) == "key_in_query"
    assert CANARY not in said(reply)


@pytest.mark.parametrize("query", ["a=1;key={}", "a;api_key={};b", "{}", "{}=1", "a=1;{}", "a={};b", "a=Bearer%20{}", "a=%22{}%22"])
def test_a_key_in_any_part_of_the_query_is_refused(query):
    key = new_key("google")
    for text in (key, "sk-admin-canary0123456789", "sk_live_canary0123456789"):
        assert code(replied(f"{CHAT['google']}?{query.format(text)}", {"x-api-key": key})) == "key_in_query"


def test_a_query_of_very_many_parameters_is_refused_before_each_is_looked_at():
    for separator in "&;":
        assert code(replied(f"{CHAT['openai']}?{separator * 200}", bearer(new_key()))) == "url_too_long"
        assert forwarded(f"{CHAT['openai']}?{separator * 199}", bearer(new_key())).url.endswith(separator * 199)


@pytest.mark.parametrize("provider", ["openai", "anthropic", "mistral"])
def test_key_in_the_query_is_for_gemini_only(provider):
    assert code(replied(f"{CHAT[provider]}?key={new_key(provider)}")) == "key_in_query"


@pytest.mark.parametrize(("provider", "query"), [(provider, query) for provider, queries in KNOWN.items() for query in queries])
def test_a_parameter_on_the_providers_list_goes_up_byte_for_byte(provider, query):
    assert forwarded(f"{CHAT[provider]}?{query}", {"x-api-key": new_key(provider)}).url.partition("?")[2] == query


@pytest.mark.parametrize("query", UNKNOWN)
def test_another_parameter_is_refused(query):
    assert code(replied(f"{CHAT['openai']}?{query}", bearer(new_key()))) == "path_not_allowed"


@pytest.mark.parametrize("query", ["a=1", "limit=1&a", "Limit=1", "limi%74=1", "limit;a=1", "$httpMethod=DELETE", "callback=x"])
@pytest.mark.parametrize("provider", CHAT)
def test_an_unknown_parameter_is_refused_by_a_message_that_names_the_known_ones(provider, query):
    reply = replied(f"{CHAT[provider]}?{query}", {"x-api-key": new_key(provider)})
    assert code(reply) == "path_not_allowed"
    known = next(one for one in PROVIDERS if one.id == provider).parameters
    assert all(name in message(reply) for name in known if "%" not in name)


def test_a_custom_provider_lists_its_parameters_or_takes_any_that_is_no_credential():
    def sent(query, **entry):
        given = {"CUSTOM_PROVIDERS": json.dumps({"acme": {"base_url": "https://llm.acme.example", **entry}})}
        decision = ask(f"/acme/v1/chat/completions?{query}", bearer("0123456789"), **given)
        return decision.url.partition("?")[2] if isinstance(decision, Forward) else code(decision)

    assert sent("a=1&b[]=%20&c;d") == "a=1&b[]=%20&c;d"
    assert sent("api_key=x") == sent("a=sk-ant-api03-0123456789abcdef") == "key_in_query"
    assert sent("$httpMethod=DELETE") == "path_not_allowed"
    assert sent("api-version=1", parameters=["api-version"]) == "api-version=1"
    assert sent("a=1", parameters=["api-version"]) == sent("a=1", parameters=[]) == "path_not_allowed"


@pytest.mark.parametrize("query", ["a=é", "a=\t", "a= b", "a=1#b", "a=\x00", "a=\x7f", "a=\r\nhost: x"], ids=repr)
def test_a_query_with_anything_but_printable_ascii_is_refused(query):
    assert code(replied(f"{CHAT['openai']}?{query}", bearer(new_key()))) == "path_not_allowed"


# How much of a key may be around its marker: whatever text a runtime can give, and what real keys look like.
_around = st.text(max_size=12) | st.text("ab09-_.:%/", max_size=12) | st.text("ab09-_.:, \t\r\n\x00é\xa0”", max_size=12)
_beginnings = st.sampled_from(["sk-", "sk-proj-", "sk-ant-", "sk-ant-oat", "AIza", "AQ.", "ya29.", "gsk_", "sk-admin-", "sk_live_", ""])


@given(
    begins=_beginnings,
    before=_around,
    after=_around,
    carrier=st.sampled_from(HEADERS),
    provider=st.sampled_from(list(CHAT)),
    check=st.sampled_from(["off", "prefix"]),
)
@settings(max_examples=400)
def test_a_key_is_refused_or_in_exactly_one_upstream_header_and_nowhere_else(begins, before, after, carrier, provider, check):
    decision = ask(CHAT[provider], in_carrier(carrier, f"{begins}{before}KEYMARKER{after}"), KEY_CHECK=check)
    assert "KEYMARKER" not in repr(decision)
    if isinstance(decision, Forward):
        holding = [name for name, value in decision.headers_with_key().items() if "KEYMARKER" in value]
        assert holding == [decision.carrier.header]
        assert "KEYMARKER" not in decision.url
        credential = decision.headers_with_key()[decision.carrier.header]
        assert credential.isascii()
        assert credential.removeprefix("Bearer ") == f"{begins}{before}KEYMARKER{after}".strip()
    else:
        assert "KEYMARKER" not in said(decision)


@pytest.mark.parametrize("value", ["sk-ant-0123456789", "sk-admin-0123456789", "no-prefix-0123456789", "sk-0123456789é"])
def test_a_traceback_with_locals_of_a_refused_key_does_not_show_it(value):
    with pytest.raises(Refusal) as refused:
        keys.check(Secret(value), OPENAI, check_form=True)
    shown = "".join(traceback.TracebackException.from_exception(refused.value, capture_locals=True).format())
    core = shown[shown.index("byok_relay/keys.py") :]  # what follows the frame of this test
    assert value not in core


def test_a_forward_shows_no_key_and_no_url():
    decision = forwarded(f"{CHAT['google']}?key=AIza{CANARY}&fields=x{CANARY}")
    assert CANARY not in f"{decision} {decision!r} {decision.headers} {decision.pending}"
    assert not decision.url.startswith(RELAY)
