"""JSON of which each member can be read in one way only."""

import re
from itertools import accumulate
from json import JSONDecoder
from typing import Any

# Brackets within brackets. Python in WebAssembly does not survive some ten thousand of them: it has the stack of the JavaScript engine.
MOST_DEPTH = 200

# Objects and members together, which are what takes time: a fifth of a second on a server. A chat of 1 MiB has 20,000 at most.
MOST_MEMBERS = 50_000

_TEXT = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)  # an unfinished one too, so that nothing is searched twice
_STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}
_NO_BRACKETS = re.compile(r"[^][{}]+")


class _Unique:
    """Makes the objects of one text."""

    def __init__(self) -> None:
        self._left = MOST_MEMBERS

    def __call__(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        self._left -= 1 + len(pairs)
        made = dict(pairs)
        if len(made) != len(pairs) or self._left < 0:
            raise ValueError
        return made


def _refuse(_constant: str) -> None:
    raise ValueError


def loads(text: str) -> Any:
    """The value. Raises ValueError, also for a member that is there twice, for NaN or Infinity, for more than MOST_DEPTH brackets in
    brackets, and for more than MOST_MEMBERS."""
    if text.count("[") + text.count("{") > MOST_DEPTH and _depth(text) > MOST_DEPTH:
        raise ValueError
    return JSONDecoder(object_pairs_hook=_Unique(), parse_constant=_refuse).decode(text)


def _depth(text: str) -> int:
    return max(accumulate(map(_STEPS.__getitem__, _NO_BRACKETS.sub("", _TEXT.sub("", text)))), default=0)
