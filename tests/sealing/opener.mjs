/** Opens sealed keys with @hpke/core, as the relay would. */
import assert from "node:assert/strict";
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";

const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

/** A key pair, with its public half as the relay publishes it. */
export async function newKey(kid) {
  const { privateKey, publicKey } = await suite.kem.generateKeyPair();
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  return { privateKey, publicJwk: { kid, kty, crv, x, y } };
}

/** Base64url without padding, in its one canonical spelling. */
export function decode(part) {
  const data = Buffer.from(part, "base64url");
  assert.equal(data.toString("base64url"), part, "not canonical base64url");
  return data;
}

/**
 * @param {{privateKey: CryptoKey}} key
 * @param {string} token
 * @param {{kid?: string, claims?: Buffer}} [instead] put in the place of what the token says
 */
export async function openToken({ privateKey }, token, instead = {}) {
  const [, kid, claims, sealed] = token.split(".");
  const said = { kid, claims: decode(claims), ...instead };
  const info = Buffer.concat([Buffer.from(`byok-relay sealed-key v1\0${said.kid}\0`), said.claims]);
  const data = decode(sealed);
  const plaintext = await suite.open({ recipientKey: privateKey, enc: data.subarray(0, 65), info }, data.subarray(65));
  return { claims: said.claims.toString(), plaintext: Buffer.from(plaintext).toString() };
}
