/**
 * What the mock refuses, and that it says so.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { test } from "node:test";
import { MAX_BODY_BYTES } from "./body.mjs";
import { mockControl } from "./control.mjs";
import { startMock } from "./mock.mjs";
import { carried, CHATS, freshKey, mockForTests, saying, send } from "./send.mjs";

const { url, control, scripted, chat } = await mockForTests();

const messageOf = async (answer) => (await answer.json()).error.message;

const strayHeaders = {
  origin: "https://app.example",
  referer: "https://app.example/",
  cookie: "",
  "sec-fetch-mode": "cors",
  "sec-ch-ua": "x",
  "cf-connecting-ip": "192.0.2.1",
  "x-forwarded-for": "192.0.2.1",
  forwarded: "for=192.0.2.1",
  via: "1.1 relay",
  "x-real-ip": "192.0.2.1",
  "true-client-ip": "192.0.2.1",
  "x-relay-provider": "openai",
  "anthropic-dangerous-direct-browser-access": "true",
  te: "trailers",
};
for (const [name, value] of Object.entries(strayHeaders)) {
  test(`the header ${name} is refused`, async () => {
    const key = await scripted({ late: true }); // for which a refusal does not wait
    const answer = await chat(key, saying("hi"), { [name]: value });
    assert.equal(answer.status, 400);
    assert.equal(await messageOf(answer), `mock: the header ${name} must not be forwarded`);
    assert.deepEqual((await control.seen(key))[0].violations, [`the header ${name} must not be forwarded`]);
  });
}

for (const [mistake, provider, headers, query, message] of [
  ["a second key", "openai", (key) => ({ ...carried("authorization", key), "x-api-key": key }), "", /more than one key/],
  ["the same header twice", "openai", (key) => ({ authorization: [`Bearer ${key}`, `Bearer ${key}`] }), "", /more than one key/],
  ["a key in a foreign header", "openai", (key) => ({ "api-key": key }), "", /api-key does not hold a key/],
  ["a key without its scheme", "mistral", (key) => ({ authorization: key }), "", /authorization does not hold a key/],
  ["a Gemini API key as a Bearer token", "google", (key) => carried("authorization", key), "", /authorization does not hold a key/],
  ["a key in the query", "google", () => ({}), "?key=", /a key in the query/],
]) {
  test(`${mistake} is refused, and found under that key`, async () => {
    const key = freshKey();
    const answer = await send(url + CHATS[provider].path + (query && query + key), { headers: headers(key), body: saying("hi") });
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), message);
    assert.equal((await control.seen(key)).length, 1);
  });
}

test("a request without a user-agent is refused", async () => {
  const req = request(`${url}/openai/v1/models`, { agent: false, headers: carried("authorization", freshKey()) }).end();
  const [res] = await once(req, "response");
  assert.equal(res.statusCode, 400);
  res.destroy();
});

test("Anthropic's messages need anthropic-version", async () => {
  const answer = await send(url + CHATS.anthropic.path, { headers: carried("x-api-key", freshKey()), body: saying("hi") });
  assert.equal(await messageOf(answer), "mock: no anthropic-version");
});

test("a body that is no JSON object is refused, and with 413 one above the limit", async () => {
  assert.equal((await chat(freshKey(), "{")).status, 400);
  assert.equal((await chat(freshKey(), Buffer.alloc(MAX_BODY_BYTES + 1))).status, 413);
});

test("an SDK that asks directly may send what a relay must not, but no wrong key", async () => {
  for (const [key, status] of [
    [freshKey(), 200],
    [`invalid-${freshKey()}`, 401],
  ]) {
    await control.script(key, { direct: true });
    assert.equal((await chat(key, saying("hi"), strayHeaders)).status, status);
  }
});

// Keys where they do not belong. These keys hold the word that is looked for, the others here do not.

const canaryKey = () => `sk-canary${freshKey()}`;
const leaksOf = async (headers, target = CHATS.openai.path) => {
  const other = await startMock();
  const answer = await send(other.url + target, { headers, body: saying("hi") });
  const { leaks } = await mockControl(other.url).stats();
  await other.close();
  return { leaks, status: answer.status, text: await answer.text() };
};

test("a key in its native carrier is no leak", async () => {
  const { leaks, status } = await leaksOf(carried("authorization", canaryKey()));
  assert.deepEqual({ leaks, status }, { leaks: [], status: 200 });
});

/** What there is besides the key in its carrier: headers, and a query. */
for (const [where, headers, query, place] of [
  ["in the URL", () => ({}), (key) => `?x=${key}`, "url"],
  ["in base64 in the URL", () => ({}), (key) => `?x=${btoa(key)}`, "url"],
  ["in a header of its own", (key) => ({ "x-foo": key }), () => "", "header x-foo"],
  ["in hex in another header", (key) => ({ "x-foo": Buffer.from(key).toString("hex") }), () => "", "header x-foo"],
  ["in its carrier twice", (key) => ({ authorization: [`Bearer ${key}`, `Bearer ${key}`] }), () => "", "header authorization"],
  ["in a foreign carrier only", (key) => ({ authorization: [], "api-key": key }), () => "", "header api-key"],
  ["in a header's name", (key) => ({ [key]: "1" }), () => "", "a header's name"],
]) {
  test(`a key ${where} is a leak, and a violation that names the place but not the key`, async () => {
    const key = canaryKey();
    const { leaks, status, text } = await leaksOf({ ...carried("authorization", key), ...headers(key) }, CHATS.openai.path + query(key));
    assert.deepEqual({ leaks, status }, { leaks: [place], status: 400 });
    assert.match(text, new RegExp(`a key does not belong here: ${place}`));
    assert.doesNotMatch(text, /canary/i);
  });
}

test("a leak is remembered without its request, and once", async () => {
  const other = await startMock();
  for (let i = 0; i < 2; i += 1) await send(`${other.url}/openai/v1/models?canary`);
  const stats = await mockControl(other.url).stats();
  assert.deepEqual(stats, { requests: 2, open: 0, leaks: ["url"] });
  await other.close();
});
