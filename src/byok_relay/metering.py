"""The token meter: reads a provider's answer as it passes by, and says how many tokens it took.

It is fed bytes, split anywhere. It knows the shapes of answers and no provider. It raises nothing: what it cannot read is not counted.
It holds at most 2 * MAX_BYTES and a piece, in time that is linear, and stops after MOST_STEPS. Answers must not be compressed.
"""

import json
import re
from typing import Any, NamedTuple

MAX_BYTES = 1 << 20  # of a JSON body, a line, an event's data or an array's item; what is longer is passed over
MOST_STEPS = 500_000  # line ends, or a JSON body's brackets and quotes; only an answer that is to keep the relay busy has more
_MAX_COUNT = 10**12  # tokens; what is more is no count


class Usage(NamedTuple):
    """Tokens of one answer, as its provider counted them; None: it did not say. They mean the same for every provider."""

    input: int | None  # the whole prompt, with what was read from a cache or written to one
    output: int | None  # all that was generated, with reasoning
    cached: int | None  # the part of `input` that was read from a cache
    reasoning: int | None  # the part of `output` that was reasoning
    model: str | None  # as the provider calls it, if that is in a form that is safe to log


class _Shape(NamedTuple):
    """The names of counts in one kind of usage object, separated by spaces. `a.b` is b in the object a."""

    input: str  # the sum of these
    output: str  # the sum of these
    cached: str = ""  # the first of these
    reasoning: str = ""  # the first of these
    total: str = ""  # what is in it only is output
    audio: str = ""  # or input, if this is there and not 0


_SHAPES = (
    # Chat, embeddings, and what copied them: parts are in their wholes (openai-python, completion_usage.py). xAI and Gemini's copy leave
    # reasoning out of `completion_tokens`, Gemini's without a name for it (vercel/ai, xai-text.chunks.txt; discuss.ai.google.dev/t/127400).
    # Mistral leaves the tokens of audio out of `prompt_tokens`. The total has them all.
    _Shape(
        input="prompt_tokens",
        output="completion_tokens",
        cached="prompt_tokens_details.cached_tokens prompt_cache_hit_tokens cached_tokens",
        reasoning="completion_tokens_details.reasoning_tokens reasoning_tokens",
        total="total_tokens",
        audio="prompt_audio_seconds",
    ),
    # Messages: the prompt is the sum of the three (anthropic-sdk-python, message.py), thinking is in the output (message_delta_usage.py).
    # Responses, images, transcriptions: parts are in their wholes (openai-python, response_usage.py).
    _Shape(
        input="input_tokens cache_read_input_tokens cache_creation_input_tokens",
        output="output_tokens",
        cached="cache_read_input_tokens input_tokens_details.cached_tokens",
        reasoning="output_tokens_details.thinking_tokens output_tokens_details.reasoning_tokens",
        total="total_tokens",
    ),
    # Gemini: cached tokens are in the prompt, thoughts are not in the candidates (python-genai, types.py). Its interactions say the same
    # in other names (test_automatic_continuation.py).
    _Shape(
        input="promptTokenCount toolUsePromptTokenCount",
        output="candidatesTokenCount thoughtsTokenCount",
        cached="cachedContentTokenCount",
        reasoning="thoughtsTokenCount",
    ),
    _Shape(
        input="total_input_tokens total_tool_use_tokens",
        output="total_output_tokens total_thought_tokens",
        cached="total_cached_tokens",
        reasoning="total_thought_tokens",
    ),
    # Cohere: `tokens` has the whole prompt, `billed_units` only what is paid for (cohere-python, usage.py, usage_billed_units.py).
    _Shape(input="tokens.input_tokens", output="tokens.output_tokens", cached="cached_tokens"),
    _Shape(input="billed_units.input_tokens", output="billed_units.output_tokens"),
    # Replicate's language models.
    _Shape(input="input_token_count", output="output_token_count"),
)
_NAMES = frozenset(name for shape in _SHAPES for names in shape for name in names.split())

