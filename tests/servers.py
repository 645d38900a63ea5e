"""Starts what these tests talk to, each as a process of its own that ends with the tests."""

import json
import subprocess
import threading
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, ClassVar

from byok_relay.settings import upstream_setting
from canary import sighting
from client import HUNG_SECONDS, Answer, Exchange, Headers, ask, request
from providers import ASKED

TESTS = Path(__file__).parent

RUNTIMES = ("workerd", "pyodide", "server")
"""Where the relay runs: the workerd of `make dev`, the current runtime's Python, and `byok-relay serve`."""

AUDITED = "audited: "  # before a line that runtimes/main.mjs has found to fit the schema


class Server:
    """A Node program that prints {"url": …} when it is ready and ends when its standard input does."""

    all: ClassVar[list["Server"]] = []

    def __init__(self, script: str, *arguments: str) -> None:
        self._process = subprocess.Popen(
            ["node", str(TESTS / script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.log: list[str] = []
        self.audit: list[dict[str, Any]] = []  # lines that fit their schema; others are in the log
        self._logged = threading.Condition()
        self._keeping_log = threading.Thread(target=self._keep_log, daemon=True)
        self._keeping_log.start()
        assert self._process.stdout is not None
        ready = self._process.stdout.readline()
        assert ready, f"{script} {' '.join(arguments)} did not start: see `make dev`, or `npm ci` in tests/\n" + "\n".join(self.log)
        self.url: str = json.loads(ready)["url"]
        self._read = 0
        Server.all.append(self)

    def _keep_log(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            with self._logged:
                if line.startswith(AUDITED):
                    self.audit.append(json.loads(line.removeprefix(AUDITED)))
                else:
                    self.log.append(line.rstrip("\n"))
                self._logged.notify_all()

    def wait_for_line(self, id: str) -> dict[str, Any]:
        """The audit line of the request with this id."""
        with self._logged:
            self._logged.wait_for(lambda: any(line["id"] == id for line in self.audit), timeout=HUNG_SECONDS)
            return next(line for line in self.audit if line["id"] == id)

    def wait_for_log(self) -> list[str]:
        """The log, as soon as there is anything in it."""
        with self._logged:
            assert self._logged.wait_for(lambda: self.log, timeout=HUNG_SECONDS), "nothing was logged"
            return list(self.log)

    def unread_log(self) -> list[str]:
        """What was logged since this was last called."""
        before, self._read = self._read, len(self.log)
        return self.log[before : self._read]

    def close(self) -> None:
        """Ends the program. It has said nothing on standard output but where it is, and no key anywhere."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        said = self._process.stdout.read()
        self._process.wait(timeout=HUNG_SECONDS)
        self._keeping_log.join()
        assert said == ""
        assert [line for line in self.log if sighting(line)] == []


class Mock(Server):
    """The mock provider, and the means to steer it. Its behaviour and its memory are per API key."""

    def __init__(self) -> None:
        super().__init__("mock/main.mjs", "--control", "0")
        self._leaks: list[str] = []
        self._steering = threading.local()  # one connection for each thread that steers: thousands of tests do

    def upstreams(self) -> dict[str, str]:
        return {upstream_setting(id): f"{self.url}/{id}" for id in ASKED}

    def script(self, key: str, **behaviour: Any) -> None:
        self._control("script", key, **behaviour)

    def release(self, key: str) -> None:
        self._control("release", key)

    def wait_for(self, key: str, event: str, count: int = 1) -> None:
        self._control("wait", key, **{"for": event, "count": count})

    def wait_until_let_go(self, key: str) -> None:
        """Waits until a relay is rid of a stream whose client has gone, which it notices when it next writes: not always at once."""
        for seconds in (0.05, 0.2, 2, 10):
            self.release(key)
            with suppress(AssertionError):
                self._control("wait", key, **{"for": "aborted", "count": 1, "timeout": seconds})
                return
        raise AssertionError("the relay kept the provider's stream open")

    def seen(self, key: str) -> list[dict[str, Any]]:
        """The requests that came with this key, in any carrier."""
        requests: list[dict[str, Any]] = self._control("seen", key)["requests"]
        return requests

    def total(self) -> int:
        """How many requests reached the provider at all."""
        return int(self._stats()["requests"])

    def open(self) -> int:
        """How many requests at the provider have an answer that is not over yet."""
        return int(self._stats()["open"])

    def new_leaks(self) -> list[str]:
        """Where in requests keys were that do not belong there, and had not been when this was last called."""
        before, self._leaks = self._leaks, self._stats()["leaks"]
        return [place for place in self._leaks if place not in before]

    def _stats(self) -> dict[str, Any]:
        return self._steer("GET", "stats")

    def _control(self, call: str, key: str, **more: Any) -> dict[str, Any]:
        return self._steer("POST", call, json.dumps({"key": key, **more}))

    def _steer(self, method: str, call: str, body: str | None = None) -> dict[str, Any]:
        if not hasattr(self._steering, "connection"):
            self._steering.connection = HTTPConnection(self.url.removeprefix("http://"))
        self._steering.connection.request(method, f"/_mock/{call}", body)
        answer = self._steering.connection.getresponse()
        result: dict[str, Any] = json.load(answer)
        assert answer.status == 200, f"mock {call}: {result}"
        return result


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
        return Exchange(self.url, request(self.url, method, target, headers, body))

    def send(self, data: bytes) -> Exchange:
        """Exactly these bytes, whatever they are."""
        return Exchange(self.url, data)
