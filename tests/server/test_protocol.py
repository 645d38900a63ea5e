"""The bounds on a request's head: how long it may take, and how long it may be."""

import socket
from contextlib import suppress
from http.client import IncompleteRead
from urllib.parse import urlsplit

import pytest

from byok_relay_server import protocol
from byok_relay_server.protocol import Protocol
from byok_relay_server.serving import config
from client import Exchange, request
from providers import CHAT, new_key
from server.command import held_stream
from server.in_process import running

HEALTH = b"GET /health HTTP/1.1\r\nHost: relay.example\r\n"


@pytest.fixture
def url():
    with running(config(workers=1, shutdown_seconds=0)) as url:
        yield url


@pytest.fixture
def hasty(monkeypatch, url):
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.3)
    return url


def said_to(url: str, data: bytes) -> bytes:
    """All that comes back until the server closes the connection. It resets it where it has not read all."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), 10) as connection:
        connection.sendall(data)
        said = b""
        with suppress(ConnectionError):
            while piece := connection.recv(65536):
                said += piece
        return said


@pytest.mark.parametrize("data", [b"", b"GET", HEALTH, HEALTH + b"X-Note: a"], ids=["nothing", "a word", "no end", "half a header"])
def test_a_head_that_does_not_end_is_waited_for_no_longer_than_the_limit(hasty, data):
    assert said_to(hasty, data) == b""


def test_a_second_head_that_does_not_end_is_waited_for_no_longer_either(hasty):
    assert said_to(hasty, HEALTH + b"\r\nGET").count(b"HTTP/1.1 200 OK") == 1


def test_a_connection_that_is_kept_may_be_idle_for_longer(hasty):
    with Exchange(hasty, request(hasty, "GET", "/health")) as exchange:
        exchange.answer()
        assert said_to(hasty, b"") == b""  # by now the limit of a head has passed
        exchange.send(request(hasty, "GET", "/health"))
        assert exchange.answer().status == 200


def test_empty_lines_do_not_keep_a_connection(hasty):
    with Exchange(hasty, request(hasty, "GET", "/health")) as exchange:
        exchange.answer()
        exchange.send(b"\r\n")
        with pytest.raises(ConnectionError):
            exchange.head()


def send_on(exchange: Exchange) -> None:
    while True:
        exchange.send(b"x" * 1000)


# A request without a key, whose head and body come apart, as httpx sends them.
REFUSED = b"POST /openai/v1/chat/completions HTTP/1.1\r\nHost: relay.example\r\nContent-Length: "


def test_a_request_that_is_answered_before_its_body_comes_leaves_the_connection_to_the_next(url):
    with Exchange(url, REFUSED + b"2\r\n\r\n") as exchange:
        assert exchange.answer().status == 401
        exchange.send(b"{}")
        exchange.send(request(url, "GET", "/health"))
        assert exchange.answer().status == 200


def test_the_rest_of_a_body_is_waited_for_no_longer_than_the_limit(hasty):
    with Exchange(hasty, REFUSED + b"1000000000\r\n\r\n") as exchange:
        assert exchange.answer().status == 401
        with pytest.raises(ConnectionError):
            send_on(exchange)


@pytest.mark.parametrize(
    "headers",
    [b"X-Note: " + b"a" * 400_000, b"X-Note: a\r\n" * 40_000, b"X-Note: " + b"a" * 33_000 + b"\r\n\r\n", b"X: a\r\n" * 257 + b"\r\n"],
    ids=["a header without an end", "headers without an end", "more than 32 KB", "more than 256 headers"],
)
def test_a_head_that_is_too_long_is_refused(url, headers):
    said = said_to(url, HEALTH + headers)
    assert said.startswith(b"HTTP/1.1 400 ") or said == b""


def test_requests_that_do_not_wait_for_answers_are_not_queued_without_end(url):
    said = said_to(url, (HEALTH + b"\r\n") * 5000)
    assert said.count(b"HTTP/1.1 200 OK") <= protocol.MOST_WAITING + 1


class TestWithAnAnswerThatHasBegun:
    @pytest.fixture
    def held(self, mock, monkeypatch):
        """An answer that goes on as the mock is told to, on a connection that has room for more requests."""
        for name, value in mock.upstreams().items():
            monkeypatch.setenv(name, value)
        with running(config(workers=1, shutdown_seconds=0)) as url, held_stream(mock, url) as (key, exchange):
            yield url, key, exchange

    @pytest.mark.parametrize("more", [b"\0garbage\r\n\r\n", HEALTH + b"X: " + b"a" * 600_000], ids=["garbage", "a head that is too long"])
    def test_an_error_does_not_pass_for_the_rest_of_it(self, held, more):
        _, _, exchange = held
        exchange.send(more)
        with pytest.raises((ConnectionError, IncompleteRead)):
            exchange.read_all()

    def test_a_request_that_waits_for_its_end_is_answered_then(self, held, mock):
        url, key, exchange = held
        exchange.send(request(url, "GET", "/health"))
        for _ in range(40):
            mock.release(key)
        exchange.read_all()
        assert exchange.answer().json()["status"] == "ok"

    @pytest.mark.parametrize("size", [None, 300_000])
    def test_a_client_that_leaves_with_a_request_waiting_stops_the_provider(self, held, mock, size):
        """Whatever that brings along: reading is not paused for it."""
        url, key, exchange = held
        exchange.send(request(url, "POST", "/health", {"Content-Length": str(size or 0)}, b"a" * (size or 0)))
        with suppress(ConnectionError):
            exchange.reset()
        mock.wait_for(key, "aborted")


BODY = 300_000  # bytes: more than the server reads without being asked


@pytest.mark.parametrize("target", [CHAT["openai"], "/nobody/v1", "/health"])
def test_an_answer_before_the_end_of_a_body_does_not_cost_the_next_request_its_own(url, target):
    """A proxy in front sends other clients' requests on the same connection."""
    with Exchange(url, request(url, "POST", target, {"Content-Length": str(BODY)}, b"a" * 1000)) as exchange:
        assert exchange.answer().status in (401, 404, 405)
        exchange.send(b"a" * (BODY - 1000))
        exchange.send(request(url, "GET", "/health"))
        assert exchange.answer().json()["status"] == "ok"


