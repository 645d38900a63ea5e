"""WebSockets (RFC 6455): the handshake on both sides, and then bytes, which nobody looks at.

Frames pass as they are, masks, pings, fragments and closing included, so the two ends agree on everything with each other. What is one
connection's own, its key and what that is answered with, is each side's own here too.
"""

import asyncio
import re
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Mapping
from hashlib import sha1
from secrets import token_bytes

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 section 1.3
_KEY_BYTES = 16  # RFC 6455 section 4.1

# What may be offered and agreed on, of RFC 7692 section 7.1. The two ends do it; nothing is unpacked here.
_PARAMETER = r"[ \t]*;[ \t]*(?:(?:server|client)_no_context_takeover|(?:server|client)_max_window_bits(?:=\"?[0-9]{1,2}\"?)?)"
_DEFLATE = rf"permessage-deflate(?:{_PARAMETER}){{0,4}}"
_EXTENSIONS = re.compile(rf"{_DEFLATE}(?:[ \t]*,[ \t]*{_DEFLATE}){{0,3}}", re.IGNORECASE)


class End:
    """One side of a tunnel, as the other side sees it."""

    _transport: asyncio.Transport

    def write(self, data: bytes) -> None:
        self._transport.write(data)

    def pause_reading(self) -> None:
        if not self._transport.is_closing():
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        if not self._transport.is_closing():
            self._transport.resume_reading()

    def close(self) -> None:
        """The other side has ended: what was written goes out, then this one ends too."""
        self._transport.close()


class Handshake:
    """With the provider. Create one for each request."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        """`headers` are the client's."""
        self._key = b64encode(token_bytes(_KEY_BYTES)).decode()
        extensions = headers.get("sec-websocket-extensions", "")
        self._extensions = extensions if len(extensions) < 1000 and _EXTENSIONS.fullmatch(extensions) else ""
        self.headers = {
            "connection": "Upgrade",
            "upgrade": "websocket",
            "sec-websocket-version": "13",
            "sec-websocket-key": self._key,
            **({"sec-websocket-extensions": self._extensions} if self._extensions else {}),
        }

    def is_accepted(self, answer: Mapping[str, str]) -> bool:
        """Whether the provider has switched, and to what was offered (RFC 6455 section 4.1)."""
        extensions = answer.get("sec-websocket-extensions", "")
        return (
            answer.get("upgrade", "").lower() == "websocket"
            and answer.get("sec-websocket-accept") == _accepted(self._key)
            and (not extensions or bool(self._extensions and _EXTENSIONS.fullmatch(extensions)))
        )


def is_key(text: str) -> bool:
    """Whether a client's handshake has a key in it (RFC 6455 section 4.2.1)."""
    try:
        return len(b64decode(text, validate=True)) == _KEY_BYTES
    except Error:
        return False


def switching(client: Mapping[str, str], provider: Mapping[str, str], headers: Mapping[str, str]) -> bytes:
    """The head of the answer to a client's handshake, by both sides' headers and the core's."""
    extensions = provider.get("sec-websocket-extensions")
    lines = {
        "connection": "Upgrade",
        "upgrade": "websocket",
        "sec-websocket-accept": _accepted(client["sec-websocket-key"]),
        **({"sec-websocket-extensions": extensions} if extensions else {}),
        **headers,
    }
    return "".join(["HTTP/1.1 101 Switching Protocols\r\n", *(f"{name}: {value}\r\n" for name, value in lines.items()), "\r\n"]).encode(
        "ascii"
    )


def _accepted(key: str) -> str:
    return b64encode(sha1(key.encode("ascii") + _GUID, usedforsecurity=False).digest()).decode()
