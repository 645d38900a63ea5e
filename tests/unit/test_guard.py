from base64 import b64encode

import pytest

from byok_relay.guard import Guard
from byok_relay.secret import Secret

KEY = "canary-0"  # as short as a secret may be
PAIR = "ACcanary0123456789:canary9876543210"
ID, SECRET = PAIR.split(":")


def encoded(text, times):
    """In percent-escapes: once each character, then each `%` again."""
    text = "".join(f"%{byte:02x}" for byte in text.encode()) if times else text
    for _ in range(times - 1):
        text = text.replace("%", "%25")
    return text


@pytest.mark.parametrize("times", [0, 1, 2, 3])
@pytest.mark.parametrize("key", [KEY, "sk-ant-api03-0123456789abcdef", "byok1.k1.0123456789abcdef0123456789"])
def test_a_key_is_found_however_often_servers_and_proxies_decode(key, times):
    assert Guard([Secret(KEY)]).finds_a_key_in(encoded(f"/{key}/", times))


def test_a_word_for_a_local_server_is_no_secret():
    """It is shorter than any vendor's key, and may stand in any path."""
    for word, is_secret in ((KEY, True), (KEY[:-1], False)):
        assert Guard([Secret(word)]).finds_a_key_in(f"/v1/models/{word}") == is_secret


@pytest.mark.parametrize(("text", "is_found"), [(PAIR, True), (SECRET, True), (b64encode(PAIR.encode()).decode(), True), (ID, False)])
def test_of_a_pair_the_secret_is_one_and_the_id_is_none(text, is_found):
    """Whichever header the id comes in besides."""
    assert Guard([Secret(PAIR), Secret(ID)], are_pairs=True).finds_a_key_in(f"/Accounts/{text}") == is_found
