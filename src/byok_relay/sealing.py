"""Sealed keys: an API key that only this relay can open, bound to one provider, to the app's origins and to a date.

A token is ``byok1.<kid>.<claims>.<enc||ct>``, each part base64url. It is HPKE (RFC 9180) in base mode with one fixed suite,
DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM; the claims are in clear and authenticated through HPKE's `info`.

Everything that can be checked without a secret is checked first. Every failure looks the same from outside, except expiry: the date is
public, and the owner must know to seal again. The platform does the elliptic curve and the cipher. This module does the key schedule,
which is HMAC only.

A boundary opens a `SealedKey` in three steps: ECDH of `recipient` and `enc`, whose x coordinate (32 bytes) is the shared secret;
`key_and_nonce` of that; AES-256-GCM without additional data, the tag at the end. `plain_key` turns the result into a key.
"""

import hmac
import json
import re
from binascii import a2b_base64, b2a_base64
from typing import Any, NamedTuple

from . import strict_json
from .limits import MOST_PER_MINUTE
from .origins import is_origin
from .providers.provider import GROUPS
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
_MAX_MODELS = 32

_REQUIRED = {"prv", "org", "iat", "exp"}
_KNOWN = _REQUIRED | {"mdl", "grp", "rpm"}

# P-256, FIPS 186-4 section D.1.2.3: y² = x³ - 3x + b modulo p, on which n points are.
_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
_N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

_STANDARD = bytes.maketrans(b"-_", b"+/")  # RFC 4648 sections 4 and 5: the two alphabets of base64
_URL_SAFE = bytes.maketrans(b"+/", b"-_")

_KEM = b"KEM\x00\x10"  # RFC 9180 section 4.1: "KEM" and the KEM's id
_HPKE = b"HPKE\x00\x10\x00\x01\x00\x02"  # section 5.1: "HPKE" and the ids of KEM, KDF and AEAD


class SealingKey(NamedTuple):
    """One of the relay's key pairs. `jwk` holds the private half, `point` is the public one."""

    kid: str
    x: str
    y: str
    jwk: Secret
    point: bytes

    @property
    def public_jwk(self) -> dict[str, str]:
        return {"kid": self.kid, "kty": "EC", "crv": "P-256", "x": self.x, "y": self.y}


class Bounds(NamedTuple):
    """What a sealed key may be used for besides. Each of these only narrows what the relay's settings allow."""

    models: tuple[str, ...]  # patterns; empty: any
    groups: frozenset[str] | None  # of endpoints; None: any
    per_minute: int  # requests; 0: any number


class SealedKey(NamedTuple):
    """A token with valid claims that is not opened yet. Nothing in it is authentic until it is."""

    recipient: SealingKey
    info: bytes
    enc: bytes
    ciphertext: bytes
    bounds: Bounds

    def __repr__(self) -> str:
        return f"SealedKey({self.recipient.kid})"


class Sealing(NamedTuple):
    """The relay's settings for sealed keys."""

    keys: tuple[SealingKey, ...] = ()  # the current one first
    max_age_days: int = 90
    required: bool = False


def is_sealed(key: Secret) -> bool:
    """Whether this is a sealed key, whole or damaged. Neither may go to a provider."""
    return key.reveal().startswith(PREFIX) or (".eyJ" in key.reveal() and key.reveal().count(".") == 3)  # claims begin with `{"`


def named_provider(token: Secret) -> str | None:
    """The provider that the token names, unverified. It only routes the request; `check` verifies it."""
    parts = _TOKEN.fullmatch(token.reveal())
    claims = _claims(_decode(parts[2])) if parts else None
    return claims["prv"].partition("@")[0] if claims else None


def check(token: Secret, sealing: Sealing, sealed_as: str, origin: str | None, now: float) -> SealedKey:
    """The token, if its claims are valid here. Raises Refusal: sealed_key_invalid or sealed_key_expired.

    `sealed_as` is the provider's name in the claims, `origin` that of the page that asks, `now` in seconds since 1970.
    """
    if not sealing.keys:
        raise Refusal("sealed_key_invalid", "This relay cannot open sealed keys. Its operator must set SEALING_KEY.")
    parts = _TOKEN.fullmatch(token.reveal())
    if not parts:
        raise Refusal("sealed_key_invalid")
    recipient = next((key for key in sealing.keys if key.kid == parts[1]), None)
    claims_bytes = _decode(parts[2])
    claims = _claims(claims_bytes)
    sealed = _decode(parts[3])
    if recipient is None or claims_bytes is None or claims is None or sealed is None:
        raise Refusal("sealed_key_invalid")
    if claims["prv"] != sealed_as or (claims["org"] and origin not in claims["org"]):
        raise Refusal("sealed_key_invalid")
    if claims["iat"] > now + CLOCK_SKEW_SECONDS or not 0 < claims["exp"] - claims["iat"] <= sealing.max_age_days * DAY_SECONDS:
        raise Refusal("sealed_key_invalid")
    if claims["exp"] + CLOCK_SKEW_SECONDS < now:
        raise Refusal("sealed_key_expired")
    info = b"\0".join((b"byok-relay sealed-key v1", recipient.kid.encode(), claims_bytes))
    groups = frozenset(claims["grp"]) if "grp" in claims else None
    bounds = Bounds(tuple(claims.get("mdl", ())), groups, claims.get("rpm", 0))
    return SealedKey(recipient, info, sealed[:_POINT_BYTES], sealed[_POINT_BYTES:], bounds)


