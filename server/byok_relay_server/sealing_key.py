"""Makes a private key for the SEALING_KEY setting."""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec


def new_sealing_key() -> str:
    """A new P-256 JWK (RFC 7517) on one line. Its kid is the beginning of its thumbprint (RFC 7638), so two keys do not share one."""
    private = ec.generate_private_key(ec.SECP256R1())
    public = private.public_key().public_numbers()
    x, y, d = (_base64url(number.to_bytes(32)) for number in (public.x, public.y, private.private_numbers().private_value))
    thumbprint = sha256(json.dumps({"crv": "P-256", "kty": "EC", "x": x, "y": y}, separators=(",", ":")).encode()).digest()
    return json.dumps({"kid": _base64url(thumbprint)[:16], "kty": "EC", "crv": "P-256", "x": x, "y": y, "d": d})


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
