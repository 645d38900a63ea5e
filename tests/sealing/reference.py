"""Seals and opens keys with pyca's HPKE. It is written from the token's format and shares nothing with the relay or with relay.js, so that
each of them can be tested against it."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

Jwk = dict[str, str]


def new_key(kid: str | None = None) -> Jwk:
    """A private JWK (RFC 7517). Without a kid it gets the beginning of its thumbprint, as `make sealing-key` gives it."""
    private = ec.generate_private_key(ec.SECP256R1()).private_numbers()
    public = private.public_numbers
    x, y, d = (encode(number.to_bytes(32, "big")) for number in (public.x, public.y, private.private_value))
    jwk = {"kty": "EC", "crv": "P-256", "x": x, "y": y, "d": d}
    return {"kid": kid or thumbprint(jwk)[:16], **jwk}


def thumbprint(jwk: Jwk) -> str:
    """RFC 7638: the required members in the order of their names, without space."""
    required = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    return encode(sha256(json.dumps(required, separators=(",", ":")).encode()).digest())


def seal(
    public_jwk: Jwk,
    provider: str,
    key: str | bytes,
    origins: Sequence[str],
    iat: int,
    exp: int,
    *,
    narrowed: Mapping[str, Any] | None = None,
    prefix: str = "byok1",
    kid: str | None = None,
    claims: bytes | None = None,
    info: bytes | None = None,
) -> str:
    """A token. `narrowed` are claims besides the four. Each other named argument puts something else into its place, and what is computed
    from it follows."""
    if kid is None:
        kid = public_jwk["kid"]
    if claims is None:
        said = {"prv": provider, "org": list(origins), "iat": iat, "exp": exp, **(narrowed or {})}
        claims = json.dumps(said, separators=(",", ":")).encode()
    if info is None:
        info = _info(kid, claims)
    plaintext = key if isinstance(key, bytes) else key.encode()
    return ".".join((prefix, kid, encode(claims), encode(SUITE.encrypt(plaintext, _public(public_jwk), info))))


def open_token(private_jwk: Jwk, token: str) -> tuple[bytes, bytes]:
    """The claims and the plaintext. Raises ValueError for a token that is not one, or not for this key."""
    parts = re.fullmatch(r"byok1\.([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)", token)
    if not parts or parts[1] != private_jwk["kid"]:
        raise ValueError("not a token for this key")
    claims, sealed = decode(parts[2]), decode(parts[3])
    private = ec.EllipticCurvePrivateNumbers(_number(private_jwk["d"]), _public(private_jwk).public_numbers()).private_key()
    try:
        return claims, SUITE.decrypt(sealed, private, _info(parts[1], claims))
    except InvalidTag:
        raise ValueError("this key does not open the token") from None


def encode(data: bytes) -> str:
    """Base64url without padding (RFC 4648 section 5)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The reverse. Raises ValueError for any spelling but the one that `encode` gives."""
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode(data) != text:
        raise ValueError("not canonical base64url")
    return data


def _info(kid: str, claims: bytes) -> bytes:
    return b"byok-relay sealed-key v1\0" + kid.encode() + b"\0" + claims


def _public(jwk: Jwk) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicNumbers(_number(jwk["x"]), _number(jwk["y"]), ec.SECP256R1()).public_key()


def _number(text: str) -> int:
    return int.from_bytes(decode(text), "big")
