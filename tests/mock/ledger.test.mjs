/**
 * The mock's memory is bounded.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Ledger } from "./ledger.mjs";

const record = (n, body_length = 0) => ({ id: String(n), body_length, body: null });

test("a key keeps its last 1000 requests", () => {
  const page = new Ledger().page("key");
  for (let n = 1; n <= 1001; n += 1) page.add(record(n));
  assert.equal(page.requests.length, 1000);
  assert.equal(page.requests[0].id, "2");
});

test("all keys together keep their last 10000 requests", () => {
  const ledger = new Ledger();
  for (let n = 0; n < 12_000; n += 1) ledger.page(`earlier key ${n}`).add(record(n)); // of which 7000 are forgotten
  for (let n = 0; n < 10_005; n += 1) ledger.page(`key ${n % 20}`).add(record(n));
  const kept = Array.from({ length: 20 }, (_, n) => ledger.page(`key ${n}`).requests);
  assert.equal(kept.flat().length, 10_000);
  assert.deepEqual(
    kept.slice(0, 6).map(([oldest]) => oldest.id),
    ["20", "21", "22", "23", "24", "5"],
  );
});

test("5000 keys are kept, the oldest goes first", () => {
  const ledger = new Ledger();
  for (let n = 1; n <= 5001; n += 1) ledger.page(`key ${n}`).add(record(n));
  assert.equal(ledger.page("key 2").requests.length, 1);
  assert.equal(ledger.page("key 1").requests.length, 0);
});

test("all bodies together stay below 64 MB, the oldest goes first", () => {
  const page = new Ledger().page("key");
  const megabyte = Buffer.alloc(1024 * 1024);
  const records = Array.from({ length: 65 }, (_, n) => record(n, megabyte.length));
  for (const each of records) {
    page.add(each);
    page.keepBody(each, megabyte);
  }
  assert.equal(records[0].body, null);
  assert.equal(records.filter(({ body }) => body).length, 64);
});

test("the first 20 places of leaks are kept", () => {
  const ledger = new Ledger();
  for (let n = 1; n <= 21; n += 1) ledger.noteLeaks(["url", `header ${n}`]);
  assert.equal(ledger.leaks.size, 20);
  assert.ok(ledger.leaks.has("header 19"));
});
