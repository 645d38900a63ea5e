"""Opens sealed keys with WebCrypto, as a chain of promises. The steps are those in `byok_relay.sealing`.

Values for later steps wait in JavaScript. Bytes wait there as Latin-1 strings, because strings need not be freed.
"""

import js
from pyodide.ffi import to_js

from byok_relay.sealing import key_and_nonce, plain_key


class Opener:
    def __init__(self, runtime, promises):
        self._object = runtime.object
        self._promises = promises
        self._private = {}  # by kid; imported once per isolate, when first needed
        self._subtle = js.crypto.subtle
        self._bind_import = self._subtle.importKey.bind
        self._bind_derive = self._subtle.deriveBits.bind
        self._decrypt_bytes = self._subtle.decrypt
        self._ecdh = runtime.object({"name": "ECDH", "namedCurve": "P-256"})
        self._derive_only, self._decrypt_only, self._no_usage = to_js(["deriveBits"]), to_js(["decrypt"]), to_js([])
        self._first_next = promises.callback(_or_nothing(self._first))
        self._agree_next = promises.callback(_or_nothing(self._agree))
        self._decrypt_next = promises.callback(_or_nothing(self._decrypt))

    def open(self, sealed):
        """A promise of the opened bytes, to be given to `key_in`."""
        kid = sealed.recipient.kid
        public = self._import("raw", to_js(sealed.enc), self._ecdh, self._no_usage)
        texts = (data.decode("latin-1") for data in (sealed.enc, sealed.recipient.point, sealed.info))
        state = (kid, to_js(sealed.ciphertext), *texts)
        if kid in self._private:
            return self._promises.then(public, self._agree_next, *state)
        private = self._import("jwk", js.JSON.parse(sealed.recipient.jwk.reveal()), self._ecdh, self._derive_only)
        return self._promises.then(self._promises.all(private, public), self._first_next, *state)

    def key_in(self, inside):
        """The key, or None if a step failed."""
        try:
            return plain_key(inside.to_bytes())
        except Exception:
            return None

    def _first(self, kid, *state_and_keys):
        *state, keys = state_and_keys
        self._private[kid], public = keys
        return self._agree(kid, *state, public)

    def _agree(self, kid, ciphertext, enc, point, info, public):
        ecdh = self._object({"name": "ECDH", "public": public})
        secret = self._promises.call(self._bind_derive, self._subtle, ecdh, self._private[kid], 256)
        return self._promises.then(secret, self._decrypt_next, ciphertext, enc, point, info)

    def _decrypt(self, ciphertext, enc, point, info, shared_secret):
        key, nonce = key_and_nonce(shared_secret.to_bytes(), *(text.encode("latin-1") for text in (enc, point, info)))
        gcm = self._object({"name": "AES-GCM", "iv": to_js(nonce)})
        aes = self._import("raw", to_js(key), "AES-GCM", self._decrypt_only)
        return self._promises.apply(self._decrypt_bytes, self._subtle, gcm, aes, ciphertext)

    def _import(self, format, data, algorithm, usages):
        return self._promises.call(self._bind_import, self._subtle, format, data, algorithm, False, usages)


def _or_nothing(step):
    """The step, returning None when it raises. It also raises when it is given the error of the step before."""

    def guarded(*state):
        try:
            return step(*state)
        except Exception:
            return None

    return guarded
