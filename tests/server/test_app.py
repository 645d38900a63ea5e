"""The ASGI application by itself: on any server, behind any proxy."""

import asyncio
import json
import subprocess
import sys

import pytest
import uvicorn

from byok_relay_server.asgi import create
from client import Exchange, ask, request
from providers import CHAT, new_key
from server.command import ENVIRONMENT, serving
from server.in_process import running

PUBLIC = "https://relay.example"


@pytest.fixture
def plain(mock, monkeypatch):
    """The relay on uvicorn as it comes."""
    for name, value in mock.upstreams().items():
        monkeypatch.setenv(name, value)
    with running(uvicorn.Config(create, factory=True, log_level="critical", access_log=False, timeout_graceful_shutdown=0)) as url:
        yield url


def stream(url, key):
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    body = json.dumps({"model": "gpt", "stream": True, "messages": [{"role": "user", "content": "hi"}]}).encode()
    return Exchange(url, request(url, "POST", CHAT["openai"], headers, body))


def test_a_stream_passes_on_a_server_that_knows_nothing_of_the_relay(plain):
    with stream(plain, new_key()) as exchange:
        assert exchange.answer().body.endswith(b"data: [DONE]\n\n")


@pytest.mark.parametrize("leave", ["reset", "finish_sending"])
def test_a_client_that_leaves_stops_the_provider_there_too(plain, mock, leave):
    key = new_key()
    mock.script(key, hold=True)
    with stream(plain, key) as exchange:
        exchange.head()
        exchange.read_until("data: ")
        getattr(exchange, leave)()
        mock.wait_for(key, "aborted")


def test_a_client_that_leaves_before_the_answer_stops_the_provider_there_too(plain, mock):
    key = new_key()
    mock.script(key, late=True)
    with stream(plain, key) as exchange:
        mock.wait_for(key, "request")
        exchange.reset()
        mock.wait_for(key, "aborted")


def test_a_client_that_leaves_while_its_body_is_read_reaches_nobody_there_either(mock, monkeypatch, capfd):
    for name, value in {**mock.upstreams(), "ALLOWED_MODELS": "gpt*"}.items():
        monkeypatch.setenv(name, value)
    head = f"POST {CHAT['openai']} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {new_key()}\r\nContent-Type: application/json\r\n"
    with running(uvicorn.Config(create, factory=True, access_log=False)) as url:
        before = mock.total()
        with Exchange(url, f'{head}Content-Length: 99\r\n\r\n{{"model":"gpt"'.encode()) as exchange:
            exchange.reset()
        with stream(url, new_key()) as exchange:
            assert exchange.answer().body.endswith(b"data: [DONE]\n\n")
        assert mock.total() == before + 1
    assert "rror" not in capfd.readouterr().err


def test_a_wrong_setting_is_told_in_every_answer_and_once_on_the_log(monkeypatch, capfd):
    monkeypatch.setenv("MAX_BODY_BYTES", "secret-canary")
    with running(uvicorn.Config(create, factory=True, log_level="critical")) as url:
        for target in ("/health", CHAT["openai"]):
            answer = ask(url, "GET", target, {"Authorization": f"Bearer {new_key()}"})
            assert (answer.status, answer.code) == (500, "misconfigured")
            assert "MAX_BODY_BYTES" in answer.json()["message"]
    [line] = capfd.readouterr().out.splitlines()
    assert line == "byok-relay: MAX_BODY_BYTES must be a whole number from 1 to 5368709120"


def test_nobody_waits_for_redis_to_be_imported_who_counts_in_memory():
    program = "import sys, byok_relay_server.asgi; byok_relay_server.asgi.create(); print('redis' in sys.modules)"
    limited = {"RATE_LIMIT_PER_MINUTE": "60", "RATE_LIMIT_STORAGE": "memory"}
    assert subprocess.check_output([sys.executable, "-c", program], env=ENVIRONMENT | limited, text=True) == "False\n"


def test_a_websocket_is_refused():
    sent = []

    async def converse():
        async def send(message):
            sent.append(message["type"])

        await create()({"type": "websocket"}, None, send)

    asyncio.run(converse())
    assert sent == ["websocket.close"]


@pytest.fixture(scope="module")
def behind_a_proxy():
    with serving(PUBLIC_ORIGIN=PUBLIC, ALLOWED_ORIGINS=PUBLIC, UPSTREAM_OPENAI=f"{PUBLIC}/openai") as served:
        yield served.url


class TestBehindAProxyThatEndsTls:
    def test_the_description_names_the_public_origin(self, behind_a_proxy):
        described = ask(behind_a_proxy, "GET", "/.well-known/byok-relay", {"Origin": PUBLIC}).json()
        assert {"/".join(provider["base_url"].split("/")[:3]) for provider in described["providers"]} == {PUBLIC}

    def test_a_page_of_the_relays_own_is_of_the_public_origin(self, behind_a_proxy):
        answer = ask(behind_a_proxy, "GET", "/.well-known/byok-relay", {"Sec-Fetch-Site": "same-origin", "Host": "10.0.0.7:8787"})
        assert answer.headers["access-control-allow-origin"] == PUBLIC

    def test_a_provider_that_is_the_relay_itself_is_recognised(self, behind_a_proxy):
        answer = ask(behind_a_proxy, "POST", CHAT["openai"], {"Origin": PUBLIC, "Authorization": f"Bearer {new_key()}"})
        assert (answer.status, answer.code) == (500, "misconfigured")
