"""Where the audit lines go: to the standard output, as JSON; on a terminal, in a form for people."""

import json
import os
import stat
import sys
from collections.abc import Callable
from contextlib import suppress

Log = Callable[[str], None]

_GREEN, _YELLOW, _RED, _DIM, _PLAIN = "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[2m", "\x1b[0m"


def log() -> Log:
    """Writes a line. Nothing in it is a client's text, so nothing of it can act on a terminal."""
    output = sys.stdout.fileno()
    if sys.stdout.isatty():
        return lambda line: _write(output, for_people(line))
    if stat.S_ISFIFO(os.fstat(output).st_mode):
        os.set_blocking(output, False)
    return lambda line: _write(output, line)


def say(line: str) -> None:
    """Writes a line that is no audit line."""
    _write(sys.stdout.fileno(), line)


def _write(output: int, line: str) -> None:
    """A line that nobody takes is lost: a reader of a pipe that is slow or gone must stop no request. A pipe takes a line whole or not at
    all (PIPE_BUF, POSIX write)."""
    with suppress(OSError):
        os.write(output, f"{line}\n".encode())


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
