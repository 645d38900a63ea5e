import json

import pytest

from byok_relay import policy
from byok_relay.messages import Connect, Relayed, Reply
from byok_relay.sockets import MOST_PROTOCOLS
from sealing.reference import seal
from sealing.tokens import DAY

from .support import APP, HANDSHAKE, NOW, SEALING_KEY, ask, bearer, code, connecting, message, new_key, parse, replied

REALTIME = "/openai/v1/realtime?model=gpt-realtime"
PROTOCOLS = "sec-websocket-protocol"
OPENS = {"SEALING_KEY": json.dumps(SEALING_KEY)}
IN_PROTOCOL = "openai-insecure-api-key."


def test_a_handshake_goes_up_without_what_is_the_connections_own():
    key = new_key()
    connect = connecting(REALTIME, bearer(key) | {"origin": APP, "sec-websocket-extensions": "permessage-deflate"})
    assert connect.handshake.url == "https://api.openai.com/v1/realtime?model=gpt-realtime"
    assert connect.handshake.headers_with_key().keys() == {"authorization", "user-agent", "accept-encoding"}


# How a key comes -> what comes beside it that goes up: the sub-protocols.
@pytest.mark.parametrize(
    ("provider", "path", "offered", "carried", "protocols"),
    [
        ("openai", "/v1/realtime", "realtime, openai-insecure-api-key.{key}", "Bearer {key}", "realtime"),
        (
            "openai",
            "/v1/realtime",
            "openai-insecure-api-key.{key} ,\topenai-beta.realtime-v1,realtime",
            "Bearer {key}",
            "openai-beta.realtime-v1, realtime",
        ),
        ("openai", "/v1/realtime", "openai-insecure-api-key.{key}", "Bearer {key}", None),
        ("openai", "/v1/realtime", "bearer, {key}", "Bearer {key}", None),
        ("deepgram", "/v1/listen", "token, {key}", "Token {key}", None),
        ("deepgram", "/v1/listen", "Token,{key}", "Token {key}", None),
        ("deepgram", "/v1/listen", "token, {key}, x-deepgram-session-id, 6e0b5a3c-1f4d-4c3b-9a62-9f1d0c8e7b21", "Token {key}", None),
        ("deepgram", "/v1/listen", "x-deepgram-session-id, 6e0b5a3c, bearer, {key}, other", "Token {key}", "other"),
        ("azure", "/my-resource/openai/v1/realtime", "realtime, openai-insecure-api-key.{key}", "{key}", "realtime"),
        ("mistral", "/v1/audio/transcriptions/realtime", "realtime, openai-insecure-api-key.{key}", "Bearer {key}", "realtime"),
        ("elevenlabs", "/v1/speech-to-text/realtime", "token, {key}", "{key}", None),
    ],
)
def test_a_key_in_a_sub_protocol_goes_up_in_the_providers_header(provider, path, offered, carried, protocols):
    key = new_key(provider)
    connect = connecting(f"/{provider}{path}", {PROTOCOLS: offered.format(key=key)})
    up = connect.handshake.headers_with_key()
    assert up[connect.handshake.carrier.header] == carried.format(key=key)
    assert up.get(PROTOCOLS) == protocols
    assert [name for name, value in up.items() if key in value] == [connect.handshake.carrier.header]


# However keys stand among the sub-protocols, none goes up as one, be it one without a form of its own.
@pytest.mark.parametrize(
    "offered",
    [
        "token, {0}, bearer, {1}",
        "OpenAI-Insecure-Api-Key.{0}, realtime",
        "x-deepgram-session-id, token, {0}",
        "xai-client-secret.{0}, realtime",
        "token, x-deepgram-session-id, openai-insecure-api-key.{0}",
    ],
)
def test_no_key_goes_up_as_a_sub_protocol(offered):
    first, second = "0123456789abcdef" * 2, "fedcba9876543210" * 2
    offer = {PROTOCOLS: offered.format(first, second)}
    for headers in ({}, bearer(new_key("deepgram"))):
        up = connecting("/deepgram/v1/listen", headers | offer, KEY_CHECK="off").handshake.headers_with_key()
        assert not {first, second} & {*up.get(PROTOCOLS, "").split(", ")}


def test_no_part_of_a_sealed_key_goes_up_as_a_sub_protocol():
    token = seal(SEALING_KEY, "openai", new_key(), [], NOW, NOW + DAY)
    ciphertext = token.rpartition(".")[2]
    up = connecting(REALTIME, {PROTOCOLS: f"realtime, {IN_PROTOCOL}{token}, {ciphertext}"}, **OPENS).handshake.headers_with_key()
    assert up[PROTOCOLS] == "realtime"


def test_geminis_key_in_the_query_goes_up_in_its_header():
    key = new_key("google")
    connect = connecting(f"/google/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent?key={key}")
    assert connect.handshake.url.endswith("BidiGenerateContent")
    assert connect.handshake.headers_with_key()["x-goog-api-key"] == key


