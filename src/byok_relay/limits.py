"""Rate limits: a token bucket for each key, each sealed key that has a limit of its own, and each client address that is refused.

A bucket holds as many tokens as requests are allowed in a minute. It is full at first, each request takes one, and it fills evenly. It is
counted as a leaky bucket, which is the same seen from the other side: a level that each request raises and time lowers, in whole numbers.
"""

import hmac
from collections.abc import Sequence
from typing import NamedTuple

from .refusal import Refusal
from .secret import Secret

# One request, in the unit of a level: in a millisecond a bucket for n requests a minute loses n of it.
REQUEST = 60_000

MOST_PER_MINUTE = 100_000  # requests that a limit may be

# An address may be refused this many times as often as a key may ask, because many people share one.
REFUSED_FACTOR = 10


COMPLAINT_SECONDS = 60  # between two lines on the log


class Bucket(NamedTuple):
    """What is counted, by what, and how often it may be in a minute."""

    kind: str
    of: Secret
    per_minute: int

    def id(self, secret: bytes) -> bytes:
        """What stands for it where it is counted: a keyed hash, from which nobody learns a key or an address. 16 bytes."""
        text = f"{self.kind} {self.per_minute} {self.of.reveal()}"
        return hmac.digest(secret, text.encode("utf-8", "surrogateescape"), "sha256")[:16]


class Count(NamedTuple):
    """What a decision waits for: whether each of these buckets has room for one more request, which then is counted in all of them."""

    buckets: tuple[Bucket, ...]


class Full(NamedTuple):
    """The answer to a `Count` where a bucket has no room."""

    bucket: Bucket
    wait_ms: int  # until it has room for one request


def poured(level: int, elapsed_ms: int, per_minute: int) -> tuple[int, int]:
    """The level of a bucket with one more request, and how many milliseconds that is too early: 0 where there is room."""
    # Without `max`, whose calls are a sixth of what a count takes.
    left = level - elapsed_ms * per_minute if elapsed_ms > 0 else level
    raised = (left if left > 0 else 0) + REQUEST
    over = raised - REQUEST * per_minute
    return raised, -(-over // per_minute) if over > 0 else 0


_Levels = dict[bytes, tuple[int, int]]  # level and time in ms, by id


class Buckets:
    """Buckets in the memory of one process or isolate, for `most` to twice as many of a kind: who was not seen for longest is forgotten.

    Kinds are apart, so that requests from many addresses, which cost nothing, make no key forgotten.
    """

    def __init__(self, secret: bytes, most: int = 8192) -> None:
        self._secret = secret
        self._most = most
        self._seen: dict[str, tuple[_Levels, _Levels]] = {}  # by kind: those seen lately, and those before

    def take(self, buckets: Sequence[Bucket], now: float) -> Full | None:
        """Counts a request, unless a bucket is full: that one is given then, and nothing is counted. `now` is in seconds since 1970."""
        now_ms = int(now * 1000)
        raised = []
        for bucket in buckets:
            (lately, before), id = self._levels(bucket.kind), bucket.id(self._secret)
            level, at = lately.get(id) or before.get(id) or (0, now_ms)
            full, early_ms = poured(level, now_ms - at, bucket.per_minute)
            if early_ms:
                lately[id] = level, at  # seen, and nothing more
                return Full(bucket, early_ms)
            raised.append((lately, id, full))
        for lately, id, full in raised:
            lately[id] = full, now_ms
        return None

    def _levels(self, kind: str) -> tuple[_Levels, _Levels]:
        seen = self._seen.get(kind)
        if seen is None or len(seen[0]) >= self._most:
            seen = self._seen[kind] = {}, seen[0] if seen else {}
        return seen


class Complaints:
    """Whether to say again that nothing can be counted: once a minute, by any clock of seconds."""

    def __init__(self) -> None:
        self._last = float("-inf")

    def are_due(self, now: float) -> bool:
        due = now >= self._last + COMPLAINT_SECONDS
        self._last = now if due else self._last
        return due


# What is counted -> which requests those are.
_REQUESTS = {
    "key": "requests with one API key",
    "sealed-key": "requests with this sealed key",
    "address": "refused requests from one address",
}


def too_many(full: Full) -> Refusal:
    """The refusal of a request that found a bucket full.

    `RateLimit` and `RateLimit-Policy` are those of draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4; `Retry-After` is that of
    RFC 9110 section 10.2.3.
    """
    kind, per_minute = full.bucket.kind, full.bucket.per_minute
    seconds = -(-full.wait_ms // 1000)
    words = f"This relay takes {per_minute} {_REQUESTS[kind]} a minute. Try again in {seconds} s."
    headers = {"retry-after": str(seconds), "ratelimit": f'"{kind}";r=0;t={seconds}', "ratelimit-policy": f'"{kind}";q={per_minute};w=60'}
    return Refusal("rate_limited", words, headers)


def network(address: str) -> str | None:
    """What a client's address is counted by: an IPv4 address, or the /64 that an IPv6 host has for itself (RFC 4291 section 2.5.4)."""
    from ipaddress import IPv6Address, ip_address  # imported here, because only relays with a limit need it

    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or parsed.sixtofour or parsed.packed[:8].hex())  # 6to4: RFC 3056 section 2
    return str(parsed)
