"""Starts what these tests talk to, each as a process of its own that ends with the tests."""

import json
import subprocess
import threading
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

TESTS = Path(__file__).parent


class Server:
    """A Node program that prints {"url": …} when it is ready and ends when its standard input does."""

    def __init__(self, script: str, *arguments: str) -> None:
        self._process = subprocess.Popen(
            ["node", str(TESTS / script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.log: list[str] = []
        self._logged = threading.Condition()
        threading.Thread(target=self._keep_log, daemon=True).start()
        assert self._process.stdout is not None
        ready = self._process.stdout.readline()
        assert ready, f"{script} {' '.join(arguments)} did not start: see `make dev`, or `npm ci` in tests/\n" + "\n".join(self.log)
        self.url: str = json.loads(ready)["url"]

    def _keep_log(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            with self._logged:
                self.log.append(line.rstrip("\n"))
                self._logged.notify_all()

    def wait_for_log(self) -> list[str]:
        """The log, as soon as there is anything in it."""
        with self._logged:
            assert self._logged.wait_for(lambda: self.log, timeout=10), "nothing was logged"
            return list(self.log)

    def close(self) -> None:
        self._process.communicate(timeout=10)


class Mock(Server):
    """The mock provider, and the means to steer it. Its behaviour and its memory are per API key."""

    def __init__(self) -> None:
        super().__init__("mock/main.mjs", "--control", "0")

    def upstreams(self) -> dict[str, str]:
        return {f"UPSTREAM_{id.upper()}": f"{self.url}/{id}" for id in ("openai", "anthropic", "google", "mistral")}

    def script(self, key: str, **behaviour: Any) -> None:
        self._control("script", key, **behaviour)

    def release(self, key: str) -> None:
        self._control("release", key)

    def wait_for(self, key: str, event: str, count: int = 1) -> None:
        self._control("wait", key, **{"for": event, "count": count, "timeout": 10})

    def seen(self, key: str) -> list[dict[str, Any]]:
        """The requests that came with this key, in any carrier."""
        requests: list[dict[str, Any]] = self._control("seen", key)["requests"]
        return requests

    def total(self) -> int:
        """How many requests reached the provider at all."""
        with urlopen(f"{self.url}/_mock/stats") as answer:
            total: int = json.load(answer)["requests"]
            return total

    def _control(self, call: str, key: str, **more: Any) -> dict[str, Any]:
        request = Request(f"{self.url}/_mock/{call}", json.dumps({"key": key, **more}).encode(), {"content-type": "application/json"})
        with urlopen(request) as answer:
            result: dict[str, Any] = json.load(answer)
            return result
