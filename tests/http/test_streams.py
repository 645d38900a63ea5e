"""Streams: as they come, as long as they like, and stopped with their client. tests/attacks/test_faults.py breaks them. None sleeps."""

import pytest


def test_the_first_chunk_arrives_before_the_second_is_sent(chat, mock, key):
    mock.script(key, hold=True)
    with chat() as exchange:
        head = exchange.head()
        assert head.headers["content-type"].startswith("text/event-stream")
        first = exchange.read_until("data: ")
        assert b"[DONE]" not in first
        mock.script(key)
        for _ in range(30):
            mock.release(key)
        assert exchange.read_all().endswith(b"data: [DONE]\n\n")


def test_the_headers_arrive_before_the_body_is_sent(chat, mock, key):
    mock.script(key, hold=True)
    with chat(stream=False) as exchange:
        assert exchange.head().status == 200
        mock.release(key)
        assert exchange.read_all().startswith(b"{")


def test_a_client_that_goes_away_stops_the_provider(chat, mock, key):
    mock.script(key, hold=True)
    with chat() as exchange:
        exchange.head()
        exchange.read_until("data: ")
        exchange.reset()
    mock.wait_until_let_go(key)
    assert mock.seen(key)[0]["state"] == "aborted"


class TestWithATimeLimitOfOneSecond:
    @pytest.fixture
    def settings(self):
        return {"UPSTREAM_TIMEOUT_SECONDS": "1"}

    def test_a_stream_that_has_begun_outlives_the_time_limit(self, chat, relay, mock, key, new_key):
        mock.script(key, hold=True)
        with chat() as exchange:
            exchange.head()
            first = exchange.read_until("data: ")
            # A request that began later runs into the limit, so the stream's own has passed.
            late = new_key("openai")
            mock.script(late, late=True)
            assert relay.ask("GET", "/openai/v1/models", {"Authorization": f"Bearer {late}"}).code == "upstream_timeout"
            for _ in range(30):
                mock.release(key)
            assert (first + exchange.read_all()).endswith(b"data: [DONE]\n\n")
