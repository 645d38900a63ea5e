"""The settings that only the server has: which texts are taken, and that none is shown."""

import pytest

from byok_relay.secret import Secret
from byok_relay.settings import SettingError
from byok_relay_server.settings import Store, parse

AUDITED = {"AUDIT_SECRET": "0123456789abcdef"}
PLAIN = Store(is_encrypted=False, user=None, password=None, host="redis", port=6379, database=0)

STORES = {
    "": None,
    "memory": None,
    "redis://redis": PLAIN,
    "redis://redis/": PLAIN,
    "redis://redis:6380/12": PLAIN._replace(port=6380, database=12),
    "rediss://a-b.c_d.example:1": PLAIN._replace(is_encrypted=True, host="a-b.c_d.example", port=1),
    "redis://[::1]:6379": PLAIN._replace(host="::1"),
    "redis://user@redis": PLAIN._replace(user="user"),
    "redis://us%40er:p%3Aa%2Fss@redis": PLAIN._replace(user="us@er", password=Secret("p:a/ss")),
    "rediss://:canary@127.0.0.1": PLAIN._replace(is_encrypted=True, password=Secret("canary"), host="127.0.0.1"),
}

HEADERS = {"": None, "X-Real-IP": "x-real-ip", "X-Forwarded-For": "x-forwarded-for", "CF-Connecting-IP": "cf-connecting-ip"}

INVALID = [
    *(
        ("RATE_LIMIT_STORAGE", text)
        for text in """Memory redis redis:// redis://:1 http://canary.example redis://redis:0 redis://redis:65536 redis://redis/x
        redis://redis/12345 redis://redis?ssl_cert_reqs=none redis://redis/0?db=1 redis://redis#x redis://a:b:c@redis redis://a@b@redis
        redis://redis,other unix:///run/redis.sock redis://[::1 redis://re%64is redis+sentinel://redis""".split()
    ),
    ("RATE_LIMIT_STORAGE", "redis://pass word@redis"),
    ("RATE_LIMIT_STORE", "redis://redis"),
    ("RATE_LIMIT_STORAGES", "redis://redis"),
    *(("CLIENT_ADDRESS_HEADER", text) for text in ["X Real IP", "X-Real-IP:", "X-Real-IP, X-Other", "Ünicode", "x-\x00"]),
    *(("CLIENT_ADDRESS_HEADER", text) for text in ["Authorization", "X-API-Key", "x-goog-api-key", "Cookie", "Forwarded"]),
    ("CLIENT_ADDRESS_HEADERS", "X-Real-IP"),
]


@pytest.mark.parametrize("text", STORES)
def test_a_store_is_memory_or_a_redis_server(text):
    store = parse(AUDITED | {"RATE_LIMIT_STORAGE": text}).store
    assert store == STORES[text]
    if store and store.password:
        assert store.password.reveal() == STORES[text].password.reveal()
        assert store.password.reveal() not in repr(store)


@pytest.mark.parametrize("text", HEADERS)
def test_an_address_is_in_a_header_of_any_name(text):
    assert parse({"CLIENT_ADDRESS_HEADER": text}).address_header == HEADERS[text]


@pytest.mark.parametrize(("name", "text"), INVALID)
def test_what_is_no_value_of_a_setting_is_an_error_that_does_not_show_it(name, text):
    with pytest.raises(SettingError, match=rf"^{name} ") as raised:
        parse(AUDITED | {name: text})
    assert text.lower() in ("memory", "redis") or text not in str(raised.value).replace("redis://user:password@host", "")


def test_a_shared_store_needs_a_shared_secret():
    with pytest.raises(SettingError, match=r"^RATE_LIMIT_STORAGE needs AUDIT_SECRET, "):
        parse({"RATE_LIMIT_STORAGE": "redis://redis"})
