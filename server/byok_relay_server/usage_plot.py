"""Requests, errors and tokens over time, as a picture."""

from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, MaxNLocator

from .usage_counts import Timeline

BARS = 120
DAY = 86_400
# On a ground of its own, so that it reads the same on a light page and on a dark one.
GROUND, TEXT, QUIET, GRID = "#ffffff", "#1f2328", "#59636e", "#d8dee4"
STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "svg.fonttype": "none",  # text stays text: to be searched, and read aloud
    "svg.hashsalt": "byok-relay",  # the same numbers draw the same file
    "text.color": TEXT,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "timezone": "UTC",
}
# The title of a panel, and of each of its bars: a name, the place in a span of the timeline, a colour. Bars stand on each other.
PANELS = [
    ("Requests", [("", 0, "#4c7aa8")]),
    ("Requests that are not ok", [("", 1, "#d9480f")]),
    ("Tokens", [("input", 2, "#4c7aa8"), ("output", 3, "#f08c4f")]),
]


def draw(timeline: Timeline, file: Path) -> None:
    """Raises OSError where it cannot be written."""
    timeline.fit(BARS)
    panels = [(title, bars) for title, bars in PANELS if title == "Requests" or any(sum(_heights(timeline, at)) for _, at, _ in bars)]
    with rc_context(STYLE):
        figure = Figure(figsize=(10, 1.9 * len(panels) + 0.4), facecolor=GROUND, layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
        for axis, (title, bars) in zip(axes, panels, strict=True):
            axis.set_title(f"{title} {_per(timeline.width)}", loc="left", fontsize=10, fontweight="bold", color=TEXT)
            _draw_bars(axis, timeline, bars)
        axes[-1].set_xlabel("UTC", loc="left", color=QUIET)
        figure.savefig(file, format="svg", facecolor=GROUND, metadata={"Date": None, "Creator": None})


def _draw_bars(axis: Axes, timeline: Timeline, bars: list[tuple[str, int, str]]) -> None:
    starts = [start / DAY for start in sorted(timeline.spans)]  # matplotlib counts days
    floor = [0.0] * len(starts)
    for name, place, colour in bars:
        heights = [float(height) for height in _heights(timeline, place)]  # a forged line may hold more than an int64
        axis.bar(starts, heights, timeline.width / DAY, floor, align="edge", color=colour, label=name)
        floor = [low + height for low, height in zip(floor, heights, strict=True)]
    if len(bars) > 1:
        axis.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=len(bars), frameon=False, borderaxespad=0)
    locator = AutoDateLocator(minticks=3, maxticks=9)  # type: ignore[no-untyped-call]
    axis.xaxis.set_major_locator(locator)
    axis.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    axis.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axis.yaxis.set_major_formatter(EngFormatter(sep=""))
    axis.set_ylim(bottom=0)
    axis.set_axisbelow(True)
    axis.grid(axis="y", color=GRID, linewidth=0.7)
    axis.tick_params(length=0)
    axis.spines[["top", "left", "right"]].set_visible(False)
    axis.spines["bottom"].set_color(GRID)


def _heights(timeline: Timeline, place: int) -> list[int]:
    return [timeline.spans[start][place] for start in sorted(timeline.spans)]


def _per(seconds: int) -> str:
    for unit, size in (("day", DAY), ("hour", 3600), ("minute", 60), ("second", 1)):
        if seconds % size == 0:
            return f"per {unit}" if seconds == size else f"per {seconds // size} {unit}s"
    raise AssertionError(seconds)
