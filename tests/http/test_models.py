"""Which models may be asked for, on the wire: what is read of a request goes up as it came. tests/attacks/models.py has the refusals."""

import json
from base64 import b64decode

import pytest

from providers import CHAT
from sealing.tokens import APP, SEALED, sealed

JSON = {"Content-Type": "application/json"}
BODY = '{ "messages": [{"content": "Grüße, 世界 🙂\\u00e9", "role": "user"}],\n\t"model": "gpt-5", "temperature": 1.50 }'.encode()


@pytest.fixture
def settings():
    return SEALED | {"ALLOWED_MODELS": "gpt-5*, claude-*, gemini-pro, mistral-*"}


def test_what_was_read_goes_up_byte_for_byte_with_its_length(relay, mock, key):
    answer = relay.ask("POST", CHAT["openai"], {"Authorization": f"Bearer {key}", **JSON}, BODY)
    assert answer.status == 200
    [seen] = mock.seen(key)
    assert b64decode(seen["body_base64"]) == BODY
    received = dict(seen["headers"])
    assert received["content-length"] == str(len(BODY))
    assert "transfer-encoding" not in received
    assert received["content-type"] == "application/json"
    assert seen["violations"] == []


@pytest.mark.parametrize("size", [0, 60_000, 70_000, 1_000_000])
def test_a_body_that_comes_in_many_pieces_is_read_whole(relay, mock, key, size):
    body = json.dumps({"messages": [{"role": "user", "content": "x" * size}], "model": "gpt-5"}).encode()
    assert relay.ask("POST", CHAT["openai"], {"Authorization": f"Bearer {key}", **JSON}, body).status == 200
    [seen] = mock.seen(key)
    assert b64decode(seen["body_base64"]) == body


def test_a_stream_comes_down_as_ever(relay, key):
    body = json.dumps({"model": "gpt-5", "stream": True, "messages": [{"role": "user", "content": "hi"}]}).encode()
    with relay.exchange("POST", CHAT["openai"], {"Authorization": f"Bearer {key}", **JSON}, body) as exchange:
        assert exchange.answer().body.endswith(b"data: [DONE]\n\n")


def test_a_client_that_leaves_in_the_middle_of_its_body_reaches_nobody(relay, mock, key):
    before = mock.total()
    with relay.send(
        f"POST {CHAT['openai']} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
        f'Content-Length: 1000\r\n\r\n{{"model":"gpt-5"'.encode()
    ) as exchange:
        exchange.reset()
    assert relay.ask("GET", "/health").status == 200
    assert mock.total() == before


@pytest.mark.usefixtures("unseen")
def test_a_refusal_is_one_that_clients_do_not_retry_and_pages_can_read(relay, key):
    headers = {"Authorization": f"Bearer {key}", "Origin": APP, **JSON}
    answer = relay.ask("POST", CHAT["openai"], headers, b'{"model":"o3"}')
    assert (answer.status, answer.code) == (403, "model_not_allowed")
    assert answer.headers["x-should-retry"] == "false"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_sealed_key_is_opened_and_then_the_body_is_read(relay, mock, key):
    token = sealed(key, narrowed={"mdl": ["gpt-5-mini"], "grp": ["inference"], "rpm": 100})
    headers = {"Authorization": f"Bearer {token}", "Origin": APP, **JSON}
    body = BODY.replace(b"gpt-5", b"gpt-5-mini")
    answers = [relay.ask("POST", CHAT["openai"], headers, each) for each in (body, BODY, body.replace(b"gpt-5", b"gpt-4"), b"{}")]
    assert [(answer.status, answer.code) for answer in answers] == [(200, None), *[(403, "model_not_allowed")] * 3]
    [seen] = mock.seen(key)
    assert b64decode(seen["body_base64"]) == body


def test_a_sealed_key_has_its_own_rate(relay, mock, key):
    token = sealed(key, narrowed={"mdl": ["gpt-5"], "rpm": 2})
    headers = {"Authorization": f"Bearer {token}", "Origin": APP, **JSON}
    answers = [relay.ask("POST", CHAT["openai"], headers, BODY) for _ in range(3)]
    assert [answer.code for answer in answers] == [None, None, "rate_limited"]
    assert answers[2].headers["ratelimit-policy"] == '"sealed-key";q=2;w=60'
    assert int(answers[2].headers["retry-after"]) <= 30
    assert len(mock.seen(key)) == 2


def test_the_description_tells_pages_which_models_they_are(relay):
    limits = relay.ask("GET", "/.well-known/byok-relay").json()["limits"]
    assert limits["allowed_models"] == ["gpt-5*", "claude-*", "gemini-pro", "mistral-*"]
