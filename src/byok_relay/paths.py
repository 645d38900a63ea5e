"""The grammar of routes: the raw ASCII path is matched whole against a closed table, and what matched is what is sent.

Nothing is decoded, joined or normalised. A route is written ``POST /v1/models/{model}:predict``: literal text and named parameters. A
segment begins with a letter or digit and holds no slash, backslash, semicolon or percent sign. So dot segments do not match, encoded or
not. Two escapes are exceptions, because clients send them: ``%3A`` for a colon, and ``%2F`` between the plain parts of a model's name.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Generic, TypeVar

T = TypeVar("T")

_COLON = "(?::|%3[Aa])"
_SEGMENT = "[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_NAME = f"[A-Za-z0-9](?:(?:[A-Za-z0-9._-]|{_COLON})*[A-Za-z0-9])?"
_PARAMETERS = {
    "{model}": _SEGMENT,
    "{id}": "[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?",
    "{model_id}": _NAME,  # OpenAI: ft:gpt-4o:org::id
    "{model_name}": f"{_NAME}(?:%2[Ff]{_NAME})*",  # meta-llama/Llama-3-8b, as SDKs write it into a path
    "{version}": "v1(?:beta|alpha)?",
    "{path}": f"{_SEGMENT}(?:/{_SEGMENT}){{0,15}}",  # the rest of a path
}
_PIECES = re.compile(r"(\{\w+\}|:)")


@cache  # compiled when first needed
def pattern(path: str, captured: frozenset[str] = frozenset()) -> re.Pattern[str]:
    """The pattern of a route's path, with groups for these parameters. Raises KeyError for a parameter that is not in the list above."""
    named = {name: f"({form})" if name in captured else form for name, form in _PARAMETERS.items()}
    pieces = (_COLON if p == ":" else named[p] if p.startswith("{") else re.escape(p) for p in _PIECES.split(path))
    return re.compile("".join(pieces))


class RouteTable(Generic[T]):
    """Routes and their targets. Literal paths are looked up, the few with parameters are tried in turn."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        self._literal: dict[str, dict[str, T]] = {}
        self._parametric: list[tuple[str, str, str, dict[str, T]]] = []  # how it begins, how it ends, the path
        by_path: dict[str, dict[str, T]] = {}
        for route, target in entries:
            method, path = route.split(" ")
            by_path.setdefault(path, {})[method] = target
        for path, methods in by_path.items():
            first, *others = _PIECES.split(path)
            if others:
                self._parametric.append((first, others[-1], path, methods))
            else:
                self._literal[path] = methods

    @property
    def literal_paths(self) -> Iterable[str]:
        """The paths without parameters."""
        return self._literal

    def exists(self, path: str) -> bool:
        """Whether any method has this path."""
        return bool(self.methods(path))

    def methods(self, path: str) -> dict[str, T]:
        """The path's targets by method; empty for an unknown path."""
        literal = self._literal.get(path)
        if literal is not None:
            return literal
        merged: dict[str, T] = {}
        for first, last, route, methods in self._parametric:
            # The cheap tests save compiling most patterns.
            if path.startswith(first) and path.endswith(last) and pattern(route).fullmatch(path):
                merged |= methods
        return merged
