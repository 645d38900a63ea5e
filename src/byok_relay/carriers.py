"""Where a key travels: which request header, in which authentication scheme. Only `Carrier` reads and writes it there."""

import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .refusal import Refusal
from .secret import Secret


class Carrier(NamedTuple):
    """A request header that brings a key."""

    header: str  # lower-case
    scheme: str = ""  # of RFC 9110 section 11.1, where the header has one
    is_encoded: bool = False  # in base64, as RFC 7617 has it

    def read(self, value: str) -> str:
        """The key in a header's value; empty without one. Schemes ignore case (RFC 9110 section 11.1)."""
        text = value.strip(" \t")  # RFC 9110 section 5.6.3: only these two are whitespace
        if not self.scheme:
            return text
        scheme, _, key = text.partition(" ")
        if scheme.lower() != self.scheme.lower():
            return ""
        return _decoded(key) if self.is_encoded else key.lstrip(" ")

    def write(self, key: Secret) -> str:
        """The header's value, in clear."""
        text = b2a_base64(key.reveal().encode(), newline=False).decode() if self.is_encoded else key.reveal()
        return f"{self.scheme} {text}" if self.scheme else text


def _decoded(text: str) -> str:
    """Text in base64, in clear; empty if it is no such text."""
    try:
        return a2b_base64(text.strip(" "), strict_mode=True).decode("ascii")
    except ValueError:
        return ""


X_API_KEY = Carrier("x-api-key")
BEARER = Carrier("authorization", "Bearer")  # RFC 6750 section 2.1
X_GOOG_API_KEY = Carrier("x-goog-api-key")
API_KEY = Carrier("api-key")
XI_API_KEY = Carrier("xi-api-key")

# Of some providers only. Their keys come in these too, and nobody else's do.
TOKEN = Carrier("authorization", "Token")  # Deepgram, GitHub
KEY = Carrier("authorization", "Key")  # custom providers only
BASIC = Carrier("authorization", "Basic", is_encoded=True)  # RFC 7617: Twilio

# Every request header that may bring a key. X-API-Key comes first, even before a provider's own carriers: an app sets it on purpose
# when its SDK fills Authorization with something else.
CARRIERS = (X_API_KEY, BEARER, X_GOOG_API_KEY, API_KEY, XI_API_KEY)

# A WebSocket's list of sub-protocols, in which pages' keys come (sockets.py). It is none of the above: nothing goes up in it.
IN_PROTOCOL = Carrier("sec-websocket-protocol")

MOST_WORDS = 32  # in all of them together
_KEY_CHARACTERS = re.compile("[A-Za-z0-9_.-]{8,}")
_QUOTES = "\"'`()[]{}<>;:"
_UNDECORATED = re.compile("[A-Za-z0-9_. -]*")


def words_in(headers: Mapping[str, str]) -> list[Secret]:
    """What a client may have sent as a key: each word of these headers, and the key in it where quotes or a name are around that.

    Raises Refusal: key_malformed, where there are more than any client sends. Each is searched for in all that goes up.
    """
    text = " ".join([headers[carrier.header] for carrier in CARRIERS if carrier.header in headers])
    words = text.replace(",", " ").split()
    if not _UNDECORATED.fullmatch(text):
        bare = [word.strip(_QUOTES) for word in words]
        words += [*bare, *(word.partition("=")[2] for word in bare), *_KEY_CHARACTERS.findall(text)]
    words += [word.rpartition(".")[2] for word in words if word.count(".") == 3]  # the ciphertext of a sealed key
    if len(words) > MOST_WORDS:
        raise Refusal("key_malformed")
    return [Secret(word) for word in words]


def keys_in(headers: Mapping[str, str], carriers: Iterable[Carrier] = CARRIERS) -> dict[Carrier, Secret]:
    """The request's keys by carrier, in the order of the carriers."""
    found = {}
    for carrier in carriers:
        if carrier.header in headers:
            key = Secret(carrier.read(headers[carrier.header]))
            if key.reveal():
                found[carrier] = key
    return found
