"""Where the choices come from that a hostile request is made of: a seed, Hypothesis, or the bytes of a coverage-guided fuzzer.

Whatever is made here is written once, as a function of `Choices`. The first of several options is always the most ordinary one: it is
what a failure shrinks to, and what a seed of the corpus has wherever it does not say otherwise.
"""

from collections.abc import Callable, Sequence
from functools import cache
from random import Random
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Choices(Protocol):
    def number(self, low: int, high: int) -> int:
        """A whole number, both ends included."""

    def pick(self, options: Sequence[T]) -> T:
        """One of some options."""

    def text(self, limit: int) -> str:
        """Any text, at most so many bytes in UTF-8."""


class Seeded:
    """Choices by a seed: quick enough for a million paths."""

    _ALPHABETS = ("abcXYZ019-_.", "./\\%;:@?#&= \t\r\n\0~'\"<>{}|^`,+*$()[]!", "é\xa0Ωｖ／．\u2028\u202e\ufeff🙂İK\x7f\x85")

    def __init__(self, seed: int) -> None:
        self._random = Random(seed).random

    def number(self, low: int, high: int) -> int:
        return low + int(self._random() * (high - low + 1))

    def pick(self, options: Sequence[T]) -> T:
        return options[int(self._random() * len(options))]

    def text(self, limit: int) -> str:
        alphabet = self.pick(self._ALPHABETS)
        return "".join(self.pick(alphabet) for _ in range(self.number(0, limit // 4)))


class Drawn:
    """Choices by Hypothesis, from the `draw` of a composite strategy or of `st.data()`."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self._draw = draw

    def number(self, low: int, high: int) -> int:
        return int(self._draw(_numbers(low, high)))

    def pick(self, options: Sequence[T]) -> T:
        return options[self.number(0, len(options) - 1)]

    def text(self, limit: int) -> str:
        return str(self._draw(_texts(limit // 4)))


@cache
def _numbers(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


@cache
def _texts(length: int) -> st.SearchStrategy[str]:
    return st.text(max_size=length)


class Fuzzed:
    """Choices by the bytes of an input, read through `atheris.FuzzedDataProvider`: numbers from its end, texts from its beginning."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider

    def number(self, low: int, high: int) -> int:
        return int(self._provider.ConsumeIntInRange(low, high))

    def pick(self, options: Sequence[T]) -> T:
        return options[self.number(0, len(options) - 1)]

    def text(self, limit: int) -> str:
        return bytes(self._provider.ConsumeBytes(self.number(0, limit))).decode(errors="replace")


class Wished:
    """Choices for a seed of the corpus: what is wished for wherever it is offered, else the first. Knows the bytes that `Fuzzed` needs."""

    def __init__(self, options: Sequence[object] = (), texts: Sequence[str] = ()) -> None:
        self._options = options
        self._texts = list(texts)
        self._front = b""
        self._back = b""

    @property
    def input(self) -> bytes:
        return self._front + self._back[::-1]

    @property
    def granted(self) -> bool:
        return not self._texts

    def number(self, low: int, high: int) -> int:
        return low + self._write(0, high - low)

    def pick(self, options: Sequence[T]) -> T:
        return options[self._write(next((at for at, option in enumerate(options) if option in self._options), 0), len(options) - 1)]

    def text(self, limit: int) -> str:
        data = self._texts.pop(0).encode()[:limit] if self._texts else b""
        self._write(len(data), limit)
        self._front += data
        return data.decode(errors="replace")

    def _write(self, value: int, most: int) -> int:
        self._back += value.to_bytes((most.bit_length() + 7) // 8, "big")
        return value
