"""WebSockets (RFC 6455): the handshake on both sides, and then bytes.

Frames pass as they are, masks, pings, fragments and closing included, so the two ends agree on everything with each other. They are only
counted. What is one connection's own, its key and what that is answered with, is each side's own here too.
"""

import asyncio
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha1
from secrets import token_bytes
from time import monotonic

from byok_relay.audit import Outcome, Traffic
from byok_relay.messages import Close

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 section 1.3
_KEY_BYTES = 16  # RFC 6455 section 4.1

# What may be offered and agreed on, of RFC 7692 section 7.1. The two ends do it; nothing is unpacked here.
_PARAMETER = r"[ \t]*;[ \t]*(?:(?:server|client)_no_context_takeover|(?:server|client)_max_window_bits(?:=\"?[0-9]{1,2}\"?)?)"
_DEFLATE = rf"permessage-deflate(?:{_PARAMETER}){{0,4}}"
_EXTENSION = re.compile(_DEFLATE, re.IGNORECASE)
_EXTENSIONS = re.compile(rf"{_DEFLATE}(?:[ \t]*,[ \t]*{_DEFLATE}){{0,3}}", re.IGNORECASE)


GOING_AWAY = 1001  # RFC 6455 section 7.4.1
CLOSING_SECONDS = 5  # for a client to answer that it closes

MOST_TINY = 4096  # frames at once, of less than so many bytes
TINY = 64
_WITHOUT_END = 1 << 100

LINGER_SECONDS = 30  # for one side to take what is left, when the other has ended
MOST_ANSWERED_BYTES = 4096  # of a client that is told that it is refused

_CLOSE = 8  # the opcode of a close frame: RFC 6455 section 5.2
_MASK = bytes(4)  # changes nothing: only what a page says has to be masked, and the relay says no more than a number


class Frames:
    """Counts the frames in bytes that pass (RFC 6455 section 5.2).

    A flood of tiny ones, of which a megabyte holds half a million, is not counted on: everybody else would wait. From then on all that
    comes is taken for one frame.
    """

    def __init__(self) -> None:
        self.count = self.bytes = 0
        self.latest = monotonic()
        self.is_closing = False  # a close frame has begun
        self._head = b""  # of a frame, while it is not whole
        self._left = 0  # bytes of a frame that are still to come

    @property
    def is_between(self) -> bool:
        """Whether no frame has begun that is not over."""
        return not self._head and not self._left

    def feed(self, data: bytes) -> None:
        self.latest = monotonic()
        self.bytes += len(data)
        data, at, before = self._head + data, self._left, self.count
        while at < len(data) and (size := _size(data, at)):
            self.count += 1
            self.is_closing |= data[at] & 15 == _CLOSE
            at += size
            if self.count - before > MOST_TINY and at < TINY * (self.count - before):
                at = _WITHOUT_END
        self._head = data[at:]
        self._left = max(0, at - len(data))


def _size(data: bytes, at: int) -> int:
    """Bytes of the frame that begins there; 0 if its head is not whole."""
    if len(data) < at + 2:
        return 0
    length, mask = data[at + 1] & 127, data[at + 1] >> 7
    more = {126: 2, 127: 8}.get(length, 0)
    if len(data) < at + 2 + more:
        return 0
    return 2 + more + 4 * mask + (int.from_bytes(data[at + 2 : at + 2 + more]) if more else length)


def _close_frame(code: int, reason: str = "", mask: bytes = b"") -> bytes:
    said = code.to_bytes(2) + reason.encode()
    return bytes([0x80 | _CLOSE, len(said) | (0x80 if mask else 0)]) + mask + said


