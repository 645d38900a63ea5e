/**
 * The mock's memory is bounded.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Ledger } from "./ledger.mjs";

/** Has so many requests come, each with some key and body. */
function filled(count, keyOf, body) {
  const ledger = new Ledger();
  const records = Array.from({ length: count }, (_, n) => ({ n, body: null }));
  for (const record of records) {
    ledger.add(ledger.page(keyOf(record.n)), record);
    if (body) ledger.keepBody(record, body);
  }
  return { records, kept: (key) => [...ledger.page(key).requests].map(({ n }) => n) };
}

test("all keys together keep their last 10000 requests", () => {
  const { kept } = filled(22_005, (n) => (n < 12_000 ? `earlier key ${n}` : `key ${n % 20}`));
  const all = Array.from({ length: 20 }, (_, n) => kept(`key ${n}`)).flat();
  assert.deepEqual([all.length, Math.min(...all)], [10_000, 12_005]);
});

test("5000 keys are kept, the oldest goes first", () => {
  const { kept } = filled(5001, (n) => `key ${n}`);
  assert.deepEqual([kept("key 1"), kept("key 0")], [[1], []]);
});

test("all bodies together stay below 64 MB, the oldest goes first", () => {
  const { records } = filled(65, () => "key", Buffer.alloc(1024 * 1024));
  assert.equal(records[0].body, null);
  assert.equal(records.filter(({ body }) => body).length, 64);
});

test("the bodies of requests that are forgotten go with them", () => {
  const { records } = filled(10_001, () => "key", Buffer.from("body"));
  assert.deepEqual([records[0].body, String(records[1].body)], [null, "body"]);
});

test("the first 20 places of leaks are kept", () => {
  const ledger = new Ledger();
  for (let n = 1; n <= 21; n += 1) ledger.noteLeaks(["url", `header ${n}`]);
  assert.equal(ledger.leaks.size, 20);
  assert.ok(ledger.leaks.has("header 19"));
});
