/**
 * What is measured of a running row. Each function returns numbers by the ids that report.mjs knows, or throws if any answer was not the
 * right one, to the byte.
 */
import { Agent, request as httpRequest } from "node:http";
import { load } from "./load.mjs";
import { chatBody, PATTERN, PREFLIGHT_HEADERS, wire } from "./request.mjs";
import { percentile } from "./statistics.mjs";
import { CHAT_PATH, expectedAnswer, fetchable, request } from "./subject.mjs";

/** @typedef {import("./subject.mjs").Subject} Subject @typedef {Record<string, number>} Numbers */

const MIB = 1024 * 1024;

/** The same chat again and again. @param {Subject} subject @returns {Promise<Numbers>} */
export async function chat(subject, { connections, seconds, size = 1024 }) {
  const body = chatBody(size);
  const ready = { ...request(subject, body), expected: await expectedAnswer(subject, body) };
  return loaded(subject, { ...ready, connections, seconds });
}

/** @param {Subject} subject @returns {Promise<Numbers>} */
export async function preflights(subject, { connections, seconds }) {
  const url = subject.root + CHAT_PATH;
  const granted = await fetch(url, { method: "OPTIONS", headers: fetchable(PREFLIGHT_HEADERS) });
  if (!granted.headers.has("access-control-allow-origin")) throw new Error(`${url}: the preflight was refused`);
  const expected = Buffer.from(await granted.arrayBuffer()); // some say OK
  return loaded(subject, { url, wire: wire("OPTIONS", url, PREFLIGHT_HEADERS), expected, connections, seconds });
}

async function loaded(subject, options) {
  const before = [subject.process.cpuMs(), subject.mock.cpuMs(), process.cpuUsage()];
  const { requests, seconds, milliseconds } = await load(options);
  const generator = process.cpuUsage(before[2]);
  return {
    requests,
    rate: requests / seconds,
    p50: percentile(milliseconds, 50),
    p95: percentile(milliseconds, 95),
    p99: percentile(milliseconds, 99),
    cpu: (subject.process.cpuMs() - before[0]) / requests,
    mockBusy: (subject.mock.cpuMs() - before[1]) / 1000 / seconds,
    generatorBusy: (generator.user + generator.system) / 1e6 / seconds,
  };
}

/** Streams one after the other, each of one chunk, on one connection. @param {Subject} subject @returns {Promise<Numbers>} */
export async function firstBytes(subject, { count }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times = [];
  for (let i = 0; i < count; i++) {
    const begun = performance.now();
    await receive(subject, streamed("stream:1:0"), { agent }, (_data, first) => {
      if (first) times.push(performance.now() - begun);
    });
  }
  agent.destroy();
  return { firstByte: percentile(Float64Array.from(times).sort(), 50) };
}

/** One stream, and how old each chunk is when it arrives, by the time written in it. @param {Subject} subject @returns {Promise<Numbers>} */
export async function chunks(subject, { count, gap }) {
  const delays = [];
  let text = "";
  let done = false;
  await receive(subject, streamed(`stream:${count}:${gap}`), {}, (data) => {
    const now = process.hrtime.bigint();
    text += data.toString("latin1");
    const events = text.split("\n\n");
    text = events.pop();
    for (const event of events) {
      const written = /"content":"(\d+)"/.exec(event);
      if (written) delays.push(Number(now - BigInt(written[1])) / 1e6);
    }
    done ||= events.at(-1) === "data: [DONE]";
  });
  if (delays.length !== count || !done) throw new Error(`${subject.root}: ${delays.length} of ${count} chunks came`);
  const sorted = Float64Array.from(delays).sort();
  return { chunk50: percentile(sorted, 50), chunk99: percentile(sorted, 99) };
}

/** Memory for each of many streams that have begun and are silent. @param {Subject} subject @returns {Promise<Numbers>} */
export async function openStreams(subject, { count }) {
  const before = subject.process.rss();
  const open = await Promise.all(Array.from({ length: count }, () => beginStream(subject)));
  await settle();
  const perStream = (subject.process.rss() - before) / count;
  for (const response of open) response.destroy();
  await settle();
  return { perStream };
}

/** How much memory a long download takes at most over what there was before it. @param {Subject} subject @returns {Promise<Numbers>} */
export async function download(subject, { mebibytes }) {
  const length = mebibytes * MIB;
  const before = subject.process.rss();
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, subject.process.rss())), 20);
  let received = 0;
  const begun = performance.now();
  const take = (data) => {
    for (let at = 0; at < data.length;) {
      const from = (received + at) % PATTERN.length;
      const piece = data.subarray(at, at + PATTERN.length - from);
      if (PATTERN.compare(piece, 0, piece.length, from, from + piece.length) !== 0) throw new Error(`${subject.root}: other bytes came`);
      at += piece.length;
    }
    received += data.length;
  };
  try {
    await receive(
      subject,
      JSON.stringify({ model: `bytes:${length}`, input: "Hello", voice: "alloy" }),
      { path: "/v1/audio/speech" },
      take,
    );
  } finally {
    clearInterval(watch);
  }
  if (received !== length) throw new Error(`${subject.root}: ${received} of ${length} bytes came`);
  return { growth: most - before, downloadRate: length / ((performance.now() - begun) / 1000) };
}

/** Memory of a row that has answered some requests and now has none. @param {Subject} subject @returns {Promise<Numbers>} */
export async function idleMemory(subject, { requests }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let i = 0; i < requests; i++) await receive(subject, streamed("stream:1:0"), { agent }, () => {});
  agent.destroy();
  await settle();
  return { idle: subject.process.rss() };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 500));

const streamed = (model) => chatBody(1024, { model, stream: true });

/** @returns {Promise<import("node:http").IncomingMessage>} the answer's head, if it is a 200 */
function respond({ root, headers }, body, { path = CHAT_PATH, agent = false }) {
  return new Promise((resolve, reject) => {
    httpRequest(root + path, { method: "POST", headers: { ...headers, "content-length": Buffer.byteLength(body) }, agent })
      .on("error", reject)
      .on("response", (response) => {
        if (response.statusCode === 200) resolve(response);
        else reject(new Error(`${root}: answered ${response.statusCode}`));
      })
      .end(body);
  });
}

/** A whole answer, piece by piece. @param {(data: Buffer, first: boolean) => void} take */
async function receive(subject, body, options, take) {
  const response = await respond(subject, body, options);
  let first = true;
  for await (const data of response) {
    take(data, first);
    first = false;
  }
  if (!response.complete) throw new Error(`${subject.root}: the answer was cut off`);
}

/** An open stream whose first chunk has arrived. @returns {Promise<import("node:http").IncomingMessage>} */
async function beginStream(subject) {
  const response = await respond(subject, streamed("stream:2:1000000000"), {});
  await new Promise((resolve, reject) => response.once("data", resolve).once("error", reject));
  response.on("error", () => {}); // it will be destroyed
  return response;
}
