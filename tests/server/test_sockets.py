"""WebSockets on the server: what it counts, how long it lets them be, and what it keeps."""

import asyncio
import json
import socket
import time
from base64 import b64encode
from contextlib import contextmanager
from hashlib import sha1
from pathlib import Path

import pytest
from websockets.frames import Close
from websockets.sync.client import connect

from byok_relay_server import sockets
from byok_relay_server.serving import config
from byok_relay_server.sockets import End, Frames
from client import HUNG_SECONDS, Exchange, request
from frames import BINARY, CLOSE, HANDSHAKE, TEXT, closing_of, frame, read_frame
from providers import new_key
from server.command import serving
from server.in_process import running
from server.transport import Transport

REALTIME = "/openai/v1/realtime"
GOING_AWAY = Close(1001, "")


def whole(size):
    return frame(BINARY, bytes(size)), frame(BINARY, bytes(size), mask=b"")


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65535, 65536])
def test_frames_are_counted_wherever_their_bytes_are_cut(size):
    said = b"".join(whole(size)) * 2 + frame(TEXT)
    places = range(1, len(said)) if size < 1000 else (1, 2, 3, 5, 9, 10, 11, 14, 15, size + 13, size + 14, size + 15, len(said) - 1)
    for place in places:
        frames = Frames()
        frames.feed(said[:place])
        frames.feed(said[place:])
        assert (frames.count, frames.bytes, frames.is_between, frames.is_closing) == (5, len(said), True, False), place
    for piece in (said[:-1], said + b"\x81", said + frame(TEXT, b"x")[:-1]):
        frames = Frames()
        frames.feed(piece)
        assert not frames.is_between, piece[-10:]


def test_a_flood_of_tiny_frames_makes_nobody_wait():
    tiny = frame(TEXT, mask=b"")
    frames = Frames()
    begun = time.process_time()
    for _ in range(32):
        frames.feed(tiny * 128 * 1024)
    assert time.process_time() - begun < 0.5  # counted, it is 3 seconds
    assert frames.count < 10_000
    assert not frames.is_between
    many = Frames()
    for _ in range(5):
        many.feed(frame(TEXT, b"x" * 100) * 5_000)
    assert many.count == 25_000


def test_a_close_frame_is_noticed():
    frames = Frames()
    frames.feed(frame(TEXT, b"x") + frame(CLOSE)[:2])
    assert frames.is_closing


@contextmanager
def joined(mock, url, key, **behaviour):
    mock.script(key, **{"echo": True} | behaviour)
    with connect(url.replace("http", "ws") + REALTIME, additional_headers={"Authorization": f"Bearer {key}"}, close_timeout=5) as client:
        yield client


def test_one_on_which_nothing_passes_is_closed_on_both_sides(mock):
    key = new_key()
    with serving(SOCKET_IDLE_SECONDS="1", AUDIT="true", **mock.upstreams()) as served, joined(mock, served.url, key) as client:
        begun = time.monotonic()
        with pytest.raises(TimeoutError):
            client.recv(timeout=0.5)
        client.send("still here")
        assert client.recv(timeout=HUNG_SECONDS) == "still here"
        assert closing_of(client) == GOING_AWAY
        assert time.monotonic() - begun >= 1.5
        mock.wait_for(key, "finished")
        line = json.loads(served.next_line())
        assert (line["outcome"], line["socket"]["frames_up"], line["socket"]["frames_down"]) == ("idle", 1, 1)


def test_a_frame_that_is_not_whole_is_not_mixed_with_one_of_the_relays(mock):
    key = new_key()
    mock.script(key, echo=True)
    head = request("http://relay.example", "GET", REALTIME, HANDSHAKE | {"Authorization": f"Bearer {key}"})
    with serving(SOCKET_IDLE_SECONDS="1", **mock.upstreams()) as served, Exchange(served.url, head) as client:
        assert client.head().status == 101
        client.send(frame(TEXT, b"Hello")[:-1])
        assert client.read_on(100) == b"\x88\x02\x03\xe9"
        mock.wait_for(key, "aborted")


def test_a_server_that_ends_says_so_to_both_sides(mock):
    key = new_key()
    with serving(SHUTDOWN_SECONDS="0", AUDIT="true", **mock.upstreams()) as served, joined(mock, served.url, key) as client:
        served.end()
        assert closing_of(client) == GOING_AWAY
        mock.wait_for(key, "finished")
        assert json.loads(served.next_line())["outcome"] == "shutdown"


def test_a_page_that_does_not_answer_that_it_is_refused_is_left(monkeypatch):
    monkeypatch.setattr(sockets, "CLOSING_SECONDS", 0.2)
    monkeypatch.setenv("AUDIT", "false")
    head = request("http://relay.example", "GET", REALTIME, HANDSHAKE | {"Origin": "https://app.example"})
    with running(config(1, 1)) as url, Exchange(url, head) as client:
        assert client.head().status == 101
        assert read_frame(client.read_on).payload == b"\x11\x31missing_key"
        client.send(frame(TEXT, b"What?"))
        assert client.read_on(1) == b""
    with running(config(1, 1)) as url, Exchange(url, head) as client:
        client.head()
        monkeypatch.setattr(sockets, "CLOSING_SECONDS", 60)
    with running(config(1, 1)) as url, Exchange(url, head) as client:
        client.head()
        read_frame(client.read_on)
        client.send(frame(TEXT, b"What?") + frame(CLOSE))
        assert client.read_on(1) == b""


