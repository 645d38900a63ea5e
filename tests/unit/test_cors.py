import pytest
from hypothesis import given
from hypothesis import strategies as st

from byok_relay.cors import ALLOW_METHODS
from byok_relay.messages import Forward
from byok_relay.settings import parse
from tables.origins import ALLOWED, LIST, REFUSED

from .support import APP, CHAT, RELAY, ask, bearer, code, cors_headers, cors_of, forwarded, new_key, replied


def preflight(*names, origin=APP, method="POST", **given):
    headers = {"origin": origin, "access-control-request-method": method}
    if names:
        headers["access-control-request-headers"] = ",".join(names)
    return replied(CHAT["openai"], headers, method="OPTIONS", **given)


def echoed(reply):
    return reply.headers.get("access-control-allow-headers", "").split(", ")


@pytest.mark.parametrize("origin", ALLOWED)
def test_a_listed_origin_is_echoed(origin):
    forward = forwarded(CHAT["openai"], {**bearer(new_key()), "origin": origin}, ALLOWED_ORIGINS=LIST)
    assert cors_of(forward, ALLOWED_ORIGINS=LIST) == {"access-control-allow-origin": origin, "vary": "Origin"}


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize("origin", REFUSED)
def test_another_origin_gets_403_and_no_cors_header(origin, method):
    reply = replied(CHAT["openai"], {**bearer(new_key()), "origin": origin}, method=method, ALLOWED_ORIGINS=LIST)
    assert (reply.status, code(reply)) == (403, "origin_not_allowed")
    assert cors_headers(reply) == set()
    assert reply.headers["vary"] == "Origin"


@pytest.mark.parametrize("origin", [*ALLOWED, *REFUSED])
def test_without_a_list_any_origin_is_told_the_same_star(origin):
    assert cors_of(forwarded(CHAT["openai"], {**bearer(new_key()), "origin": origin})) == {"access-control-allow-origin": "*"}


def test_a_request_without_origin_is_no_browsers_and_passes():
    assert cors_of(forwarded(CHAT["openai"], bearer(new_key()), ALLOWED_ORIGINS=LIST), ALLOWED_ORIGINS=LIST) == {"vary": "Origin"}


@pytest.mark.parametrize("listed", [{}, {"ALLOWED_ORIGINS": APP}], ids=["any origin", "a list"])
def test_a_request_without_origin_is_refused_where_one_is_required(listed):
    assert code(replied(CHAT["openai"], bearer(new_key()), REQUIRE_ORIGIN="true", **listed)) == "origin_not_allowed"
    assert forwarded(CHAT["openai"], {**bearer(new_key()), "origin": APP}, REQUIRE_ORIGIN="true", **listed)


_label = st.text("abcxyz019-", min_size=1, max_size=6) | st.text("ab1-._@:/#?A é\n", max_size=6)
_origins = st.one_of(
    st.text(max_size=40),
    st.builds("https://{}{}preview.example".format, _label, st.sampled_from([".", ".", "", "-", "x"])),
    st.builds("{}{}{}".format, st.just("") | _label, st.sampled_from(ALLOWED), st.just("") | _label),
)


@given(_origins)
def test_an_origin_is_allowed_only_if_it_is_listed_or_one_label_under_a_wildcard(origin):
    headers = parse({"ALLOWED_ORIGINS": LIST}).cors.headers_for(origin)
    if headers is not None:
        assert headers["access-control-allow-origin"] == origin
        exact = {entry for entry in LIST.split(", ") if "*" not in entry}
        under = [
            origin.removeprefix("https://").removesuffix(end)
            for end in (".preview.example", ".dev.example:8443")
            if origin.startswith("https://") and origin.endswith(end)
        ]
        assert origin in exact or any(label and set(label) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for label in under)


def test_a_preflight_is_204_with_what_was_asked_for():
    names = ["authorization", "content-type", "user-agent", "x-stainless-os", "x-api-key", "anthropic-dangerous-direct-browser-access"]
    reply = preflight(*names, ALLOWED_ORIGINS=APP)
    assert (reply.status, reply.body) == (204, None)
    assert reply.headers["access-control-allow-origin"] == APP
    assert reply.headers["access-control-allow-methods"] == ALLOW_METHODS
    assert reply.headers["access-control-max-age"] == "86400"
    assert reply.headers["vary"] == "Origin, Access-Control-Request-Headers"
    assert echoed(reply) == names


