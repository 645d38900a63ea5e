"""What audit lines add up to, in memory that does not grow with their number.

A line is the relay's own, but a client chose parts of it, and anything may stand between two of them. So whatever names a group is cut to
`NAME_LENGTH`, groups are at most `GROUPS`, and a line that is not as docs/audit.schema.json says is counted and left out.
"""

import gzip
import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from io import BufferedReader, RawIOBase
from typing import Annotated, Any, BinaryIO, TypeVar

import msgspec

GROUPS = 10_000  # origins, keys, models and so on; what comes later is counted together
LATENCIES = 256  # providers whose latencies are told apart; each takes 20 kB
NAME_LENGTH = 200
SWITCHED = 101  # of a WebSocket that has opened
LINE_BYTES = 1 << 20
READ_BYTES = 1 << 20
OTHERS = "(others)"
GZIP = b"\x1f\x8b"
LAST_SECOND = 7_258_118_400  # when the year 2200 begins: no clock is so wrong, and calendars end

Amount = Annotated[int, msgspec.Meta(ge=0, le=1 << 53)] | None
Milliseconds = Annotated[float, msgspec.Meta(ge=0)] | None
Name = str | None
Row = dict[str, Any]
T = TypeVar("T")


# What is read


class Tokens(msgspec.Struct, gc=False):
    """`cached` is a part of `input`, and `reasoning` one of `output`."""

    model: Name = None
    input: Amount = None
    output: Amount = None
    cached: Amount = None
    reasoning: Amount = None


class Line(msgspec.Struct, gc=False):
    """The members of an audit line that are counted."""

    time: Annotated[datetime, msgspec.Meta(tz=True)]
    id: str
    outcome: str
    provider: Name = None
    route: Name = None
    status: Annotated[int, msgspec.Meta(ge=0, le=999)] | None = None
    by: Name = None
    code: Name = None
    ms_headers: Milliseconds = None
    ms: Milliseconds = None
    country: Name = None
    key: Name = None
    origin: Name = None
    usage: Tokens | None = None

    @property
    def model(self) -> Name:
        return self.usage.model if self.usage else None


class Log(msgspec.Struct):
    message: Any = None


class Envelope(msgspec.Struct):
    """Other programs' objects with lines in them: `wrangler tail --format json`, Docker's files, `journalctl --output json`."""

    logs: list[Log] = []
    log: Any = None
    MESSAGE: Any = None

    def lines(self) -> Iterator[str]:
        inside = [part for log in self.logs for part in (log.message if isinstance(log.message, list) else [log.message])]
        for text in (*inside, self.log, self.MESSAGE):
            if isinstance(text, str):
                yield from text.splitlines()


class Price(msgspec.Struct, forbid_unknown_fields=True):
    """US dollars per million tokens. Without a price of their own, cached tokens cost as much as the other input."""

    input: Decimal
    output: Decimal
    cached: Decimal | None = None

    def __post_init__(self) -> None:
        if not all(price.is_finite() and price >= 0 for price in (self.input, self.output, self.cached or Decimal(0))):
            raise ValueError("a price is a number, and not below 0")


Prices = dict[str, Price]

LINE = msgspec.json.Decoder(Line)
ENVELOPE = msgspec.json.Decoder(Envelope)
UNREADABLE = (msgspec.DecodeError, UnicodeError, RecursionError)


def read_prices(text: bytes) -> Prices:
    """Raises ValueError with what is wrong, and for which model."""
    prices = {}
    for model, price in msgspec.json.decode(text, type=dict[str, msgspec.Raw]).items():
        try:
            prices[model] = msgspec.json.decode(price, type=Price)
        except ValueError as error:
            raise ValueError(f"{json.dumps(model)}: {error}") from None
    return prices


# How it is counted


class Histogram:
    """Counts how often each duration was seen. A percentile is wrong by at most 1 %."""

    FLOOR, STEP = 0.01, 1.02  # milliseconds; each bucket's upper end is so many times its lower end
    CEILING = 86_400_000.0
    BUCKETS = math.ceil(math.log(CEILING / FLOOR, STEP))
    _SCALE = 1 / math.log(STEP)
    _OFFSET = -math.log(FLOOR) / math.log(STEP)

    def __init__(self) -> None:
        self.counts = [0] * (self.BUCKETS + 1)

    def add(self, ms: float) -> None:
        if ms < self.FLOOR:
            self.counts[0] += 1
        elif ms >= self.CEILING:
            self.counts[-1] += 1
        else:
            self.counts[int(math.log(ms) * self._SCALE + self._OFFSET)] += 1

    def percentile(self, percent: int) -> float | None:
        rank, seen = math.ceil(sum(self.counts) * percent / 100), 0
        for bucket, count in enumerate(self.counts):
            seen += count
            if count and seen >= rank:
                return float(f"{self.FLOOR * self.STEP ** (bucket + 0.5):.4g}")
        return None


