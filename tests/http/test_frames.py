"""That what two ends of a WebSocket say reaches the other as it is, whatever it is: the cases of Autobahn's test suite, by its sections,
asked of the provider directly and through the server. Both must get the same bytes."""

import itertools

import pytest

from client import Exchange, request
from differences import PASSES_FRAMES
from frames import BINARY, CLOSE, COMPRESSED, CONTINUATION, HANDSHAKE, PING, PONG, TEXT, closing, deflated, frame, read_frame
from providers import new_key

REALTIME = "/v1/realtime"
BYE = closing(1000)


def text(*parts: str | bytes) -> list[bytes]:
    """A message in so many fragments."""
    parts = [part.encode() if isinstance(part, str) else part for part in parts]
    return [frame(0 if at else TEXT, part, fin=at == len(parts) - 1) for at, part in enumerate(parts)]


SIZES = (0, 1, 125, 126, 127, 128, 65535, 65536, 1_000_000)

VALID = {
    **{f"1.1 text of {size}": [frame(TEXT, b"*" * size)] for size in SIZES},
    **{f"1.2 binary of {size}": [frame(BINARY, b"\xfe" * size)] for size in SIZES},
    "2 an empty ping": [frame(PING)],
    "2 a ping with a payload": [frame(PING, b"Hello")],
    "2 a ping with all bytes it may have": [frame(PING, bytes(range(125)))],
    "2 a pong that nobody asked for": [frame(PONG, b"x"), frame(PING, b"y")],
    "2 ten pings": [frame(PING, b"%d" % number) for number in range(10)],
    "3 a mask of zeros": [frame(TEXT, b"Hello", mask=bytes(4))],
    "5 two fragments": text("Hel", "lo"),
    "5 fragments with nothing in them": text("", "", "Hello", ""),
    "5 a ping between two fragments": [*text("Hel", "lo")[:1], frame(PING, b"now"), *text("Hel", "lo")[1:]],
    "5 pings and a pong between many fragments": list(
        itertools.chain.from_iterable((part, frame(PING, b"p"), frame(PONG)) for part in text(*"fragments"))
    ),
    "5 a fragment for each byte": text(*"Hello, 世界"[:5]),
    "6 text of other scripts": text("Κόσμε, 世界, 🙂"),
    "6 a character that is cut between two fragments": text("κ".encode()[:1], "κ".encode()[1:]),
    "6 the last code points there are": text("\U0010ffff\ud7ff\ue000\x00"),
    "9 a message of 1,000 fragments": text(*["x" * 100] * 1000),
    "9 a thousand small messages": [frame(TEXT, b"%d" % number) for number in range(1000)],
}
ENDING = {
    "7.1 a message after closing": [BYE, frame(TEXT, b"Hello")],
    "7.1 a ping after closing": [BYE, frame(PING)],
    "7.1 closing twice": [BYE, BYE],
    "7.3 closing without a code": [frame(CLOSE)],
    "7.3 half a code": [frame(CLOSE, b"\x03")],
    "7.3 the longest reason": [closing(1000, b"*" * 123)],
    "7.3 a reason that is too long": [closing(1000, b"*" * 124)],
    "7.5 a reason that is not UTF-8": [closing(1000, b"\xff")],
    **{f"7.7 code {code}": [closing(code)] for code in (1000, 1001, 1002, 1003, 1007, 1011, 3000, 3999, 4000, 4999)},
    **{f"7.9 code {code}, which is none": [closing(code)] for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65535)},
}
INVALID = {
    "2 a ping that is too long": [frame(PING, bytes(126))],
    "2 a pong that is too long": [frame(PONG, bytes(126))],
    **{f"3 reserved bits {bits}": [frame(TEXT, b"x"), frame(TEXT, b"y", reserved=bits)] for bits in range(1, 8)},
    "3 a ping with reserved bits": [frame(PING, b"x", reserved=3)],
    "3 no mask": [frame(TEXT, b"Hello", mask=b"")],
    **{f"4 opcode {opcode}": [frame(TEXT, b"x"), frame(opcode, b"y")] for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)},
    "5 a ping in fragments": [frame(PING, b"x", fin=False), frame(CONTINUATION, b"y")],
    "5 a fragment of nothing": [frame(CONTINUATION, b"x")],
    "5 a message within a message": [frame(TEXT, b"x", fin=False), frame(TEXT, b"y")],
    **{
        f"6 not UTF-8: {said.hex()}": [frame(TEXT, said)]
        for said in (
            b"\xff",
            b"\xc0\xaf",
            b"\xed\xa0\x80",
            b"\xf4\x90\x80\x80",
            b"\xf8\x88\x80\x80\x80",
            b"a\xce",
            b"\x80",
            b"\xce\xba\xe1\xbd",
        )
    },
    "6 not UTF-8 in the second fragment": text("ok", b"\xed\xa0\x80"),
    "9 a length beyond all bounds": [frame(BINARY, b"x", length=2**63)],
    "12 compressed, although nobody agreed on that": [frame(TEXT, deflated(b"Hello"), reserved=COMPRESSED)],
}
CASES = {
    **{name: [*frames, BYE] for name, frames in VALID.items()},
    **ENDING,
    **INVALID,
}

