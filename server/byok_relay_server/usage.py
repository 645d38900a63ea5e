"""The command `byok-relay usage`. Its libraries are needed by nothing else, so they are imported when it runs."""

import json
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from .usage_counts import Prices, Usage

DIMENSIONS = ("provider", "model", "route", "origin", "key", "code", "country")
INSTALL = "byok-relay: usage needs libraries that serving does not, and {} is missing: pip install '.[usage]' in a checkout"


def _moment(context: click.Context, parameter: click.Parameter, value: str | None) -> float | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter("must be a date or a time, such as 2026-11-29 or 2026-11-29T22:42:11Z") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _svg(context: click.Context, parameter: click.Parameter, value: Path | None) -> Path | None:
    if value and value.suffix.lower() != ".svg":
        raise click.BadParameter("must end in .svg, which is what is drawn")
    return value


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, allow_dash=True), metavar="[FILE]...")
@click.option("--by", multiple=True, type=click.Choice(DIMENSIONS), default=("origin", "key"), help="A table by this; may be repeated.")
@click.option("--top", default=10, show_default=True, type=click.IntRange(1), help="Rows of a table.")
@click.option("--since", callback=_moment, metavar="TIME", help="Only what is not before it. UTC, unless it says otherwise.")
@click.option("--until", callback=_moment, metavar="TIME", help="Only what is before it.")
@click.option("--cost", type=click.Path(path_type=Path), metavar="PRICES.json", help="US dollars per million tokens of each model.")
@click.option(
    "--plot", type=click.Path(path_type=Path), callback=_svg, metavar="FILE.svg", help="Draw requests, errors and tokens over time."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every row.")
def usage(
    files: tuple[Path, ...],
    by: tuple[str, ...],
    top: int,
    since: float | None,
    until: float | None,
    cost: Path | None,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Say what happened, from the relay's audit lines.

    Reads files, also compressed ones (.gz), or what is piped in: the relay's own output, with other lines between and prefixes before, or
    that of `wrangler tail --format json`. Ctrl-C ends the reading, and what was read is printed.
    """
    if since is not None and until is not None and since >= until:
        raise click.UsageError("--since must be before --until")
    with _libraries():
        from . import usage_counts, usage_tables

        if plot:
            from . import usage_plot
    prices = _prices(cost) if cost else None
    counts = usage_counts.Usage(by, since, until)
    _read(files or (Path("-"),), counts)
    report = usage_counts.report(counts, prices)
    if plot:
        with _reading(plot, "written"):
            usage_plot.draw(counts.timeline, plot)
    if as_json:
        print(json.dumps(report, indent=2))  # in ASCII, so nothing in it can steer a terminal
    else:
        usage_tables.console().print(usage_tables.tables(report, top))


def _read(files: tuple[Path, ...], counts: "Usage") -> None:
    from .usage_tables import progress

    with progress(sum(file.stat().st_size for file in files if os.path.isfile(file))) as wrap:
        try:
            for file in files:
                with _reading(file), open(0 if str(file) == "-" else file, "rb", buffering=0, closefd=str(file) != "-") as raw:
                    counts.read(wrap(raw))
        except KeyboardInterrupt:
            print("byok-relay: ended before all was read", file=sys.stderr)


def _prices(file: Path) -> "Prices":
    from .usage_counts import read_prices

    with _reading(file):
        text = file.read_bytes()
    try:
        return read_prices(text)
    except ValueError as error:
        raise SystemExit(f"byok-relay: {file}: {error}") from None


@contextmanager
def _libraries() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise SystemExit(INSTALL.format(error.name)) from None


@contextmanager
def _reading(file: Path, what: str = "read") -> Iterator[None]:
    """A file that cannot be read ends the command with one line and exit code 1."""
    try:
        yield
    except (OSError, EOFError, zlib.error) as error:
        raise SystemExit(f"byok-relay: {file} cannot be {what} ({getattr(error, 'strerror', None) or error})") from None
