"""Where the choices come from that a hostile request is made of: a seed, Hypothesis, or the bytes of a coverage-guided fuzzer.

Whatever is made here is written once, as a function of `Choices`. The first of several options is always the most ordinary one: it is
what a failure shrinks to, and what a seed of the corpus has wherever it does not say otherwise.
"""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.database import DirectoryBasedExampleDatabase

T = TypeVar("T")

# How much is tried: in a test run always the same and not for long; in `make fuzz`, which sets FUZZ_SEED, much more and something new.
FUZZ_SEED = os.environ.get("FUZZ_SEED")
SEED = int(FUZZ_SEED or 1)


def examples(count: int, steps: int = 0) -> settings:
    """Hypothesis's settings for a test that tries so many examples in a test run."""
    return settings(
        max_examples=count if FUZZ_SEED is None else 10 * count,
        stateful_step_count=steps or 1,
        derandomize=FUZZ_SEED is None,
        database=None if FUZZ_SEED is None else DirectoryBasedExampleDatabase(".fuzz/examples"),
        deadline=None,
        phases=set(Phase) - ({Phase.shrink} if steps and FUZZ_SEED is None else set()),  # of a long story that takes minutes
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


class Choices(ABC):
    @abstractmethod
    def number(self, low: int, high: int) -> int:
        """A whole number, both ends included."""

    @abstractmethod
    def text(self, limit: int) -> str:
        """Any text, at most so many bytes in UTF-8."""

    def pick(self, options: Sequence[T]) -> T:
        return options[self.number(0, len(options) - 1)]


class Seeded(Choices):
    """Choices by a seed: quick enough for a million paths."""

    _ALPHABETS = ("abcXYZ019-_.", "./\\%;:@?#&= \t\r\n\0~'\"<>{}|^`,+*$()[]!", "é\xa0Ωｖ／．\u2028\u202e\ufeff🙂İK\x7f\x85")

    def __init__(self, seed: int) -> None:
        self._random = Random(seed).random

    def number(self, low: int, high: int) -> int:
        return low + int(self._random() * (high - low + 1))

    def text(self, limit: int) -> str:
        alphabet = self.pick(self._ALPHABETS)
        return "".join(self.pick(alphabet) for _ in range(self.number(0, limit // 4)))


class Drawn(Choices):
    """Choices by Hypothesis, from the `draw` of a composite strategy or of `st.data()`."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self._draw = draw

    def number(self, low: int, high: int) -> int:
        return int(self._draw(st.integers(low, high)))

    def text(self, limit: int) -> str:
        return str(self._draw(st.text(max_size=limit // 4)))


class Fuzzed(Choices):
    """Choices by the bytes of an input, read through `atheris.FuzzedDataProvider`: numbers from its end, texts from its beginning."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider

    def number(self, low: int, high: int) -> int:
        return int(self._provider.ConsumeIntInRange(low, high))

    def text(self, limit: int) -> str:
        return bytes(self._provider.ConsumeBytes(self.number(0, limit))).decode(errors="replace")


class Wished(Choices):
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
