"""JSON of which each member can be read in one way only."""

import re
from itertools import accumulate
from json import JSONDecoder
from typing import Any

# Brackets within brackets. Python in WebAssembly does not survive some ten thousand of them: it has the stack of the JavaScript engine.
MOST_DEPTH = 200

_TEXT = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)  # an unfinished one too, so that nothing is searched twice
_STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}
_NO_BRACKETS = re.compile(r"[^][{}]+")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError
    return dict(pairs)


def _refuse(_constant: str) -> None:
    raise ValueError


_DECODER = JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse)


def loads(text: str) -> Any:
    """The value. Raises ValueError, also for a member that is there twice, for NaN or Infinity, and for more than MOST_DEPTH brackets in
    brackets."""
    if text.count("[") + text.count("{") > MOST_DEPTH and _depth(text) > MOST_DEPTH:
        raise ValueError
    return _DECODER.decode(text)


def _depth(text: str) -> int:
    return max(accumulate(map(_STEPS.__getitem__, _NO_BRACKETS.sub("", _TEXT.sub("", text)))), default=0)
