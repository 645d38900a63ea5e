"""What a provider, or something in its place, may say instead of an answer: exact bytes, in tables by what must come of them."""

import gzip
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

BODY = b"hello"  # the body of every answer here that has one


def said(*pieces: bytes, then: str = "close") -> dict[str, Any]:
    """The pieces that go onto the connection, and what becomes of it: "close" (FIN), "reset" (RST) or "stay"."""
    return {"pieces": [b64encode(piece).decode() for piece in pieces], "then": then}


def head(*lines: bytes, status: bytes = b"200 OK") -> bytes:
    """The head of an answer that is the last one on its connection."""
    return b"\r\n".join([b"HTTP/1.1 " + status, b"connection: close", *lines, b"", b""])


def whole(*lines: bytes, status: bytes = b"200 OK") -> dict[str, Any]:
    """An answer that says how long it is, and is."""
    return said(head(b"content-length: 5", *lines, status=status) + BODY)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def in_chunks(end: bytes, *, then: str = "close") -> dict[str, Any]:
    """The body in a chunk, and what comes after it."""
    return said(CHUNKED, chunk(BODY) + end, then=then)


def chunked(*pieces: bytes, lines: Sequence[bytes] = ()) -> dict[str, Any]:
    """A whole answer, a chunk a piece."""
    return said(head(b"transfer-encoding: chunked", *lines), *map(chunk, pieces), LAST_CHUNK)


SIZED = head(b"content-length: 5")
CHUNKED = head(b"transfer-encoding: chunked")
LAST_CHUNK = b"0\r\n\r\n"
EARLY_HINTS = b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n"

