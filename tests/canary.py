"""The canary rule: a key appears in the one header that carries it up to the provider, and nowhere else.

Every key of these tests holds the word `canary`. After each test it is looked for in everything that the test could have made any
process say: each byte a relay sent down, each line that a relay or the mock wrote, and, by the mock itself, in the URL and the other
headers of each request that went up.
"""

import re
from base64 import b64encode

WORDS = (b"canary", b"Canary", b"CANARY")


def _in_base64(word: bytes, shift: int) -> bytes:
    """The characters that base64 has for a word at one of three alignments: those that are the word's alone."""
    return b64encode(bytes(shift) + word + bytes(-(shift + len(word)) % 3))[-(-shift * 8 // 6) : (shift + len(word)) * 8 // 6]


def _in_hex(word: bytes) -> bytes:
    """With or without something between the bytes, as in `%63%61`, `63:61` and `0x63, 0x61`."""
    return rb"(?:%|\\x|0x|[ :,-]){0,4}".join(f"(?i:{byte:02x})".encode() for byte in word)


_BASE64 = {re.escape(_in_base64(word, shift)) for word in WORDS for shift in range(3)}
_ANY = re.compile(b"|".join([*WORDS, *map(_in_hex, WORDS), *sorted(_BASE64)]))


def sighting(said: bytes | str) -> str | None:
    """The surroundings of a key in what was said, if one is in there: in clear, in hex or in base64."""
    data = said.encode() if isinstance(said, str) else said
    found = _ANY.search(data)
    return f"…{data[max(0, found.start() - 60) : found.end() + 20]!r}…" if found else None