# Where a body, an event or an item has its usage object: under one of these names, in itself or in one of these parts of it. Of an array
# it is the first part. The model's name is beside it.
_USAGES = ("usage", "usageMetadata", "meta", "metrics")
_PARTS = ("message", "response", "delta", "interaction", "choices", "x_groq")
_MODEL = re.compile("[A-Za-z0-9][A-Za-z0-9._:/@-]{0,99}")

_COUNTS = re.compile(rb'oken(?:s|Count|_count)"')  # the end of a count's name; what has none is not parsed, and that is most of a stream
_BRACKETS = re.compile(rb'["{}\[\]]|\\.?', re.DOTALL)

_LINES = frozenset("application/x-ndjson application/ndjson application/jsonl application/x-jsonlines application/stream+json".split())


def meter_for(content_type: str, key_prefixes: tuple[str, ...] = ()) -> "Meter | None":
    """A meter for an answer of this Content-Type; None if such answers do not say their usage.

    A model's name that begins like a key is none: providers repeat what a client sent as the model.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "text/event-stream" or kind in _LINES:
        return _Lines(key_prefixes, are_events=kind not in _LINES)
    return _Values(key_prefixes) if kind == "application/json" or kind.endswith("+json") else None


class Meter:
    """Of one answer."""

    _takes_time = b""  # the bytes that each take a step

    def __init__(self, key_prefixes: tuple[str, ...]) -> None:
        self._key_prefixes = key_prefixes
        self._steps = 0
        self._counts: dict[str, int] = {}
        self._model: str | None = None
        self._begun = bytearray()  # the line, body or item that has not ended
        self._data = bytearray()  # of the event that has not ended
        self._skipping = False  # what has not ended is too long

    @property
    def held(self) -> int:
        """The bytes that it holds."""
        return len(self._begun) + len(self._data)

    def feed(self, piece: bytes) -> None:
        """Takes the next bytes of the answer."""
        self._steps += len(piece) - len(piece.translate(None, self._takes_time))
        if self._steps <= MOST_STEPS:
            self._feed(piece)
        else:  # as if it had said nothing
            for held in (self._counts, self._begun, self._data):
                held.clear()

    def _feed(self, piece: bytes) -> None:
        raise NotImplementedError

    def usage(self) -> Usage | None:
        """What the answer has said so far; None if that is nothing."""
        shape = next((shape for shape in _SHAPES if self._found(f"{shape.input} {shape.output}")), None)
        if shape is None:
            return None
        input, output = (sum(found) if (found := self._found(names)) else None for names in (shape.input, shape.output))
        cached, reasoning = (next(iter(self._found(names)), None) for names in (shape.cached, shape.reasoning))
        # No part is more than its whole, and no whole less than its parts: copies of a shape may count one apart.
        if input is not None and input < (cached or 0):
            input += cached or 0
        if input is not None and output is not None:
            rest = max(self._counts.get(shape.total, 0) - input - output, 0)
            input, output = (input + rest, output) if self._counts.get(shape.audio) else (input, output + rest)
        if output is not None and output < (reasoning or 0):
            output += reasoning or 0
        return Usage(input, output, cached, reasoning, self._model)

    def _found(self, names: str) -> list[int]:
        return [self._counts[name] for name in names.split() if name in self._counts]

    def _read(self, text: bytes | bytearray) -> None:
        """Takes the counts of a body, an event or an item. They are running totals, so the last one stands."""
        if not _COUNTS.search(text):
            return
        try:
            value = json.loads(str(text, "utf-8-sig", "replace"))
        except (ValueError, RecursionError):
            return
        for part in (value, *(value.get(name) for name in _PARTS)) if isinstance(value, dict) else ():
            part = part[0] if isinstance(part, list) and part else part
            if not isinstance(part, dict):
                continue
            for usage in map(part.get, _USAGES):
                if isinstance(usage, dict):
                    self._count(usage)
            model = part.get("model", part.get("modelVersion"))
            if isinstance(model, str) and _MODEL.fullmatch(model) and not model.startswith(self._key_prefixes):
                self._model = model

    def _count(self, usage: dict[str, Any], prefix: str = "") -> None:
        for name, count in usage.items():
            if isinstance(count, dict) and not prefix:
                self._count(count, f"{name}.")
            # A 0 replaces no count: copies of message_start and message_delta have the prompt in one of them, and 0 in the other.
            elif (
                type(count) is int and 0 <= count < _MAX_COUNT and (name := prefix + name) in _NAMES and (count or name not in self._counts)
            ):
                self._counts[name] = count


class _Lines(Meter):
    """Of server-sent events (HTML standard, section 9.2.6) with JSON as data, or of lines of JSON."""

    _takes_time = b"\r\n"

    def __init__(self, key_prefixes: tuple[str, ...], *, are_events: bool) -> None:
        super().__init__(key_prefixes)
        self._are_events = are_events
        self._after_cr = False  # an LF that comes now ends no other line

    def _feed(self, piece: bytes) -> None:
        if self._after_cr and piece:
            piece = piece.removeprefix(b"\n")
            self._after_cr = False
        if not piece:
            return
        self._after_cr = piece.endswith(b"\r")
        lines: list[bytes | bytearray] = [*piece.splitlines()]
        begun = b"" if piece.endswith((b"\r", b"\n")) else lines.pop()
        if lines and self._begun:
            lines[0] = self._begun + lines[0]
            self._begun.clear()
        for line in lines:
            self._take(line)
        self._begun += begun
        if len(self._begun) > MAX_BYTES:
            self._take(self._begun)
            self._begun[:] = b":"  # the rest of the line: a comment among events, and no JSON

    def usage(self) -> Usage | None:
        if not self._skipping:  # an answer that was cut off has no last line end
            self._read(self._data + self._begun.removeprefix(b"data:"))
        return super().usage()

    def _take(self, line: bytes | bytearray) -> None:
        if not self._are_events:
            self._read(line if len(line) <= MAX_BYTES else b"")
        elif not line:  # the end of an event
            self._read(self._data)
            self._data.clear()
            self._skipping = False
        elif line.startswith((b"data:", b"\xef\xbb\xbfdata:")) and not self._skipping:
            self._skipping = len(self._data) + len(line) > MAX_BYTES
            if self._skipping:
                self._data.clear()
            else:
                self._data += line[line.index(b":") + 1 :]
                self._data += b"\n"


class _Values(Meter):
    """Of a JSON body. If that is an array, it is read item by item as it comes."""

    _takes_time = b'"{}[]\\'

    def __init__(self, key_prefixes: tuple[str, ...]) -> None:
        super().__init__(key_prefixes)
        self._items = 0  # the depth at which items begin: 1 in an array
        self._depth = 0  # of brackets
        self._in_string = False
        self._escaped = False  # the last byte was a backslash

    def _feed(self, piece: bytes) -> None:
        if not piece or (self._skipping and not self._items):
            return
        begin, after = 0, int(self._escaped)
        self._escaped = False
        for match in _BRACKETS.finditer(piece, after):
            token = match[0]
            if token == b'"':
                self._in_string = not self._in_string
            elif token == b"\\":
                self._escaped = True
            elif self._in_string:
                continue
            elif token in b"{[":
                if self._depth == 0:
                    self._items = int(token == b"[")
                if self._depth == self._items:
                    begin = match.start()
                self._depth += 1
            elif self._depth and token in b"}]":
                self._depth -= 1
                if self._depth == self._items:
                    self._hold(piece[begin : match.end()])
                    if self._skipping and not self._items:
                        return  # a body that was too long: nothing else comes
                    self._read(self._begun)
                    self._begun.clear()
                    self._skipping = False
        if self._depth > self._items:
            self._hold(piece[begin:])

    def _hold(self, more: bytes) -> None:
        self._skipping = self._skipping or len(self._begun) + len(more) > MAX_BYTES
        self._begun += b"" if self._skipping else more
        if self._skipping:
            self._begun.clear()