def test_a_client_that_waits_for_100_and_gets_a_final_answer_is_told_that_the_connection_ends(url):
    """It may send no body then, and its next request would be taken for one."""
    head = {"Content-Length": "2", "Expect": "100-continue"}
    with Exchange(url, request(url, "POST", "/nobody/v1", head)) as exchange:
        assert exchange.answer().headers["connection"] == "close"


def test_the_rest_of_a_body_that_nobody_waits_for_is_read_no_longer_than_the_limit(hasty):
    said = said_to(hasty, request(hasty, "POST", "/nobody/v1", {"Content-Length": str(BODY)}, b"a" * 1000))
    assert said.count(b"HTTP/1.1 404 ") == 1


def test_a_body_that_does_not_go_on_ends_the_connection_and_the_providers_request(mock, monkeypatch):
    monkeypatch.setattr(protocol, "BODY_SECONDS", 0.3)
    for name, value in mock.upstreams().items():
        monkeypatch.setenv(name, value)
    key = new_key()
    headers = {"Authorization": f"Bearer {key}", "Content-Length": str(BODY)}
    with running(config(workers=1, shutdown_seconds=0)) as url:
        assert said_to(url, request(url, "POST", CHAT["openai"], headers, b"{")) == b""
        mock.wait_for(key, "over")


def test_all_that_a_client_does_not_take_counts_against_its_time(monkeypatch):
    limits = []
    monkeypatch.setattr(Protocol, "connection_lost", lambda self, exc: limits.append(self.transport.get_write_buffer_limits()))
    with running(config(workers=1, shutdown_seconds=0)) as url:
        said_to(url, b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert limits == [(0, 0)]


CHUNKED = b"POST /health HTTP/1.1\r\nHost: relay.example\r\nTransfer-Encoding: chunked\r\n\r\n"
NEITHER = {
    "empty lines": b"\r\n" * 200_000,
    "an extension of a chunk": CHUNKED + b"2;" + b"a" * 400_000,
    "a trailer": CHUNKED + b"0\r\nX-Trailer: " + b"a" * 400_000,
    "trailers": CHUNKED + b"0\r\n" + b"X: a\r\n" * 80_000,
}


@pytest.mark.parametrize("data", NEITHER.values(), ids=NEITHER.keys())
def test_what_is_neither_head_nor_body_is_bounded_too(hasty, data):
    assert said_to(hasty, data).count(b"HTTP/1.1 200 OK") == 0
