"""Sealed keys that are damaged or forged, that claim strange things, or hold what is no key. All get the one answer, which tells nothing.

The frame compares its body: what fails before the token is opened looks like what fails after.
"""

import json

from cryptography.hazmat.primitives.asymmetric import x25519
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from attacks.attack import NOT_HTTP, Attack, on, post, refused, relayed
from attacks.forgery import (
    claiming,
    edited,
    flipped,
    holding,
    made,
    other_spelling,
    public_key,
    sealed_in,
    sealed_with_claims,
    with_ciphertext,
    with_parts,
)
from attacks.words import FROM_PAGE, MISTRAL_CHAT, OPENAI_CHAT, PAGE
from differences import TAKES_LONG_HEADERS
from sealing.reference import decode, new_key
from sealing.tokens import CURRENT, RETIRED, sealed

TOKEN = "Authorization: Bearer {token}"
INVALID = refused("sealed_key_invalid")
STRANGER = "Origin: https://evil.example"
REQUEST = post(OPENAI_CHAT, FROM_PAGE, TOKEN)

DAMAGED = {
    "with a bit of the claims flipped": flipped(2, 10),
    "with a bit of the point's form flipped": flipped(3, 0),
    "with a bit of the point flipped": flipped(3, 40),
    "with a bit of the key flipped": flipped(3, 70),
    "with a bit of the tag flipped": flipped(3, -1),
    "without its last character": edited(lambda token: token[:-1]),
    "without its tag": with_ciphertext(lambda data: data[:-16]),
    "of which half is left": edited(lambda token: token[: len(token) // 2]),
    "of which the version is left": edited(lambda token: token[:5]),
    "of which the dots are left": edited(lambda token: "byok1..."),
    "of which no claims are left": with_parts(lambda version, kid, claims, ciphertext: (version, kid, "", ciphertext)),
    "of which no ciphertext is left": with_parts(lambda version, kid, claims, ciphertext: (version, kid, claims, "")),
    "without its last block": edited(lambda token: token[:-4]),
    "with one block more": edited(lambda token: token + "AAAA"),
    "with one character more": edited(lambda token: token + "A"),
    "with one part more": edited(lambda token: token + ".AAAA"),
    "twice": edited(lambda token: f"{token}, Bearer {token}"),
    "with padding": edited(lambda token: token + "="),
    "with encoded padding": edited(lambda token: token + "%3D"),
    "in another spelling of the same bytes": with_parts(lambda *parts: (*parts[:3], other_spelling(parts[3]))),
    "with a character of plain base64": edited(lambda token: token[:-1] + "/"),
    "with a space inside": edited(lambda token: token.replace(".", ". ", 1)),
    "with encoded dots": edited(lambda token: token.replace(".", "%2E")),
    "with dots of full width": edited(lambda token: token.replace(".", "\uff0e").encode().decode("latin-1")),
    "with colons for dots": edited(lambda token: token.replace(".", ":")),
    "in quotes": edited(lambda token: f'"{token}"'),
    "in small letters": edited(str.lower),
    "with its parts in another order": with_parts(lambda version, kid, claims, ciphertext: (version, claims, kid, ciphertext)),
    "of 6,000 characters more": edited(lambda token: token + "A" * 6000),
    "of another version": made(prefix="byok2"),
    "of a version in capitals": made(prefix="BYOK1"),
    "of a version with a zero": made(prefix="byok01"),
    "of no version": made(prefix=""),
}

FORGED = {
    "with the key in clear": with_ciphertext(lambda data: data[:65] + b"sk-canary0123456789" + bytes(16)),
    "with the provider changed": claiming(prv="openai", org=[], exp=2**39),
    "with the origins removed": claiming(org=[]),
    "with another date": claiming(exp=2**31),
    "with another token's ciphertext": with_parts(lambda version, kid, claims, _: (version, kid, claims, sealed("sk-x").split(".")[3])),
    "with another of our kids": with_parts(lambda version, kid, *rest: (version, "previous", *rest)),
    "with a kid in capitals": made(kid="CURRENT"),
    "with a kid that every object has": made(kid="__proto__"),
    "with a kid that is a path": made(kid="../current"),
    "with a kid for all": made(kid="*"),
    "with no kid": made(kid=""),
    "with a kid of 65 characters": made(kid="c" * 65),
    "sealed to a key that is not ours": made(sealing_key=new_key("current")),
    "sealed to a key that was": made(sealing_key=RETIRED),
    "sealed without its claims": made(info=b"byok-relay sealed-key v1\0current\0"),
    "sealed without a kid": made(info=b""),
    "sealed in AES-128": sealed_in(Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM), public_key(CURRENT)),
    "sealed in ChaCha20": sealed_in(Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305), public_key(CURRENT)),
    "sealed with another hash": sealed_in(Suite(KEM.P256, KDF.HKDF_SHA512, AEAD.AES_256_GCM), public_key(CURRENT)),
    "sealed on another curve": sealed_in(
        Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM), x25519.X25519PrivateKey.generate().public_key()
    ),
    "with a point that is not on the curve": with_ciphertext(lambda data: b"\x04" + bytes(63) + b"\x01" + data[65:]),
    "with a point of zeros": with_ciphertext(lambda data: b"\x04" + bytes(64) + data[65:]),
    "with claims that are no text": made(claims=b"\xff"),
    "with a point beyond the field": with_ciphertext(lambda data: b"\x04" + b"\xff" * 64 + data[65:]),
    "with a compressed point": with_ciphertext(lambda data: b"\x02" + data[1:]),
    "with the point at infinity": with_ciphertext(lambda data: bytes(65) + data[65:]),
    "with our own point": with_ciphertext(lambda data: b"\x04" + decode(CURRENT["x"]) + decode(CURRENT["y"]) + data[65:]),
}

