"""Draws results.json as results.svg: throughput, added time and CPU time side by side."""

import json
from pathlib import Path
from statistics import median
from typing import Any

import matplotlib as mpl

mpl.use("svg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

HERE = Path(__file__).parent

# On a ground of its own, so that it reads the same on a light page and on a dark one.
GROUND, TEXT, QUIET = "#ffffff", "#1f2328", "#59636e"
SERVE, WORKER, FLOOR, PEER = "#d9480f", "#f08c4f", "#adb5bd", "#4c7aa8"
COLOURS = {"serve": SERVE, "relay": WORKER, "bare": FLOOR}  # by what a row's id begins with, up to a hyphen
BASE = "serve"  # what all others are compared with
OFF_SCALE = 5  # a bar this many times as long as all but one is cut off, or nobody could compare those

Rows = dict[str, dict[str, Any]]
Numbers = list[float]  # one of each round


def rate(rows: Rows, name: str) -> Numbers:
    return list(rows[name]["samples"]["chat16.rate"])


def added(rows: Rows, name: str) -> Numbers:
    return [own - direct for own, direct in zip(rows[name]["samples"]["chat1.p50"], rows["direct"]["samples"]["chat1.p50"], strict=True)]


def cpu(rows: Rows, name: str) -> Numbers:
    return list(rows[name]["samples"]["chat16.cpu"])


PANELS = [
    ("Requests per second", "16 connections; longer is better", rate, "{:,.0f}"),
    ("Added milliseconds", "median, 1 connection; shorter is better", added, "{:.2f}"),
    ("CPU milliseconds per request", "16 connections; shorter is better", cpu, "{:.2f}"),
]


def draw(results: dict[str, Any]) -> None:
    rows: Rows = results["rows"]
    names = [name for name in rows if name != "direct"]
    plt.rcParams.update({"font.family": "DejaVu Sans", "font.size": 10, "svg.hashsalt": "byok-relay", "text.color": TEXT})
    figure, axes = plt.subplots(1, len(PANELS), figsize=(12, 0.36 * len(names) + 1.4), sharey=True, facecolor=GROUND)
    for axis, (title, how, numbers, form) in zip(axes, PANELS, strict=True):
        axis.set_title(f"{title}\n", loc="left", fontsize=11, fontweight="bold")
        axis.text(0, 1.02, how, transform=axis.transAxes, fontsize=8.5, color=QUIET)
        draw_bars(axis, {name: numbers(rows, name) for name in names}, form)
    axes[0].set_yticks(range(len(names)), [rows[name]["label"] for name in names], color=TEXT)
    for name in ("relay", BASE):
        axes[0].get_yticklabels()[names.index(name)].set_fontweight("bold")
    axes[0].invert_yaxis()
    machine, versions = results["machine"], results["versions"]
    note = (
        f"× is how many times that of {rows[BASE]['label']} with one worker; lines reach from the lowest to the highest round; "
        f"▸ is off the scale; grey is what Cloudflare's runtime takes by itself.\n"
        f"A browser's chat of 1 KiB, the provider on the same machine. {machine['cpu']}, {machine['cores']}; Node {versions['node']}, "
        f"workerd {versions['workerd']}, Python {versions['python']}, uvicorn {versions['uvicorn']}; commit {results['commit']}"
    )
    figure.text(0.008, 0.025, note, fontsize=7.5, color=QUIET, linespacing=1.5)
    figure.tight_layout(rect=(0, 0.075, 1, 1), w_pad=1.5)
    figure.savefig(HERE / "results.svg", facecolor=GROUND, metadata={"Date": None})


def draw_bars(axis: Axes, measured: dict[str, Numbers], form: str) -> None:
    middles = {name: median(numbers) for name, numbers in measured.items()}
    end = longest(measured)
    for place, (name, numbers) in enumerate(measured.items()):
        middle, whole = middles[name], max(numbers) <= end
        axis.barh(place, min(middle, end), height=0.68, color=COLOURS.get(name.partition("-")[0], PEER))
        if whole:
            spread = [[middle - min(numbers)], [max(numbers) - middle]]
            axis.errorbar(middle, place, xerr=spread, fmt="none", ecolor=TEXT, elinewidth=1, alpha=0.55)
        times = median(own / base for own, base in zip(numbers, measured[BASE], strict=True))
        text = f"{'' if whole else '▸ '}{times:.2f}×   {form.format(middle)}"
        axis.annotate(text, (min(max(numbers), end), place), xytext=(6, 0), textcoords="offset points", va="center", fontsize=9)
    axis.set_xlim(0, 1.42 * end)
    axis.set_xticks([])
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)


def longest(measured: dict[str, Numbers]) -> float:
    """Where the longest bar ends that is drawn whole."""
    *_, second, first = sorted(max(numbers) for numbers in measured.values())
    return first if first < OFF_SCALE * second else second


if __name__ == "__main__":
    draw(json.loads((HERE / "results.json").read_text()))
