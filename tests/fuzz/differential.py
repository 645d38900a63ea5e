"""What the core lets through, against what two WHATWG URL parsers make of it: Node's and ada."""

import json
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Self, TypeVar

from ada_url import parse_url

from byok_relay.messages import Reply
from byok_relay.providers import PROVIDERS

from .answers import judge_answer, upstream_answer
from .choices import Choices, Seeded
from .hostile import DEFAULT_PLACES, hostile, path_of
from .judge import is_plain, judge
from .mutations import mutated

T = TypeVar("T")

BATCH = 5000


class Reading(NamedTuple):
    """A URL as a parser reads it."""

    origin: str
    path: str
    url: str


class Node:
    """A Node process that reads URLs."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("whatwg.mjs")
        self._process = subprocess.Popen(["node", str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin
        assert self._process.stdout
        self._input, self._output = self._process.stdin, self._process.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._input.close()
        self._output.close()
        assert self._process.wait(10) == 0

    def readings(self, items: Iterable[T], url: Callable[[T], str]) -> Iterator[tuple[T, Reading | None]]:
        """Each item with the reading of its URL. Node reads one batch while the next is made."""
        iterator = iter(items)
        waiting: list[T] = []
        while True:
            batch = list(islice(iterator, BATCH))
            answers = json.loads(self._output.readline()) if waiting else []
            if batch:
                self._input.write(json.dumps([url(item) for item in batch]).encode() + b"\n")
                self._input.flush()
            for item, answer in zip(waiting, answers, strict=True):
                yield item, Reading(*answer) if answer else None
            waiting = batch
            if not batch:
                return


class Asked(NamedTuple):
    """A path, and the base URL it would be appended to."""

    base: str
    path: str
    accepted: bool

    @property
    def reading(self) -> Reading:
        """What a parser must make of the two if each means what it says."""
        return Reading(self.base, self.path, self.base + self.path)


@dataclass
class Tally:
    accepted: int = 0
    different: int = 0  # among the accepted ones
    refused: int = 0
    changed: int = 0  # those among the refused ones that a parser reads as something else than what is written

    def __str__(self) -> str:
        return (
            f"accepted {self.accepted} ({self.different} different ones), each read by Node and ada as it is written; "
            f"refused {self.refused}, of which {self.changed} would have been read as something else"
        )


def compare_paths(count: int, seed: int) -> Tally:
    """Asks every provider's table about so many paths. Raises AssertionError for one that is let through and not read as it is written."""
    tally, seen = Tally(), set()
    with Node() as node:
        for asked, reading in node.readings(_asked(count, Seeded(seed)), lambda asked: asked.base + asked.path):
            if not asked.accepted:
                tally.refused += 1
                tally.changed += reading != asked.reading
                continue
            assert reading == asked.reading, asked
            tally.accepted += 1
            if asked not in seen:
                assert ada(asked.base + asked.path) == asked.reading, asked
                assert is_plain(asked.path), asked
                seen.add(asked)
    tally.different = len(seen)
    return tally


# Those with parameters five times: they are what most different paths can be on.
ROUTES = [(place, route) for place in DEFAULT_PLACES for route in place.routes for _ in range(5 if "{" in route.path else 1)]


def _asked(count: int, choose: Choices) -> Iterator[Asked]:
    for _ in range(count):
        own, route = choose.pick(ROUTES)
        path = mutated(path_of(route, choose), choose)
        takers = [provider.base_url for provider in PROVIDERS if provider.routes.exists(path)]
        for base in takers:
            yield Asked(base, path, True)
        if not takers:
            yield Asked(own.base, path, False)


def ada(url: str) -> Reading:
    read = parse_url(url, attributes=("origin", "pathname", "href"))
    return Reading(read["origin"], read["pathname"], read["href"])


def compare_decisions(count: int, seed: int) -> Counter[str]:
    """Judges so many hostile requests and says what came of them: Node must read the URL of each forward as ada does in the judge."""
    choose = Seeded(seed)
    outcomes: Counter[str] = Counter()

    def urls() -> Iterator[str]:
        for _ in range(count):
            request = hostile(choose)
            decision = judge(request)
            if isinstance(decision, Reply):
                outcomes[decision.headers.get("x-relay-error", str(decision.status))] += 1
            else:
                judge_answer(decision, request, *upstream_answer(choose))
                yield decision.url

    with Node() as node:
        for url, reading in node.readings(urls(), str):
            assert reading == ada(url), url
            assert reading.url.partition("?")[0] == url.partition("?")[0], url  # or the boundary would not send it
            outcomes["forwarded"] += 1
    return outcomes