class End:
    """One side of a tunnel, as the other side sees it."""

    passed: Frames  # what the other side has said, once the two are joined

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def write(self, data: bytes) -> None:
        self._transport.write(data)

    def pass_on(self, data: bytes) -> None:
        """What the other side says."""
        self.passed.feed(data)
        self.write(data)

    def leave(self, mask: bytes = b"") -> None:
        """The relay ends the connection: it says so, if no frame of the other side's is in the way."""
        if self.passed.is_between and not self.passed.is_closing:
            self.write(_close_frame(GOING_AWAY, mask=mask))
        self.close()

    @property
    def is_over(self) -> bool:
        return self._transport.is_closing()

    def pause_reading(self) -> None:
        if not self.is_over:
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        if not self.is_over:
            self._transport.resume_reading()

    def close(self) -> None:
        """The other side has ended: what was written goes out, then this one ends too, even if it takes nothing any more."""
        left = self._transport.get_write_buffer_size()
        self._transport.close()
        if left:
            asyncio.get_running_loop().call_later(LINGER_SECONDS, self._transport.abort)


class Tunnel:
    """Two ends that are joined from now on. Create it before either may have said something."""

    def __init__(self, client: End, provider: End) -> None:
        self._client, self._provider = client, provider
        self._down, self._up = client.passed, provider.passed = Frames(), Frames()

    def traffic(self) -> Traffic:
        return Traffic(self._up.bytes, self._up.count, self._down.bytes, self._down.count)

    async def run(self, ended: asyncio.Future[None], idle_seconds: int) -> Outcome:
        """Waits until it has ended, and ends it when nothing has passed for so long, in either direction. 0: for any time."""
        wait: float | None = idle_seconds or None
        while not (await asyncio.wait([ended], timeout=wait))[0]:
            wait = idle_seconds + max(self._up.latest, self._down.latest) - monotonic()
            if wait <= 0:
                self._leave()
                return "idle"
        return "ok"

    def stop(self) -> Outcome:
        """Ends it because the client has left, or the server ends."""
        if self._client.is_over:
            return "ok"
        self._leave()
        return "shutdown"

    def _leave(self) -> None:
        self._client.leave()
        self._provider.leave(_MASK)


class Refusing(End):
    """What a client whose handshake is refused is joined to: it hears that the client closes too."""

    def __init__(self) -> None:
        self.passed = Frames()

    def refuse(self, client: End, close: Close) -> None:
        self._client = client
        client.write(_close_frame(close.code, close.reason))
        self._timer = asyncio.get_running_loop().call_later(CLOSING_SECONDS, client.close)

    def pass_on(self, data: bytes) -> None:
        self.passed.feed(data[:MOST_ANSWERED_BYTES])
        if self.passed.is_closing or self.passed.bytes >= MOST_ANSWERED_BYTES:
            self._client.close()  # the server is the first to end the connection (RFC 6455 section 7.1.1)

    def close(self) -> None:
        self._timer.cancel()

    def pause_reading(self) -> None:
        """Nobody speaks here."""

    def resume_reading(self) -> None:
        """Nor now."""


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
            and "upgrade" in answer.get("connection", "").lower()
            and answer.get("sec-websocket-accept") == _accepted(self._key)
            and (not extensions or bool(self._extensions and _EXTENSION.fullmatch(extensions)))
        )


def is_key(text: str) -> bool:
    """Whether a client's handshake has a key in it (RFC 6455 section 4.2.1)."""
    try:
        return len(b64decode(text, validate=True)) == _KEY_BYTES
    except ValueError:  # no base64, or no ASCII
        return False


def switching(key: str, extensions: str, headers: Mapping[str, str]) -> bytes:
    """The head of the answer to a client's handshake with this key, with what the provider has agreed to and the core's headers."""
    lines = {
        "connection": "Upgrade",
        "upgrade": "websocket",
        "sec-websocket-accept": _accepted(key),
        **({"sec-websocket-extensions": extensions} if extensions else {}),
        **headers,
    }
    return "".join(["HTTP/1.1 101 Switching Protocols\r\n", *(f"{name}: {value}\r\n" for name, value in lines.items()), "\r\n"]).encode(
        "ascii"
    )


def _accepted(key: str) -> str:
    return b64encode(sha1(key.encode("ascii") + _GUID, usedforsecurity=False).digest()).decode()
