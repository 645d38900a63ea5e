import sys
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byok_relay.limits import Bucket, Buckets, Full, network
from byok_relay.messages import Forward
from byok_relay.secret import Secret

from .support import CHAT, NOW, bearer, code, configured, decided, message, new_key, request

LIMITED = configured({"RATE_LIMIT_PER_MINUTE": "60"})


def bucket(of="a", per_minute=60, kind="key"):
    return Bucket(kind, Secret(of), per_minute)


def asked(buckets, *, now=NOW, key="sk-0123456789abcdef", path=CHAT["openai"], settings=LIMITED, **more):
    return decided(request(path, bearer(key), **more), settings, now, buckets)


def test_a_bucket_is_full_at_first_and_fills_evenly():
    buckets = Buckets(b"secret")
    assert [buckets.take([bucket()], NOW) for _ in range(60)] == [None] * 60
    assert buckets.take([bucket()], NOW) == Full(bucket(), 1000)
    assert buckets.take([bucket()], NOW + 0.999) == Full(bucket(), 1)
    assert buckets.take([bucket()], NOW + 1) is None
    assert buckets.take([bucket()], NOW + 1) == Full(bucket(), 1000)
    assert [buckets.take([bucket()], NOW + 61) for _ in range(61)] == [None] * 60 + [Full(bucket(), 1000)]


@given(st.integers(1, 1000), st.lists(st.integers(0, 3000), max_size=200))
def test_the_arithmetic_is_exact(per_minute, gaps):
    """Against a bucket of fractions: what it lets through, and how long it asks to wait, to the millisecond."""
    buckets, tokens, at, now = Buckets(b"secret"), Fraction(per_minute), 0, 0
    for gap in gaps:
        now += gap
        tokens = min(Fraction(per_minute), tokens + Fraction(per_minute * (now - at), 60_000))
        at = now
        full = buckets.take([bucket(per_minute=per_minute)], NOW + Fraction(now, 1000))
        if tokens >= 1:
            tokens -= 1
            assert full is None
        else:
            assert full is not None
            assert full.wait_ms == -((tokens - 1) * 60_000 // per_minute)


def test_ten_thousand_requests_of_a_thousand_keys_are_counted_each_for_its_own():
    buckets = Buckets(b"secret")
    passed = [buckets.take([bucket(str(at % 1000), 5)], NOW) is None for at in range(10_000)]
    assert passed == [True] * 5000 + [False] * 5000


def test_a_million_keys_take_no_more_memory_than_some_thousands():
    buckets = Buckets(b"secret", most=1000)
    kept = []
    for at in range(20_000):
        buckets.take([bucket(str(at))], NOW)
        kept.append(sum(map(len, buckets._seen["key"])))
    assert max(kept) <= 2000
    lately, before = map(sys.getsizeof, buckets._seen["key"])
    assert lately == before


def test_who_asks_all_the_time_is_not_forgotten():
    buckets = Buckets(b"secret", most=100)
    for at in range(300):
        buckets.take([bucket("often")], NOW)
        buckets.take([bucket(str(at))], NOW)
    assert buckets.take([bucket("often")], NOW)


def test_a_full_bucket_that_is_asked_for_is_not_forgotten_nor_for_other_kinds():
    buckets = Buckets(b"secret", most=10)
    assert buckets.take([bucket("own", 1)], NOW) is None
    for at in range(100):
        assert buckets.take([bucket("own", 1)], NOW)
        buckets.take([bucket(str(at))], NOW)
    for at in range(100):
        buckets.take([bucket(str(at), kind="address")], NOW)
    assert buckets.take([bucket("own", 1)], NOW)


def test_a_request_is_counted_in_all_of_its_buckets_or_in_none():
    buckets, narrow = Buckets(b"secret"), bucket("b", 1)
    assert buckets.take([bucket(per_minute=2), narrow], NOW) is None
    assert buckets.take([bucket(per_minute=2), narrow], NOW) == Full(narrow, 60_000)
    assert buckets.take([bucket(per_minute=2)], NOW) is None


def test_a_clock_that_is_set_back_costs_nothing_but_the_wait():
    buckets = Buckets(b"secret")
    assert buckets.take([bucket(per_minute=1)], NOW) is None
    assert buckets.take([bucket(per_minute=1)], NOW - 3600) == Full(bucket(per_minute=1), 60_000)


def test_what_stands_for_a_key_is_its_keyed_hash():
    assert len(bucket().id(b"secret")) == 16
    ids = {one.id(secret) for one in (bucket(), bucket("b"), bucket(per_minute=1), bucket(kind="address")) for secret in (b"x", b"y")}
    assert len(ids) == 8


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "20010db800010002"),
        ("2001:DB8:1:2::", "20010db800010002"),
        ("2001:db8:1:3::1", "20010db800010003"),
        ("2002:c000:201::1", "192.0.2.1"),  # 6to4: one IPv4 host has 65,536 networks
        ("2002:c000:201:ffff::1", "192.0.2.1"),
        ("", None),
        ("unknown", None),
        ("192.0.2.1, 192.0.2.2", None),
        ("192.0.2.256", None),
    ],
)
def test_an_address_is_counted_by_the_network_that_a_host_has_for_itself(address, counted):
    assert network(address) == counted


