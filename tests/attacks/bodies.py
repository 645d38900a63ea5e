"""Bodies: what they say changes nothing, not a byte of them is changed, and how long they may be."""

import gzip
import json

from attacks.attack import Attack, on, post, refused, relayed, request
from attacks.frames import CHUNKED, framed
from attacks.words import BEARER, OPENAI_CHAT
from differences import COUNTS_CHUNKS

# What other gateways take from the body. To this one it is bytes.
PLACES_TO_GO = ["api_base", "base_url", "baseURL", "endpoint", "custom_host", "target_url", "proxy", "provider", "X-Relay-Base-URL"]

ELSEWHERE = json.dumps(dict.fromkeys(PLACES_TO_GO, "https://evil.example")).encode()

# Bodies that nobody between the client and the provider may read, mend or unpack.
BYTES = {
    "every byte": bytes(range(256)) * 16,
    "half a character": b'{"a": "\xf0\x9f\x99"}',
    "no JSON": b"{\x00\xff",
    "the same member twice, and a number that no float holds": b'{"a":1,"a":1e400}',
    "the same member twice": b'{"model": "a", "model": "b", "stream": false, "stream": true}',
    "numbers that no float holds": b'{"a": 1e400, "b": -0, "c": 100000000000000000000000001}',
    "members that every object has": b'{"__proto__": {"admin": true}, "constructor": {"prototype": {"admin": true}}}',
    "100,000 brackets": b"[" * 100_000,
    "a mark of byte order": b"\xef\xbb\xbf{}",
    "another encoding": '{"a": "\u00e9"}'.encode("utf-16"),
    "what unpacks to 10 MB": gzip.compress(bytes(10_000_000)),
    "a part that says where it ends": b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n--x--\r\n--x--\r\n",
    "the end of a chunked body": b"0\r\n\r\n",
    "a whole request": b"DELETE /openai/v1/files HTTP/1.1\r\nHost: api.openai.com\r\nContent-Length: 0\r\n\r\n",
    "a whole answer": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "a thousand line breaks": b"\r\n" * 1000,
}

FORM = "multipart/form-data; boundary=x"
A_FILE_IN_A_FORM = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n\x00\x01\r\n--x--\r\n'

ATTACKS = [
    Attack(
        "a body that names another host",
        post(OPENAI_CHAT, BEARER, body=ELSEWHERE),
        relayed(OPENAI_CHAT, body=ELSEWHERE),
        incident="CVE-2024-6587 LiteLLM",
    ),
    *(
        Attack(
            f"a body of {name}",
            post(OPENAI_CHAT, BEARER, "Content-Encoding: gzip", "Content-Length: {length}", body=data),
            relayed(OPENAI_CHAT, body=data, content_encoding="gzip", content_length=str(len(data)), transfer_encoding=None),
            script={"respond": {"status": 200, "body": "{}"}},
        )
        for name, data in BYTES.items()
    ),
    Attack(
        "a form with a file",
        post("/openai/v1/audio/transcriptions", BEARER, f"Content-Type: {FORM}", body=A_FILE_IN_A_FORM),
        relayed("/openai/v1/audio/transcriptions", body=A_FILE_IN_A_FORM, content_type=FORM, content_length=str(len(A_FILE_IN_A_FORM))),
    ),
    Attack("an empty body", post(OPENAI_CHAT, BEARER, body=""), relayed(OPENAI_CHAT, body=b"")),
    Attack("no body where one belongs", request("POST", OPENAI_CHAT, BEARER), relayed(OPENAI_CHAT, body=b"")),
    Attack("a body of just the limit", framed("Content-Length: 10", '{"a": 123}'), relayed(OPENAI_CHAT, body=b'{"a": 123}'), "listed"),
    Attack("a body of one byte more", framed("Content-Length: 11", '{"a": 1234}'), refused("body_too_large"), "listed"),
    Attack("a body of one byte more that never comes", framed("Content-Length: 11", ""), refused("body_too_large"), "listed"),
    Attack(
        "a body of unknown length, longer than the limit",
        framed(CHUNKED, b'b\r\n{"a": 1234}\r\n0\r\n\r\n'),
        on(COUNTS_CHUNKS, refused("body_too_large"), relayed(OPENAI_CHAT, body=b'{"a": 1234}', content_length=None)),
        "listed",
    ),
]