def test_openais_organization_and_project_become_headers_where_the_provider_has_them():
    named = "openai-organization.org-1, openai-project.proj_2, realtime"
    up = connecting(REALTIME, bearer(new_key()) | {PROTOCOLS: named}).handshake.headers_with_key()
    assert (up["openai-organization"], up["openai-project"], up[PROTOCOLS]) == ("org-1", "proj_2", "realtime")
    up = connecting("/xai/v1/realtime", bearer(new_key("xai")) | {PROTOCOLS: named}).handshake.headers_with_key()
    assert up[PROTOCOLS] == "realtime"
    assert "openai-project" not in up


@pytest.mark.parametrize("name", ["openai-organization", "openai-project"])
def test_no_key_goes_up_in_such_a_header(name):
    """Neither the request's own, nor what is plainly some vendor's."""
    own = new_key()
    for key in (own, "gsk_canary0123456789abcdef"):
        up = connecting(REALTIME, bearer(own) | {PROTOCOLS: f"{name}.{key}, realtime"}).handshake.headers_with_key()
        assert name not in up
        assert up[PROTOCOLS] == "realtime"


def test_a_header_counts_before_a_sub_protocol_and_no_key_goes_up_twice():
    first, second, third = new_key(), new_key(), new_key()
    offered = f"realtime, {IN_PROTOCOL}{second}, {IN_PROTOCOL}{third}, {second}"
    assert connecting(REALTIME, {PROTOCOLS: offered}).handshake.key.reveal() == third
    up = connecting(REALTIME, bearer(first) | {PROTOCOLS: offered, "openai-project": third}).handshake.headers_with_key()
    assert (up["authorization"], up[PROTOCOLS]) == (f"Bearer {first}", "realtime")
    assert not [value for value in up.values() if second in value or third in value]
    assert code(replied(f"{REALTIME}&limit={second}", HANDSHAKE | {PROTOCOLS: offered}, method="GET")) == "key_in_query"


def test_a_sealed_key_is_opened_and_its_bounds_hold():
    key = new_key()
    token = seal(SEALING_KEY, "openai", key, [APP], NOW, NOW + DAY, narrowed={"grp": ["realtime"]})
    other = seal(SEALING_KEY, "openai", key, [APP], NOW, NOW + DAY, narrowed={"grp": ["inference"]})
    headers = {PROTOCOLS: f"realtime, {IN_PROTOCOL}{token}"}
    assert connecting(REALTIME, headers | {"origin": APP}, **OPENS).handshake.headers_with_key()["authorization"] == f"Bearer {key}"
    for changed, expected in (
        ({"origin": "https://evil.example"}, "sealed_key_invalid"),
        ({PROTOCOLS: f"realtime, {IN_PROTOCOL}{other}"}, "path_not_allowed"),
    ):
        assert code(replied(REALTIME, HANDSHAKE | headers | {"origin": APP} | changed, method="GET", **OPENS)) == expected


PAGE = HANDSHAKE | {"origin": APP, "sec-fetch-mode": "websocket"}

# What a page offers -> the sub-protocol in which it is told that there is no WebSocket; None: it is answered like anybody else.
TOLD = {
    "": "",
    "realtime, openai-insecure-api-key.{key}": "realtime",
    "other, realtime": "realtime",
    "token, {key}": "token",
    "Bearer,{key}": "Bearer",
    "openai-insecure-api-key.{key}": None,
    "other": None,
    "{key}, other": None,
}


@pytest.mark.parametrize("offered", TOLD)
def test_a_pages_websocket_that_is_refused_opens_and_closes_with_the_status_and_the_code(offered):
    offer = {PROTOCOLS: offered.format(key="sk-canary0123456789")} if offered else {}
    reply = replied("/openai/v1/models", PAGE | offer, method="GET")
    assert (reply.status, code(reply)) == (426, "websocket_unsupported")
    if TOLD[offered] is None:
        assert reply.close is None
    else:
        assert (reply.close.code, reply.close.reason, reply.close.headers.get(PROTOCOLS, "")) == (4426, code(reply), TOLD[offered])
        assert reply.close.headers.keys() <= {PROTOCOLS, "x-relay-request-id"}


def test_a_page_of_another_origin_and_a_program_are_answered_by_status():
    for headers in (HANDSHAKE, PAGE | {"origin": "https://evil.example"}):
        assert replied("/openai/v1/models", headers, method="GET", ALLOWED_ORIGINS=APP).close is None
    assert replied("/openai/v1/models", bearer("sk-canary0123456789") | {"origin": APP}).close is None


NOT_VALID = {
    "another version": {"sec-websocket-version": "8"},
    "a body": {"content-length": "2"},
    "a body in chunks": {"transfer-encoding": "chunked"},
    "another protocol too": {"upgrade": "websocket, h2c"},
    "too many sub-protocols": {PROTOCOLS: ",".join(["a"] * (MOST_PROTOCOLS + 1))},
    "no sub-protocol": {PROTOCOLS: ""},
    "an empty one": {PROTOCOLS: "realtime,,a"},
    "one with a space": {PROTOCOLS: "real time"},
    "one with a line break": {PROTOCOLS: "real\r\ntime"},
    "one that is too long": {PROTOCOLS: "a" * 5000},
}


