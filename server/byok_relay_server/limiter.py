"""Where requests are counted: in this process, or in a store that several processes and machines share."""

from collections.abc import Sequence
from secrets import token_bytes
from typing import Protocol

from byok_relay.limits import Bucket, Buckets, Full

from .settings import ServerSettings


class Limiter(Protocol):
    async def start(self) -> None:
        """May be called before the first request, to say early what is wrong. Raises nothing."""

    async def take(self, buckets: Sequence[Bucket], now: float) -> Full | None:
        """Counts a request, unless a bucket is full: that one is given then, and nothing is counted. `now` is in seconds since 1970."""

    async def close(self) -> None:
        """Raises nothing."""


class InMemory:
    """Never waits, so it costs no switch to another task."""

    def __init__(self) -> None:
        self._buckets = Buckets(token_bytes(32))

    async def start(self) -> None:
        pass

    async def take(self, buckets: Sequence[Bucket], now: float) -> Full | None:
        return self._buckets.take(buckets, now)

    async def close(self) -> None:
        pass


def limiter(settings: ServerSettings) -> Limiter:
    if not settings.store or not settings.relay.audit_secret:  # the settings take no store without a secret
        return InMemory()

    from .redis_limiter import RedisLimiter  # imported here, because it takes 60 ms and 11 MB

    return RedisLimiter(settings.store, settings.relay.audit_secret)