# No answer begins. The client gets the relay's own 502.
UNREACHABLE = {
    "a reset before the headers": said(then="reset"),
    "a FIN before the headers": said(),
    "half a status line": said(b"HTTP/1.1 20"),
    "half a status line and a reset": said(b"HTTP/1.1 20", then="reset"),
    "half of the headers": said(b"HTTP/1.1 200 OK\r\ncontent-ty"),
    "garbage": said(b"\x00\xff\x12garbage\r\n\r\n"),
    "another protocol's greeting": said(b"SSH-2.0-OpenSSH_9.9\r\n"),
    "a TLS alert": said(b"\x15\x03\x01\x00\x02\x02\x28"),
    "HTTP/0.9": said(b"<html>hello</html>"),
    "the preface of HTTP/2": said(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "the settings of HTTP/2": said(b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"),
    **{
        f"status {code.decode() or 'missing'}": whole(status=code + b" X")
        for code in (b"", b"0", b"000", b"20", b"99", b"099", b"600", b"999", b"1000", b"-1", b"-200", b"+200", b"0x200", b"abc")
    },
    "status 600 and then silence": said(b"HTTP/1.1 600 X\r\ncontent-length: 9\r\n\r\nhello", then="stay"),
    "100 and nothing after it": said(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "103 and nothing after it": said(EARLY_HINTS),
    "101 that nobody asked for": said(b"HTTP/1.1 101 Switching Protocols\r\n\r\nhello"),
    "101 with an upgrade": said(b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n\x81\x00"),
    "a NUL in a header": whole(b"x-a: a\x00b"),
    "a header without a colon": whole(b"x-a"),
    "a header without a name": whole(b": a"),
    "a space in a header's name": whole(b"x a: a"),
    "a header without end": said(b"HTTP/1.1 200 OK\r\nx-a: ", *[b"a" * 65536] * 20, then="stay"),
    "a length that is no number": said(head(b"content-length: five") + BODY),
    "a length in hexadecimal": said(head(b"content-length: 0x5") + BODY),
    "two lengths": said(head(b"content-length: 5", b"content-length: 3") + BODY),
    "two lengths in a list": said(head(b"content-length: 5, 3") + BODY),
}

# Unusual, but right. The client gets the body.
COMPLETE = {
    "HTTP/1.0": said(b"HTTP/1.0 200 OK\r\n\r\nhello"),
    "neither length nor chunks": said(head() + BODY),
    "a status without a reason": said(head(b"content-length: 5", status=b"200") + BODY),
    "a reason that is not ASCII": whole(status=b"200 \xe9\xff"),
    "more than the length": said(SIZED + b"hello, world"),
    "more after the last chunk": in_chunks(LAST_CHUNK + b"world"),
    "a chunk a byte": said(CHUNKED, *(chunk(bytes([byte])) for byte in BODY), LAST_CHUNK),
    "a head a byte at a time": said(*(bytes([byte]) for byte in SIZED), BODY),
    "chunked in capital letters": said(head(b"transfer-encoding: CHUNKED") + chunk(BODY) + LAST_CHUNK),
    "trailers": in_chunks(b"0\r\nx-trailer: a\r\nset-cookie: a=1\r\n\r\n"),
    "300 headers": whole(*(b"x-h%d: a" % i for i in range(300))),
    "a header of 8 KiB": whole(b"x-a: " + b"a" * 8192),
    "a header in UTF-8": whole("x-a: café ☕".encode()),
    "a header in Latin-1": whole(b"x-a: caf\xe9"),
    "a content type twice": whole(b"content-type: text/plain", b"content-type: text/plain"),
    "two content types": whole(b"content-type: text/plain", b"content-type: text/html"),
    "gzip that is none": whole(b"content-encoding: gzip"),
    "an encoding that nobody knows": whole(b"content-encoding: martian"),
}

# Interim answers, and then the real one.
INTERIM = {
    "103": said(EARLY_HINTS + SIZED + BODY),
    "103 in a piece of its own": said(EARLY_HINTS, SIZED + BODY),
    "102 and two of 103": said(b"HTTP/1.1 102 Processing\r\n\r\n" + EARLY_HINTS + EARLY_HINTS + SIZED + BODY),
    "103 two hundred times": said(EARLY_HINTS * 200 + SIZED + BODY),
}

# What one HTTP parser refuses and another one forgives. The client gets the relay's 502, or the body, or an answer that breaks off:
# never another body, never another error.
DOUBTFUL = {
    "100 that nobody asked for": said(b"HTTP/1.1 100 Continue\r\n\r\n" + SIZED + BODY),
    "HTTP/2 in text": said((SIZED + BODY).replace(b"HTTP/1.1", b"HTTP/2")),
    "status 200.5": whole(status=b"200.5 X"),
    "status 2e2": whole(status=b"2e2 X"),
    "a header of 64 KiB": whole(b"x-a: " + b"a" * 65536),
    "5000 headers": whole(*(b"x-h%d: a" % i for i in range(5000))),
    "a bare CR in a header": whole(b"x-a: a\rb"),
    "a bare CR and another header": whole(b"x-a: a\rset-cookie: a=1"),
    "lines that end in LF": said((SIZED + BODY).replace(b"\r\n", b"\n")),
    "a folded header": whole(b"x-a: a\r\n b"),
    "a header folded by a tab": whole(b"x-a: a\r\n\tset-cookie: a=1"),
    "a space before the colon": whole(b"x-a : a"),
    "a space before the first header": said(b"HTTP/1.1 200 OK\r\n x-a: a\r\nconnection: close\r\ncontent-length: 5\r\n\r\nhello"),
    "a header's name that is not ASCII": whole("x-é: a".encode()),
    "a control character in a header": whole(b"x-a: a\x01b"),
    "DEL in a header": whole(b"x-a: a\x7fb"),
    "a length of -1": said(head(b"content-length: -1") + BODY),
    "a signed length": said(head(b"content-length: +5") + BODY),
    "a length beyond 64 bits": said(head(b"content-length: 99999999999999999999999") + BODY),
    "an empty length": said(head(b"content-length: ") + BODY),
    "a length twice": said(head(b"content-length: 5", b"content-length: 5") + BODY),
    "a length twice in a list": said(head(b"content-length: 5, 5") + BODY),
    "a length and chunks": said(head(b"content-length: 3", b"transfer-encoding: chunked") + chunk(BODY) + LAST_CHUNK),
    "chunks and a length": said(head(b"transfer-encoding: chunked", b"content-length: 3") + chunk(BODY) + LAST_CHUNK),
    "a transfer coding that says nothing": said(head(b"transfer-encoding: identity") + BODY),
    "a transfer coding that nobody knows": said(head(b"transfer-encoding: martian") + BODY),
    "chunked twice": said(head(b"transfer-encoding: chunked, chunked") + chunk(BODY) + LAST_CHUNK),
    "chunks that end in LF": said(CHUNKED + (chunk(BODY) + LAST_CHUNK).replace(b"\r\n", b"\n")),
    "a chunk with an extension": said(CHUNKED + b'5;a=b;c="d"\r\nhello\r\n0;e\r\n\r\n'),
    "a reset where only that can end the body": said(head() + BODY, then="reset"),
}

# Status lines after which HTTP allows no body.
WITHOUT_BODY = {
    f"{code} with {how}": (code, said(head(line, status=b"%d X" % code) + body))
    for code in (204, 205, 304)
    for how, line, body in [
        ("a length and a body", b"content-length: 5", BODY),
        ("chunks", b"transfer-encoding: chunked", chunk(BODY) + LAST_CHUNK),
    ]
}

# The headers came, and a body of a known length does not come whole.
SHORTER_THAN_ITS_LENGTH = {
    "a reset after the headers": (said(SIZED, then="reset"), b""),
    "a FIN after the headers": (said(SIZED), b""),
    "a reset in the body": (said(SIZED, b"hel", then="reset"), b"hel"),
    "a FIN in the body": (said(SIZED, b"hel"), b"hel"),
}

# The same without a length: what comes before the client's connection breaks.
BROKEN_CHUNKS = {
    "a reset after the headers": (said(CHUNKED, then="reset"), b""),
    "a FIN after the headers": (said(CHUNKED), b""),
    "a reset between two chunks": (in_chunks(b"", then="reset"), BODY),
    "a FIN between two chunks": (in_chunks(b""), BODY),
    "a reset in a chunk": (in_chunks(b"9\r\n, wo", then="reset"), b"hello, wo"),
    "a FIN in a chunk": (in_chunks(b"9\r\n, wo"), b"hello, wo"),
    "a last chunk that is cut off": (in_chunks(b"0\r\n"), BODY),
    "a last chunk that is not even a line": (in_chunks(b"0"), BODY),
    "a size that is no number": (in_chunks(b"xyz\r\n, world\r\n0\r\n\r\n"), BODY),
    "a negative size": (in_chunks(b"-7\r\n, world\r\n0\r\n\r\n"), BODY),
    "a size with a prefix": (in_chunks(b"0x7\r\n, world\r\n0\r\n\r\n"), BODY),
    "no size": (in_chunks(b"\r\n, world\r\n0\r\n\r\n"), BODY),
    "trailers without end": (in_chunks(b"0\r\n" + b"x-a: a\r\n" * 60_000, then="stay"), BODY),
    "a size that is too small": (in_chunks(b"3\r\n, world\r\n0\r\n\r\n"), b"hello, w"),
}

# A stream of events as it may come, legal or not. Nothing on the way reads it.
EVENTS = {
    "LF": [b"data: a\n\n", b"data: b\n\n"],
    "CRLF": [b"data: a\r\n\r\n", b"data: b\r\n\r\n"],
    "CR": [b"data: a\r\r", b"data: b\r\r"],
    "CRLF cut between its two bytes": [b"data: a\r", b"\n\r", b"\ndata: b\r\n\r\n"],
    "a mixture of line ends": [b"data: a\r\ndata: b\ndata: c\r\r\n\n"],
    "a byte order mark": [b"\xef\xbb\xbfdata: a\n\n"],
    "comments": [b": keep-alive\n\n", b":\n\n:::\n\n"],
    "no blank line at the end": [b"data: a\n\ndata: b"],
    "no line end at all": [b"data: [DONE]"],
    "every field": [b"event: e\nid: 1\nretry: 1\ndata: a\ndata\nunknown: x\nid\x00: 2\n\n"],
    "a field without a colon": [b"data\n\nretry\n\n"],
    "blank lines only": [b"\n", b"\n\n\n\r\n\r"],
    "a NUL": [b"id: 1\x002\n", b"data: \x00\n\n"],
    "text that is not UTF-8": [b"data: \xff\xfe\xc0\x80\xed\xa0\x80\n\n"],
    "code points cut in pieces": [bytes([byte]) for byte in "data: €🙂é\n\n".encode()],
    "a line of 5 MB": [b"data: ", b"x" * 5_000_000, b"\n\n"],
    "nothing": [],
}

CONTENT_TYPES = [
    *b"application/json application/x-ndjson audio/mpeg image/png application/octet-stream text/html".split(),
    *b"application/json; charset=utf-16,text/event-stream; charset=utf-8,multipart/mixed; boundary=x,not a content type,".split(b","),
    None,
]

# "hello", in a frame whose one block is not compressed, and in one that Node's zlib made.
_ZSTD = bytes.fromhex("28b52ffd2005290000") + BODY
_BROTLI = bytes.fromhex("0b028068656c6c6f03")

ENCODED = {
    "gzip": (b"gzip", gzip.compress(BODY, mtime=0)),
    "gzip, cut off": (b"gzip", gzip.compress(BODY, mtime=0)[:-3]),
    "gzip, and more": (b"gzip", gzip.compress(BODY, mtime=0) + b"more"),
    "gzip that is none": (b"gzip", BODY),
    "brotli": (b"br", _BROTLI),
    "brotli that is none": (b"br", BODY),
    "zstd": (b"zstd", _ZSTD),
    "two encodings": (b"gzip, br", _BROTLI),
}
