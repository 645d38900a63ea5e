/**
 * `node mock.mjs`: the provider that everything is measured against. It knows OpenAI's chat completions and speech, and is written
 * straight on sockets to be many times faster than anything put in front of it. Prints {"url": …}; ends when its standard input does.
 *
 * The request's `model` says what the answer is:
 *   stream:N:GAP   server-sent events: N chunks, GAP milliseconds apart, each holding the time at which it was written
 *   bytes:N        N bytes of audio, as fast as they are taken
 *   echo           a completion whose text is JSON of what arrived: path, authorization and the body
 *   anything else  a completion; its `usage.prompt_tokens` is the length of the body that arrived
 */
import { once } from "node:events";
import { createServer } from "node:net";
import { PATTERN } from "./request.mjs";

const BEGINNING = 4096; // bytes of a body in which its model is looked for, and that are echoed

/** What OpenAI sends through its own front end, some of which a relay must not pass on. */
const HEAD = `HTTP/1.1 200 OK\r
Date: Mon, 23 Nov 2026 08:00:00 GMT\r
Connection: keep-alive\r
openai-organization: org-bench\r
openai-processing-ms: 412\r
openai-version: 2020-10-01\r
x-ratelimit-limit-requests: 10000\r
x-ratelimit-limit-tokens: 200000\r
x-ratelimit-remaining-requests: 9999\r
x-ratelimit-remaining-tokens: 199972\r
x-ratelimit-reset-requests: 8.64s\r
x-ratelimit-reset-tokens: 8ms\r
x-request-id: req_7d2f0c3b9a5e41d8b6f1c2a3d4e5f607\r
strict-transport-security: max-age=31536000; includeSubDomains; preload\r
cf-cache-status: DYNAMIC\r
set-cookie: __cf_bm=bench; path=/; HttpOnly; Secure\r
x-content-type-options: nosniff\r
server: cloudflare\r
cf-ray: 9a1b2c3d4e5f6071-FRA\r
alt-svc: h3=":443"; ma=86400\r
`;

const SENTENCE = "The quick brown fox jumps over the lazy dog while the relay passes every byte on as it came. ";

const completion = (content, length) =>
  JSON.stringify({
    id: "chatcmpl-bench",
    object: "chat.completion",
    created: 1764000000,
    model: "gpt-5-mini-2026-08-07",
    choices: [{ index: 0, message: { role: "assistant", content, refusal: null, annotations: [] }, logprobs: null, finish_reason: "stop" }],
    usage: { prompt_tokens: length, completion_tokens: 9, total_tokens: length + 9 },
    service_tier: "default",
    system_fingerprint: "fp_bench",
  });

function json(body) {
  return Buffer.from(`${HEAD}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

/** Answers by the length of the request's body: requests of one kind are all as long as each other. */
const answers = new Map();

function answer(length) {
  if (!answers.has(length)) answers.set(length, json(completion(SENTENCE.repeat(6), length)));
  return answers.get(length);
}

function event() {
  const choices = [{ index: 0, delta: { content: String(process.hrtime.bigint()) }, finish_reason: null }];
  return `data: ${JSON.stringify({ id: "chatcmpl-bench", object: "chat.completion.chunk", created: 1764000000, model: "gpt-5-mini", choices })}\n\n`;
}

const chunked = (text) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

function stream(socket, count, gap) {
  let sent = 0;
  const stop = () => {
    clearInterval(timer);
    socket.off("close", stop);
  };
  const next = () => {
    socket.write(chunked(event()));
    sent += 1;
    if (sent < count) return;
    stop();
    socket.write(`${chunked("data: [DONE]\n\n")}0\r\n\r\n`);
  };
  const timer = setInterval(next, gap);
  socket.on("close", stop);
  socket.write(`${HEAD}Content-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n`);
  next();
}

function send(socket, length) {
  let left = length;
  const pump = () => {
    for (let room = true; room && left > 0; left -= PATTERN.length) room = socket.write(PATTERN.subarray(0, left));
    if (left <= 0) socket.off("drain", pump);
  };
  socket.on("drain", pump);
  socket.write(`${HEAD}Content-Type: audio/mpeg\r\nContent-Length: ${length}\r\n\r\n`);
  pump();
}

/** @typedef {{head: string, beginning: Buffer, length: number}} Arrived a request; `length` is its body's */

/** @param {import("node:net").Socket} socket @param {Arrived} arrived */
function respond(socket, { head, beginning, length }) {
  const model = /"model":"(stream|bytes|echo)(?::(\d+))?(?::(\d+))?"/.exec(beginning.toString("latin1", 0, BEGINNING));
  const [, kind, first, second] = model ?? [];
  if (kind === "stream") return stream(socket, Number(first), Number(second));
  if (kind === "bytes") return send(socket, Number(first));
  if (kind === "echo") {
    const authorization = /\r\nauthorization: *([^\r]*)/i.exec(head)?.[1];
    const said = JSON.stringify({ path: head.split(" ")[1], authorization, body: beginning.toString() });
    return void socket.write(json(completion(said, length)));
  }
  socket.write(answer(length));
}

/**
 * Takes requests off a connection, one after the other.
 *
 * @param {import("node:net").Socket} socket
 */
function serve(socket) {
  /** @type {Arrived | undefined} */
  let arrived;
  let left = 0; // bytes of the body, or of its current chunk, that have not come yet
  let inChunks = false;
  let pending = Buffer.alloc(0); // the beginning of something that was cut between two packets

  const take = (data) => {
    if (arrived.length === 0) arrived.beginning = data;
    else if (arrived.length < BEGINNING) arrived.beginning = Buffer.concat([arrived.beginning, data]);
    arrived.length += data.length;
  };

  const finish = () => {
    const request = arrived;
    arrived = undefined;
    respond(socket, request);
  };

  socket.on("data", (data) => {
    if (pending.length) data = Buffer.concat([pending, data]);
    let at = 0;
    while (at < data.length) {
      if (!arrived) {
        const end = data.indexOf("\r\n\r\n", at);
        if (end < 0) break;
        const head = data.toString("latin1", at, end);
        at = end + 4;
        arrived = { head, beginning: Buffer.alloc(0), length: 0 };
        const length = /\r\ncontent-length: *(\d+)/i.exec(head);
        left = length ? Number(length[1]) : 0;
        inChunks = !length && /\r\ntransfer-encoding: *chunked/i.test(head);
        if (!inChunks && left === 0) finish();
      } else if (left > 0) {
        const piece = data.subarray(at, at + left);
        take(piece);
        at += piece.length;
        left -= piece.length;
        if (left === 0 && !inChunks) finish();
      } else {
        // In chunks: the last one's line end, if it was not the first, then the next one's length.
        const size = /^(?:\r\n)?([0-9a-f]+)[^\n]*\r\n/i.exec(data.toString("latin1", at, at + 64));
        if (!size) break;
        left = parseInt(size[1], 16);
        if (left === 0) {
          const end = data.indexOf("\r\n\r\n", at + size[0].length - 2);
          if (end < 0) break;
          at = end + 4;
          finish();
        } else {
          at += size[0].length;
        }
      }
    }
    pending = data.subarray(at);
  });
  socket.on("error", () => socket.destroy()); // a client that goes away is nobody's error
}

const server = createServer({ noDelay: true }, serve).listen(0, "127.0.0.1");
await once(server, "listening");
console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` }));
process.stdin.resume().on("end", () => process.exit(0));
