"""JSON of which each member can be read in one way only."""

import json
from typing import Any


def loads(text: str) -> Any:
    """The value. Raises ValueError or RecursionError, also for a member that is there twice and for NaN or Infinity."""
    return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError
    return dict(pairs)


def _refuse(_constant: str) -> None:
    raise ValueError
