"""Where the audit lines go: to the standard output, as JSON; on a terminal, in a form for people."""

import json
import sys
from collections.abc import Callable

Log = Callable[[str], None]

_GREEN, _YELLOW, _RED, _DIM, _PLAIN = "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[2m", "\x1b[0m"


def log() -> Log:
    """Writes a line. Nothing in it is a client's text, so nothing of it can act on a terminal."""
    return _for_people if sys.stdout.isatty() else _as_it_is


def _as_it_is(line: str) -> None:
    print(line, flush=True)


def _for_people(line: str) -> None:
    print(for_people(line), flush=True)


def for_people(line: str) -> str:
    """One coloured line: when, what, how it went, how long it took."""
    said = json.loads(line)
    status, outcome = said["status"] or 0, said["outcome"]
    failed = outcome not in ("ok", "refused") or status >= 500
    colour = _RED if failed else _YELLOW if status >= 400 else _GREEN
    took = f"{(said['ms_headers'] or 0) if said['ms'] is None else said['ms']:.0f} ms"
    if said["stream"] and said["ms"] is not None:
        took += f", begun after {said['ms_headers']:.0f}"
    words = [said["method"], said["provider"], said["route"], "with a sealed key" if said["sealed"] else None, said["code"]]
    if outcome not in ("ok", "refused", said["code"]):
        words.append(outcome)
    return f"{_DIM}{said['time'][11:19]}{_PLAIN} {colour}{status or '---'}{_PLAIN} {' '.join(filter(None, words))} {_DIM}{took}{_PLAIN}"
