/**
 * How answers come: held, late, broken; and what is seen of those who go away.
 */
import assert from "node:assert/strict";
import { request } from "node:http";
import { after, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { mockControl } from "./control.mjs";
import { startMock } from "./mock.mjs";
import { carried, chat, chatOnTheWire, CHATS, freshKey, saying } from "./send.mjs";

const { url, close } = await startMock();
const control = mockControl(url);
after(close);

const STREAM = saying("hi", { stream: true });
const TEXT = "Hello from the mock openai! You said: hi. 🙂";
const textOf = async (answer) => (await answer.json()).choices[0].message.content;
const stateOf = async (key) => (await control.seen(key)).map(({ state }) => state);

// Holding

test("a held stream begins at once and goes on step by step", async () => {
  const key = freshKey();
  await control.script(key, { hold: true });
  const answer = await chat(url, key, STREAM);
  assert.match(await answer.nextChunk(), /"role":"assistant".*Hello from/s);
  for (const word of ["You said", "hi."]) {
    const next = answer.nextChunk();
    await control.release(key);
    assert.match(await next, new RegExp(word));
  }
  assert.deepEqual(await stateOf(key), ["open"]);
  answer.goAway();
});

test("a held body comes after its headers", async () => {
  const key = freshKey();
  await control.script(key, { hold: true });
  const answer = await chat(url, key);
  assert.equal(answer.status, 200);
  await control.release(key);
  assert.equal(await textOf(answer), TEXT);
});

test("a late answer has not even headers before its release", async () => {
  const key = freshKey();
  await control.script(key, { late: true });
  let answered = false;
  const pending = chat(url, key).finally(() => (answered = true));
  await control.waitFor(key, "request");
  await nextTurn();
  assert.equal(answered, false);
  await control.release(key);
  assert.equal(await textOf(await pending), TEXT);
});

test("a release that comes early is remembered", async () => {
  const key = freshKey();
  await control.script(key, { late: true });
  await control.release(key);
  assert.equal((await chat(url, key)).status, 200);
});

test("a request that has gone does not use up a release", async () => {
  const key = freshKey();
  await control.script(key, { hold: true });
  (await chat(url, key)).goAway();
  await control.waitFor(key, "aborted");
  const answer = await chat(url, key);
  await control.release(key);
  assert.equal(await textOf(answer), TEXT);
});

// Breaking

for (const held of [{}, { hold: true }]) {
  const how = held.hold ? "on release" : "by itself";

  test(`a stream is reset after its first chunk, ${how}`, async () => {
    const key = freshKey();
    await control.script(key, { ...held, reset: "mid_stream" });
    const wire = chatOnTheWire(url, key, STREAM);
    await control.waitFor(key, "first_chunk");
    if (held.hold) await control.release(key);
    const { received, end } = await wire;
    assert.match(received, /Hello from/);
    assert.doesNotMatch(received, /You said/);
    assert.equal(end, "RST");
  });

  test(`a stream is cut after its first chunk, ${how}`, async () => {
    const key = freshKey();
    await control.script(key, { ...held, truncate: true });
    const wire = chatOnTheWire(url, key, STREAM);
    await control.waitFor(key, "first_chunk");
    if (held.hold) await control.release(key);
    const { received, end } = await wire;
    assert.match(received, /Hello from/);
    assert.doesNotMatch(received, /You said|\r\n0\r\n/);
    assert.equal(end, "FIN");
  });
}

test("a connection is reset before the headers", async () => {
  const key = freshKey();
  await control.script(key, { reset: "before_headers" });
  assert.deepEqual(await chatOnTheWire(url, key), { received: "", end: "RST" });
  assert.deepEqual(await stateOf(key), ["finished"]);
});

test("a cut body stops short of its content-length", async () => {
  const key = freshKey();
  await control.script(key, { truncate: true });
  const { received, end } = await chatOnTheWire(url, key);
  const [head, body] = received.split("\r\n\r\n");
  const promised = Number(/content-length: (\d+)/.exec(head)[1]);
  assert.equal(body.length, promised >> 1);
  assert.equal(end, "FIN");
});

test("an emoji is cut in the middle of its bytes between two chunks", async () => {
  const { received } = await chatOnTheWire(url, freshKey(), STREAM);
  const emoji = Buffer.from("🙂").toString("latin1");
  const [firstHalf, secondHalf] = [emoji.slice(0, 2), emoji.slice(2)];
  assert.ok(!received.includes(emoji));
  assert.match(received, new RegExp(`${firstHalf}\r\n[0-9a-f]+\r\n${secondHalf}`));
});

// Going away

const goingAway = [
  ["between two chunks of a stream", { hold: true }, "first_chunk", STREAM],
  ["between the headers and a body", { hold: true }, "request", saying("hi")],
  ["before the headers", { late: true }, "request", saying("hi")],
];
for (const [moment, behaviour, happening, body] of goingAway) {
  test(`going away ${moment} is seen although nothing is being written`, async () => {
    const key = freshKey();
    await control.script(key, behaviour);
    const req = request(url + CHATS.openai.path, {
      method: "POST",
      agent: false,
      headers: { ...carried("authorization", key), "user-agent": "test" },
    });
    req.on("error", () => {}).end(JSON.stringify(body));
    await control.waitFor(key, happening);
    req.destroy();
    await control.waitFor(key, "aborted");
    assert.deepEqual(await stateOf(key), ["aborted"]);
  });
}

test("going away in the middle of an upload is seen", async () => {
  const key = freshKey();
  const headers = { ...carried("authorization", key), "user-agent": "test", "content-length": 100 };
  const req = request(url + CHATS.openai.path, { method: "POST", agent: false, headers });
  req.on("error", () => {}).write("{");
  await control.waitFor(key, "head");
  req.destroy();
  await control.waitFor(key, "aborted");
  const [{ state, body_sha256 }] = await control.seen(key);
  assert.deepEqual({ state, body_sha256 }, { state: "aborted", body_sha256: null });
});

test("an answer read to its end is finished, not aborted", async () => {
  const key = freshKey();
  await (await chat(url, key, STREAM)).text();
  assert.deepEqual(await stateOf(key), ["finished"]);
});
