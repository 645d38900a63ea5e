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
    """What writes audit lines. Nothing in them is a client's text, so nothing of it can act on a terminal."""
    if not _is_replaced() and stat.S_ISFIFO(os.fstat(sys.stdout.fileno()).st_mode):
        os.set_blocking(sys.stdout.fileno(), False)
    return (lambda line: say(for_people(line))) if sys.stdout.isatty() else say


def say(line: str) -> None:
    """Writes a line. One that nobody takes is lost: a reader of a pipe that is slow or gone must stop no request.

    A pipe takes a line whole or not at all (PIPE_BUF, POSIX write), which `print` does not know. Where a platform has put something of its
    own in the place of the standard output, as Vercel does to tell whose request a line is of, that gets it.
    """
    with suppress(OSError):
        if _is_replaced():
            print(line, flush=True)
        else:
            os.write(sys.stdout.fileno(), f"{line}\n".encode())


def _is_replaced() -> bool:
    return sys.stdout is not sys.__stdout__


def for_people(line: str) -> str:
    """One coloured line: when, what, how it went, how long it took."""
    said = json.loads(line)
    status, outcome = said["status"] or 0, said["outcome"]
    failed = outcome not in ("ok", "refused") or status >= 500
    colour = _RED if failed else _YELLOW if status >= 400 else _GREEN
    if said["ms"] is None:  # on Workers
        took = f"begun after {said['ms_headers']:.0f} ms"
    else:
        took = f"{said['ms']:.0f} ms" + (f", begun after {said['ms_headers']:.0f}" if said["stream"] else "")
    if usage := said["usage"]:
        took += f", {usage['input'] or 0} + {usage['output'] or 0} tokens"
    if socket := said["socket"]:
        took += f", {socket['frames_up']} frames up, {socket['frames_down']} down"
    if failed or status >= 400:
        took += f", {said['id']}"  # which the client has been told too
    words = [said["method"], said["provider"], said["route"], "with a sealed key" if said["sealed"] else None, said["code"]]
    if outcome not in ("ok", "refused", said["code"]):
        words.append(outcome)
    return f"{_DIM}{said['time'][11:19]}{_PLAIN} {colour}{status or '---'}{_PLAIN} {' '.join(filter(None, words))} {_DIM}{took}{_PLAIN}"
