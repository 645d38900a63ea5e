"""Buckets in a Redis server, shared by all processes and machines that are given the same one.

A relay without its store is worth more than none, so the store is never waited for long. What comes while it is asked is asked together
next, over one connection: nothing piles up but requests that are open anyway. When it fails, each process counts for itself, until a look
in the background has found it again: a flood that makes the store, or this process, too slow to answer in time gains nothing by that.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

import certifi
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from byok_relay.limits import REQUEST, Bucket, Buckets, Complaints, Full
from byok_relay.secret import Secret

from .log import say
from .settings import Store

PREFIX = "byok-relay:"
ANSWER_SECONDS = 0.25  # for the store to answer; a request waits at most twice as long, if it must wait for one before it
START_SECONDS = 1  # at the start, where it must connect first
CONNECT_SECONDS = 5  # in the background, where nobody waits
RETRY_SECONDS = 1  # between two looks whether the store is back
MINUTE_MS = 60_000  # in which the fullest bucket has room again
MOST_TOGETHER = 100  # requests that are asked for at once, so that they are answered in time; if more wait, they wait for more answers

# `Buckets.take`, with what a bucket holds as text: its level, and when that was so, in ms of Redis' own clock. It is forgotten when it
# would be empty. Lua counts in doubles, which are exact for whole numbers up to 2 ** 53; a level is at most 6e9 (RATE_LIMIT_PER_MINUTE).
SCRIPT = f"""
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local raised = {{}}
for at, key in ipairs(KEYS) do
  local level, since = string.match(redis.call('GET', key) or '0 0', '(%d+) (%d+)')
  level = math.max(0, level - math.max(0, now - since) * ARGV[at]) + {REQUEST}
  local early = math.ceil((level - {REQUEST} * ARGV[at]) / ARGV[at])
  if early > 0 then return {{at, early}} end
  raised[at] = level
end
for at, key in ipairs(KEYS) do
  redis.call('SET', key, string.format('%.0f %.0f', raised[at], now), 'PX', math.ceil(raised[at] / ARGV[at]))
end
return {{0, 0}}
"""


class _Waiting(NamedTuple):
    buckets: Sequence[Bucket]
    now: float
    answer: "asyncio.Future[Full | None]"


class RedisLimiter:
    def __init__(self, store: Store, secret: Secret) -> None:
        self._store = store
        self._secret = secret
        self._client = _client(store)
        self._alone = Buckets(secret.reveal().encode())  # counts while the store is away
        self._waiting: list[_Waiting] = []
        self._is_away = False
        self._work: asyncio.Task[None] | None = None  # asks the store, or looks whether it is back
        self._complaints = Complaints()
        self._has_complained = False
        self._place = f"{store.host}:{store.port}"

    async def start(self) -> None:
        try:
            await self._ask([()], START_SECONDS)
        except Exception as error:
            self._is_away = True
            self._work = asyncio.get_running_loop().create_task(self._look_until_back(error))

    async def take(self, buckets: Sequence[Bucket], now: float) -> Full | None:
        """Counts by Redis' clock, so that those of several machines need not agree."""
        if self._is_away:
            return self._alone.take(buckets, now)
        answer: asyncio.Future[Full | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(buckets, now, answer))
        self._work = self._work or asyncio.get_running_loop().create_task(self._answer_all())
        return await answer

    async def close(self) -> None:
        if self._work:
            self._work.cancel()
        self._count_alone()
        await _end(self._client)

    async def _answer_all(self) -> None:
        """Works for all that wait: a request whose client leaves must not take along what others wait for."""
        while together := self._waiting[:MOST_TOGETHER]:
            try:
                found = await self._ask([each.buckets for each in together], ANSWER_SECONDS)
            except Exception as error:
                self._is_away = True
                self._count_alone()
                await self._look_until_back(error)
                break
            del self._waiting[: len(together)]
            for waiting, full in zip(together, found, strict=True):
                if not waiting.answer.done():
                    waiting.answer.set_result(full)
        self._work = None

    async def _ask(self, requests: Sequence[Sequence[Bucket]], seconds: float) -> list[Full | None]:
        """For each request the bucket that is full. Each is counted by itself. May raise anything."""
        pipeline = self._client.pipeline(transaction=False)
        for buckets in requests:
            ids = [PREFIX + bucket.id(self._secret.reveal().encode()).hex() for bucket in buckets]
            pipeline.eval(SCRIPT, len(buckets), *ids, *[bucket.per_minute for bucket in buckets])
        async with asyncio.timeout(seconds):
            answers = await pipeline.execute()
        return [_full(buckets, *answer) for buckets, answer in zip(requests, answers, strict=True)]

    def _count_alone(self) -> None:
        for buckets, now, answer in self._waiting:
            if not answer.done():
                answer.set_result(self._alone.take(buckets, now))
        self._waiting.clear()

    async def _look_until_back(self, error: Exception) -> None:
        while self._is_away:
            self._complain(error)
            await _end(self._client)
            self._client = _client(self._store)  # with nothing of what has failed
            await asyncio.sleep(RETRY_SECONDS)
            try:
                await self._ask([()], CONNECT_SECONDS)
                self._is_away = False
                if self._has_complained:
                    self._has_complained = False
                    say(f"byok-relay: Redis at {self._place} can be used again")
            except Exception as again:
                error = again
        self._work = None

    def _complain(self, error: Exception) -> None:
        """Says what kind of error it is, and nothing more: its text may hold the address or what the store has said."""
        if self._complaints.are_due(asyncio.get_running_loop().time()):
            self._has_complained, kind = True, type(error).__name__
            say(f"byok-relay: Redis at {self._place} cannot be used, so this process counts alone: {kind}")


def _full(buckets: Sequence[Bucket], at: int, early_ms: int) -> Full | None:
    """The bucket that is full. Raises ValueError where the script cannot have said so of what it wrote itself."""
    if not 0 <= at <= len(buckets) or not 0 <= early_ms <= MINUTE_MS:
        raise ValueError
    return Full(buckets[at - 1], early_ms) if at else None


def _client(store: Store) -> Redis:
    """Connects when it is first asked. It makes no second try by itself, which would take longer than a request waits."""
    return Redis(
        host=store.host,
        port=store.port,
        db=store.database,
        username=store.user,
        password=store.password.reveal() if store.password else None,
        ssl=store.is_encrypted,
        ssl_ca_certs=certifi.where(),  # beside the system's own
        max_connections=1,
        socket_timeout=CONNECT_SECONDS,
        retry=Retry(NoBackoff(), 0),
        protocol=2,  # of all versions of Redis
        driver_info=None,  # sends no command that a user of Redis' with few rights may not send
    )


async def _end(client: Redis) -> None:
    with suppress(Exception):
        async with asyncio.timeout(ANSWER_SECONDS):
            await client.aclose()
