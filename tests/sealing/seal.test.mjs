/** What relay.js seals: against a published vector, and against another implementation of HPKE. test_reference.py does the same with a third. */
import assert from "node:assert/strict";
import { createDecipheriv } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { connect, sealTo } from "../../public/relay.js";
import { randomKey } from "../keys.mjs";
import { NOW, startDocument } from "./document.mjs";
import { decode, newKey, openToken } from "./opener.mjs";
import { pasted } from "./pasted.mjs";

const TAG_BYTES = 16;

describe("sealing to a key", () => {
  const hex = JSON.parse(readFileSync(new URL("vector.json", import.meta.url), "utf8"));
  const vector = Object.fromEntries(Object.entries(hex).map(([name, value]) => [name, Buffer.from(value, "hex")]));
  const base64url = (data) => data.toString("base64url");
  const publicJwk = (point) => ({ kty: "EC", crv: "P-256", x: base64url(point.subarray(1, 33)), y: base64url(point.subarray(33)) });
  const curve = { name: "ECDH", namedCurve: "P-256" };
  let sealed;
  before(async () => {
    const jwk = publicJwk(vector.enc);
    const ephemeral = {
      privateKey: await crypto.subtle.importKey("jwk", { ...jwk, d: base64url(vector.skEm) }, curve, false, ["deriveBits"]),
      publicKey: await crypto.subtle.importKey("jwk", jwk, curve, true, []),
    };
    sealed = Buffer.from(await sealTo(publicJwk(vector.pkRm), vector.info.toString(), vector.pt.toString(), ephemeral), "latin1");
  });

  it("gives the encapsulated key of the published vector", () => {
    assert.deepEqual(sealed.subarray(0, 65), vector.enc);
  });

  // The vector has additional data and the tokens have none, which makes a difference to the tag only.
  it("gives the ciphertext of the published vector", () => {
    assert.deepEqual(sealed.subarray(65, -TAG_BYTES), vector.ct.subarray(0, -TAG_BYTES));
  });

  it("gives a tag that holds under the key and the nonce of the published vector", () => {
    const opening = createDecipheriv("aes-256-gcm", vector.key, vector.base_nonce).setAuthTag(sealed.subarray(-TAG_BYTES));
    assert.deepEqual(Buffer.concat([opening.update(sealed.subarray(65, -TAG_BYTES)), opening.final()]), vector.pt);
  });
});

describe("a sealed key", () => {
  const KID = "key-1_of-this-relay";
  const KEY = randomKey("openai");
  const ORIGIN = "https://app.example";
  let stand;
  let relay;
  let own;
  before(async () => {
    own = await newKey(KID);
    const previous = await newKey("previous");
    stand = await startDocument({ keys: [own.publicJwk, previous.publicJwk], max_age_days: 30 });
    relay = connect(stand.url);
  });
  after(() => stand?.close());

  const seal = (options) => relay.seal({ provider: "openai", key: KEY, origins: [ORIGIN], ...options });
  const claimsOf = (token) => JSON.parse(decode(token.split(".")[2]));
  const open = async (token, instead) => (await openToken(own, token, instead)).plaintext;

  it("has four parts: the version, the relay's first key, the claims and what is sealed", async () => {
    const parts = (await seal()).split(".");
    assert.deepEqual(parts.slice(0, 2), ["byok1", KID]);
    assert.equal(decode(parts[3]).length, 65 + KEY.length + TAG_BYTES);
    assert.equal(parts.length, 4);
  });

  it("opens to the key", async () => {
    assert.equal(await open(await seal()), KEY);
  });

  it("opens however long the key and its claims are", async () => {
    for (let length = 8; length < 60; length += 1) {
      const key = "canary".padEnd(length, "k");
      assert.equal(await open(await seal({ key, origins: [`https://${"o".repeat(length)}.example`] })), key);
    }
  });

  it("is another one each time", async () => {
    const [one, other] = (await Promise.all([seal(), seal()])).map((token) => token.split(".")[3]);
    assert.notEqual(one.slice(0, 86), other.slice(0, 86), "the ephemeral key");
    assert.notEqual(one.slice(86), other.slice(86), "the ciphertext");
  });

  it("does not open with its claims respelled, or under another key's id", async () => {
    const token = await seal();
    const claims = claimsOf(token);
    await assert.rejects(open(token, { claims: Buffer.from(JSON.stringify(claims, null, 1)) }));
    await assert.rejects(open(token, { claims: Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 1 })) }));
    await assert.rejects(open(token, { kid: "previous" }));
  });

  it("says which provider, from where and until when, and nothing else", async (t) => {
    t.mock.method(Date, "now", () => 1999999999_000); // a clock that is years fast: the relay's counts
    const { seal } = connect(stand.url);
    const claims = { prv: "openai", org: [ORIGIN], iat: NOW, exp: NOW + 7 * 86400 };
    assert.equal(
      decode((await seal({ provider: "openai", key: KEY, origins: [ORIGIN], days: 7 })).split(".")[2]).toString(),
      JSON.stringify(claims),
    );
  });

  it("holds for as long as the relay allows if nothing is said", async () => {
    const { iat, exp } = claimsOf(await seal());
    assert.equal(exp - iat, 30 * 86400);
  });

  it("has dates in whole seconds when days are a fraction", async () => {
    const { iat, exp } = claimsOf(await seal({ days: 1 / 7 }));
    assert.equal(exp - iat, Math.floor(86400 / 7));
  });

  it("names the provider by its id, also when an alias was given", async () => {
    assert.equal(claimsOf(await seal({ provider: "gemini", key: randomKey("google") })).prv, "google");
  });

  it("is bound to the page's origin in a page, and to none elsewhere", async (t) => {
    assert.deepEqual(claimsOf(await seal({ origins: undefined })).org, []);
    globalThis.location = new URL("https://page.example:8443/path?query");
    t.after(() => delete globalThis.location);
    assert.deepEqual(claimsOf(await seal({ origins: undefined })).org, ["https://page.example:8443"]);
    assert.deepEqual(claimsOf(await seal({ origins: [] })).org, []);
  });

  for (const [what, key] of Object.entries(pasted(KEY))) {
    it(`holds the key alone when it was pasted with ${what}`, async () => {
      assert.equal(await open(await seal({ key })), KEY);
    });
  }

  for (const key of ["CANARYKEY123=", "CANARYKEY1234==", "sk-canary=1;2", `canary"1'2`]) {
    it(`holds all of ${key}, whose marks are its own`, async () => {
      assert.equal(await open(await seal({ key })), key);
    });
  }
});
