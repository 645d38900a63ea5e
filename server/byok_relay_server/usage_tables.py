"""The report of `byok-relay usage` as tables. Nothing that comes from a file can steer the terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from io import RawIOBase
from typing import Any, NamedTuple

from rich.console import Console, Group
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table
from rich.text import Text

from .usage_counts import Row

WIDE = 100_000  # columns where no terminal ends them
LARGE_BYTES = 16 << 20  # takes long enough for a progress bar


class Column(NamedTuple):
    head: str
    member: str
    text: Callable[[Any], str]  # of a member of a row; those of a number are on the right
    is_number: bool = True


def shown(value: object) -> str:
    """A name from the file, with everything that is no plain character written out."""
    return "-" if value is None else "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in str(value))


def _number(value: int) -> str:
    return f"{value:,}"


def _milliseconds(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _dollars(value: str | None) -> str:
    return "unpriced" if value is None else f"{Decimal(value):,.4f}"


def _name(member: str) -> Column:
    return Column(member, member, shown, is_number=False)


REQUESTS = Column("requests", "requests", _number)
TOKENS = [Column(name, name, _number) for name in ("input", "cached", "output", "reasoning")]
COST = Column("US dollars", "usd", _dollars)
LATENCY = [
    Column(f"{head} p{percent}", f"{member}_p{percent}", _milliseconds)
    for head, member in (("head", "ms_headers"), ("end", "ms"))
    for percent in (50, 90, 99)
]

# The title of a table, where its rows are in the report, its columns
TABLES = [
    ("What became of the requests", "results", [_name("result"), REQUESTS]),
    ("The relay's own errors", "relay_errors", [_name("code"), REQUESTS]),
    ("The providers' errors", "provider_errors", [_name("provider"), _name("status"), REQUESTS]),
    ("Milliseconds of the providers' answers", "latency", [_name("provider"), REQUESTS, *LATENCY]),
]


def tables(report: Row, top: int) -> Group:
    """What there is to say, at most `top` rows of each table."""
    metered = bool(report["tokens"])
    priced = [COST] if "usd" in report else []
    named = [(title, report[rows], columns) for title, rows, columns in TABLES]
    named.append(("Tokens", report["tokens"], [_name("provider"), _name("model"), REQUESTS, *TOKENS, *priced]))
    for dimension, rows in report["by"].items():
        columns = [_name(dimension), REQUESTS, Column("ok", "ok", _number), *(TOKENS if metered else [])]
        named.append((f"By {dimension}", rows, columns))
    return Group(*_summary(report), *(part for each in named if each[1] for part in _table(*each, top)))


def _summary(report: Row) -> Iterator[Text]:
    if report["requests"]:
        share = f"{100 * report['ok'] / report['requests']:.1f} % ok"
        yield Text(f"{_many(report['requests'], 'request')} from {report['first']} to {report['last']}, {share}")
    else:
        yield Text("No requests")
    lines = report["lines"]
    skipped = [(lines["outside"], "outside the time asked for"), (lines["other"], "of other text"), (lines["broken"], "broken")]
    if any(count for count, _ in skipped):
        yield Text(f"Left out: {', '.join(f'{count:,} {why}' for count, why in skipped if count)}")
    if "usd" in report:
        unpriced = f", without {_many(report['unpriced'], 'model')} that the prices do not name" if report["unpriced"] else ""
        yield Text(f"{_dollars(report['usd'])} US dollars{unpriced}")


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _table(title: str, rows: list[Row], columns: list[Column], top: int) -> Iterator[Text | Table]:
    yield Text(f"\n{title}", style="bold")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in columns:
        table.add_column(Text(column.head), justify="right" if column.is_number else "left", no_wrap=column.is_number, overflow="fold")
    for row in rows[:top]:
        table.add_row(*(Text(column.text(row[column.member])) for column in columns))
    yield table
    if len(rows) > top:
        rest = sum(row["requests"] for row in rows[top:])
        yield Text(f"and {len(rows) - top:,} more, with {_many(rest, 'request')}", style="dim")


def console() -> Console:
    """On a terminal as wide as that is, and else as wide as the tables are."""
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a TextIOWrapper, whatever it is redirected to
    return Console(markup=False, highlight=False, emoji=False, width=None if sys.stdout.isatty() else WIDE)


@contextmanager
def progress(size: int) -> Iterator[Callable[[RawIOBase], RawIOBase]]:
    """Wraps files, so that a bar tells how much of them has been read. There is none for little, or where nobody looks."""
    errors = Console(stderr=True)
    if not errors.is_terminal or size < LARGE_BYTES:
        yield lambda file: file
        return
    with Progress(BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn(), console=errors, transient=True) as bar:
        task = bar.add_task("", total=size)
        yield lambda file: bar.wrap_file(file, task_id=task)  # type: ignore[arg-type,misc,return-value]  # rich says BinaryIO of both