def test_a_preflight_of_any_origin_varies_by_the_headers_asked_for():
    assert preflight("x-api-key").headers["vary"] == "Access-Control-Request-Headers"


@pytest.mark.parametrize("path", ["/", "/health", "/unknown/v1/x", "/openai/v1/files", "/v1/chat/completions?api_key=x", "/%2e%2e/", "*"])
def test_a_preflight_is_answered_before_anything_else_is_looked_at(path):
    headers = {"origin": APP, "access-control-request-method": "POST", "upgrade": "websocket"}
    assert replied(path, headers, method="OPTIONS").status == 204


def test_a_preflight_is_answered_although_a_setting_is_wrong():
    reply = preflight("x-api-key", KEY_CHECK="nonsense")
    assert reply.status == 204
    assert reply.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "name",
    "* access-control-allow-origin cf-connecting-ip cf-worker connection content-length cookie cookie2 date dnt expect forwarded host"
    " keep-alive origin proxy-authorization referer sec-fetch-site sec-websocket-protocol set-cookie te trailer transfer-encoding"
    " true-client-ip upgrade via x-forwarded-for x-forwarded-host x-real-ip".split(),
)
def test_a_header_no_page_may_set_is_never_allowed(name):
    assert echoed(preflight("content-type", name, name.title())) == ["content-type"]


@pytest.mark.parametrize(
    "name", ["", " ", "x y", "x\ty", "x\r\ny: z", "x:y", "(x)", '"x"', "x/y", "x@y", "é", "ｘ", "x\x00", "x" * 129], ids=repr
)
def test_what_is_no_header_name_is_not_echoed(name):
    assert echoed(preflight("content-type", name)) == ["content-type"]


def test_header_names_are_echoed_in_lower_case_and_without_spaces():
    assert echoed(preflight(" X-API-Key ", "Content-Type")) == ["x-api-key", "content-type"]


def test_an_origin_longer_than_any_host_name_is_refused_before_it_is_compared():
    origin = f"https://{'a' * 290}.preview.example"
    assert code(replied(CHAT["openai"], {**bearer(new_key()), "origin": origin}, ALLOWED_ORIGINS=LIST)) == "origin_not_allowed"


@pytest.mark.parametrize("name", ["x", ",", "x-stainless-os,"])
def test_more_headers_than_any_client_asks_for_are_not_looked_at(name):
    assert "access-control-allow-headers" not in preflight("content-type", name * 60_000).headers


# What a browser says it fetches for -> whether it gets a provider's answer. All but `fetch` could run it as the relay's own.
@pytest.mark.parametrize(
    ("headers", "served"),
    [
        ({}, True),
        ({"sec-fetch-mode": "cors", "sec-fetch-dest": "empty"}, True),
        ({"sec-fetch-mode": "same-origin", "sec-fetch-dest": "empty"}, True),
        *(({"sec-fetch-mode": mode}, False) for mode in ("no-cors", "navigate", "websocket", "nested-navigate", "")),
        *(
            ({"sec-fetch-mode": mode, "sec-fetch-dest": destination}, False)
            for mode in ("cors", "same-origin")
            for destination in "script worker serviceworker sharedworker document iframe image style font manifest json embed".split()
        ),
    ],
    ids=str,
)
def test_a_providers_answer_goes_to_a_script_that_called_fetch_and_to_nothing_else(headers, served):
    decision = ask(CHAT["openai"], {**bearer(new_key()), "origin": APP, **headers})
    assert isinstance(decision, Forward) if served else code(decision) == "origin_not_allowed"


@pytest.mark.parametrize(("method", "known"), [("GET", True), ("HEAD", True), ("POST", False)])
def test_a_pages_request_to_its_own_origin_says_so_in_other_words_where_no_origin_is_sent(method, known):
    own = {"ALLOWED_ORIGINS": RELAY, "REQUIRE_ORIGIN": "true"}
    reply = ask("/openai/v1/models", {**bearer(new_key()), "sec-fetch-site": "same-origin"}, method=method, **own)
    assert (code(reply) == "origin_not_allowed") == (not known)