class Latency:
    PERCENTS = (50, 90, 99)

    def __init__(self) -> None:
        self.requests = 0
        self.ms_headers, self.ms = Histogram(), Histogram()

    def percentiles(self) -> Row:
        histograms = {"ms_headers": self.ms_headers, "ms": self.ms}
        return {f"{kind}_p{percent}": each.percentile(percent) for kind, each in histograms.items() for percent in self.PERCENTS}


class Tally:
    __slots__ = ("cached", "input", "ok", "output", "reasoning", "requests")

    def __init__(self) -> None:
        self.requests = self.ok = self.input = self.output = self.cached = self.reasoning = 0


class Groups(dict[Any, T]):
    """One tally for each name, or tuple of names. Beyond `limit` names, the rest share one."""

    def __init__(self, new: Callable[[], T], limit: int = GROUPS) -> None:
        self._new, self._limit = new, limit

    def __missing__(self, name: Any) -> T:
        cut = tuple(map(_cut, name)) if isinstance(name, tuple) else _cut(name)
        if cut not in self and len(self) >= self._limit:
            cut = (OTHERS,) * len(cut) if isinstance(cut, tuple) else OTHERS
        return self.setdefault(cut, self._new()) if cut not in self else dict.__getitem__(self, cut)


class Timeline:
    """What happened in each span of time. The more time there is, the longer are the spans."""

    WIDTHS = (1, 5, 15, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86400, 7 * 86400, 28 * 86400, 364 * 86400)  # seconds
    SPANS = 2000

    def __init__(self) -> None:
        self.width = self.WIDTHS[0]
        self.spans: dict[int, list[int]] = {}  # requests, those that are not ok, tokens of input, tokens of output

    def add(self, second: float, *amounts: int) -> None:
        start = int(second) // self.width * self.width
        span = self.spans.get(start)
        if span is None:
            self.spans[start] = list(amounts)
            while len(self.spans) > self.SPANS and self.width < self.WIDTHS[-1]:
                self.widen()
        else:
            for place, amount in enumerate(amounts):
                span[place] += amount

    def widen(self) -> None:
        spans, self.spans = self.spans, {}
        self.width = self.WIDTHS[self.WIDTHS.index(self.width) + 1]
        for start, amounts in spans.items():
            self.add(start, *amounts)

    def fit(self, spans: int) -> None:
        """Makes the spans so long that at most so many lie between the first and the last."""
        while self.spans and (max(self.spans) - min(self.spans)) / self.width >= spans and self.width < self.WIDTHS[-1]:
            self.widen()


class Usage:
    """The sums of all lines read so far."""

    def __init__(self, by: Iterable[str], since: float | None = None, until: float | None = None) -> None:
        self._since, self._until = since or 0, until or LAST_SECOND
        self.lines: Counter[str] = Counter()
        self.first, self.last = math.inf, -math.inf
        self.results = Groups(Tally)
        self.codes = Groups(Tally)
        self.statuses = Groups(Tally)
        self.latencies = Groups(Latency, LATENCIES)
        self.models = Groups(Tally)
        self.by = {name: Groups(Tally) for name in dict.fromkeys(by)}
        self.timeline = Timeline()

    def read(self, raw: RawIOBase) -> None:
        """Raises OSError, EOFError or zlib.error where the file cannot be read."""
        add = self.add
        for text in _objects(_lines(_uncompressed(raw))):
            for line in self._audit_lines(text):
                add(line)

    def _audit_lines(self, text: bytes) -> Iterator[Line]:
        """The audit line that a line is, after any prefix, or the ones in it."""
        start = text.find(b"{")
        if start > 0:
            text = text[start:]
        try:
            yield LINE.decode(text)
        except UNREADABLE:
            try:
                inside = list(ENVELOPE.decode(text).lines())
            except UNREADABLE:
                inside = []
            if not inside:
                self.lines["broken" if text.startswith(b'{"time"') else "other"] += 1
            for each in inside:
                part = each[max(each.find("{"), 0) :]
                try:
                    yield LINE.decode(part)
                except UNREADABLE:
                    self.lines["broken" if part.startswith('{"time"') else "other"] += 1

    def add(self, line: Line) -> None:
        second = line.time.timestamp()
        if not 0 <= second < LAST_SECOND:
            self.lines["broken"] += 1
            return
        if not self._since <= second < self._until:
            self.lines["outside"] += 1
            return
        self.lines["audit"] += 1
        if second < self.first:
            self.first = second
        if second > self.last:
            self.last = second
        is_error = line.status is not None and line.status >= 400
        result = "provider_error" if line.outcome == "ok" and is_error else line.outcome
        is_ok = result == "ok"
        tokens = line.usage
        _count(self.results[result], is_ok, None)
        if line.code is not None:
            _count(self.codes[line.code], is_ok, None)
        if line.by == "provider":
            if is_error:
                _count(self.statuses[line.provider, line.status], is_ok, None)
            latency = self.latencies[line.provider]
            latency.requests += 1
            if line.ms_headers is not None:
                latency.ms_headers.add(line.ms_headers)
            if line.ms is not None and line.status != SWITCHED:  # how long a WebSocket was open is no time that anybody waited
                latency.ms.add(line.ms)
        if tokens is not None:
            _count(self.models[line.provider, tokens.model], is_ok, tokens)
        for name, groups in self.by.items():
            _count(groups[getattr(line, name)], is_ok, tokens)
        self.timeline.add(second, 1, not is_ok, (tokens and tokens.input) or 0, (tokens and tokens.output) or 0)