# What a client offers -> whether it can be agreed on here. The provider's own client agrees to all of these.
EXTENSIONS = {
    "permessage-deflate": True,
    "permessage-deflate; client_max_window_bits": True,
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover": True,
    'permessage-deflate; server_max_window_bits="10"; client_max_window_bits=9': True,
    "permessage-deflate; server_max_window_bits=9, permessage-deflate": True,
    "x-webkit-deflate-frame": False,
    "permessage-deflate, x-unknown": False,
    "permessage-bzip2": False,
}


@pytest.fixture(params=PASSES_FRAMES)
def runtime(request):
    return request.param


@pytest.fixture
def echoing(mock):
    """A key with which the provider says what it is told."""

    def key():
        key = new_key()
        mock.script(key, echo=True)
        return key

    return key


def shake(url, target, key, extensions=None):
    """A WebSocket, whose handshake is over: the exchange, and the extensions that were agreed on."""
    headers = HANDSHAKE | {"Authorization": f"Bearer {key}"} | ({"Sec-WebSocket-Extensions": extensions} if extensions else {})
    exchange = Exchange(url, request(url, "GET", target, headers))
    head = exchange.head()
    assert head.status == 101
    return exchange, head.headers


def heard(exchange, pieces):
    """All that comes until the other side closes, or has gone."""
    frames = []
    with exchange:
        for piece in pieces:
            exchange.send(piece)
        while (it := read_frame(exchange.read_on)) and it.opcode != CLOSE:
            frames.append(it)
        return [*frames, it]


def directly(mock, key, pieces, extensions=None):
    exchange, headers = shake(mock.url, f"/openai{REALTIME}", key, extensions)
    return headers.get("sec-websocket-extensions"), heard(exchange, pieces)


def heard_through(relay, key, pieces, extensions=None):
    """Also the line in the log."""
    exchange, headers = shake(relay.server.url, f"/openai{REALTIME}", key, extensions)
    said = heard(exchange, pieces)
    return headers.get("sec-websocket-extensions"), said, relay.server.wait_for_line(headers["x-relay-request-id"])


@pytest.mark.parametrize("name", CASES)
def test_each_side_hears_what_the_other_says(relay, mock, echoing, name):
    said = CASES[name]
    _, expected = directly(mock, echoing(), said)
    whole = b"".join(said)
    ways = [said, [whole], [bytes([byte]) for byte in whole]]
    for pieces in ways if len(whole) < 300 else ways[:2]:
        _, answer, line = heard_through(relay, echoing(), pieces)
        assert answer == expected
        if name in VALID:
            assert (line["socket"]["bytes_up"], line["socket"]["frames_up"]) == (len(whole), len(said))
            assert line["socket"]["frames_down"] == len(expected)


TALK = [
    *(frame(TEXT, deflated(b"Hello, hello, hello %d" % number), reserved=COMPRESSED) for number in range(3)),
    frame(TEXT, b"not compressed"),
    frame(TEXT, deflated(b"x" * 100_000), reserved=COMPRESSED),
    frame(PING, b"now"),
    frame(BINARY, deflated(b"*")[:3], reserved=COMPRESSED, fin=False),
    frame(CONTINUATION, deflated(b"*")[3:]),
    BYE,
]


@pytest.mark.parametrize("offered", EXTENSIONS)
def test_compression_is_what_the_two_ends_agree_on(relay, mock, echoing, offered):
    agreed, answer, line = heard_through(relay, echoing(), TALK if EXTENSIONS[offered] else [frame(TEXT, b"Hello"), BYE], offered)
    if EXTENSIONS[offered]:
        assert (agreed, answer) == directly(mock, echoing(), TALK, offered)
        assert line["socket"]["frames_up"] == len(TALK)
    else:
        assert agreed is None
        assert answer == [(0x80 | TEXT, b"Hello"), (0x80 | CLOSE, b"\x03\xe8")]
