"""Where a body ends, and the next request begins.

Where an HTTP server refuses a frame, that is the end of it. Where it reads one, the provider gets what was read in a frame of the relay's
own making, and what is left over is a request of its own, judged like any.
"""

from attacks.attack import NOT_HTTP, Attack, answered, each, on, post, refused, relayed, request
from attacks.words import BEARER, FROM_PAGE, MODELS, OPENAI_CHAT
from differences import ENDS_CONNECTIONS_WITH_UNREAD_BODIES, READS_BROKEN_FRAMES, REFUSES_EMPTY_CODINGS, REFUSES_OTHER_CODINGS

CHUNKED = "Transfer-Encoding: chunked"


def framed(line: str, body: str | bytes) -> bytes:
    """A chat whose body ends as this line says."""
    return request("POST", OPENAI_CHAT, FROM_PAGE, BEARER, line, body=body)


# Lengths that are none (RFC 9110 section 8.6), of 11 bytes where the limit is 10.
NO_LENGTHS = {
    "in two lines": "11\r\nContent-Length: 11",
    "in two lines that differ": "1\r\nContent-Length: 11",
    "in a list": "11, 11",
    "in a list that differs": "1, 11",
    "with a base": "0xb",
    "with a fraction": "11.0",
    "with an exponent": "1e1",
    "with an underscore": "1_1",
    "with a space inside": "1 1",
    "with a parameter": "11;q=1",
    "in digits of another script": "\u0661\u0661".encode().decode("latin-1"),
}

# Lengths that some server takes for a number. None of them may pass for a smaller one than it is.
STRANGE_LENGTHS = {"with a plus sign": "+11", "below zero": "-1", "of 2 to the 64th and 1": str(2**64 + 1), "of 5,000 digits": "9" * 5000}

# Codings that no server knows (RFC 9112 section 6.1): where the body ends is not known either.
NO_CODINGS = {
    "that begins with chunked": "chunkedx",
    "that ends in chunked": "xchunked",
    "in quotes": '"chunked"',
    "with a vertical tab": "\x0bchunked",
    "with a NUL": "chunked\0",
    "on the next line": "\r\n chunked",
    "twice": f"chunked\r\n{CHUNKED}",
    "twice, the second one another": "chunked\r\nTransfer-Encoding: identity",
    "that is not the last": "chunked, identity",
    "that is none": "identity",
}