def plain_key(opened: bytes) -> Secret | None:
    """The opened bytes as a key, or None if they are not ASCII."""
    try:
        return Secret(opened.decode("ascii"))
    except UnicodeDecodeError:
        return None


def key_and_nonce(dh: bytes, enc: bytes, recipient: bytes, info: bytes) -> tuple[bytes, bytes]:
    """The AES key and nonce for the single message of a base-mode context: RFC 9180 sections 4.1 (Decap) and 5.1 (KeySchedule).

    `dh` is the shared secret, `recipient` the relay's public point.
    """
    shared_secret = _expand(_KEM, _extract(_KEM, b"", b"eae_prk", dh), b"shared_secret", enc + recipient, 32)
    context = _BASE_MODE + _extract(_HPKE, b"", b"info_hash", info)
    secret = _extract(_HPKE, shared_secret, b"secret", b"")
    return _expand(_HPKE, secret, b"key", context, 32), _expand(_HPKE, secret, b"base_nonce", context, 12)


def _extract(suite: bytes, salt: bytes, label: bytes, material: bytes) -> bytes:
    """LabeledExtract, RFC 9180 section 4. HMAC pads its key with zeros, so an empty salt is RFC 5869's string of zeros."""
    return hmac.digest(salt, b"HPKE-v1" + suite + label + material, "sha256")


def _expand(suite: bytes, secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """LabeledExpand, RFC 9180 section 4, for up to 32 bytes: one block of HKDF-Expand."""
    labeled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(secret, labeled + b"\x01", "sha256")[:length]


_BASE_MODE = b"\x00" + _extract(_HPKE, b"", b"psk_id_hash", b"")  # how each context begins in base mode


def _decode(text: str) -> bytes | None:
    """The bytes of base64url without padding, or None if it is not spelled canonically.

    It uses binascii, because base64 would take a twelfth of the Worker's import time.
    """
    if len(text) % 4 == 1:
        return None
    data = a2b_base64(text.encode().translate(_STANDARD) + b"=" * (-len(text) % 4))  # bytes are translated faster than a str is
    return data if b2a_base64(data, newline=False).translate(_URL_SAFE).rstrip(b"=").decode() == text else None


def _claims(data: bytes | None) -> dict[str, Any] | None:
    """The claims, or None unless they have these four members and at most those three, once each, of these types."""
    try:
        claims = strict_json.loads((data or b"").decode())
    except ValueError:
        return None
    if not isinstance(claims, dict) or not _REQUIRED <= claims.keys() <= _KNOWN:
        return None
    origins = claims["org"]
    fits = (
        isinstance(claims["prv"], str)
        and isinstance(origins, list)
        and len(origins) <= _MAX_ORIGINS
        and all(isinstance(origin, str) and is_origin(origin) for origin in origins)
        and all(type(claims[date]) is int and 0 < claims[date] < 1 << 40 for date in ("iat", "exp"))
        and (len(claims) == len(_REQUIRED) or _narrows(claims))
    )
    return claims if fits else None


def _narrows(claims: dict[str, Any]) -> bool:
    """Whether each claim is in order that narrows what the key is for."""
    from .models import is_pattern  # imported here, because few keys name models

    models, groups, per_minute = claims.get("mdl", ["*"]), claims.get("grp", ["inference"]), claims.get("rpm", 1)
    return (
        isinstance(models, list)
        and 1 <= len(models) <= _MAX_MODELS
        and all(map(is_pattern, models))
        and isinstance(groups, list)
        and len(groups) >= 1
        and all(groups.count(group) == 1 and group in GROUPS for group in groups)
        and type(per_minute) is int
        and 1 <= per_minute <= MOST_PER_MINUTE
    )


def parse_key(text: str) -> SealingKey:
    """A sealing key from its private JWK (RFC 7517). Raises ValueError, whose text holds no part of the JWK."""
    try:
        jwk = strict_json.loads(text)
        x_bytes, y_bytes, d_bytes = (_decode(jwk[name]) or b"" for name in ("x", "y", "d"))
        fits = (jwk["kty"], jwk["crv"]) == ("EC", "P-256") and len(x_bytes) == len(y_bytes) == len(d_bytes) == 32
        if not fits or not re.fullmatch(_KID, jwk["kid"]):
            raise ValueError
        x, y, d = map(int.from_bytes, (x_bytes, y_bytes, d_bytes))
        if (y * y - x * x * x + 3 * x - _B) % _P or not 0 < d < _N:
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError("not a private P-256 JWK with a kid") from None
    used = {name: jwk[name] for name in ("kty", "crv", "x", "y", "d")}  # WebCrypto heeds others too, such as `use`
    return SealingKey(jwk["kid"], jwk["x"], jwk["y"], Secret(json.dumps(used)), b"\x04" + x_bytes + y_bytes)
