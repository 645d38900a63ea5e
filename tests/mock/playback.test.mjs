/**
 * How answers come: held, late, broken; and what is seen of those who go away.
 */
import assert from "node:assert/strict";
import { Agent } from "node:http";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { carried, freshKey, mockForTests, saying, send } from "./send.mjs";

const { url, control, scripted, chat, statesOf, beginChat, chatOnTheWire } = await mockForTests();

const STREAM = saying("hi", { stream: true });
const TEXT = "Hello from the mock openai! You said: hi. 🙂";
const textOf = async (answer) => (await answer.json()).choices[0].message.content;

// Holding

test("a held stream begins at once and goes on step by step", async () => {
  const key = await scripted({ hold: true });
  const answer = await chat(key, STREAM);
  assert.match(await answer.nextChunk(), /"role":"assistant".*Hello from/s);
  for (const word of ["You said", "hi."]) {
    const next = answer.nextChunk();
    await control.release(key);
    assert.match(await next, new RegExp(word));
  }
  assert.deepEqual(await statesOf(key), ["open"]);
  answer.goAway();
});

test("an endless stream goes on until its reader goes away", async () => {
  const key = await scripted({ hold: true, endless: true });
  const answer = await chat(key, STREAM);
  const first = await answer.nextChunk();
  for (let again = 0; again < 20; again++) {
    const next = answer.nextChunk();
    await control.release(key);
    assert.equal(await next, first);
  }
  answer.goAway();
  await control.waitFor(key, "aborted");
});

test("a held body comes after its headers", async () => {
  const key = await scripted({ hold: true });
  const answer = await chat(key);
  assert.equal(answer.status, 200);
  await control.release(key);
  assert.equal(await textOf(answer), TEXT);
});

test("a late answer has not even headers before its release", async () => {
  const key = await scripted({ late: true });
  let answered = false;
  const pending = chat(key).finally(() => (answered = true));
  await control.waitFor(key, "request");
  await nextTurn();
  assert.equal(answered, false);
  await control.release(key);
  assert.equal(await textOf(await pending), TEXT);
});

test("a release that comes early is remembered", async () => {
  const key = await scripted({ late: true });
  await control.release(key);
  assert.equal((await chat(key)).status, 200);
});

test("a request that has gone does not use up a release", async () => {
  const key = await scripted({ hold: true });
  (await chat(key)).goAway();
  await control.waitFor(key, "aborted");
  const answer = await chat(key);
  await control.release(key);
  assert.equal(await textOf(answer), TEXT);
});

// Breaking

for (const [how, breaking, end] of [
  ["reset", { reset: "mid_stream" }, "RST"],
  ["cut", { truncate: true }, "FIN"],
]) {
  for (const hold of [false, true]) {
    test(`a stream is ${how} after its first chunk, ${hold ? "on release" : "by itself"}`, async () => {
      const key = await scripted({ hold, ...breaking });
      const wire = chatOnTheWire(key, STREAM);
      await control.waitFor(key, "first_chunk");
      if (hold) await control.release(key);
      const { received, ...rest } = await wire;
      assert.match(received, /Hello from/);
      assert.doesNotMatch(received, /You said|\r\n0\r\n/);
      assert.deepEqual(rest, { end });
    });
  }
}

test("a connection is reset before the headers", async () => {
  const key = await scripted({ reset: "before_headers" });
  assert.deepEqual(await chatOnTheWire(key), { received: "", end: "RST" });
  assert.deepEqual(await statesOf(key), ["finished"]);
});

test("a cut body stops short of its content-length", async () => {
  const { received, end } = await chatOnTheWire(await scripted({ truncate: true }));
  const [head, body] = received.split("\r\n\r\n");
  const promised = Number(/content-length: (\d+)/.exec(head)[1]);
  assert.deepEqual([body.length, end], [promised >> 1, "FIN"]);
});

test("an emoji is cut in the middle of its bytes between two chunks", async () => {
  const { received } = await chatOnTheWire(freshKey(), STREAM);
  const emoji = Buffer.from("🙂").toString("latin1");
  assert.ok(!received.includes(emoji));
  assert.match(received, new RegExp(`${emoji.slice(0, 2)}\r\n[0-9a-f]+\r\n${emoji.slice(2)}`));
});

// Going away

