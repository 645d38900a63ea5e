/**
 * The mock as a whole: scripted answers, what it has seen, its own API, its server. Strictness, the ways of answering
 * and the providers' shapes have their own tests.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Agent } from "node:http";
import { test } from "node:test";
import { mockControl } from "./control.mjs";
import { startMock } from "./mock.mjs";
import { carried, CHATS, freshKey, mockForTests, saying, send } from "./send.mjs";

const { url, control, scripted, chat } = await mockForTests();

test("without a provider in the path it is OpenAI", async () => {
  const answer = await send(`${url}/v1/models`, { headers: carried("authorization", freshKey()) });
  assert.equal((await answer.json()).object, "list");
});

test("a mock that tells says in a comment of a stream what it has received, but for the key", async (t) => {
  const telling = await startMock({ tells: true });
  t.after(() => telling.close());
  const key = freshKey();
  const ask = async (body, more) =>
    (
      await send(telling.url + CHATS.openai.path, { headers: { ...carried("authorization", key), ...more }, body: saying("hi", body) })
    ).text();
  const stream = await ask({ stream: true });
  const [, received] = /^: mock-received (.*)\n\ndata: /.exec(stream);
  const { method, url, headers, body_length } = JSON.parse(received);
  assert.deepEqual([method, url, body_length], ["POST", CHATS.openai.path, JSON.stringify(saying("hi", { stream: true })).length]);
  assert.deepEqual(
    headers.find(([name]) => name === "authorization"),
    ["authorization", "Bearer ***"],
  );
  assert.ok(!stream.includes(key));
  assert.ok(!(await ask({})).includes("mock-received"), "an answer that is no stream is as ever");
  assert.match(await ask({ stream: true }, { "x-goog-api-client": "genai-js/0.24.1" }), /^data: /, "Google's older SDK reads no comments");
});

// Scripted answers

test("an exact answer replaces status, headers and bytes", async () => {
  const bytes = Buffer.from([0, 255, 128, 10]);
  const headers = { "Content-Type": "image/png", "set-cookie": ["a=1", "b=2"] };
  const answer = await chat(await scripted({ respond: { status: 418, headers, body_base64: bytes.toString("base64") } }));
  assert.equal(answer.status, 418);
  assert.deepEqual(answer.headers["set-cookie"], ["a=1", "b=2"]);
  assert.equal(answer.headers["content-type"], "image/png");
  assert.equal(answer.headers["x-request-id"], undefined);
  assert.deepEqual(await answer.bytes(), bytes);
});

test("a redirect points where it was told", async () => {
  const answer = await chat(await scripted({ redirect: { status: 307, location: "https://elsewhere.example/" } }));
  assert.deepEqual([answer.status, answer.headers.location], [307, "https://elsewhere.example/"]);
});

test("an echo gives back what was received, line by line, but for the key", async () => {
  const key = await scripted({ echo: true });
  const headers = { ...carried("authorization", key), "X-Twice": ["1", "2"], via: "1.1 relay" };
  const answer = await send(`${url}/anywhere?a=%20b&k=${key}`, { method: "PUT", headers, body: "{" });
  const echoed = await answer.json();
  assert.deepEqual([answer.status, echoed.method, echoed.url], [200, "PUT", "/anywhere?a=%20b&k=***"]);
  const lines = (name) => echoed.headers.filter(([each]) => each === name).map(([, value]) => value);
  assert.deepEqual([lines("authorization"), lines("x-twice")], [["Bearer ***"], ["1", "2"]]);
  assert.equal(Buffer.from(echoed.body_base64, "base64").toString(), "{");
});

test("a new script replaces the earlier one, and keys do not share theirs", async () => {
  const key = await scripted({ error: "server" });
  assert.equal((await chat(freshKey())).status, 200);
  await control.script(key, {});
  assert.equal((await chat(key)).status, 200);
});

// Seeing

for (const [what, text, kept] of [
  ["what was received is told: line, headers, hash and bytes", "héllo 👋", true],
  ["of a long body only length and hash are kept", "x".repeat(1024 * 1024), false],
]) {
  test(what, async () => {
    const key = freshKey();
    const body = JSON.stringify(saying(text));
    await (await chat(key, body)).text();
    await control.waitFor(key, "over");
    const [{ headers, at, ...seen }] = await control.seen(key);
    assert.ok(Date.now() - at < 10_000);
    assert.deepEqual(seen, {
      provider: "openai",
      method: "POST",
      url: CHATS.openai.path,
      body_length: Buffer.byteLength(body),
      body_sha256: createHash("sha256").update(body).digest("hex"),
      body_base64: kept ? Buffer.from(body).toString("base64") : null,
      violations: [],
      state: "finished",
    });
    assert.equal(Object.fromEntries(headers).authorization, `Bearer ${key}`);
  });
}

test("requests are counted, with a key or without, the mock's own API not", async () => {
  const { requests } = await control.stats();
  await chat(freshKey());
  await send(`${url}/openai/v1/models`);
  assert.equal((await control.stats()).requests, requests + 2);
});

test("what is open is counted until its answer is over", async () => {
  const key = await scripted({ hold: true });
  const answer = await chat(key);
  const { open } = await control.stats();
  await control.release(key);
  await answer.text();
  await control.waitFor(key, "finished");
  assert.equal((await control.stats()).open, open - 1);
});

test("waiting counts, and ends with 408 when it does not happen", async () => {
  const key = freshKey();
  const twice = control.waitFor(key, "finished", { count: 2 });
  await (await chat(key)).text();
  await assert.rejects(control.waitFor(key, "finished", { count: 2, timeout: 0.01 }), /408/);
  await (await chat(key)).text();
  await twice;
});

for (const [what, name, body] of [
  ["a misspelt behaviour", "script", { key: "k", holt: true }],
  ["a value that does not exist", "script", { key: "k", reset: "later" }],
  ["bytes that are not base64", "script", { key: "k", wire: { pieces: ["-"], then: "close" } }],
  ["a misspelt detail of a wire", "script", { key: "k", wire: { pieces: [], then: "close", earlier: true } }],
  ["an end that does not exist", "script", { key: "k", wire: { pieces: [], then: "end" } }],
  ["a misspelt happening", "wait", { key: "k", for: "end" }],
  ["no key", "release", {}],
]) {
  test(`steering with ${what} is refused`, async () => {
    assert.equal((await send(`${url}/_mock/${name}`, { body })).status, 400);
  });
}

for (const [what, headers, status] of [
  ["localhost", { host: "localhost:9301" }, 200],
  ["this machine's IPv6 address", { host: "[::1]:9301" }, 200],
  ["an address without a port", { host: "127.0.0.1" }, 200],
  ["the address line of a browser", { "sec-fetch-site": "none", "sec-fetch-mode": "navigate" }, 200],
  ["a page of another site", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }, 403],
  ["a page of another port", { "sec-fetch-site": "same-site" }, 403],
  ["a page of its own", { "sec-fetch-site": "same-origin" }, 403],
  ["a page in a browser that tells no more", { origin: "http://localhost:8787" }, 403],
  ["a page from a file", { origin: "null" }, 403],
  ["a name that was made to resolve to this machine", { host: "evil.example:9301" }, 403],
  ["a name that begins like an address", { host: "127.0.0.1.evil.example" }, 403],
  ["a name that ends like one", { host: "evil-localhost" }, 403],
]) {
  test(`steering and seeing from ${what} is ${status === 200 ? "answered" : "refused"}`, async () => {
    const key = freshKey();
    const answers = [
      send(`${url}/_mock/script`, { headers, body: { key, error: "rate_limit" } }),
      send(`${url}/_mock/seen`, { headers, body: { key } }),
      send(`${url}/_mock/stats`, { headers }),
    ];
    for (const answer of await Promise.all(answers)) assert.equal(answer.status, status);
    assert.equal((await chat(key)).status, status === 200 ? 429 : 200);
  });
}

// The server

test("connections are kept alive", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ports = new Set();
  for (let i = 0; i < 2; i += 1) {
    const answer = await send(url, { agent });
    ports.add(answer.res.socket.localPort);
    assert.match(await answer.text(), /mock provider/);
  }
  agent.destroy();
  assert.equal(ports.size, 1);
});

test("closing does not wait for those who wait", async () => {
  const other = await startMock();
  const waiting = mockControl(other.url).waitFor("nobody", "request", { timeout: 60 });
  const rejected = assert.rejects(waiting);
  await mockControl(other.url).stats();
  await other.close();
  await rejected;
});
