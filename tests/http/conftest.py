"""Every test here runs on each runtime, against the same mock provider. No test may leave a line in the relay's log, unless it says
so, and none may leave its key anywhere but in the one header that carries it up."""

import json
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from client import Answer, Exchange, Headers, ask

from servers import Mock, Server

SOURCE = Path(__file__).parents[2] / "src"
RUNTIMES = ("workerd", "pyodide")


@dataclass
class Relay:
    """A relay with some settings on some runtime."""

    runtime: str
    server: Server

    @property
    def url(self) -> str:
        return self.server.url

    def ask(self, method: str, target: str, headers: Headers = (), body: bytes | None = None) -> Answer:
        return ask(self.url, method, target, headers, body)

    def exchange(self, method: str, target: str, headers: Headers = (), body: bytes | None = None) -> Exchange:
        return Exchange(self.url, method, target, headers, body)


@pytest.fixture(scope="session")
def start_relay(mock: Mock) -> Iterator[Callable[..., Relay]]:
    """Starts a relay, or hands out the one that was started with the same settings."""
    running: dict[str, Server] = {}

    def start(runtime: str, settings: dict[str, str], source: str | None = None) -> Relay:
        arguments = [runtime, json.dumps(mock.upstreams() | settings), *filter(None, [source])]
        name = " ".join(arguments)
        if name not in running:
            running[name] = Server("runtimes/main.mjs", *arguments)
        return Relay(runtime, running[name])

    yield start
    for server in running.values():
        server.close()


@pytest.fixture(params=RUNTIMES)
def runtime(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def settings() -> dict[str, str]:
    """The relay's settings; a test file or class with others overrides this."""
    return {}


@pytest.fixture
def relay(runtime: str, settings: dict[str, str], start_relay: Callable[..., Relay]) -> Iterator[Relay]:
    relay = start_relay(runtime, settings)
    before = len(relay.server.log)
    yield relay
    assert relay.server.log[before:] == []


KEYS = {
    "openai": "sk-canary{}",
    "anthropic": "sk-ant-api03-canary{}",
    "google": "AIzaCanary{}",
    "mistral": "canary{}",
}


@pytest.fixture
def new_key() -> Callable[[str], str]:
    """A key of a provider's that no other test has."""
    return lambda provider: KEYS[provider].format(secrets.token_hex(13))


@pytest.fixture
def key(new_key: Callable[[str], str]) -> str:
    return new_key("openai")


@pytest.fixture
def chat(relay: Relay, key: str) -> Callable[..., Exchange]:
    """Begins an OpenAI chat, streamed unless told otherwise."""

    def begin(stream: bool = True) -> Exchange:
        body = json.dumps({"model": "gpt", "stream": stream, "messages": [{"role": "user", "content": "hi"}]}).encode()
        return relay.exchange(
            "POST", "/openai/v1/chat/completions", {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}, body
        )

    return begin


@pytest.fixture
def unseen(mock: Mock) -> Iterator[None]:
    """For tests of refusals: nothing reaches the provider."""
    before = mock.total()
    yield
    assert mock.total() == before


@pytest.fixture(scope="session")
def source_with_a_defect(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The Worker's files, with a core that fails while it has the key in hand."""
    copy = tmp_path_factory.mktemp("source") / "src"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    keys = copy / "relay" / "keys.py"
    keys.write_text(keys.read_text() + "\n\ndef check(key, provider, check_prefix):\n    key.reveal() and 1 / 0\n")
    return str(copy)