const BYTES = JSON.stringify(saying("hi"));
for (const [moment, behaviour, happening, said = BYTES] of [
  ["between two chunks of a stream", { hold: true }, "first_chunk", JSON.stringify(STREAM)],
  ["between the headers and a body", { hold: true }, "request"],
  ["before the headers", { late: true }, "request"],
  ["in the middle of an upload", {}, "body", "{"],
]) {
  test(`going away ${moment} is seen although nothing is being written`, async () => {
    const key = await scripted(behaviour);
    const req = beginChat(key, Math.max(said.length, 2));
    req.write(said);
    await control.waitFor(key, happening);
    req.destroy();
    await control.waitFor(key, "aborted");
    await control.waitFor(key, "over");
    const [{ state, body_sha256 }] = await control.seen(key);
    assert.deepEqual([state, body_sha256 === null], ["aborted", happening === "body"]);
  });
}

test("an answer read to its end is finished, not aborted", async () => {
  const key = freshKey();
  await (await chat(key, STREAM)).text();
  await control.waitFor(key, "over");
  assert.deepEqual(await statesOf(key), ["finished"]);
});

// Exact bytes

const base64 = (text) => Buffer.from(text, "latin1").toString("base64");
const wired = (pieces, rest = {}) => ({ wire: { pieces: pieces.map(base64), then: "close", ...rest } });
const NO_HTTP = "HTTP/9.9 abc\r\n\0no header\r\n\r\n\xff";
const SIZED = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n";

for (const [then, end] of Object.entries({ close: "FIN", reset: "RST" })) {
  for (const pieces of [[NO_HTTP, "\x80"], []]) {
    test(`after ${pieces.length} pieces of bytes that go out as they are comes a ${end}`, async () => {
      const key = await scripted(wired(pieces, { then }));
      assert.deepEqual(await chatOnTheWire(key), { received: pieces.join(""), end });
      assert.deepEqual(await statesOf(key), ["finished"]);
    });
  }
}

test("held bytes go out piece by piece", async () => {
  const key = await scripted({ hold: true, ...wired([SIZED, "a", "b"]) });
  const answer = await chat(key);
  for (const letter of ["a", "b"]) {
    const next = answer.nextChunk();
    await control.release(key);
    assert.equal(await next, letter);
  }
});

test("after exact bytes a connection can stay, until the other side has enough", async () => {
  const key = await scripted(wired([`${SIZED}a`], { then: "stay" }));
  const answer = await chat(key);
  assert.equal(await answer.nextChunk(), "a");
  assert.deepEqual(await statesOf(key), ["open"]);
  answer.goAway();
  await control.waitFor(key, "aborted");
});

test("a request that is wrong gets a refusal and no exact bytes", async () => {
  const key = await scripted(wired([NO_HTTP], { early: true }));
  assert.equal((await chat(key, "{", { via: "1.1 relay" })).status, 400);
});

/** An answer to a reader that does not read any more than its head. */
async function unread(head, piece) {
  const key = await scripted({ wire: { pieces: [base64(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n`), [base64(piece), 16]], then: "close" } });
  const answer = await chat(key);
  answer.res.pause();
  await control.waitFor(key, "stalled");
  return { key, answer };
}

test("a reader that does not read is seen, everything comes when it does, and no listener stays for each wait", async () => {
  const piece = "x".repeat(8 * 1024 * 1024); // more than the connection takes at once
  const warnings = [];
  process.on("warning", (warning) => warnings.push(warning.message));
  const { key, answer } = await unread(`content-length: ${16 * piece.length}`, piece);
  assert.deepEqual(await statesOf(key), ["open"]);
  assert.equal((await answer.bytes()).length, 16 * piece.length);
  assert.deepEqual(warnings, []);
});

test("a reader that resets instead of reading is seen, and is no error of the mock's", async (t) => {
  const errors = t.mock.method(console, "error", () => {});
  const { key, answer } = await unread("connection: close", "x".repeat(1024 * 1024));
  answer.res.socket.resetAndDestroy();
  await control.waitFor(key, "aborted");
  await nextTurn();
  assert.deepEqual(errors.mock.calls, []);
});

test("a connection that exact bytes left open is reset by another request, since nothing can answer it", async () => {
  const key = await scripted(wired([`${SIZED}ok`], { then: "stay" }));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const models = () => send(`${url}/openai/v1/models`, { headers: carried("authorization", key), agent });
  assert.equal(await (await models()).text(), "ok");
  await assert.rejects(models(), { code: "ECONNRESET" });
  agent.destroy();
});
