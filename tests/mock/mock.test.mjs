/**
 * The mock as a whole: scripted answers, what it has seen, its own API, its server. Strictness, the ways of answering
 * and the providers' shapes have their own tests.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Agent } from "node:http";
import { after, test } from "node:test";
import { mockControl } from "./control.mjs";
import { startMock } from "./mock.mjs";
import { carried, chat, CHATS, freshKey, saying, send } from "./send.mjs";

const { url, close } = await startMock();
const control = mockControl(url);
after(close);

test("the root says what this is", async () => {
  const answer = await send(url);
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /mock provider/);
});

test("without a provider in the path it is OpenAI", async () => {
  const answer = await send(`${url}/v1/models`, { headers: carried("authorization", freshKey()) });
  assert.equal((await answer.json()).object, "list");
});

// Scripted answers

test("an exact answer replaces status, headers and bytes", async () => {
  const key = freshKey();
  const bytes = Buffer.from([0, 255, 128, 10]);
  const headers = { "Content-Type": "image/png", "set-cookie": ["a=1", "b=2"] };
  await control.script(key, { respond: { status: 418, headers, body_base64: bytes.toString("base64") } });
  const answer = await chat(url, key);
  assert.equal(answer.status, 418);
  assert.deepEqual(answer.headers["set-cookie"], ["a=1", "b=2"]);
  assert.equal(answer.headers["content-type"], "image/png");
  assert.equal(answer.headers["x-request-id"], undefined);
  assert.deepEqual(await answer.bytes(), bytes);
});

test("a redirect points where it was told", async () => {
  const key = freshKey();
  await control.script(key, { redirect: { status: 307, location: "https://elsewhere.example/" } });
  const answer = await chat(url, key);
  assert.equal(answer.status, 307);
  assert.equal(answer.headers.location, "https://elsewhere.example/");
});

test("an echo gives back what was received, line by line, but for the key", async () => {
  const key = freshKey();
  await control.script(key, { echo: true });
  const headers = { ...carried("authorization", key), "X-Twice": ["1", "2"], via: "1.1 relay" };
  const answer = await send(`${url}/anywhere?a=%20b&k=${key}`, { method: "PUT", headers, body: "{" });
  const echoed = await answer.json();
  assert.equal(answer.status, 200);
  assert.equal(echoed.method, "PUT");
  assert.equal(echoed.url, "/anywhere?a=%20b&k=***");
  assert.deepEqual(
    echoed.headers.find(([name]) => name === "authorization"),
    ["authorization", "Bearer ***"],
  );
  assert.deepEqual(
    echoed.headers.filter(([name]) => name === "x-twice"),
    [
      ["x-twice", "1"],
      ["x-twice", "2"],
    ],
  );
  assert.equal(Buffer.from(echoed.body_base64, "base64").toString(), "{");
});

test("a behaviour can be for the next requests only", async () => {
  const key = freshKey();
  await control.script(key, { error: "server", times: 2 });
  const statuses = [];
  for (let i = 0; i < 3; i += 1) statuses.push((await chat(url, key)).status);
  assert.deepEqual(statuses, [500, 500, 200]);
});

test("a new script replaces the earlier one", async () => {
  const key = freshKey();
  await control.script(key, { error: "server" });
  await control.script(key, {});
  assert.equal((await chat(url, key)).status, 200);
});

test("keys do not share their scripts", async () => {
  await control.script(freshKey(), { error: "server" });
  assert.equal((await chat(url, freshKey())).status, 200);
});

// Seeing

test("what was received is told: line, headers, hash and bytes", async () => {
  const key = freshKey();
  const body = JSON.stringify(saying("héllo 👋"));
  await (await chat(url, key, body)).text();
  const [seen] = await control.seen(key);
  assert.equal(seen.provider, "openai");
  assert.equal(seen.method, "POST");
  assert.equal(seen.url, CHATS.openai.path);
  assert.deepEqual(
    seen.headers.find(([name]) => name === "authorization"),
    ["authorization", `Bearer ${key}`],
  );
  assert.equal(seen.body_length, Buffer.byteLength(body));
  assert.equal(seen.body_sha256, createHash("sha256").update(body).digest("hex"));
  assert.equal(Buffer.from(seen.body_base64, "base64").toString(), body);
  assert.deepEqual(seen.violations, []);
});

test("of a long body only length and hash are kept", async () => {
  const key = freshKey();
  const body = JSON.stringify(saying("x".repeat(1024 * 1024)));
  await (await chat(url, key, body)).text();
  const [seen] = await control.seen(key);
  assert.equal(seen.body_length, body.length);
  assert.equal(seen.body_sha256, createHash("sha256").update(body).digest("hex"));
  assert.equal(seen.body_base64, null);
});

test("requests are counted, with a key or without, the mock's own API not", async () => {
  const { requests } = await control.stats();
  await chat(url, freshKey());
  await send(`${url}/openai/v1/models`);
  assert.equal((await control.stats()).requests, requests + 2);
});

test("what is open is counted until its answer is over", async () => {
  const key = freshKey();
  await control.script(key, { hold: true });
  const answer = await chat(url, key);
  const { open } = await control.stats();
  await control.release(key);
  await answer.text();
  await control.waitFor(key, "finished");
  assert.equal((await control.stats()).open, open - 1);
});

test("waiting ends with 408 when it does not happen", async () => {
  await assert.rejects(control.waitFor(freshKey(), "request", { timeout: 0.01 }), /408/);
});

test("waiting counts", async () => {
  const key = freshKey();
  const twice = control.waitFor(key, "finished", { count: 2 });
  await chat(url, key).then((answer) => answer.text());
  await assert.rejects(control.waitFor(key, "finished", { count: 2, timeout: 0.01 }), /408/);
  await chat(url, key).then((answer) => answer.text());
  await twice;
});

const badSteering = [
  ["a misspelt behaviour", "script", { key: "k", holt: true }],
  ["a value that does not exist", "script", { key: "k", reset: "later" }],
  ["bytes that are not base64", "script", { key: "k", wire: { pieces: ["-"], then: "close" } }],
  ["a misspelt detail of a wire", "script", { key: "k", wire: { pieces: [], then: "close", earlier: true } }],
  ["an end that does not exist", "script", { key: "k", wire: { pieces: [], then: "end" } }],
  ["a misspelt happening", "wait", { key: "k", for: "end" }],
  ["no key", "release", {}],
];
for (const [what, name, body] of badSteering) {
  test(`steering with ${what} is refused`, async () => {
    assert.equal((await send(`${url}/_mock/${name}`, { body })).status, 400);
  });
}

// The server

test("connections are kept alive", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ports = [];
  for (let i = 0; i < 2; i += 1) {
    const answer = await send(url, { agent });
    ports.push(answer.res.socket.localPort);
    await answer.text();
  }
  agent.destroy();
  assert.equal(ports[0], ports[1]);
});

test("closing does not wait for those who wait", async () => {
  const other = await startMock();
  const waiting = mockControl(other.url).waitFor("nobody", "request", { timeout: 60 });
  const rejected = assert.rejects(waiting);
  await mockControl(other.url).stats();
  await other.close();
  await rejected;
});
