"""WebSockets on every runtime that carries them. The handshake's rules are in tests/unit/test_sockets.py."""

import json
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus
from websockets.frames import Close
from websockets.sync.client import connect

from attacks.faults import said
from client import HUNG_SECONDS
from differences import CARRIES_SOCKETS, LOGS_FAULTS
from frames import closing_of
from sealing.tokens import SEALED, sealed

REALTIME = "/openai/v1/realtime?model=gpt-realtime"
IN_PROTOCOL = "openai-insecure-api-key."
APP = "https://app.example"


@pytest.fixture(params=CARRIES_SOCKETS)
def runtime(request):
    return request.param


@pytest.fixture
def settings():
    return SEALED | {"ALLOWED_ORIGINS": APP, "UPSTREAM_TIMEOUT_SECONDS": "2"}


@pytest.fixture
def tolerated(runtime):
    return LOGS_FAULTS.get(runtime)


@pytest.fixture
def open_socket(relay):
    """Opens a WebSocket through the relay, as a page does or another program."""

    @contextmanager
    def opened(path=REALTIME, *protocols, page=True, **options):
        url = f"ws://{urlsplit(relay.server.url).netloc}{path}"
        origin = APP if page else None
        with connect(
            url, origin=origin, subprotocols=protocols or None, open_timeout=HUNG_SECONDS, close_timeout=5, max_size=None, **options
        ) as socket:
            yield socket

    return opened


@pytest.fixture
def line(relay):
    return lambda socket: relay.server.wait_for_line(socket.response.headers["x-relay-request-id"])


def test_a_page_talks_with_the_provider(open_socket, line, mock, key):
    with open_socket(REALTIME, "realtime", IN_PROTOCOL + key) as socket:
        assert socket.subprotocol == "realtime"
        assert json.loads(socket.recv())["type"] == "session.created"
        socket.send(json.dumps({"type": "response.create"}))
        events = [json.loads(socket.recv())["type"] for _ in range(8)]
    assert (events[0], events[-1]) == ("response.created", "response.done")
    it = line(socket)
    assert (it["provider"], it["route"], it["status"], it["outcome"], it["sealed"]) == ("openai", "/v1/realtime", 101, "ok", False)
    headers = dict(mock.seen(key)[0]["headers"])
    assert (headers["authorization"], headers["sec-websocket-protocol"]) == (f"Bearer {key}", "realtime")
    assert "origin" not in headers


def test_a_sealed_key_is_opened(open_socket, line, mock, key):
    with open_socket(REALTIME, "realtime", IN_PROTOCOL + sealed(key)) as socket:
        assert json.loads(socket.recv())["type"] == "session.created"
    assert dict(mock.seen(key)[0]["headers"])["authorization"] == f"Bearer {key}"
    assert line(socket)["sealed"]


@pytest.fixture
def echo(open_socket, mock, key):
    mock.script(key, echo=True)
    return lambda **options: open_socket(REALTIME, "realtime", IN_PROTOCOL + key, **options)


