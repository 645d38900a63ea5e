"""The canary rule's own eyes: a key is recognised however it is written."""

from base64 import b64encode, urlsafe_b64encode

import pytest

from canary import sighting

KEYS = [b"sk-canary0123456789abcdef", b"AIzaCanary0123456789abcdef", b"canary0123456789abcdef"]
WAYS = {
    "in clear": bytes,
    "in hex": lambda key: key.hex().encode(),
    "as a list of bytes": lambda key: key.hex(" ").encode(),
    "percent-encoded": lambda key: "".join(f"%{byte:02x}" for byte in key).encode(),
    "as escapes": lambda key: "".join(f"\\x{byte:02x}" for byte in key).encode(),
    "in base64": b64encode,
    "in base64 after a byte": lambda key: b64encode(b":" + key),
    "in base64url after two bytes": lambda key: urlsafe_b64encode(b"::" + key),
}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_a_key_is_seen(way, key):
    assert sighting(b"an answer with " + way(key) + b" in it")


def test_other_words_are_not():
    assert sighting(b"a can of rye, car nay, Y2Fu 63 61 6e") is None
