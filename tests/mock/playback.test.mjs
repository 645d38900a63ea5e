/**
 * How answers come: held, late, broken; and what is seen of those who go away.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { after, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { mockControl } from "./control.mjs";
import { startMock } from "./mock.mjs";
import { carried, chat, chatOnTheWire, CHATS, freshKey, saying, send } from "./send.mjs";

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
    await control.waitFor(key, "over");
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
  await control.waitFor(key, "over");
  assert.deepEqual(await stateOf(key), ["finished"]);
});

test("each piece of a body is seen when it comes", async () => {
  const key = freshKey();
  const headers = { ...carried("authorization", key), "user-agent": "test", "content-length": 3 };
  const req = request(url + CHATS.openai.path, { method: "POST", agent: false, headers });
  req.on("error", () => {});
  for (let count = 1; count <= 3; count += 1) {
    req.write("x");
    await control.waitFor(key, "body", { count });
  }
  await control.waitFor(key, "request");
  req.destroy();
});

// Exact bytes

const base64 = (text) => Buffer.from(text, "latin1").toString("base64");
const wired = (pieces, rest = {}) => ({ wire: { pieces: pieces.map(base64), then: "close", ...rest } });
const NO_HTTP = "HTTP/9.9 abc\r\n\0no header\r\n\r\n\xff";

for (const [then, end] of Object.entries({ close: "FIN", reset: "RST" })) {
  test(`bytes go out as they are, and then comes a ${end}`, async () => {
    const key = freshKey();
    await control.script(key, wired([NO_HTTP, "\x80"], { then }));
    assert.deepEqual(await chatOnTheWire(url, key), { received: `${NO_HTTP}\x80`, end });
    assert.deepEqual(await stateOf(key), ["finished"]);
  });

  test(`a ${end} can be all there is`, async () => {
    const key = freshKey();
    await control.script(key, wired([], { then }));
    assert.deepEqual(await chatOnTheWire(url, key), { received: "", end });
  });
}

test("a piece can be said many times", async () => {
  const key = freshKey();
  await control.script(key, { wire: { pieces: [base64("<"), [base64("ab"), 1000], base64(">")], then: "close" } });
  assert.equal((await chatOnTheWire(url, key)).received, `<${"ab".repeat(1000)}>`);
});

test("held bytes go out piece by piece", async () => {
  const key = freshKey();
  await control.script(key, { hold: true, ...wired(["HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n", "a", "b"]) });
  const answer = await chat(url, key);
  for (const letter of ["a", "b"]) {
    const next = answer.nextChunk();
    await control.release(key);
    assert.equal(await next, letter);
  }
});

test("after exact bytes a connection can stay, until the other side has enough", async () => {
  const key = freshKey();
  await control.script(key, wired(["HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\na"], { then: "stay" }));
  const answer = await chat(url, key);
  assert.equal(await answer.nextChunk(), "a");
  assert.deepEqual(await stateOf(key), ["open"]);
  answer.goAway();
  await control.waitFor(key, "aborted");
});

test("exact bytes can come before the request's body", async () => {
  const key = freshKey();
  await control.script(key, wired(["HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"], { early: true, then: "stay" }));
  const headers = { ...carried("authorization", key), "user-agent": "test", "content-length": 1 };
  const req = request(url + CHATS.openai.path, { method: "POST", agent: false, headers });
  req.flushHeaders();
  const [res] = await once(req, "response");
  assert.equal(res.statusCode, 200);
  assert.equal((await control.seen(key))[0].body_sha256, null);
  req.end("x");
  await control.waitFor(key, "request");
  req.destroy();
});

test("a request that is wrong gets a refusal and no exact bytes", async () => {
  const key = freshKey();
  await control.script(key, wired([NO_HTTP], { early: true }));
  assert.equal((await chat(url, key, "{", { via: "1.1 relay" })).status, 400);
});

test("a reader that does not read is seen, everything comes when it does, and no listener stays for each wait", async () => {
  const key = freshKey();
  const piece = 8 * 1024 * 1024; // more than the connection takes at once
  const length = 16 * piece;
  const warnings = [];
  process.on("warning", (warning) => warnings.push(warning.message));
  await control.script(key, {
    wire: {
      pieces: [base64(`HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`), [base64("x".repeat(piece)), 16]],
      then: "close",
    },
  });
  const answer = await chat(url, key);
  answer.res.pause();
  await control.waitFor(key, "stalled");
  assert.deepEqual(await stateOf(key), ["open"]);
  assert.equal((await answer.bytes()).length, length);
  assert.deepEqual(warnings, []);
});

test("a reader that resets instead of reading is seen, and is no error of the mock's", async (t) => {
  const key = freshKey();
  const errors = t.mock.method(console, "error", () => {});
  await control.script(key, {
    wire: { pieces: [base64("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"), [base64("x".repeat(1024 * 1024)), 16]], then: "close" },
  });
  const answer = await chat(url, key);
  answer.res.pause();
  await control.waitFor(key, "stalled");
  answer.res.socket.resetAndDestroy();
  await control.waitFor(key, "aborted");
  await nextTurn();
  assert.deepEqual(errors.mock.calls, []);
});

test("a connection that exact bytes left open is reset by another request, since nothing can answer it", async () => {
  const key = freshKey();
  await control.script(key, wired(["HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"], { then: "stay" }));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const models = () => send(`${url}/openai/v1/models`, { headers: carried("authorization", key), agent });
  assert.equal(await (await models()).text(), "ok");
  await assert.rejects(models(), { code: "ECONNRESET" });
  agent.destroy();
});