CLAIMED = {
    "no claims at all": "{}",
    "a list": '["openai"]',
    "nothing": "null",
    "no dates": '{"prv":"openai","org":[]}',
    "a member more": '{"prv":"openai","org":[],"iat":IAT,"exp":EXP,"adm":true}',
    "a member twice": '{"prv":"mistral","prv":"openai","org":[],"iat":IAT,"exp":EXP}',
    "a provider in capitals": '{"prv":"OpenAI","org":[],"iat":IAT,"exp":EXP}',
    "a provider and a space": '{"prv":"openai ","org":[],"iat":IAT,"exp":EXP}',
    "any provider": '{"prv":"*","org":[],"iat":IAT,"exp":EXP}',
    "several providers": '{"prv":["openai","mistral"],"org":[],"iat":IAT,"exp":EXP}',
    "no provider": '{"prv":null,"org":[],"iat":IAT,"exp":EXP}',
    "an origin with a slash": f'{{"prv":"openai","org":["{PAGE}/"],"iat":IAT,"exp":EXP}}',
    "an origin with its port": f'{{"prv":"openai","org":["{PAGE}:443"],"iat":IAT,"exp":EXP}}',
    "an origin in capitals": f'{{"prv":"openai","org":["{PAGE.upper()}"],"iat":IAT,"exp":EXP}}',
    "a wildcard origin": '{"prv":"openai","org":["https://*.example"],"iat":IAT,"exp":EXP}',
    "any origin": '{"prv":"openai","org":["*"],"iat":IAT,"exp":EXP}',
    "a number for an origin": '{"prv":"openai","org":[1],"iat":IAT,"exp":EXP}',
    "no origin": '{"prv":"openai","org":[null],"iat":IAT,"exp":EXP}',
    "origins in origins": f'{{"prv":"openai","org":[["{PAGE}"]],"iat":IAT,"exp":EXP}}',
    "17 origins": json.dumps({"prv": "openai", "org": [PAGE] * 17, "iat": 0, "exp": 0})
    .replace('"iat": 0', '"iat":IAT')
    .replace(": 0}", ":EXP}"),
    "a date that is true": '{"prv":"openai","org":[],"iat":true,"exp":EXP}',
    "a date that is a text": '{"prv":"openai","org":[],"iat":IAT,"exp":"EXP"}',
    "a date that is a fraction": '{"prv":"openai","org":[],"iat":IAT,"exp":EXP.0}',
    "a date with an exponent": '{"prv":"openai","org":[],"iat":IAT,"exp":1e12}',
    "a date without an end": '{"prv":"openai","org":[],"iat":IAT,"exp":Infinity}',
    "a date that is no number": '{"prv":"openai","org":[],"iat":NaN,"exp":EXP}',
    "a date before all others": '{"prv":"openai","org":[],"iat":-1,"exp":EXP}',
    "a date of 5,000 digits": '{"prv":"openai","org":[],"iat":IAT,"exp":' + "9" * 5000 + "}",
    "1,000 brackets": '{"prv":"openai","org":' + "[" * 1000 + "]" * 1000 + ',"iat":IAT,"exp":EXP}',
    "a bracket": "{",
    "a comma too many": '{"prv":"openai","org":[],"iat":IAT,"exp":EXP,}',
    "a comment": '{"prv":"openai","org":[],"iat":IAT,"exp":EXP}//',
    "a mark of byte order": '\ufeff{"prv":"openai","org":[],"iat":IAT,"exp":EXP}',
}

