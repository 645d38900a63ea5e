"""What `byok-relay usage` makes of audit lines, and of what is none."""

import gzip
import json
import math
import os
import random
import signal
import subprocess
import sys
import tracemalloc
import xml.etree.ElementTree as ElementTree
from decimal import Decimal
from io import RawIOBase
from typing import get_args

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from byok_relay.refusal import Code
from byok_relay_server import usage_counts
from byok_relay_server.command import main
from client import HUNG_SECONDS
from server.command import COMMAND, ENVIRONMENT, ROOT, run

SCHEMA = json.loads((ROOT / "docs" / "audit.schema.json").read_text())

LINE = {
    "time": "2026-11-29T22:42:11.123Z",
    "id": "0123456789abcdef0123456789abcdef",
    "provider": "openai",
    "method": "POST",
    "route": "/v1/chat/completions",
    "status": 200,
    "by": "provider",
    "code": None,
    "outcome": "ok",
    "ms_headers": 200.0,
    "ms": 3000.5,
    "bytes_up": 512,
    "stream": False,
    "sealed": False,
    "country": "DE",
    "colo": "FRA",
    "key": "aaaaaaaaaaaa",
    "origin": "https://app.example",
    "usage": {"model": "gpt-x", "input": 1000, "output": 300, "cached": 400, "reasoning": None},
    "socket": None,
}
REFUSED = {
    "status": 401,
    "by": "relay",
    "code": "missing_key",
    "outcome": "refused",
    "ms_headers": 0.3,
    "ms": 0.3,
    "key": None,
    "usage": None,
}
SAMPLE = [
    LINE,
    LINE | {"time": "2026-11-29T22:43:00.000Z", "usage": {"model": "gpt-y", "input": 2, "output": 1, "cached": None, "reasoning": 1}},
    LINE | {"time": "2026-11-29T22:44:00.000Z", "provider": "mistral", "status": 429, "usage": None, "key": "bbbbbbbbbbbb"},
    LINE | REFUSED | {"time": "2026-11-29T22:45:30.000Z", "origin": None},
    LINE | {"outcome": "client_closed", "usage": None},
]
TABLES = """\
5 requests from 2026-11-29T22:42:11.123Z to 2026-11-29T22:45:30.000Z, 40.0 % ok

What became of the requests
result          requests
ok                     2
client_closed          1
provider_error         1
refused                1

The relay's own errors
code         requests
missing_key         1

The providers' errors
provider  status  requests
mistral   429            1

Milliseconds of the providers' answers
provider  requests  head p50  head p90  head p99  end p50  end p90  end p99
openai           3       202       202       202    2,979    2,979    2,979
mistral          1       202       202       202    2,979    2,979    2,979

Tokens
provider  model  requests  input  cached  output  reasoning
openai    gpt-x         1  1,000     400     300          0
openai    gpt-y         1      2       0       1          1

By origin
origin               requests  ok  input  cached  output  reasoning
https://app.example         4   2  1,002     400     301          1
-                           1   0      0       0       0          0

By key
key           requests  ok  input  cached  output  reasoning
aaaaaaaaaaaa         3   2  1,002     400     301          1
-                    1   0      0       0       0          0
bbbbbbbbbbbb         1   0      0       0       0          0
"""


def written(lines):
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


@pytest.fixture
def say(tmp_path):
    """What the command says of a file with these bytes."""

    def of(content, *options, code=0):
        file = tmp_path / "audit.log"
        file.write_bytes(content)
        ended = CliRunner().invoke(main, ["usage", str(file), *options])
        assert ended.exit_code == code, ended.output
        return ended.output

    return of


def reported(say, content, *options):
    return json.loads(say(content, "--json", *options))


# The schema


@pytest.mark.parametrize("line", SAMPLE, ids=lambda line: line["outcome"])
def test_the_lines_here_are_as_the_schema_says(line):
    Draft202012Validator(SCHEMA).validate(line)


def test_the_schema_wants_every_member_and_no_other_and_knows_every_error():
    Draft202012Validator.check_schema(SCHEMA)
    for part in (SCHEMA, SCHEMA["properties"]["usage"]):
        assert part["required"] == list(part["properties"])
        assert part["additionalProperties"] is False
    assert SCHEMA["properties"]["code"]["enum"] == [*get_args(Code), None]


# What it says


