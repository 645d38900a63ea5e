"""WebSocket frames (RFC 6455 section 5.2), valid or not."""

import struct
import zlib
from collections.abc import Callable
from typing import NamedTuple

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.frames import Close
from websockets.sync.client import ClientConnection

from client import HUNG_SECONDS

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
MASK = b"\x01\x02\x03\x04"
COMPRESSED = 4  # the first reserved bit: RFC 7692 section 6

HANDSHAKE = {  # a program's: without an origin
    "User-Agent": "test",
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
}


class Frame(NamedTuple):
    first: int  # byte: whether it is the last of its message, reserved bits, opcode
    payload: bytes

    @property
    def opcode(self) -> int:
        return self.first & 15


def frame(
    opcode: int, payload: bytes = b"", *, fin: bool = True, reserved: int = 0, mask: bytes = MASK, length: int | None = None
) -> bytes:
    """A client's frame. `length` is what it says of its payload, if that is not true."""
    size = len(payload) if length is None else length
    said = bytes([size]) if size < 126 else b"\x7e" + struct.pack("!H", size) if size < 65536 else b"\x7f" + struct.pack("!Q", size)
    head = bytes([fin << 7 | reserved << 4 | opcode, said[0] | (128 if mask else 0)]) + said[1:] + mask
    return head + (bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload)) if mask else payload)


def closing(code: int, reason: bytes = b"") -> bytes:
    return frame(CLOSE, struct.pack("!H", code) + reason)


def deflated(text: bytes) -> bytes:
    """A message's payload as permessage-deflate has it (RFC 7692 section 7.2.1)."""
    packer = zlib.compressobj(wbits=-15)
    return (packer.compress(text) + packer.flush(zlib.Z_SYNC_FLUSH)).removesuffix(b"\x00\x00\xff\xff")


def read_frame(read: Callable[[int], bytes]) -> Frame | None:
    """The next frame of a server, whose frames have no mask; None at the end."""
    head = read(2)
    if len(head) < 2:
        return None
    size = head[1]
    if size > 125:
        size = int.from_bytes(read(2 if size == 126 else 8))
    return Frame(head[0], read(size))


def closing_of(client: ClientConnection) -> Close | None:
    """How the other side closes, with nothing said before; None where it only breaks off."""
    with pytest.raises(ConnectionClosed) as closed:
        client.recv(timeout=HUNG_SECONDS)
    return closed.value.rcvd
