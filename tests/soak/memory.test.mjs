/**
 * The memory that the server takes: at rest, for a large answer, for streams and for WebSockets that are open; and that of streams which are
 * metered.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, it } from "node:test";
import { WebSocket } from "ws";
import { randomKey } from "../keys.mjs";
import { chat, CHATS } from "./answers.mjs";
import { headOf } from "./client.mjs";
import { peak, rss } from "./processes.mjs";
import { startStage } from "./stage.mjs";

const MOST_AT_REST_MB = 80;
const MOST_FOR_AN_ANSWER_MB = 20;
const MOST_FOR_A_STREAM_KB = 60;
const MOST_FOR_A_SOCKET_KB = 40;

const STREAMS = 500;
const SOCKETS = 1000;
const PIECE = Buffer.alloc(64 * 1024);
const PIECES = 16 * 1024; // 1 GiB

let stage;
before(async () => (stage = await startStage({ runtime: "server", timeLimitSeconds: 30 })));
after(() => stage?.close());

/** A stream of the mock's that has begun. */
async function begin(key, { relay } = stage) {
  const { body, ...head } = chat(CHATS[0], key, true).request;
  const sent = relay.begin({ ...head, alone: true });
  const answering = headOf(sent);
  sent.end(body);
  return answering;
}

it(`less than ${MOST_AT_REST_MB} MB at rest`, (t) => {
  const now = rss(stage.pids.relay);
  t.diagnostic(`${now.toFixed(1)} MB`);
  assert.ok(now < MOST_AT_REST_MB);
});

it(`less than ${MOST_FOR_AN_ANSWER_MB} MB more while an answer of 1 GiB passes`, async (t) => {
  const key = randomKey("openai");
  const head = `HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: ${PIECE.length * PIECES}\r\n\r\n`;
  const pieces = [Buffer.from(head).toString("base64"), [PIECE.toString("base64"), PIECES]];
  await stage.control.script(key, { wire: { pieces, then: "close" } });
  const before = rss(stage.pids.relay);
  let length = 0;
  for await (const piece of await begin(key)) length += piece.length;
  assert.equal(length, PIECE.length * PIECES);
  const more = peak(stage.pids.relay) - before;
  t.diagnostic(`${more.toFixed(1)} MB`);
  assert.ok(more < MOST_FOR_AN_ANSWER_MB);
});

it(`less than ${MOST_FOR_A_STREAM_KB} kB for each of ${STREAMS} open streams`, async (t) => {
  const key = randomKey("openai");
  await stage.control.script(key, { hold: true });
  const before = rss(stage.pids.relay);
  const streams = [];
  for (let i = 0; i < STREAMS; i++) streams.push(await begin(key));
  await Promise.all(streams.map((stream) => once(stream, "data")));
  const each = ((rss(stage.pids.relay) - before) * 1024) / STREAMS;
  t.diagnostic(`${each.toFixed(1)} kB`);
  for (const stream of streams) stream.destroy();
  assert.ok(each < MOST_FOR_A_STREAM_KB);
});

it(`less than ${MOST_FOR_A_SOCKET_KB} kB for each of ${SOCKETS} idle WebSockets`, async (t) => {
  const key = randomKey("openai");
  await stage.control.script(key, { echo: true });
  const before = rss(stage.pids.relay);
  const sockets = [];
  for (let i = 0; i < SOCKETS; i++) {
    const socket = new WebSocket(stage.relay.socketUrl("/openai/v1/realtime"), { headers: { authorization: `Bearer ${key}` } });
    await once(socket, "open");
    sockets.push(socket);
  }
  const each = ((rss(stage.pids.relay) - before) * 1024) / SOCKETS;
  t.diagnostic(`${each.toFixed(1)} kB`);
  assert.equal((await stage.relay.ask({ path: "/health" })).status, 200);
  const echoed = sockets.map((socket) => once(socket, "message"));
  for (const socket of sockets) socket.send("still here");
  assert.deepEqual(new Set((await Promise.all(echoed)).map(([data]) => String(data))), new Set(["still here"]));
  for (const socket of sockets) socket.close();
  await stage.control.waitFor(key, "over", { count: SOCKETS });
  assert.ok(each < MOST_FOR_A_SOCKET_KB);
});

const METERED = 200;
const EVENTS = 300;
const MOST_LEFT_BY_A_METERED_STREAM_KB = 20;
const ROUNDS = 6; // what is kept grows in each; what is garbage levels off

for (const runtime of ["workerd", "server"]) {
  it(`on ${runtime}, metered streams leave less than ${MOST_LEFT_BY_A_METERED_STREAM_KB} kB each`, async (t) => {
    const metered = await startStage({ runtime, timeLimitSeconds: 30, vars: { METER_USAGE: "true" }, log: () => {} });
    t.after(() => metered.close());
    const key = randomKey("openai");
    const head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/event-stream\r\n\r\n";
    const event = 'data: {"choices":[{"delta":{"content":"word"}}],"usage":{"prompt_tokens":1,"completion_tokens":2}}\n\n';
    const pieces = [Buffer.from(head).toString("base64"), [Buffer.from(event).toString("base64"), EVENTS]];
    await metered.control.script(key, { wire: { pieces, then: "close" } });
    const whole = async () => {
      let length = 0;
      for await (const piece of await begin(key, metered)) length += piece.length;
      assert.equal(length, event.length * EVENTS);
    };
    const left = [];
    for (let round = 0; round < ROUNDS && !(left.at(-1) < MOST_LEFT_BY_A_METERED_STREAM_KB); round++) {
      const before = rss(metered.pids.relay);
      await Promise.all(Array.from({ length: METERED }, whole));
      left.push(((rss(metered.pids.relay) - before) * 1024) / METERED);
    }
    t.diagnostic(left.map((each) => `${each.toFixed(1)} kB`).join(", "));
    assert.ok(left.at(-1) < MOST_LEFT_BY_A_METERED_STREAM_KB);
  });
}
