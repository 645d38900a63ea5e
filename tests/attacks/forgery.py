"""Makes tokens that are not quite what they should be. A maker gets a key of the provider's."""

import json
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import Suite

from sealing.reference import Jwk, decode, encode
from sealing.tokens import sealed

Maker = Callable[[str], str]


def made(**how) -> Maker:
    return lambda key: sealed(key, **how)


def holding(plain: str | bytes) -> Maker:
    return lambda key: sealed(plain.replace(b"{key}", key.encode()) if isinstance(plain, bytes) else plain.replace("{key}", key))


def edited(edit: Callable[[str], str]) -> Maker:
    return lambda key: edit(sealed(key))


def with_parts(edit: Callable[[str, str, str, str], tuple[str, ...]]) -> Maker:
    """Of a good token's version, kid, claims and ciphertext."""
    return edited(lambda token: ".".join(edit(*token.split("."))))


def flipped(part: int, byte: int) -> Maker:
    """One bit is another."""

    def edit(*parts: str) -> tuple[str, ...]:
        data = bytearray(decode(parts[part]))
        data[byte] ^= 1
        return (*parts[:part], encode(bytes(data)), *parts[part + 1 :])

    return with_parts(edit)


def claiming(of: Maker = sealed, **changes) -> Maker:
    """The claims say something else than what was sealed."""

    def edit(version: str, kid: str, claims: str, ciphertext: str) -> tuple[str, ...]:
        return version, kid, encode(json.dumps(json.loads(decode(claims)) | changes, separators=(",", ":")).encode()), ciphertext

    return lambda key: ".".join(edit(*of(key).split(".")))


def sealed_with_claims(text: str) -> Maker:
    """Properly sealed, with claims that are written like this; they hold good dates."""

    def token(key: str) -> str:
        good = json.loads(decode(sealed(key).split(".")[2]))
        return sealed(key, claims=text.replace("IAT", str(good["iat"])).replace("EXP", str(good["exp"])).encode())

    return token


def with_ciphertext(of: Callable[[bytes], bytes]) -> Maker:
    return with_parts(lambda version, kid, claims, ciphertext: (version, kid, claims, encode(of(decode(ciphertext)))))


def sealed_in(suite: Suite, public) -> Maker:
    """Of another suite; all else is as it should be."""

    def token(key: str) -> str:
        version, kid, claims, _ = sealed(key).split(".")
        info = b"byok-relay sealed-key v1\0" + kid.encode() + b"\0" + decode(claims)
        return ".".join((version, kid, claims, encode(suite.encrypt(key.encode(), public, info))))

    return token


def public_key(jwk: Jwk) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + decode(jwk["x"]) + decode(jwk["y"]))


def other_spelling(text: str) -> str:
    """The same bytes to a careless decoder: the last character has bits that say nothing (RFC 4648 section 3.5)."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert len(text) % 4 == 3
    return text[:-1] + alphabet[alphabet.index(text[-1]) ^ 1]
