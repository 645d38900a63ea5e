/**
 * A key is found however it is written.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { holdsCanary } from "./canary.mjs";

const KEYS = ["sk-canary0123", "AIzaCanary0123", "sk-CANARY0123", "cAnArY0123"];
const WRITINGS = {
  "in clear": (key) => key,
  "in hex": (key) => Buffer.from(key).toString("hex"),
  "in capital hex": (key) => Buffer.from(key).toString("hex").toUpperCase(),
  "percent-encoded": (key) => [...Buffer.from(key)].map((byte) => `%${byte.toString(16)}`).join(""),
  "as a list of hex bytes": (key) => [...Buffer.from(key)].map((byte) => `0x${byte.toString(16)}`).join(", "),
  "in base64": (key) => Buffer.from(key).toString("base64"),
  "in base64, one byte later": (key) => Buffer.from(`:${key}`).toString("base64"),
  "in base64, two bytes later": (key) => Buffer.from(`ab${key}`).toString("base64"),
  "as bytes": (key) => Buffer.concat([Buffer.from([0xff, 0]), Buffer.from(key), Buffer.from([0x80])]),
};
for (const [how, write] of Object.entries(WRITINGS)) {
  test(`a key ${how} is found`, () => {
    for (const key of KEYS) {
      const written = write(key);
      assert.ok(holdsCanary(written), key);
      if (typeof written === "string") assert.ok(holdsCanary(`before ${written} after`), key);
    }
  });
}

test("what holds no key is not taken for one", () => {
  for (const said of [
    "",
    "sk-canar",
    "can ary",
    "63616e6172",
    "Y2FuYXJ",
    randomBytes(1024 * 1024),
    randomBytes(1024 * 1024).toString("base64"),
  ])
    assert.equal(holdsCanary(said), false);
});
