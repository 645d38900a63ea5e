"""Opens sealed keys with pyca/cryptography. The steps are those in `byok_relay.sealing`."""

from base64 import urlsafe_b64decode
from functools import lru_cache
from json import loads

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from byok_relay.sealing import SealedKey, SealingKey, key_and_nonce, plain_key
from byok_relay.secret import Secret


def opened(sealed: SealedKey) -> Secret | None:
    """The key inside, or None if a step fails."""
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sealed.enc)
        shared = _private(sealed.recipient).exchange(ec.ECDH(), public)
        key, nonce = key_and_nonce(shared, sealed.enc, sealed.recipient.point, sealed.info)
        return plain_key(AESGCM(key).decrypt(nonce, sealed.ciphertext, None))
    except Exception:
        return None


@lru_cache(maxsize=2)  # the current key and the previous one
def _private(recipient: SealingKey) -> ec.EllipticCurvePrivateKey:
    d = urlsafe_b64decode(loads(recipient.jwk.reveal())["d"] + "=")  # 32 bytes, so one sign of padding
    return ec.derive_private_key(int.from_bytes(d), ec.SECP256R1())