@pytest.mark.parametrize("name", NOT_VALID)
def test_a_handshake_that_is_not_valid_is_refused(name):
    assert code(replied(REALTIME, HANDSHAKE | bearer(new_key()) | NOT_VALID[name], method="GET")) == "websocket_unsupported"


@pytest.mark.parametrize(
    ("method", "path", "headers", "expected"),
    [
        ("GET", "/openai/v1/models", HANDSHAKE, "websocket_unsupported"),
        ("GET", "/health", HANDSHAKE, "websocket_unsupported"),
        ("POST", "/openai/v1/chat/completions", HANDSHAKE, "websocket_unsupported"),
        ("GET", "/openai/v1/nothing", HANDSHAKE, "path_not_allowed"),
        ("GET", "/nobody/v1/realtime", HANDSHAKE, "unknown_provider"),
        ("GET", REALTIME, HANDSHAKE | {"origin": "https://evil.example"}, "origin_not_allowed"),
        ("GET", REALTIME, HANDSHAKE | {"origin": APP, "sec-fetch-mode": "navigate"}, "origin_not_allowed"),
        ("GET", REALTIME, HANDSHAKE | {"origin": APP, "sec-fetch-mode": "websocket", "sec-fetch-dest": "script"}, "origin_not_allowed"),
        ("GET", REALTIME, {"sec-fetch-mode": "websocket", "origin": APP}, "origin_not_allowed"),
        ("GET", REALTIME, {}, "websocket_unsupported"),
        ("GET", REALTIME, {"upgrade": "h2c"}, "websocket_unsupported"),
    ],
)
def test_what_is_no_websocket_here_is_refused(method, path, headers, expected):
    assert code(replied(path, bearer(new_key()) | headers, method=method, ALLOWED_ORIGINS=APP)) == expected


@pytest.mark.parametrize("destination", ["empty", "websocket"])
def test_a_pages_websocket_passes(destination):
    page = {"origin": APP, "sec-fetch-mode": "websocket", "sec-fetch-dest": destination}
    assert isinstance(ask(REALTIME, HANDSHAKE | page | bearer(new_key()), method="GET", ALLOWED_ORIGINS=APP), Connect)


def test_a_path_that_is_a_websocket_says_so():
    reply = replied(REALTIME, bearer(new_key()), method="GET")
    assert (reply.status, reply.headers["upgrade"]) == (426, "websocket")
    assert "wss:" in message(reply)


def connected(offered, status=101, headers=None, page=None):
    connect = connecting(REALTIME, bearer(new_key()) | ({PROTOCOLS: offered} if offered else {}) | (page or {}))
    return policy.connected(connect.protocols, connect.scheme, connect.handshake.pending, status, headers or {}, parse({}))


@pytest.mark.parametrize(
    ("offered", "answered", "chosen"),
    [
        ("realtime, other", "other", "other"),
        ("realtime, other", None, "realtime"),  # a browser needs one
        (f"{IN_PROTOCOL}sk-canary0123456789, realtime", None, "realtime"),
        (f"{IN_PROTOCOL}sk-canary0123456789", None, None),
        ("token, sk-canary0123456789", None, "token"),
        (None, None, None),
    ],
)
def test_the_client_learns_which_sub_protocol_was_chosen(offered, answered, chosen):
    head = connected(offered, headers={PROTOCOLS: answered} if answered else {})
    assert isinstance(head, Relayed)
    assert (head.status, head.headers.get(PROTOCOLS)) == (101, chosen)


@pytest.mark.parametrize("answered", ["other", f"{IN_PROTOCOL}sk-canary0123456789", "token", "REALTIME"])
def test_a_sub_protocol_that_was_not_offered_is_no_answer(answered):
    head = connected(f"realtime, {IN_PROTOCOL}sk-canary0123456789", headers={PROTOCOLS: answered})
    assert isinstance(head, Reply)
    assert code(head) == "upstream_unreachable"


@pytest.mark.parametrize(("status", "expected"), [(200, None), (401, None), (302, "upstream_redirect"), (199, "upstream_unreachable")])
def test_another_answer_of_the_providers_comes_down_as_it_is_or_is_an_error(status, expected):
    head = connected("realtime", status, {"content-type": "application/json", PROTOCOLS: "realtime"})
    assert head.headers.get("x-relay-error") == expected
    assert PROTOCOLS not in head.headers


@pytest.mark.parametrize(("status", "reason"), [(200, ""), (401, ""), (302, "upstream_redirect"), (199, "upstream_unreachable")])
def test_a_page_learns_the_providers_status_too(status, reason):
    head = connected("realtime", status, page=PAGE)
    assert (head.close.code, head.close.reason) == (4000 + head.status, reason)
    assert connected("realtime", status).close is None


def test_a_page_learns_that_the_provider_was_not_reached():
    connect = connecting(REALTIME, PAGE | bearer(new_key()))
    reply = policy.failed(connect.handshake.pending, "upstream_timeout", parse({}))
    assert (reply.close.code, reply.close.reason) == (4504, "upstream_timeout")
    assert connected("realtime", page=PAGE).close is None
