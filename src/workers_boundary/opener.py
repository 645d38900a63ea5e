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
        self._private = {}  # the private key and the public point by kid; imported when first needed
        self._subtle = js.crypto.subtle
        self._bind_import = self._subtle.importKey.bind
        self._bind_derive = self._subtle.deriveBits.bind
        self._decrypt_bytes = self._subtle.decrypt
        self._bind_apply = js.Reflect.apply.bind
        self._ecdh = runtime.object({"name": "ECDH", "namedCurve": "P-256"})
        self._derive_only, self._decrypt_only, self._no_usage = to_js(["deriveBits"]), to_js(["decrypt"]), to_js([])
        self._imported_next = promises.callback(_or_nothing(self._imported))
        self._decrypt_next = promises.callback(_or_nothing(self._decrypt))

    def open(self, sealed):
        """A promise of the opened bytes, to be given to `key_in`."""
        recipient = sealed.recipient
        texts = [data.decode("latin-1") for data in (sealed.enc, sealed.ciphertext, sealed.info)]
        if recipient.kid in self._private:
            return self._agree(recipient.kid, *texts)
        private = self._import("jwk", js.JSON.parse(recipient.jwk.reveal()), self._ecdh, self._derive_only)
        return self._promises.then(private, self._imported_next, recipient.kid, recipient.point.decode("latin-1"), *texts)

    def key_in(self, inside):
        """The key, or None if a step failed."""
        try:
            return plain_key(inside.to_bytes())
        except Exception:
            return None

    def _imported(self, kid, point, enc, ciphertext, info, private):
        if not hasattr(private, "algorithm"):
            raise TypeError("this is an error, which the next request may not meet")
        self._private[kid] = private, point.encode("latin-1")
        return self._agree(kid, enc, ciphertext, info)

    def _agree(self, kid, enc, ciphertext, info):
        private, _ = self._private[kid]
        public = self._import("raw", to_js(enc.encode("latin-1")), self._ecdh, self._no_usage)
        ecdh = self._object({"name": "ECDH"})
        ready = self._promises.put(public, ecdh, "public")
        secret = self._promises.after(ready, self._bind_derive(self._subtle, ecdh, private, 256))
        return self._promises.then(secret, self._decrypt_next, kid, enc, ciphertext, info)

    def _decrypt(self, kid, *texts_and_secret):
        *texts, secret = texts_and_secret
        enc, ciphertext, info = (text.encode("latin-1") for text in texts)
        key, nonce = key_and_nonce(secret.to_bytes(), enc, self._private[kid][1], info)
        gcm = self._object({"name": "AES-GCM", "iv": to_js(nonce)})
        arguments = to_js([gcm, None, to_js(ciphertext)])
        ready = self._promises.put(self._import("raw", to_js(key), "AES-GCM", self._decrypt_only), arguments, 1)
        return self._promises.after(ready, self._bind_apply(None, self._decrypt_bytes, self._subtle, arguments))

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