# Origins that are none, and the lines with which a page, or something else, would have them.
NO_ORIGINS = {
    "null": ["Origin: null"],
    "": ["Origin:"],
    "*": ["Origin: *"],
    f"{PAGE}, https://evil.example": [FROM_PAGE, "Origin: https://evil.example"],
    f"{PAGE}, {PAGE}": [FROM_PAGE, FROM_PAGE],
    f"{PAGE}/": [f"{FROM_PAGE}/"],
    f"{PAGE}:443": [f"{FROM_PAGE}:443"],
    f"{PAGE}/path": [f"{FROM_PAGE}/path"],
    "https://APP.example": ["Origin: https://APP.example"],
    "https://user@app.example": ["Origin: https://user@app.example"],
    "https://": ["Origin: https://"],
    "app.example": ["Origin: app.example"],
    "file://": ["Origin: file://"],
    "https://*.example": ["Origin: https://*.example"],
}

# From which page, what comes of it, and the token.
CLAIMED_FROM = {
    "two origins, from both": ([FROM_PAGE, STRANGER], INVALID, made(origins=[PAGE, "https://evil.example"])),
    "two origins, from one": ([FROM_PAGE], relayed(OPENAI_CHAT), made(origins=["https://evil.example", PAGE])),
    "an app's origin, from there": (["Origin: app://obsidian.md"], relayed(OPENAI_CHAT), made(origins=["app://obsidian.md"])),
    "origins that are one text, with the page's in it": (
        ["Origin: https://a.b"],
        INVALID,
        sealed_with_claims('{"prv":"openai","org":"https://a.bc","iat":IAT,"exp":EXP}'),
    ),
    "the same in another order": (
        [FROM_PAGE],
        relayed(OPENAI_CHAT),
        sealed_with_claims('{ "exp" : EXP, "iat": IAT,\n"org":[], "prv": "\\u006fpenai" }'),
    ),
}

# What came out of a good token would not have been taken as a plain key either.
CONTENTS = {
    "nothing": "",
    "7 characters": "sk-1234",
    "4,097 characters": "{key}" + "x" * 4097,
    "a line break": "{key}\r\nX-Injected: 1",
    "a line feed at the end": "{key}\n",
    "a NUL": "{key}\0",
    "a space": " {key}",
    "two keys": "{key},{key}",
    "a scheme": "Bearer {key}",
    "a smart quote": "{key}\u201d",
    "bytes that are no text": b"\xff\xfe{key}",
    "text in another encoding": "sk-0123456789".encode("utf-16"),
    "another vendor's key": "sk-ant-api03-canary0123456789",
    "an admin key": "sk-admin-canary0123456789",
    "a placeholder": "YOUR_API_KEY",
    "a whole JSON Web Token": "eyJhbGciOiJub25lIn0.eyJrZXkiOiJjYW5hcnkifQ.",
}

# The same for Mistral, whose keys have no beginning of their own.
NESTED = {
    "another sealed key": lambda key: sealed(sealed(key, "mistral"), "mistral"),
    "the beginning of another sealed key": lambda key: sealed(f"byok1.{key}", "mistral"),
}

ATTACKS = [
    *(Attack(name, REQUEST, INVALID, "sealed", token=token) for name, token in DAMAGED.items()),
    *(
        Attack(name, REQUEST, INVALID, "sealed", token=token, incident="CVE-2026-39411 LobeHub" if "in clear" in name else None)
        for name, token in FORGED.items()
    ),
    *(Attack(f"claiming {name}", REQUEST, INVALID, "sealed", token=sealed_with_claims(claims)) for name, claims in CLAIMED.items()),
    *(
        Attack(f"claiming the origin {one!r}, from there", post(OPENAI_CHAT, *lines, TOKEN), INVALID, "sealed", token=made(origins=[one]))
        for one, lines in NO_ORIGINS.items()
    ),
    *(
        Attack(f"claiming the origin {origin!r} beside a good one", REQUEST, INVALID, "sealed", token=made(origins=[PAGE, origin]))
        for origin in NO_ORIGINS
    ),
    *(
        Attack(f"claiming {name}", post(OPENAI_CHAT, *lines, TOKEN), expected, "sealed", token=token)
        for name, (lines, expected, token) in CLAIMED_FROM.items()
    ),
    *(Attack(f"holding {name}", REQUEST, INVALID, "sealed", token=holding(plain)) for name, plain in CONTENTS.items()),
    *(
        Attack(f"holding {name}", post(MISTRAL_CHAT, FROM_PAGE, TOKEN), INVALID, "sealed", "mistral", token=token)
        for name, token in NESTED.items()
    ),
    Attack("without its version", REQUEST, refused("key_malformed"), "sealed", token=edited(lambda token: token[6:])),
    Attack(
        "of 20,000 characters",
        post(OPENAI_CHAT, FROM_PAGE, TOKEN + "A" * 20_000),
        on(TAKES_LONG_HEADERS, INVALID, NOT_HTTP),
        "sealed",
        token=sealed,
    ),
    Attack("of a megabyte", post(OPENAI_CHAT, FROM_PAGE, TOKEN + "A" * 1_000_000), NOT_HTTP, "sealed", token=sealed),
]
