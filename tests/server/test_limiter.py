"""Counting in a store that several servers share, against a real Redis. The arithmetic of one process is in tests/unit/test_limits.py."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byok_relay.limits import Bucket, Buckets
from byok_relay.secret import Secret
from byok_relay_server.redis_limiter import PREFIX, SCRIPT, RedisLimiter
from byok_relay_server.settings import RATE_LIMIT_STORAGE
from client import HUNG_SECONDS, ask
from providers import CHAT, new_key
from server.command import serving
from server.redis_server import RedisServer

SECRET = "0123456789abcdef"
COMPLAINT = "byok-relay: Redis at 127.0.0.1:{} cannot be used, so this process counts alone: {}\n"
BACK = "byok-relay: Redis at 127.0.0.1:{} can be used again\n"


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    server = RedisServer(str(tmp_path_factory.mktemp("redis")))
    yield server
    server.kill()


def limited(redis, mock, per_minute=5):
    return {"RATE_LIMIT_PER_MINUTE": str(per_minute), "RATE_LIMIT_STORAGE": redis.url, "AUDIT_SECRET": SECRET} | mock.upstreams()


def statuses(urls, key, count):
    """Of requests one after the other, to each in turn."""
    headers = {"Authorization": f"Bearer {key}"}
    return [ask(urls[at % len(urls)], "POST", CHAT["openai"], headers, b"{}").status for at in range(count)]


def bucket(of="a", per_minute=60):
    return Bucket("key", Secret(of), per_minute)


def store(redis):
    return RATE_LIMIT_STORAGE.read({"RATE_LIMIT_STORAGE": redis.url})


def run(redis, use):
    """Runs `use(limiter)`, and closes that."""

    async def whole():
        limiter = RedisLimiter(store(redis), Secret(SECRET))
        try:
            return await use(limiter)
        finally:
            await limiter.close()

    return asyncio.run(whole())


class TestWhatIsCounted:
    # With a clock that is told, and nothing that is forgotten meanwhile.
    SCRIPT = SCRIPT.replace("redis.call('TIME')", "{ARGV[#ARGV - 1], ARGV[#ARGV]}").replace(", 'PX', math.ceil(raised[at] / ARGV[at])", "")

    @settings(max_examples=50, deadline=None)
    @given(
        st.tuples(*[st.integers(1, 5) | st.integers(1, 100_000)] * 3),
        st.lists(st.tuples(st.integers(-2000, 20_000), st.sets(st.sampled_from(range(3)))), min_size=10, max_size=30),
    )
    def test_the_arithmetic_is_that_of_memory(self, redis, rates, requests):
        """Requests some milliseconds after each other, each in some of three buckets, which begin with room for two more."""
        assert "TIME" not in self.SCRIPT
        assert "PX" not in self.SCRIPT
        buckets = [bucket(str(at), rate) for at, rate in enumerate(rates)]
        names, levels = [one.id(b"").hex() for one in buckets], [60_000 * max(0, rate - 2) for rate in rates]
        now, memory = 1_800_000_000_000, Buckets(b"")
        memory._seen = {"key": ({one.id(b""): (level, now) for one, level in zip(buckets, levels, strict=True)}, {})}
        with redis.client() as client:
            client.mset({name: f"{level} {now}" for name, level in zip(names, levels, strict=True)})
            for gap, chosen in requests:
                now += gap
                full = memory.take([buckets[at] for at in chosen], Fraction(now, 1000))
                of = [names[at] for at in chosen], [rates[at] for at in chosen]
                at, early_ms = client.eval(self.SCRIPT, len(chosen), *of[0], *of[1], now // 1000, now % 1000 * 1000 + 999)
                assert (full.wait_ms if full else 0, full and full.bucket) == (early_ms, buckets[[*chosen][at - 1]] if at else None)

    def test_what_is_kept_is_a_hash_and_forgotten_when_it_would_be_empty(self, redis):
        async def use(limiter):
            return [await limiter.take([bucket(per_minute=6), bucket("b", 60)], 0) for _ in range(3)]

        with redis.client() as client:
            client.flushall()
            assert run(redis, use) == [None] * 3
            kept = {key.decode(): client.pttl(key) for key in client.scan_iter()}
        ids = [PREFIX + one.id(SECRET.encode()).hex() for one in (bucket(per_minute=6), bucket("b", 60))]
        assert kept.keys() == set(ids)
        assert 20_000 < kept[ids[0]] <= 30_000
        assert 1000 < kept[ids[1]] <= 3000

    def test_one_who_leaves_does_not_take_along_what_others_wait_for(self, redis):
        async def use(limiter):
            tasks = [asyncio.create_task(limiter.take([bucket("leaves", 3)], 0)) for _ in range(5)]
            await asyncio.sleep(0)
            tasks[0].cancel()
            return await asyncio.gather(*tasks, return_exceptions=True)

        left, *others = run(redis, use)
        assert isinstance(left, asyncio.CancelledError)
        assert [full is None for full in others] == [True, True, False, False]  # the one who has left was counted

    @pytest.mark.parametrize("level", ["999999999999999 0", "60000 99999999999999999999", "none"])
    def test_what_others_wrote_there_makes_nobody_wait_for_longer_than_a_minute(self, redis, level):
        async def use(limiter):
            return [await limiter.take([bucket("poisoned", 1)], 0) for _ in range(2)]

        with redis.client() as client:
            client.set(PREFIX + bucket("poisoned", 1).id(SECRET.encode()).hex(), level)
        assert all(0 < full.wait_ms <= 60_000 for full in run(redis, use) if full)

    def test_it_has_one_connection_and_closes_it(self, redis):
        async def use(limiter):
            await asyncio.gather(*[limiter.take([bucket(str(at))], 0) for at in range(1000)])
            return connections(redis)

        assert run(redis, use) == 1
        wait_until(lambda: connections(redis) == 0)


def connections(redis):
    """Of others than this one."""
    with redis.client() as client:
        return len(client.client_list()) - 1


def wait_until(happened):
    deadline = time.monotonic() + HUNG_SECONDS
    while not happened():
        assert time.monotonic() < deadline


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_limit_holds_across_servers(redis, mock, workers):
    with ExitStack() as stack:
        servers = [stack.enter_context(serving("--workers", workers, **limited(redis, mock))) for _ in range(2)]
        urls = [served.url for served in servers]
        key, at_once = new_key(), new_key()
        assert statuses(urls, key, 8) == [200] * 5 + [429] * 3
        with ThreadPoolExecutor(20) as threads:
            found = list(threads.map(lambda at: statuses(urls[at % 2 :], at_once, 1)[0], range(20)))
        assert found.count(200) == 5
        assert len(mock.seen(key)) == len(mock.seen(at_once)) == 5
        for served in servers:
            served.end()
            assert served.ended()[1] == ""


def test_without_its_store_a_process_counts_alone_until_that_is_back(redis, mock):
    with serving(**limited(redis, mock)) as served:
        key = new_key()
        assert statuses([served.url], key, 6) == [200] * 5 + [429]
        redis.kill()
        try:
            assert statuses([served.url], key, 20) == [200] * 5 + [429] * 15
        finally:
            redis.start()
        with redis.client() as client:
            wait_until(lambda: statuses([served.url], new_key(), 1) == [200] and client.dbsize() > 0)
        served.end()
        assert served.ended()[1] == COMPLAINT.format(redis.port, "ConnectionError") + BACK.format(redis.port)


def test_a_flood_while_the_store_hangs_is_limited_without_it_and_leaves_nothing_behind(redis, mock):
    with serving(**limited(redis, mock)) as served:
        key = new_key()
        assert statuses([served.url], key, 6) == [200] * 5 + [429]
        with redis.held(), ThreadPoolExecutor(30) as threads:
            begun = time.monotonic()
            found = list(threads.map(lambda _: statuses([served.url], key, 1)[0], range(300)))
            assert 5 <= found.count(200) <= 6  # the bucket fills by one in 12 seconds
            assert time.monotonic() - begun < 10  # each waiting for itself would take longer, one after the other
        wait_until(lambda: statuses([served.url], key, 1) == [429])
        wait_until(lambda: connections(redis) == 1)
        served.end()
        assert served.ended()[1] == COMPLAINT.format(redis.port, "TimeoutError") + BACK.format(redis.port)


AWAY = {
    "nobody listens": (lambda url: "redis://:canary@127.0.0.1:1", "ConnectionError"),
    "another password": (lambda url: url.replace("canary-", "canary-x"), "AuthenticationError"),
    "no TLS": (lambda url: url.replace("redis:", "rediss:"), "TimeoutError"),
}


@pytest.mark.parametrize(("change", "kind"), AWAY.values(), ids=AWAY.keys())
def test_without_its_store_the_relay_starts_and_says_so_in_one_line(redis, mock, change, kind):
    with serving(**limited(redis, mock) | {"RATE_LIMIT_STORAGE": change(redis.url)}) as served:
        assert statuses([served.url], new_key(), 7) == [200] * 5 + [429] * 2
        served.end()
        assert served.ended()[1] == COMPLAINT.format(1 if kind == "ConnectionError" else redis.port, kind)
