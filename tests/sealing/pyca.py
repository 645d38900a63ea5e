"""Opens sealed keys with pyca/cryptography, as a boundary does."""

import json

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from byok_relay.sealing import SealedKey, key_and_nonce, plain_key
from byok_relay.secret import Secret
from sealing.reference import decode


def open_sealed(sealed: SealedKey) -> Secret | None:
    """The key inside, or None, whatever went wrong."""
    try:
        number = int.from_bytes(decode(json.loads(sealed.recipient.jwk.reveal())["d"]), "big")
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sealed.enc)
        dh = ec.derive_private_key(number, ec.SECP256R1()).exchange(ec.ECDH(), point)
        key, nonce = key_and_nonce(dh, sealed.enc, sealed.recipient.point, sealed.info)
        return plain_key(AESGCM(key).decrypt(nonce, sealed.ciphertext, None))
    except Exception:
        return None