@pytest.mark.parametrize("compression", [None, "deflate"])
@pytest.mark.parametrize("size", [0, 1, 125, 126, 65535, 65536, 500_000, 5_000_000])
def test_messages_of_any_size_pass_both_ways(echo, size, compression):
    with echo(compression=compression) as socket:
        for message in ("é" * (size // 2), bytes(range(256)) * (size // 256) + bytes(size % 256)):
            socket.send(message)
            assert socket.recv(timeout=HUNG_SECONDS) == message


def test_a_message_in_fragments_and_pings_between_them_pass(echo):
    with echo() as socket:
        socket.send(["a", "b" * 70_000, "", "c"])
        assert socket.ping().wait(HUNG_SECONDS)
        assert socket.recv(timeout=HUNG_SECONDS) == "a" + "b" * 70_000 + "c"


@pytest.mark.parametrize(("code", "reason"), [(1000, ""), (1000, "done"), (3000, "é"), (4000, "bye"), (4999, "x" * 100)])
def test_how_each_side_closes_reaches_the_other(echo, mock, key, code, reason):
    with echo() as socket:
        socket.send(f"close {code} {reason}")
        assert closing_of(socket) == Close(code, reason)
    mock.wait_for(key, "finished")
    with echo() as socket:
        socket.close(code, reason)
    mock.wait_for(key, "finished", 2)


# What a page asks for -> the close code and reason that it learns. A key that is none stands for a key's own place.
REFUSED = {
    (REALTIME, "realtime"): Close(4401, "missing_key"),
    (REALTIME, "realtime", IN_PROTOCOL + "sk-ant-canary0123456789"): Close(4401, "key_wrong_provider"),
    (REALTIME, "realtime", IN_PROTOCOL + "byok1.canary"): Close(4401, "sealed_key_invalid"),
    ("/openai/v1/models", "realtime", IN_PROTOCOL + "sk-canary0123456789"): Close(4426, "websocket_unsupported"),
    ("/openai/v1/nothing", "realtime", IN_PROTOCOL + "sk-canary0123456789"): Close(4403, "path_not_allowed"),
    ("/nobody/v1/realtime", "token", "sk-canary0123456789"): Close(4404, "unknown_provider"),
    ("/nobody/v1/realtime",): Close(4404, "unknown_provider"),
}


@pytest.mark.parametrize("asked", REFUSED, ids=lambda asked: f"{REFUSED[asked].code} {len(asked)}")
def test_a_page_learns_why_the_relay_refuses(open_socket, line, asked):
    with open_socket(*asked) as socket:
        assert closing_of(socket) == REFUSED[asked]
    assert line(socket)["code"] == REFUSED[asked].reason


def test_neither_side_outlives_the_other(echo, open_socket, mock, key):
    with echo() as socket:
        socket.socket.close()
    mock.wait_for(key, "over")


@pytest.mark.parametrize("how", [{"truncate": True}, {"reset": "mid_stream"}], ids=["ends", "resets"])
def test_a_page_learns_that_the_provider_has_broken_off(open_socket, mock, key, how):
    mock.script(key, **how)
    with open_socket(REALTIME, "realtime", IN_PROTOCOL + key) as socket:
        socket.send("Hello")
        assert closing_of(socket) is None


@pytest.mark.parametrize(
    ("behaviour", "status", "code"),
    [
        ({"respond": {"status": 401, "headers": {"content-type": "application/json"}, "body": '{"error": "no"}'}}, 401, None),
        ({"respond": {"status": 200, "body": "hello"}}, 200, None),
        ({"redirect": {"status": 302, "location": "https://evil.example/"}}, 502, "upstream_redirect"),
        ({"late": True}, 504, "upstream_timeout"),
        ({"wire": said(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")}, 502, "upstream_unreachable"),
        (
            {
                "wire": said(
                    b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: x\r\n\r\n"
                )
            },
            502,
            "upstream_unreachable",
        ),
    ],
    ids=["refuses the key", "says 200", "redirects", "is silent", "switches to nothing", "has another key"],
)
def test_a_provider_that_does_not_open_one_is_told_by_status(open_socket, line, mock, key, behaviour, status, code):
    mock.script(key, **behaviour)
    with open_socket(REALTIME, "realtime", IN_PROTOCOL + key) as socket:
        assert socket.subprotocol == "realtime"
        assert closing_of(socket) == Close(4000 + status, code or "")
    assert (line(socket)["status"], line(socket)["code"]) == (status, code)
    with pytest.raises(InvalidStatus) as refused, open_socket(REALTIME, "realtime", IN_PROTOCOL + key, page=False):
        pass
    response = refused.value.response
    assert (response.status_code, response.headers.get("x-relay-error")) == (status, code)
    if status == 401:
        assert response.body == b'{"error": "no"}'


def test_a_page_of_another_origin_opens_nothing(open_socket, mock, key):
    with (
        pytest.raises(InvalidStatus) as refused,
        open_socket(REALTIME, "realtime", IN_PROTOCOL + key, page=False, additional_headers={"Origin": "https://evil.example"}),
    ):
        pass
    assert refused.value.response.status_code == 403
    assert mock.seen(key) == []


def test_workers_call_no_python_for_a_frame(start_relay, counting_source, mock, new_key):
    relay = start_relay("workerd", {}, counting_source)
    address = f"ws://{urlsplit(relay.server.url).netloc}{REALTIME}"

    def calls_for(messages):
        before, key = int(relay.ask("GET", "/calls").body), new_key("openai")
        mock.script(key, echo=True)
        with connect(address, additional_headers={"Authorization": f"Bearer {key}"}) as socket:
            for _ in range(messages):
                socket.send("a")
                assert socket.recv(timeout=HUNG_SECONDS) == "a"
        mock.wait_for(key, "over")
        return int(relay.ask("GET", "/calls").body) - before

    calls_for(1)  # with what only the first one does
    assert abs(calls_for(500) - calls_for(10)) < 10  # what is kept for a second is made again when that is over
