/** Opens sealed keys with @hpke/core, as the relay would, and seals them, as relay.js would. */
import assert from "node:assert/strict";
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";

const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

/** A key pair, with its public half as the relay publishes it and its private half as the relay's setting holds it. */
export async function newKey(kid) {
  const { privateKey, publicKey } = await suite.kem.generateKeyPair();
  const { kty, crv, x, y, d } = await crypto.subtle.exportKey("jwk", privateKey);
  const publicJwk = { kid, kty, crv, x, y };
  return { privateKey, publicKey, publicJwk, privateJwk: { ...publicJwk, d } };
}

/** The public half of a key as the relay's setting holds it. @param {string} line */
export async function keyPrinted(line) {
  const { d, ...publicJwk } = JSON.parse(line);
  return { publicKey: await suite.kem.importKey("jwk", publicJwk, true), publicJwk };
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
  const info = infoOf(said.kid, said.claims);
  const data = decode(sealed);
  const plaintext = await suite.open({ recipientKey: privateKey, enc: data.subarray(0, 65), info }, data.subarray(65));
  return { claims: said.claims.toString(), plaintext: Buffer.from(plaintext).toString() };
}

/**
 * @param {{publicKey: CryptoKey, publicJwk: {kid: string}}} key
 * @param {Buffer} claims
 * @param {string} plaintext
 */
export async function sealToken({ publicKey, publicJwk: { kid } }, claims, plaintext) {
  const { ct, enc } = await suite.seal({ recipientPublicKey: publicKey, info: infoOf(kid, claims) }, Buffer.from(plaintext));
  const sealed = Buffer.concat([Buffer.from(enc), Buffer.from(ct)]);
  return `byok1.${kid}.${claims.toString("base64url")}.${sealed.toString("base64url")}`;
}

const infoOf = (kid, claims) => Buffer.concat([Buffer.from(`byok-relay sealed-key v1\0${kid}\0`), claims]);