def test_the_tables_of_a_small_file(say):
    assert say(written(SAMPLE)) == TABLES


def test_json_has_the_same_numbers(say):
    report = reported(say, written(SAMPLE), "--by", "country")
    assert report["lines"] == {"audit": 5, "outside": 0, "other": 0, "broken": 0}
    assert (report["requests"], report["ok"]) == (5, 2)
    assert report["by"] == {
        "country": [{"country": "DE", "ok": 2, "requests": 5, "input": 1002, "cached": 400, "output": 301, "reasoning": 1}]
    }


@pytest.mark.parametrize(
    ("dimension", "name"),
    {"provider": "openai", "model": "gpt-x", "route": "/v1/chat/completions", "code": "missing_key", "country": "DE"}.items(),
)
def test_a_table_may_be_by_anything_that_tells_requests_apart(say, dimension, name):
    assert f"\nBy {dimension}\n{dimension} " in (said := say(written(SAMPLE), "--by", dimension))
    assert f"\n{name} " in said.partition("\nBy ")[2]


def test_rows_beyond_the_top_are_summed_up(say):
    assert "\nand 2 more, with 2 requests\n" in say(written(SAMPLE), "--top", "1", "--by", "key")


@pytest.mark.parametrize(
    ("options", "requests"),
    [
        (["--since", "2026-11-29T22:43:00Z"], 3),
        (["--until", "2026-11-29T22:43:00Z"], 2),
        (["--since", "2026-11-29T23:44:00+01:00", "--until", "2026-11-29T22:45"], 1),
        (["--since", "2026-11-30"], 0),
    ],
)
def test_only_the_time_asked_for_is_counted(say, options, requests):
    report = reported(say, written(SAMPLE), *options)
    assert (report["requests"], report["lines"]["outside"]) == (requests, 5 - requests)


def test_no_requests_are_no_tables(say):
    assert say(b"") == "No requests\n"


def test_members_may_be_missing_or_new(say):
    line = {name: LINE[name] for name in ("time", "id", "outcome")} | {"new": {"member": [1]}}
    assert reported(say, written([line]))["ok"] == 1


# Where lines are found

ONE = json.dumps(LINE)
AROUND = {
    "other lines": f"byok-relay listening on http://127.0.0.1:8787\n\n{ONE}\n[1]\n{{}}\n",
    "compose": f"relay-1  | {ONE}\n",
    "journald": f"Nov 29 22:42:11 host byok-relay[7]: {ONE}\n",
    "journald as JSON": json.dumps({"MESSAGE": ONE, "PRIORITY": "6"}),
    "docker's file": json.dumps({"log": f"{ONE}\n", "stream": "stdout", "time": "2026-11-29T22:42:11.123456789Z"}),
    "Windows": f"{ONE}\r\n",
    "no line end": ONE,
    "an object that is none": f"{{\n{ONE}\n}}\n",
}


@pytest.mark.parametrize("text", AROUND.values(), ids=AROUND)
def test_a_line_is_found_in_what_is_around_it(say, text):
    report = reported(say, text.encode())
    assert (report["requests"], report["lines"]["broken"]) == (1, 0)


def test_how_long_a_websocket_was_open_is_no_latency(say):
    lines = [LINE | {"ms": 300.0}, LINE | {"status": 101, "ms": 3_600_000.0}]
    (row,) = reported(say, written(lines))["latency"]
    assert row["requests"] == 2
    assert row["ms_p99"] < 400


@pytest.mark.parametrize("indent", [None, 2, 4], ids=["in a line each", "by 2", "by 4"])
def test_lines_are_found_in_what_wrangler_tail_prints(say, indent):
    events = [
        {
            "wallTime": 3,
            "outcome": "ok",
            "exceptions": [],
            "logs": [{"message": [json.dumps(line)], "level": "log", "timestamp": 1} for line in lines]
            + [{"message": ["other"], "level": "log"}],
            "event": {"request": {"url": "https://relay.example/", "headers": {"user-agent": ONE}}},  # what a client sends is no audit line
        }
        for lines in (SAMPLE[:2], SAMPLE[2:], [])
    ]
    report = reported(say, "".join(json.dumps(event, indent=indent) + "\n" for event in events).encode())
    assert report["lines"] == {"audit": 5, "outside": 0, "other": 3, "broken": 0}


