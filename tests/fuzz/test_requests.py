"""Requests that nobody thought of, and what the core lets through against what two WHATWG URL parsers make of it: Node's and ada."""

import json
import subprocess
from collections import Counter
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from ada_url import parse_url
from hypothesis import given
from hypothesis import strategies as st

from byok_relay.messages import Forward, Reply
from providers import PROVIDERS
from tables.errors import STATUS

from .choices import FUZZ_SEED, SEED, Drawn, Seeded, examples
from .hostile import DEFAULT_PLACES, Answer, Hostile, hostile, path_of, upstream_answer
from .judge import is_plain, judge, judge_answer
from .mutations import mutated

PATHS = 200_000 if FUZZ_SEED is None else 2_000_000
REQUESTS = 40_000 if FUZZ_SEED is None else 400_000
BATCH = 5000
AFTERWARDS = {"rate_limited", "upstream_redirect", "upstream_unreachable", "upstream_timeout", "internal_error"}

# Those with parameters five times: they are what most different paths can be on.
ROUTES = [(place, route) for place in DEFAULT_PLACES for route in place.routes for _ in range(5 if "{" in route.path else 1)]


class Reading(NamedTuple):
    """A URL as a parser reads it."""

    origin: str
    path: str
    url: str


def ada(url: str) -> Reading | None:
    with suppress(ValueError):
        read = parse_url(url, attributes=("origin", "pathname", "href"))
        return Reading(read["origin"], read["pathname"], read["href"])
    return None


def assert_that_node_reads(expected: dict[str, Reading | None]) -> None:
    """Each of these URLs so."""
    urls = iter(expected)
    with subprocess.Popen(["node", Path(__file__).with_name("whatwg.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as node:
        assert node.stdin
        assert node.stdout
        while batch := list(islice(urls, BATCH)):
            node.stdin.write(json.dumps(batch).encode() + b"\n")
            node.stdin.flush()
            for url, read in zip(batch, json.loads(node.stdout.readline()), strict=True):
                assert Reading(*read) == expected[url], url


def test_a_path_is_let_through_only_if_every_url_parser_reads_it_as_it_is_written():
    choose = Seeded(SEED)
    picked = (choose.pick(ROUTES) for _ in range(PATHS))
    paths = {mutated(path_of(route, choose), choose): place.base for place, route in picked}
    accepted: dict[str, Reading | None] = {}
    changed = 0
    for path, own in paths.items():
        takers = [provider.base_url for provider in PROVIDERS if provider.routes.exists(path)]
        accepted |= {base + path: Reading(base, path, base + path) for base in takers}
        if not takers and changed <= PATHS // 50:
            changed += ada(own + path) != Reading(own, path, own + path)
    for url, as_written in accepted.items():
        assert ada(url) == as_written
        assert is_plain(as_written.path)
    assert_that_node_reads(accepted)
    print(f"seed {SEED}: of {len(paths)} different paths {len(accepted)} are let through")
    assert len(accepted) > PATHS // 50
    assert changed > PATHS // 50  # of those that are refused: they would have been read as something else


def test_the_url_of_every_forward_is_read_by_node_as_by_the_judge_and_no_decision_is_left_out():
    choose = Seeded(SEED)
    outcomes: Counter[str] = Counter()
    forwarded: dict[str, Reading | None] = {}
    for _ in range(REQUESTS):
        request = hostile(choose)
        decision = judge(request)
        if isinstance(decision, Reply):
            outcomes[decision.headers.get("x-relay-error", str(decision.status))] += 1
        else:
            judge_answer(decision, request, *upstream_answer(choose))
            outcomes["forwarded"] += 1
            forwarded[decision.url] = ada(decision.url)
            assert forwarded[decision.url].url.partition("?")[0] == decision.url.partition("?")[0]  # or the boundary would not send it
    assert_that_node_reads(forwarded)
    print(f"seed {SEED}: {dict(outcomes)}")
    assert outcomes["forwarded"] > REQUESTS // 20
    assert outcomes.keys() == {*STATUS.keys() - AFTERWARDS, "forwarded", "200", "204"}


@st.composite
def requests_and_answers(draw) -> tuple[Hostile, Answer]:
    choose = Drawn(draw)
    return hostile(choose), upstream_answer(choose)


@given(requests_and_answers())
@examples(1000)
def test_whatever_a_request_is_the_decision_about_it_is_right(both):
    request, answer = both
    decision = judge(request)
    if isinstance(decision, Forward):
        judge_answer(decision, request, *answer)