def test_without_a_limit_nothing_is_counted():
    buckets = Buckets(b"secret")
    assert all(isinstance(asked(buckets, settings=configured({})), Forward) for _ in range(100))
    assert not buckets._seen


def test_a_key_that_asks_too_often_is_told_when_to_ask_again():
    buckets = Buckets(b"secret")
    assert all(isinstance(asked(buckets), Forward) for _ in range(60))
    reply = asked(buckets, now=NOW + 0.5)
    assert (reply.status, code(reply)) == (429, "rate_limited")
    assert message(reply) == "This relay takes 60 requests with one API key a minute. Try again in 1 s."
    told = {"retry-after": "1", "ratelimit": '"key";r=0;t=1', "ratelimit-policy": '"key";q=60;w=60'}
    assert reply.headers.items() >= told.items()
    assert told.keys() <= {*reply.headers["access-control-expose-headers"].split(", ")}
    assert "x-should-retry" not in reply.headers
    assert isinstance(asked(buckets, key=new_key()), Forward)
    assert isinstance(asked(buckets, now=NOW + 1), Forward)


def test_a_refused_request_costs_no_quota_of_its_key():
    buckets = Buckets(b"secret")
    refused = [asked(buckets, path="/openai/v1/fine_tuning/jobs", address="192.0.2.1") for _ in range(100)]
    assert {code(reply) for reply in refused} == {"path_not_allowed"}
    assert all(isinstance(asked(buckets, address="192.0.2.1"), Forward) for _ in range(60))


@pytest.mark.parametrize("more", [{"path": "/openai/v1/fine_tuning/jobs"}, {"path": "/nobody/v1"}, {"key": "sk-ant-0123456789"}])
def test_an_address_that_is_refused_too_often_is_told_so_instead(more):
    buckets = Buckets(b"secret")
    first = [code(asked(buckets, address="192.0.2.1", **more)) for _ in range(600)]
    assert "rate_limited" not in first
    reply = asked(buckets, address="192.0.2.1", **more)
    assert (code(reply), reply.headers["ratelimit-policy"]) == ("rate_limited", '"address";q=600;w=60')
    assert "192.0.2.1" not in f"{reply.headers} {reply.body}"
    assert code(asked(buckets, address="192.0.2.2", **more)) == first[0]
    assert isinstance(asked(buckets, address="192.0.2.1"), Forward)


def test_a_page_of_a_refused_origin_is_counted_too_and_still_cannot_read_the_answer():
    buckets, settings = Buckets(b"secret"), configured({"RATE_LIMIT_PER_MINUTE": "1", "ALLOWED_ORIGINS": "https://a.example"})
    headers = {"origin": "https://evil.example"}
    replies = [decided(request(CHAT["openai"], headers, address="192.0.2.1"), settings, NOW, buckets) for _ in range(11)]
    assert [code(reply) for reply in replies] == ["origin_not_allowed"] * 10 + ["rate_limited"]
    assert "access-control-allow-origin" not in replies[-1].headers


@pytest.mark.parametrize("path", [CHAT["openai"], "/nobody/v1", "/health"])
def test_a_preflight_is_never_counted(path):
    buckets = Buckets(b"secret")
    headers = {"origin": "https://a.example", "access-control-request-method": "POST"}
    for _ in range(1000):
        assert decided(request(path, headers, method="OPTIONS", address="192.0.2.1"), LIMITED, NOW, buckets).status == 204
    assert not buckets._seen


def test_a_request_that_cannot_be_counted_passes():
    assert isinstance(asked(None), Forward)
    assert code(asked(None, path="/nobody/v1", address="192.0.2.1")) == "unknown_provider"