# Chunks as they may be (RFC 9112 section 7.1), of two bytes.
CHUNKS = {
    "of a byte": (CHUNKED, b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"),
    "in capitals": ("Transfer-Encoding: CHUNKED", b"2\r\n{}\r\n0\r\n\r\n"),
    "after a tab": ("Transfer-Encoding:\tchunked", b"2\r\n{}\r\n0\r\n\r\n"),
    "with leading zeros": (CHUNKED, b"0000000000000000000002\r\n{}\r\n000\r\n\r\n"),
    "with trailers that are headers": (CHUNKED, b"2\r\n{}\r\n0\r\nX-API-Key: {mark}\r\nHost: evil.example\r\n\r\n"),
}
LENIENT_CHUNKS = {
    "with line feeds only": (CHUNKED, b"2\n{}\n0\n\n"),
    "of 2 to the 64th and 2": (CHUNKED, b"10000000000000002\r\n{}\r\n0\r\n\r\n"),
    "announced with a space before the colon": ("Transfer-Encoding : chunked", b"2\r\n{}\r\n0\r\n\r\n"),
}

# What follows a request on its connection: one that is refused, one without a key, and one that would go up.
FORBIDDEN = f"GET /openai/v1/files HTTP/1.1\r\nHost: {{host}}\r\n{BEARER}\r\n\r\n"
KEYLESS = f"GET {MODELS} HTTP/1.1\r\nHost: {{host}}\r\n\r\n"
ALLOWED = f"GET {MODELS} HTTP/1.1\r\nHost: {{host}}\r\n{BEARER}\r\n\r\n"

HIDDEN = f"GET {MODELS} HTTP/1.1\r\nHost: relay.example\r\nX-API-Key: sk-0123456789\r\n\r\n"

FOLLOWED = {
    "a path that is not allowed": (FORBIDDEN, refused("path_not_allowed")),
    "no key of its own": (KEYLESS, refused("missing_key")),
    "all that it needs": (ALLOWED, relayed(MODELS)),
}

# Requests inside the body of a request that does not go up, or goes up without one. The body is read, or the connection ends.
INSIDE = {
    "one that is refused": (post("/openai/v1/files", BEARER, body=ALLOWED), refused("path_not_allowed")),
    "one that asks for no body": (request("GET", MODELS, BEARER, body=ALLOWED), relayed(MODELS, body=b"", content_length=None)),
    "one of another method": (request("DELETE", f"{MODELS}/gpt", BEARER, body=ALLOWED), refused("method_not_allowed")),
    "a preflight": (request("OPTIONS", OPENAI_CHAT, "Access-Control-Request-Method: POST", body=ALLOWED), answered(204)),
    "one that is too long": (post(OPENAI_CHAT, BEARER, "Content-Length: 33554433", body=ALLOWED), refused("body_too_large")),
}

TWO_IN_CHUNKS = "2\r\n{}\r\n0\r\n\r\n"
ELEVEN = '{"a": 1234}'
READ = relayed(OPENAI_CHAT, body=b"{}", content_length=None)
TWO_BYTES = relayed(OPENAI_CHAT, body=b"{}")

ATTACKS = [
    *each(NOT_HTTP, {f"a length {name}": framed(f"Content-Length: {length}", ELEVEN) for name, length in NO_LENGTHS.items()}, "listed"),
    *each(
        on(READS_BROKEN_FRAMES, refused("body_too_large"), NOT_HTTP),
        {f"a length {name}": framed(f"Content-Length: {length}", ELEVEN) for name, length in STRANGE_LENGTHS.items()},
        "listed",
    ),
    *each(NOT_HTTP, {f"a coding {name}": framed(f"Transfer-Encoding: {coding}", TWO_IN_CHUNKS) for name, coding in NO_CODINGS.items()}),
    *each(
        on(READS_BROKEN_FRAMES, READ, NOT_HTTP),
        {
            **{f"chunks {name}": framed(line, chunks) for name, (line, chunks) in LENIENT_CHUNKS.items()},
            "a length that ends inside a chunk": framed(f"{CHUNKED}\r\nContent-Length: 4", TWO_IN_CHUNKS),
        },
    ),
    Attack(
        "an empty length before a request that is refused",
        framed("Content-Length:", FORBIDDEN),
        on(READS_BROKEN_FRAMES, relayed(OPENAI_CHAT, body=b""), NOT_HTTP),
        then=on(READS_BROKEN_FRAMES, refused("path_not_allowed"), NOT_HTTP),
    ),
    *(
        Attack(
            f"chunks inside {coding}",
            framed(f"Transfer-Encoding: {coding}, chunked", TWO_IN_CHUNKS),
            on(REFUSES_OTHER_CODINGS, NOT_HTTP, TWO_BYTES),
        )
        for coding in ("identity", "gzip")
    ),
    Attack("an empty coding", framed("Transfer-Encoding:\r\nContent-Length: 2", "{}"), on(REFUSES_EMPTY_CODINGS, NOT_HTTP, TWO_BYTES)),
    *(
        Attack(f"chunks {name}", framed(line, chunks), relayed(OPENAI_CHAT, body=b"{}", content_length=None, x_api_key=None))
        for name, (line, chunks) in CHUNKS.items()
    ),
    Attack(
        "a length that ends after the chunks",
        framed(f"Content-Length: {{length}}\r\n{CHUNKED}", f"0\r\n\r\n{FORBIDDEN}"),
        on(READS_BROKEN_FRAMES, relayed(OPENAI_CHAT, body=b"", content_length=None), NOT_HTTP),
        then=on(READS_BROKEN_FRAMES, refused("path_not_allowed"), NOT_HTTP),
    ),
    *(
        Attack(f"one request behind another, with {name}", framed("Content-Length: 2", "{}" + second), TWO_BYTES, then=expected)
        for name, (second, expected) in FOLLOWED.items()
    ),
    Attack(
        "a good request behind a bad one",
        request("POST", "/openai/v1/files", BEARER, "Content-Length: 2", body="{}" + ALLOWED),
        refused("path_not_allowed"),
        then=on(ENDS_CONNECTIONS_WITH_UNREAD_BODIES, NOT_HTTP, relayed(MODELS)),
    ),
    *(Attack(f"a request inside {name}", data, expected) for name, (data, expected) in INSIDE.items()),
    Attack(
        "a request inside chunks that nobody reads",
        request("GET", MODELS, BEARER, CHUNKED, body=f"{len(HIDDEN):x}\r\n{HIDDEN}\r\n0\r\n\r\n"),
        relayed(MODELS, body=b"", transfer_encoding=None),
    ),
]