def test_a_page_that_says_much_although_it_is_refused_is_left(monkeypatch):
    monkeypatch.setenv("AUDIT", "false")
    head = request("http://relay.example", "GET", REALTIME, HANDSHAKE | {"Origin": "https://app.example"})
    with running(config(1, 1)) as url, Exchange(url, head) as client:
        client.head()
        read_frame(client.read_on)
        client.send(frame(TEXT) * 2000)
        assert client.read_on(1) == b""


BEARER = {"Authorization": "Bearer sk-canary0123456789"}
NO_HANDSHAKES = {
    "its connection does not say so": {"Connection": "keep-alive"},
    "no key": {"Sec-WebSocket-Key": ""},
    "a short key": {"Sec-WebSocket-Key": "c2hvcnQ="},
    "a key that is no ASCII": {"Sec-WebSocket-Key": "é" * 24},
}


@pytest.mark.parametrize("why", NO_HANDSHAKES)
def test_what_is_no_handshake_reaches_nobody_and_costs_no_keys_quota(mock, why):
    key, before = new_key(), mock.total()
    headers = HANDSHAKE | {"Authorization": f"Bearer {key}"}
    with serving(RATE_LIMIT_PER_MINUTE="1", **mock.upstreams()) as served:
        for _ in range(3):
            with Exchange(served.url, request(served.url, "GET", REALTIME, headers | NO_HANDSHAKES[why])) as exchange:
                assert exchange.answer().code == "websocket_unsupported"
        assert mock.total() == before
        with Exchange(served.url, request(served.url, "GET", REALTIME, headers)) as exchange:
            assert exchange.head().status == 101


def test_who_speaks_before_the_answer_gets_no_websocket(mock):
    before = mock.total()
    with serving(**mock.upstreams()) as served:
        for version, more in ((b"HTTP/1.0", b""), (b"HTTP/1.1", frame(TEXT, b"early"))):
            head = request(served.url, "GET", REALTIME, HANDSHAKE | BEARER).replace(b"HTTP/1.1", version, 1)
            with Exchange(served.url, head + more) as exchange:
                assert exchange.answer().code == "websocket_unsupported"
    assert mock.total() == before


class Provider:
    """A provider that completes handshakes, and then does nothing."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.connected: list[socket.socket] = []

    def accept(self, more: bytes = b"Connection: Upgrade\r\n") -> socket.socket:
        connection, _ = self._listening.accept()
        self.connected.append(connection)
        key = next(line for line in connection.recv(65536).decode().split("\r\n") if line.startswith("sec-websocket-key"))
        accept = b64encode(sha1(key.partition(": ")[2].encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "
        connection.sendall(head + accept + b"\r\n" + more + b"\r\n")
        return connection

    def close(self) -> None:
        for each in [*self.connected, self._listening]:
            each.close()


@pytest.fixture
def provider():
    provider = Provider()
    yield provider
    provider.close()


@pytest.mark.parametrize(
    "more",
    [
        b"",
        b"Connection: Upgrade\r\nSec-WebSocket-Extensions: permessage-deflate, permessage-deflate\r\n",
        b"Connection: Upgrade\r\nSec-WebSocket-Extensions: x-other\r\n",
    ],
    ids=["no connection", "two extensions", "another extension"],
)
def test_a_provider_that_does_not_switch_as_the_standard_says_has_not(provider, more):
    head = request("http://relay.example", "GET", REALTIME, HANDSHAKE | BEARER | {"Sec-WebSocket-Extensions": "permessage-deflate"})
    with serving(UPSTREAM_OPENAI=provider.url) as served, Exchange(served.url, head) as client:
        provider.accept(more)
        assert client.answer().code == "upstream_unreachable"


def test_a_side_that_takes_nothing_any_more_is_let_go(monkeypatch):
    monkeypatch.setattr(sockets, "LINGER_SECONDS", 0)
    transport = Transport()
    transport.left = 1

    async def scenario():
        End(transport).close()
        assert not transport.aborted  # it may take what was written
        await asyncio.sleep(0.01)

    asyncio.run(scenario())
    assert transport.aborted


def rss_kb(pid):
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4


MOST_KEPT_KB = 2_000
ENOUGH = 100_000_000


def sent_until_stuck(connection, piece):
    """How many bytes it took before the other side took no more for a second."""
    connection.settimeout(1)
    sent = 0
    try:
        while sent < ENOUGH:
            sent += connection.send(piece)
    except TimeoutError:
        return sent
    raise AssertionError(f"{sent} bytes went nowhere")


@pytest.mark.parametrize("side", ["client", "provider"])
def test_who_does_not_read_makes_the_other_side_wait(provider, side):
    head = request("http://relay.example", "GET", REALTIME, HANDSHAKE | {"Authorization": f"Bearer {new_key()}"})
    piece = frame(BINARY, bytes(65536), mask=b"\x01\x02\x03\x04" if side == "client" else b"")
    with serving(UPSTREAM_OPENAI=provider.url) as served, Exchange(served.url, head) as client:
        connection = provider.accept()
        assert client.head().status == 101
        before = rss_kb(served.pid)
        speaking = client.socket if side == "client" else connection
        sent = sent_until_stuck(speaking, piece)
        kept = rss_kb(served.pid) - before
        assert kept < MOST_KEPT_KB, f"{kept} kB of {sent} bytes"