def test_compressed_files_are_read_beside_others(tmp_path):
    (tmp_path / "audit.log.1.gz").write_bytes(gzip.compress(written(SAMPLE)))
    (tmp_path / "audit.log").write_bytes(written(SAMPLE))
    ended = CliRunner().invoke(main, ["usage", *map(str, tmp_path.iterdir())])
    assert ended.output.startswith("10 requests ")


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_it_reads_what_is_piped_in(arguments):
    ended = subprocess.run([*COMMAND, "usage", *arguments], env=ENVIRONMENT, input=written(SAMPLE), capture_output=True, check=True)
    assert (ended.stdout.decode(), ended.stderr) == (TABLES, b"")


def test_ctrl_c_ends_the_reading_and_not_the_command():
    process = subprocess.Popen([*COMMAND, "usage"], env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdin.write(b"text\n" * 60_000)  # more than a pipe holds: once it is written the command reads
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    said, complained = process.communicate(timeout=HUNG_SECONDS)
    assert (process.returncode, said.partition(b"\n")[0], complained) == (0, b"No requests", b"byok-relay: ended before all was read\n")


# What is broken or hostile

BROKEN = {
    "cut off": ONE[:-9],
    "two in one": ONE + ONE,
    "a time that is none": json.dumps(LINE | {"time": "yesterday"}),
    "a time before all": json.dumps(LINE | {"time": "0001-01-01T00:00:00.000+14:00"}),
    "a time after all": json.dumps(LINE | {"time": "2200-01-01T00:00:00.000Z"}),
    "a time without a zone": json.dumps(LINE | {"time": "2026-11-29T22:42:11.123"}),
    "a number below 0": json.dumps(LINE | {"ms": -1}),
    "tokens that are none": json.dumps(LINE | {"usage": {"input": "many"}}),
    "tokens beyond all": json.dumps(LINE | {"usage": {"input": 10**400}}),
    "a time without end": ONE.replace("3000.5", "1e999"),
    "a status beyond all": ONE.replace("200,", f"2{'0' * 5000},"),
    "no id": json.dumps({name: value for name, value in LINE.items() if name != "id"}),
    "deep": ONE[:-1] + ', "new": ' + "[" * 100_000,
    "long": ONE[:-1] + ', "new": "' + "x" * (2 << 20) + '"}',
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_line_is_counted_and_left_out(say, text):
    said = say(f"{ONE}\n{text}\n{ONE}\n".encode())
    assert said.startswith("2 requests ")
    assert "\nLeft out: 1 broken\n" in said


@pytest.mark.parametrize(
    "junk",
    [
        b"\xff\xfe\n",
        b"{\n" * 100,
        b"{\n" + b" \n" * 600_000,
        b"{" * 100_000,
        b'{"time"\xff}\n',
        b"\0" * 100,
        b'{"logs": 1}\n',
        b'{"log": 1}\n',
    ],
)
def test_junk_is_no_line(say, junk):
    assert reported(say, junk + b"\n" + written([LINE]))["requests"] == 1


def test_an_endless_time_is_a_long_one(say):
    content = json.dumps(LINE).replace("3000.5", "1e300").replace("200.0", "0").encode()
    [row] = reported(say, content)["latency"]
    assert row["ms_p50"] > 86_000_000
    assert row["ms_headers_p50"] < 0.02


HOSTILE = "\x1b[31m\x9b2J\u202e[bold red]x[/]\r\n:smile: [link=file:///]\x07\x00é日"
MEMBERS = ["provider", "route", "code", "outcome", "country", "key", "origin"]


@pytest.mark.parametrize("environment", [{}, {"FORCE_COLOR": "1", "TERM": "xterm-256color"}], ids=["piped", "coloured"])
def test_no_text_from_a_file_steers_the_terminal(tmp_path, environment):
    line = LINE | dict.fromkeys(MEMBERS, HOSTILE) | {"usage": LINE["usage"] | {"model": HOSTILE}}
    (tmp_path / "audit.log").write_bytes(written([line, line | {"status": 500, "outcome": "ok"}]))
    by = [option for name in ("provider", "model", "route", "origin", "key", "code", "country") for option in ("--by", name)]
    said = run("usage", str(tmp_path / "audit.log"), *by, **environment).stdout
    plain = said.replace("\x1b[1m", "").replace("\x1b[2m", "").replace("\x1b[0m", "")  # titles are bold, and heads dim
    assert {each for each in plain if not each.isprintable()} == {"\n"}
    shown = r"\u001b[31m\u009b2J\u202e[bold red]x[/]\u000d\u000a:smile: [link=file:///]\u0007\u0000é日"
    assert plain.count(shown) == 13  # in a row of every table, and twice in those of two names


def test_json_is_ascii(say):
    said = say(written([LINE | {"origin": HOSTILE}]), "--json")
    assert said.isascii()
    assert [row["origin"] for row in json.loads(said)["by"]["origin"]] == [HOSTILE]


# Numbers


@pytest.mark.parametrize("spread", [0.1, 1, 3])
def test_percentiles_are_wrong_by_at_most_1_percent(spread):
    chance = random.Random(7)
    values = sorted(chance.lognormvariate(5, spread) for _ in range(5000))
    histogram = usage_counts.Histogram()
    for value in values:
        histogram.add(value)
    for percent in (1, 50, 90, 99, 100):
        exact = values[math.ceil(len(values) * percent / 100) - 1]
        assert histogram.percentile(percent) == pytest.approx(exact, rel=0.0101)


def test_every_bucket_counts_what_is_in_it():
    for bucket in range(usage_counts.Histogram.BUCKETS - 1):
        histogram = usage_counts.Histogram()
        middle = histogram.FLOOR * histogram.STEP ** (bucket + 0.5)
        histogram.add(middle)
        assert histogram.percentile(50) == pytest.approx(middle, rel=0.001)


PRICES = {"gpt-x": {"input": 1.25, "output": 10, "cached": 0.125}}


def test_costs_are_exact_and_what_has_no_price_has_none(say, tmp_path):
    (tmp_path / "prices.json").write_text(json.dumps(PRICES))
    cost = ["--cost", str(tmp_path / "prices.json")]
    content = written([LINE] * 3 + [SAMPLE[1], LINE | {"usage": LINE["usage"] | {"model": "gpt-x-mini"}}])
    report = reported(say, content, *cost)
    each = (600 * Decimal("1.25") + 400 * Decimal("0.125") + 300 * 10) / 1_000_000
    assert {row["model"]: row["usd"] for row in report["tokens"]} == {"gpt-x": str(3 * each), "gpt-x-mini": None, "gpt-y": None}
    assert (report["usd"], report["unpriced"]) == ("0.0114", 2)
    said = say(content, *cost)
    assert "\n0.0114 US dollars, without 2 models that the prices do not name\n" in said
    assert "\nopenai    gpt-y              1      2       0       1          1    unpriced\n" in said


def test_cached_tokens_without_a_price_cost_as_much_as_others(say, tmp_path):
    (tmp_path / "prices.json").write_text('{"gpt-x": {"input": 0.1, "output": 0}}')
    assert reported(say, written([LINE]), "--cost", str(tmp_path / "prices.json"))["usd"] == "0.0001"


# Limits


class Endless(RawIOBase):
    """A file of so many bytes. Each of its lines names what no other does, and takes as much time as no other."""

    TEMPLATE = json.dumps(
        LINE
        | dict.fromkeys(("provider", "key", "code", "outcome"), "NUMBER")
        | {
            "time": "20YY-11-29T22:MM:11.123Z",
            "origin": f"https://{'NUMBER-' * 200}",
            "ms": 0,
            "usage": LINE["usage"] | {"model": "NUMBER"},
        }
    ).encode()

    def __init__(self, size, number):
        self.left, self.number = size, number

    def readable(self):
        return True

    def readinto(self, buffer):
        lines = []
        for _ in range(len(buffer) // 1000):
            self.number += 1
            number = b"%d" % self.number
            line = self.TEMPLATE.replace(b"NUMBER", number).replace(b'"ms": 0', b'"ms": ' + number)
            lines.append(line.replace(b"YY", b"%02d" % (self.number % 100)).replace(b"MM", b"%02d" % (self.number // 100 % 60)) + b"\n")
        read = b"".join(lines)[: min(len(buffer), self.left)]
        buffer[: len(read)] = read
        self.left -= len(read)
        return len(read)


def test_memory_does_not_grow_with_the_file():
    """50 MB. The first half reaches every limit."""
    counts = usage_counts.Usage(("origin", "key"))
    held = []
    tracemalloc.start()
    try:
        for begin in (0, 100_000):
            counts.read(Endless(25_000_000, begin))
            held.append(tracemalloc.get_traced_memory())
            tracemalloc.reset_peak()
    finally:
        tracemalloc.stop()
    (first, _), (second, peak) = held
    assert counts.lines["audit"] > 25_000
    assert second < 1.01 * first
    assert peak < first + 8 * usage_counts.READ_BYTES < 80_000_000
    assert len(counts.by["key"]) == usage_counts.GROUPS + 1
    assert counts.by["key"][usage_counts.OTHERS].requests > 15_000


# The picture, and what may be missing


def texts(svg):
    return [each.text for each in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_the_picture_is_the_same_each_time_and_says_what_it_shows(say, tmp_path):
    pictures = []
    for name in ("one.svg", "other.svg"):
        say(written(SAMPLE), "--plot", str(tmp_path / name))
        pictures.append((tmp_path / name).read_bytes())
    assert pictures[0] == pictures[1]
    titles = ["Requests per 5 seconds", "Requests that are not ok per 5 seconds", "Tokens per 5 seconds"]
    assert set(texts(pictures[0])) >= {*titles, "input", "output", "UTC"}


@pytest.mark.parametrize("lines", [[], SAMPLE[:1], [LINE | {"time": f"{year}-11-29T22:42:11.123Z"} for year in (1970, 2026, 2199)]])
def test_any_times_make_a_picture(say, tmp_path, lines):
    say(written(lines), "--plot", str(tmp_path / "plot.svg"))
    assert any(text.startswith("Requests per ") for text in texts((tmp_path / "plot.svg").read_bytes()))


def test_spans_grow_with_the_time_and_lose_nothing():
    timeline = usage_counts.Timeline()
    for minute in range(10_000):
        timeline.add(60 * minute, 1, 0, minute, 2)
    timeline.fit(120)
    assert (timeline.width, len(timeline.spans)) == (3 * 3600, 56)
    assert [sum(span[place] for span in timeline.spans.values()) for place in range(4)] == [10_000, 0, 49_995_000, 20_000]


@pytest.mark.parametrize("library", ["rich", "msgspec", "matplotlib"])
def test_a_library_that_is_missing_is_one_line_that_tells_what_to_install(tmp_path, library):
    (tmp_path / f"{library}.py").write_text(f"raise ModuleNotFoundError(name={library!r})")
    ended = run("usage", "--plot", "plot.svg", "/dev/null", PYTHONPATH=f"{tmp_path}{os.pathsep}{ENVIRONMENT['PYTHONPATH']}")
    said = f"byok-relay: usage needs libraries that serving does not, and {library} is missing: pip install '.[usage]' in a checkout\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", said)


def test_the_rest_of_the_command_needs_none_of_them():
    code = "import sys, byok_relay_server.command as c; print(sorted({'rich', 'msgspec', 'matplotlib'} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", code], env=ENVIRONMENT, text=True) == "[]\n"


UNREADABLE = {
    "nowhere": (lambda folder: folder / "nowhere", "No such file or directory"),
    "a folder": (lambda folder: folder, "Is a directory"),
    "cut off": (lambda folder: folder / "cut.gz", "Compressed file ended before the end-of-stream marker was reached"),
}


@pytest.mark.parametrize(("file", "why"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_cannot_be_read_is_one_line_and_exit_code_1(tmp_path, file, why):
    (tmp_path / "cut.gz").write_bytes(gzip.compress(written(SAMPLE))[:-12])
    ended = CliRunner().invoke(main, ["usage", str(file(tmp_path))])
    assert (ended.exit_code, ended.output) == (1, f"byok-relay: {file(tmp_path)} cannot be read ({why})\n")


@pytest.mark.parametrize("prices", ["", "[]", '{"gpt-x": {"input": 1}}', '{"gpt-x": {"input": 1, "output": -1}}', '{"gpt-x": {"in": 1}}'])
def test_prices_that_are_none_are_one_line_and_exit_code_1(say, tmp_path, prices):
    (tmp_path / "prices.json").write_text(prices)
    said = say(written(SAMPLE), "--cost", str(tmp_path / "prices.json"), code=1)
    assert said.startswith(f"byok-relay: {tmp_path / 'prices.json'}: ")
    assert ('"gpt-x": ' in said) == ("gpt-x" in prices)
    assert said.count("\n") == 1
