"""What is counted for Prometheus. Imported only where metrics are on, because prometheus_client takes 30 ms and 3 MB.

The numbers come from the audit lines, so nothing of a client's text is in a label: the line holds none.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

from byok_relay.limits import Bucket, Full
from byok_relay.messages import are_events

from .exchange import Exchange
from .log import Log
from .messages import Receive, Scope, Send
from .sockets import End

# Models are a provider's words, and may be as many as it likes. What comes after so many of them, in one process, is counted together.
MOST_MODELS = 200
OTHER_MODELS = "other"

# Seconds: from a small completion to the longest time that an answer may take to begin by default.
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600)

_UPSTREAM_ERRORS = frozenset({"upstream_unreachable", "upstream_timeout", "upstream_redirect", "upstream_closed"})
_TOKENS = ("input", "output", "cached", "reasoning")

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, which workers that share their numbers do not have either
REGISTRY = CollectorRegistry()

REQUESTS = Counter(
    "byok_relay_requests_total",
    "Requests that reached a provider or were refused. code: the relay's error, or how a provider's answer was cut short.",
    ("provider", "route", "status", "by", "code"),
    registry=REGISTRY,
)
DURATION = Histogram(
    "byok_relay_request_duration_seconds",
    "Until the end of a provider's answer.",
    ("provider",),
    buckets=BUCKETS,
    registry=REGISTRY,
)
HEAD = Histogram(
    "byok_relay_response_head_seconds",
    "Until the head of a provider's answer.",
    ("provider",),
    buckets=BUCKETS,
    registry=REGISTRY,
)
OPEN_STREAMS = Gauge(
    "byok_relay_open_streams",
    "Answers of server-sent events that have begun and go on.",
    registry=REGISTRY,
    multiprocess_mode="livesum",
)
OPEN_SOCKETS = Gauge(
    "byok_relay_open_sockets",
    "WebSockets that are open.",
    registry=REGISTRY,
    multiprocess_mode="livesum",
)
UPSTREAM_ERRORS = Counter(
    "byok_relay_upstream_errors_total",
    "Requests to which a provider gave no whole answer.",
    ("provider", "code"),
    registry=REGISTRY,
)
TOKENS = Counter(
    "byok_relay_tokens_total",
    "Tokens, as the providers count them. cached is a part of input, reasoning one of output.",
    ("provider", "model", "kind"),
    registry=REGISTRY,
)
LIMITER = Counter(
    "byok_relay_limiter_decisions_total",
    "Requests that the rate limit has counted, by what they were counted by.",
    ("kind", "decision"),
    registry=REGISTRY,
)

# The library looks at every label again each time, which takes 0.6 µs, of 2 for a request.
_requests, _duration, _head = cache(REQUESTS.labels), cache(DURATION.labels), cache(HEAD.labels)


class Metrics:
    """Counts a request when its line is written, and hands the line on to the log, if there is one."""

    def __init__(self, log: Log | None) -> None:
        self._log = log
        self._models: set[tuple[str, str]] = set()
        self.exchange = Watched
        self._defects = REQUESTS.labels("", "", 500, "relay", "internal_error")  # from the start: rate() does not see a series begin

    def line(self, line: str) -> None:
        self._count(json.loads(line))
        if self._log:
            self._log(line)

    def limited(self, buckets: Sequence[Bucket], full: Full | None) -> None:
        """What became of a request that was counted in these buckets. In none, if one of them is full."""
        if full:
            LIMITER.labels(full.bucket.kind, "limited").inc()
        else:
            for bucket in buckets:
                LIMITER.labels(bucket.kind, "allowed").inc()

    def defect(self) -> None:
        """A request that the relay failed at, which has no line."""
        self._defects.inc()

    def _count(self, said: dict[str, Any]) -> None:
        provider, outcome = said["provider"] or "", said["outcome"]
        code = said["code"] or ("" if outcome == "ok" else outcome)
        _requests(provider, said["route"] or "", said["status"] or "", said["by"], code).inc()
        if outcome in _UPSTREAM_ERRORS:
            UPSTREAM_ERRORS.labels(provider, outcome).inc()
        if said["ms_headers"] is not None:
            _head(provider).observe(said["ms_headers"] / 1000)
            if not said["socket"]:  # which lasts as long as two people talk
                _duration(provider).observe(said["ms"] / 1000)
        if usage := said["usage"]:
            model = self._model(provider, usage["model"] or "")
            for kind in _TOKENS:
                if usage[kind]:
                    TOKENS.labels(provider, model, kind).inc(usage[kind])

    def _model(self, provider: str, model: str) -> str:
        if len(self._models) < MOST_MODELS:
            self._models.add((provider, model))
        return model if (provider, model) in self._models else OTHER_MODELS


class Watched(Exchange):
    """Counts as an open stream from its head, or as an open WebSocket, until it is closed."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        super().__init__(scope, receive, send)
        self._open: Gauge | None = None

    async def begin(self, status: int, headers: Mapping[str, str]) -> None:
        if are_events(headers):
            self._count(OPEN_STREAMS)
        await super().begin(status, headers)

    def switch(self, headers: Mapping[str, str], other: End, extensions: str = "") -> End:
        self._count(OPEN_SOCKETS)
        return super().switch(headers, other, extensions)

    def close(self) -> None:
        super().close()
        if self._open:
            self._open.dec()
            self._open = None

    def _count(self, gauge: Gauge) -> None:
        self._open = gauge
        gauge.inc()
