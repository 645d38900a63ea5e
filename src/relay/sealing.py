"""Sealed keys: an API key that only this relay can open, bound to one provider, to the app's origins and to a date.

A token is ``byok1.<kid>.<claims>.<enc||ct>``, each part base64url. It is HPKE (RFC 9180) in base mode with one fixed suite,
DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM; the claims are in clear and authenticated through HPKE's `info`.

Everything that can be checked without a secret is checked first. Every failure looks the same from outside, but for a token that
has expired, since its date is public and its owner must know to seal anew. The elliptic curve and the cipher are the platform's,
behind the two functions of `Crypto`; what is computed here is the key schedule, which is HMAC only.
"""

import hmac
import json
import re
from binascii import a2b_base64, b2a_base64
from dataclasses import dataclass
from typing import Any, Protocol

from .refusal import Refusal
from .secret import Secret

PREFIX = "byok1"
SUITE = "DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM"
CLOCK_SKEW_SECONDS = 60
DAY_SECONDS = 86400

_KID = "[A-Za-z0-9_-]{1,64}"
_TOKEN = re.compile(rf"{PREFIX}\.({_KID})\.([A-Za-z0-9_-]{{8,4096}})\.([A-Za-z0-9_-]{{100,6144}})")
_POINT_BYTES = 65  # an uncompressed P-256 point (SEC 1 section 2.3.3): 0x04, x, y
_MAX_ORIGINS = 16

_STANDARD = str.maketrans("-_", "+/")  # RFC 4648 sections 4 and 5: the two alphabets of base64
_URL_SAFE = bytes.maketrans(b"+/", b"-_")

_KEM = b"KEM\x00\x10"  # RFC 9180 section 4.1: "KEM" and the KEM's id
_HPKE = b"HPKE\x00\x10\x00\x01\x00\x02"  # section 5.1: "HPKE" and the ids of KEM, KDF and AEAD


@dataclass(frozen=True, slots=True)
class SealingKey:
    """One of the relay's key pairs. `jwk` holds the private half."""

    kid: str
    x: str
    y: str
    jwk: Secret

    @property
    def point(self) -> bytes:
        return b"\x04" + _bytes(self.x) + _bytes(self.y)

    @property
    def public_jwk(self) -> dict[str, str]:
        return {"kid": self.kid, "kty": "EC", "crv": "P-256", "x": self.x, "y": self.y}


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A token whose claims hold; what is in it is not known yet."""

    recipient: SealingKey
    info: bytes
    enc: bytes
    ciphertext: bytes


class Crypto(Protocol):
    """The platform's part. Both raise whatever they like when they fail; the text of it is never shown."""

    async def shared_secret(self, key: SealingKey, point: bytes) -> bytes:
        """ECDH on P-256 with one of the relay's private keys: the x coordinate, 32 bytes. Fails for a point off the curve."""

    async def decrypt(self, key: bytes, nonce: bytes, ciphertext: bytes) -> bytes:
        """AES-256-GCM without additional data, the tag at the end."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """The relay's settings for sealed keys."""

    keys: tuple[SealingKey, ...] = ()  # the current one first
    max_age_days: int = 90
    required: bool = False


def is_sealed(key: Secret) -> bool:
    """Whether this is a sealed key or the remains of one, which must not reach a provider as if it were a key."""
    return key.reveal().startswith(PREFIX) or (len(key.reveal()) > 100 and key.reveal().count(".") == 3)


def named_provider(token: Secret) -> str | None:
    """The provider a token says it is for, unchecked: enough to route a request by, which is checked afterwards."""
    parts = _TOKEN.fullmatch(token.reveal())
    claims = _claims(_decode(parts[2])) if parts else None
    return claims["prv"] if claims else None


def check(token: Secret, sealing: Sealing, provider: str, origin: str | None, now: float) -> SealedKey:
    """What can be known of a token without opening it. Raises Refusal: sealed_key_invalid or sealed_key_expired."""
    if not sealing.keys:
        raise Refusal("sealed_key_invalid", "This relay opens no sealed keys: its operator has set no SEALING_KEY.")
    parts = _TOKEN.fullmatch(token.reveal())
    recipient = next((key for key in sealing.keys if parts and key.kid == parts[1]), None)
    claims_bytes = _decode(parts[2]) if parts else None
    claims = _claims(claims_bytes)
    sealed = _decode(parts[3]) if parts else None
    if recipient is None or claims_bytes is None or claims is None or sealed is None:
        raise Refusal("sealed_key_invalid")
    if claims["prv"] != provider or (claims["org"] and origin not in claims["org"]):
        raise Refusal("sealed_key_invalid")
    if claims["iat"] > now + CLOCK_SKEW_SECONDS or not 0 < claims["exp"] - claims["iat"] <= sealing.max_age_days * DAY_SECONDS:
        raise Refusal("sealed_key_invalid")
    if claims["exp"] + CLOCK_SKEW_SECONDS < now:
        raise Refusal("sealed_key_expired")
    info = b"\0".join((b"byok-relay sealed-key v1", recipient.kid.encode(), claims_bytes))
    return SealedKey(recipient, info, sealed[:_POINT_BYTES], sealed[_POINT_BYTES:])


