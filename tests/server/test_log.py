"""The audit line on a terminal; tests/dev has the same cases for `make dev`."""

import io
import json
import os
import pty
import re
from os import read
from pathlib import Path

import pytest

from byok_relay_server.log import for_people, log, say

CASES = json.loads((Path(__file__).parents[1] / "audit_lines.json").read_text())
LINE = {
    "time": "2026-11-29T23:19:34.691Z",
    "id": "844b170e",
    "provider": "openai",
    "method": "POST",
    "route": "/v1/chat/completions",
    "sealed": False,
}
MORE = {"by": "provider", "code": None, "stream": False, "ms_headers": None, "usage": None, "socket": None}
COLOUR = re.compile(r"\x1b\[\d+m")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["shown"])
def test_a_line_is_shown_to_people_without_its_json(case):
    shown = for_people(json.dumps(LINE | MORE | case["line"]))
    assert COLOUR.sub("", shown) == f"23:19:34 {case['shown']}"
    assert len(COLOUR.findall(shown)) == 6


def test_it_is_json_anywhere_but_on_a_terminal(capfd, monkeypatch):
    line = json.dumps(LINE | MORE | CASES[0]["line"])
    log()(line)
    assert capfd.readouterr().out == line + "\n"
    controller, terminal = pty.openpty()
    with open(terminal, "w") as output, open(controller, "rb", buffering=0):
        monkeypatch.setattr("sys.stdout", output)
        log()(line)
        assert read(controller, 1000).decode().strip() == for_people(line)


def test_a_line_that_nobody_takes_is_lost_and_stops_nothing(monkeypatch):
    reader, writer = os.pipe()
    with open(writer, "w") as output:
        monkeypatch.setattr("sys.stdout", output)
        monkeypatch.setattr("sys.__stdout__", output)
        write = log()
        for _ in range(1000):
            write("a" * 500)
        lines = read(reader, 1_000_000).split(b"\n")
        assert {len(line) for line in lines} == {500, 0}
        os.close(reader)
        write("nobody is there")
        say("neither")


def test_what_a_platform_has_put_in_the_place_of_the_output_gets_the_lines(monkeypatch):
    output = io.StringIO()
    monkeypatch.setattr("sys.stdout", output)
    log()("a line")
    say("another")
    assert output.getvalue() == "a line\nanother\n"
