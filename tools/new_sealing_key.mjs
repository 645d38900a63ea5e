const { subtle } = globalThis.crypto;

const base64url = (bytes) => Buffer.from(bytes).toString("base64url");

/**
 * A new private key for the SEALING_KEY setting: a JWK (RFC 7517) on one line. Its kid is the beginning of its thumbprint (RFC 7638),
 * so two keys do not share one.
 *
 * @returns {Promise<string>}
 */
export async function newSealingKey() {
  const pair = await subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
  const { kty, crv, x, y, d } = await subtle.exportKey("jwk", pair.privateKey);
  const thumbprint = await subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify({ crv, kty, x, y })));
  return JSON.stringify({ kid: base64url(thumbprint).slice(0, 16), kty, crv, x, y, d });
}