async def open_sealed(sealed: SealedKey, crypto: Crypto) -> Secret:
    """The key inside. Raises Refusal: sealed_key_invalid, whatever went wrong."""
    try:
        dh = await crypto.shared_secret(sealed.recipient, sealed.enc)
        key, nonce = key_and_nonce(dh, sealed.enc, sealed.recipient.point, sealed.info)
        plain = await crypto.decrypt(key, nonce, sealed.ciphertext)
        return Secret(plain.decode("ascii"))
    except Exception:
        raise Refusal("sealed_key_invalid") from None


def key_and_nonce(dh: bytes, enc: bytes, recipient: bytes, info: bytes) -> tuple[bytes, bytes]:
    """AES key and nonce of the one message of a base-mode context: RFC 9180 sections 4.1 (Decap) and 5.1 (KeySchedule)."""
    shared_secret = _expand(_KEM, _extract(_KEM, b"", b"eae_prk", dh), b"shared_secret", enc + recipient, 32)
    context = b"\x00" + _extract(_HPKE, b"", b"psk_id_hash", b"") + _extract(_HPKE, b"", b"info_hash", info)
    secret = _extract(_HPKE, shared_secret, b"secret", b"")
    return _expand(_HPKE, secret, b"key", context, 32), _expand(_HPKE, secret, b"base_nonce", context, 12)


def _extract(suite: bytes, salt: bytes, label: bytes, material: bytes) -> bytes:
    """LabeledExtract, RFC 9180 section 4. HMAC pads its key with zeros, so an empty salt is RFC 5869's string of zeros."""
    return hmac.digest(salt, b"HPKE-v1" + suite + label + material, "sha256")


def _expand(suite: bytes, secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """LabeledExpand, RFC 9180 section 4, for up to 32 bytes: one block of HKDF-Expand."""
    labeled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(secret, labeled + b"\x01", "sha256")[:length]


def _decode(text: str) -> bytes | None:
    """Base64url without padding, in its one canonical spelling."""
    if len(text) % 4 == 1:
        return None
    data = _bytes(text)
    return data if b2a_base64(data, newline=False).translate(_URL_SAFE).rstrip(b"=").decode() == text else None


def _bytes(text: str) -> bytes:
    """Base64url in any spelling. By binascii, since the module base64 is a twelfth of the Worker's import time."""
    return a2b_base64(text.translate(_STANDARD) + "=" * (-len(text) % 4))


def _claims(data: bytes | None) -> dict[str, Any] | None:
    """The claims, if they are what they must be: these four members, once each, of these types."""
    try:
        claims = json.loads((data or b"").decode(), object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    if not isinstance(claims, dict) or claims.keys() != {"prv", "org", "iat", "exp"}:
        return None
    origins = claims["org"]
    fits = (
        isinstance(claims["prv"], str)
        and isinstance(origins, list)
        and len(origins) <= _MAX_ORIGINS
        and all(isinstance(origin, str) for origin in origins)
        and all(type(claims[date]) is int and 0 < claims[date] < 1 << 40 for date in ("iat", "exp"))
    )
    return claims if fits else None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError
    return dict(pairs)


def _refuse(_constant: str) -> None:
    raise ValueError


def parse_key(text: str) -> SealingKey:
    """A sealing key from its private JWK (RFC 7517). Raises ValueError, without any part of the text."""
    try:
        jwk = json.loads(text, object_pairs_hook=_unique)
        parts = [_decode(jwk[name]) for name in ("x", "y", "d")]
        fits = (jwk["kty"], jwk["crv"]) == ("EC", "P-256") and all(part is not None and len(part) == 32 for part in parts)
        if not fits or not re.fullmatch(_KID, jwk["kid"]):
            raise ValueError
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ValueError("not a private P-256 JWK with a kid") from None
    return SealingKey(jwk["kid"], jwk["x"], jwk["y"], Secret(text))
