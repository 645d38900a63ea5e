"""Streams: as they come, as long as they like, and stopped when either side stops. No test here sleeps."""

from http.client import IncompleteRead

import pytest

from differences import HIDES_TRUNCATION


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
    mock.release(key)  # the runtime notices at the next write, if not at once
    mock.wait_for(key, "aborted")
    assert mock.seen(key)[0]["state"] == "aborted"


@pytest.mark.parametrize("behaviour", [{"reset": "mid_stream"}, {"truncate": True}], ids=["reset", "cut off"])
def test_an_answer_that_breaks_off_upstream_breaks_off_downstream(chat, mock, key, behaviour, runtime):
    mock.script(key, **behaviour)
    with chat() as exchange:
        exchange.head()
        if runtime in HIDES_TRUNCATION:
            assert b"[DONE]" not in exchange.read_all()
            return
        with pytest.raises((IncompleteRead, ConnectionError)):
            exchange.read_all()


class TestWithATimeLimitOfOneSecond:
    @pytest.fixture
    def settings(self):
        return {"UPSTREAM_TIMEOUT_SECONDS": "1"}

    def test_a_provider_that_does_not_begin_to_answer_is_upstream_timeout(self, chat, mock, key):
        mock.script(key, late=True)
        with chat() as exchange:
            answer = exchange.head()
            answer.body = exchange.read_all()
        assert (answer.status, answer.code) == (504, "upstream_timeout")
        assert answer.headers["access-control-allow-origin"] == "*"
        mock.wait_for(key, "aborted")

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