def _count(tally: Tally, is_ok: bool, tokens: Tokens | None) -> None:
    tally.requests += 1
    tally.ok += is_ok
    if tokens is not None:
        tally.input += tokens.input or 0
        tally.output += tokens.output or 0
        tally.cached += tokens.cached or 0
        tally.reasoning += tokens.reasoning or 0


def _cut(name: Any) -> Any:
    return name[:NAME_LENGTH] if isinstance(name, str) else name


# How it is taken out of a file


def _uncompressed(raw: RawIOBase) -> BinaryIO:
    file = BufferedReader(raw, READ_BYTES)
    if file.peek(len(GZIP))[: len(GZIP)] != GZIP:
        return file
    return BufferedReader(gzip.GzipFile(fileobj=file), READ_BYTES)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines. What is too long for one is cut, and so is broken."""
    read = file.readline
    while line := read(LINE_BYTES):
        yield line
        while len(line) == LINE_BYTES and not line.endswith(b"\n"):
            line = read(LINE_BYTES)


def _objects(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines, but an object that was printed over several of them, as wrangler does, as one."""
    held: list[bytes] = []
    size = 0
    for line in lines:
        if not held:
            if line.rstrip() == b"{":
                held, size = [line], 0
            else:
                yield line
            continue
        held.append(line)
        size += len(line)
        if line.rstrip() == b"}":
            yield b"".join(held)
            held = []
        elif not line.startswith((b" ", b"\t")) or size > LINE_BYTES:
            yield from held  # it was no such object
            held = []
    yield from held


# What is said of it


def report(usage: Usage, prices: Prices | None) -> Row:
    """All sums, as JSON can say them. In each list, what has the most requests comes first."""
    models = [
        {"provider": provider, "model": model} | _tokens(tally) | _cost(model, tally, prices)
        for (provider, model), tally in _sorted(usage.models)
    ]
    requests = usage.lines["audit"]
    priced: list[Decimal] = [Decimal(row["usd"]) for row in models if row.get("usd") is not None]
    return {
        "lines": {name: usage.lines[name] for name in ("audit", "outside", "other", "broken")},
        "first": _iso(usage.first) if requests else None,
        "last": _iso(usage.last) if requests else None,
        "requests": requests,
        "ok": usage.results["ok"].requests if "ok" in usage.results else 0,
        "results": [{"result": name, "requests": tally.requests} for name, tally in _sorted(usage.results)],
        "relay_errors": [{"code": name, "requests": tally.requests} for name, tally in _sorted(usage.codes)],
        "provider_errors": [
            {"provider": provider, "status": status, "requests": tally.requests} for (provider, status), tally in _sorted(usage.statuses)
        ],
        "latency": [{"provider": name, "requests": latency.requests} | latency.percentiles() for name, latency in _sorted(usage.latencies)],
        "tokens": models,
        **({} if prices is None else {"usd": _plain(sum(priced, Decimal(0))), "unpriced": len(models) - len(priced)}),
        "by": {
            dimension: [{dimension: name, "ok": tally.ok} | _tokens(tally) for name, tally in _sorted(groups)]
            for dimension, groups in usage.by.items()
        },
    }


def _sorted(groups: Groups[Any]) -> list[tuple[Any, Any]]:
    return sorted(groups.items(), key=lambda group: (-group[1].requests, str(group[0])))


def _tokens(tally: Tally) -> Row:
    return {name: getattr(tally, name) for name in ("requests", "input", "cached", "output", "reasoning")}


def _cost(model: Name, tally: Tally, prices: Prices | None) -> Row:
    """Exact, in decimals. A model without a price has no cost, whatever its name is like."""
    if prices is None:
        return {}
    price = prices.get(model) if model is not None else None
    if price is None:
        return {"usd": None}
    cached = min(tally.cached, tally.input)
    of_cached = price.input if price.cached is None else price.cached
    millionths = (tally.input - cached) * price.input + cached * of_cached + tally.output * price.output
    return {"usd": _plain(millionths.scaleb(-6))}


def _plain(amount: Decimal) -> str:
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _iso(second: float) -> str:
    return datetime.fromtimestamp(second, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
