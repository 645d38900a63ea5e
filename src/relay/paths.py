"""Which paths exist: the raw ASCII path is matched whole against a closed table, and what matched is what is sent.

Nothing is decoded, joined or normalised. A route is written ``POST /v1/models/{model}:predict``: literal text and named
parameters. Every segment a route can match begins with a letter or digit and holds no slash, backslash, ``;`` or percent sign
(but ``%3A``, which clients send for a colon), so dot segments and their encodings match nothing.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from .refusal import Refusal

T = TypeVar("T")

_COLON = "(?::|%3[Aa])"
_PARAMETERS = {
    "{model}": "[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?",
    "{id}": "[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?",
    "{model_id}": f"[A-Za-z0-9](?:(?:[A-Za-z0-9._-]|{_COLON})*[A-Za-z0-9])?",  # OpenAI: ft:gpt-4o:org::id
    "{version}": "v1(?:beta|alpha)?",
}
_PIECES = re.compile(r"(\{\w+\}|:)")

# A base URL with a version too many, or without the one its SDK expects it to have.
_DOUBLED_VERSION = re.compile(r"/v1(?:beta|alpha)?(?=/v1)")
_VERSION = re.compile("^/v1(?:beta|alpha)?(?=/)")
_VERSIONS = ("/v1", "/v1beta", "/v1beta/openai")


def pattern(path: str) -> re.Pattern[str]:
    """The pattern of a route's path. Raises KeyError for a parameter that is not in the list above."""
    pieces = (_COLON if p == ":" else _PARAMETERS[p] if p.startswith("{") else re.escape(p) for p in _PIECES.split(path))
    return re.compile("".join(pieces))


class RouteTable(Generic[T]):
    """Routes and what each of them leads to. Literal paths are looked up, the few with parameters are tried in turn."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        self._literal: dict[str, dict[str, T]] = {}
        self._patterns: list[tuple[re.Pattern[str], dict[str, T]]] = []
        by_path: dict[str, dict[str, T]] = {}
        for route, target in entries:
            method, path = route.split(" ")
            by_path.setdefault(path, {})[method] = target
        for path, methods in by_path.items():
            if _PIECES.search(path):
                self._patterns.append((pattern(path), methods))
            else:
                self._literal[path] = methods

    def methods(self, path: str) -> dict[str, T] | None:
        """What a path leads to, by method; None if there is no such path."""
        literal = self._literal.get(path)
        if literal is not None:
            return literal
        merged: dict[str, T] = {}
        for route, methods in self._patterns:
            if route.fullmatch(path):
                merged |= methods
        return merged or None

    def match(self, method: str, path: str) -> T:
        """What this request leads to. Raises Refusal: path_not_found, path_not_allowed or method_not_allowed."""
        methods = self.methods(path)
        if methods is None:
            raise Refusal("path_not_found", hint) if (hint := self.hint(path)) else Refusal("path_not_allowed")
        if method not in methods:
            raise Refusal("method_not_allowed", headers={"allow": ", ".join(methods)})
        return methods[method]

    def hint(self, path: str) -> str | None:
        """What to change in the base URL, if that is what is wrong with a path."""
        return next((words for words, meant in _corrections(path) if self.methods(meant) is not None), None)


def _corrections(path: str) -> Iterator[tuple[str, str]]:
    shorter = _DOUBLED_VERSION.sub("", path, count=1)
    if shorter != path:
        yield "There is nothing at this path: the API version is in it twice. Drop it from the base URL.", shorter
    for version in _VERSIONS:
        yield f"There is nothing at this path: the API version is missing. Add {version} to the base URL.", version + path
    bare = _VERSION.sub("", path, count=1)
    if bare != path:
        yield "There is nothing at this path. For an OpenAI client the base URL ends in /v1beta/openai here.", "/v1beta/openai" + bare
