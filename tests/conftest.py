"""Shared by all tests in Python that talk to a relay: the mock provider, and relays on each runtime.

No test may leave a line in the relay's log, unless it says so, and none may leave its key anywhere but in the one header that
carries it up (canary.py).
"""

import gc
import json
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

import providers
from canary import sighting
from client import RECEIVED, Exchange
from servers import RUNTIMES, Mock, Relay, Server

SOURCE = Path(__file__).parents[1] / "src"

gc.disable()  # while nothing but modules and tests is made: hardly any of it is garbage, and looking for that takes half of the time


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def mock() -> Iterator[Mock]:
    """The mock provider, one for the whole run: its behaviour is scripted per API key."""
    server = Mock()
    yield server
    server.close()


@pytest.fixture(scope="session")
def start_relay(mock: Mock) -> Iterator[Callable[..., Relay]]:
    """Starts a relay, or hands out the one that was started with the same settings. In these, `{mock}` is the mock's URL."""
    running: dict[str, Server] = {}

    def start(runtime: str, settings: dict[str, str], source: str | None = None) -> Relay:
        arguments = [runtime, json.dumps(mock.upstreams() | settings).replace("{mock}", mock.url), *filter(None, [source])]
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
def tolerated() -> re.Pattern[str] | None:
    """Lines that a runtime may log."""
    return None


@pytest.fixture
def relay(runtime: str, settings: dict[str, str], start_relay: Callable[..., Relay], tolerated: re.Pattern[str] | None) -> Iterator[Relay]:
    relay = start_relay(runtime, settings)
    before = len(relay.server.log)
    yield relay
    assert [line for line in relay.server.log[before:] if not (tolerated and tolerated.fullmatch(line))] == []


WATCHED = pytest.StashKey[bool]()


@pytest.fixture(autouse=True)
def canary_rule(request: pytest.FixtureRequest) -> Iterator[None]:
    """No key in what came down, in what any process wrote, or in the wrong part of what went up."""
    request.node.stash[WATCHED] = True
    mock = request.getfixturevalue("mock") if "mock" in request.fixturenames else None
    yield
    received, RECEIVED[:] = RECEIVED[:], []
    assert [sighting(data) for data in received if sighting(data)] == []
    assert [line for server in Server.all for line in server.unread_log() if sighting(line)] == []
    assert (mock.new_leaks() if mock else []) == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """The same of what this process wrote and those that write where it does. A fixture for that, `capfd`, costs more than most tests."""
    report = yield
    if report.when == "teardown" and report.passed and item.stash.get(WATCHED, False):
        seen = sighting(report.capstdout + report.capstderr)
        if seen:
            report.outcome, report.longrepr = "failed", f"a key was written: {seen}"
    return report


@pytest.fixture
def new_key() -> Callable[[str], str]:
    """A key of a provider's that no other test has."""
    return providers.new_key


@pytest.fixture
def key(new_key: Callable[[str], str]) -> str:
    return new_key("openai")


@pytest.fixture
def chat(relay: Relay, key: str) -> Callable[..., Exchange]:
    """Begins an OpenAI chat, streamed unless told otherwise."""

    def begin(stream: bool = True, key: str = key) -> Exchange:
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
    keys = copy / "byok_relay" / "keys.py"
    keys.write_text(keys.read_text() + "\n\ndef check(key, provider, *, check_form):\n    key.reveal() and 1 / 0\n")
    return str(copy)
