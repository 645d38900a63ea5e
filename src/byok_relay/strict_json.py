"""JSON of which each member can be read in one way only."""

from json import JSONDecoder
from typing import Any


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError
    return dict(pairs)


def _refuse(_constant: str) -> None:
    raise ValueError


_DECODER = JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse)


def loads(text: str) -> Any:
    """The value. Raises ValueError or RecursionError, also for a member that is there twice and for NaN or Infinity."""
    return _DECODER.decode(text)
