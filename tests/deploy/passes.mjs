/** What every way to deploy the relay must let through, asked at its origin. Nothing here sleeps: the mock goes on when it is told to. */
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import { WebSocket } from "ws";
import { randomKey } from "../keys.mjs";

const CHAT = "/openai/v1/chat/completions";
const QUESTION = { model: "gpt-5-mini", stream: true, messages: [{ role: "user", content: "Hi" }] };

/** @typedef {(relay: string, mock: ReturnType<typeof import("../mock/control.mjs").mockControl>) => Promise<void>} Check */

export const BREAKS = "a stream that breaks off breaks off";

/** @type {Record<string, Check>} */
export const PASSES = {
  async "a stream comes as it is sent"(relay, mock) {
    const key = randomKey("openai");
    await mock.script(key, { hold: true });
    const answer = await ask(relay, key);
    const chunks = answer.body.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
    await mock.release(key);
    let said = (await chunks.next()).value; // the mock waits after it
    assert.match(said, /^data: /);
    assert.doesNotMatch(said, /\[DONE\]/);
    await mock.release(key, 40);
    for await (const chunk of chunks) said += chunk;
    assert.match(said, /data: \[DONE\]\n\n$/);
  },

  async "a client that leaves stops the provider"(relay, mock) {
    const key = randomKey("openai");
    await mock.script(key, { hold: true });
    const leaving = new AbortController();
    const answer = await ask(relay, key, { signal: leaving.signal });
    await mock.release(key);
    await answer.body.getReader().read();
    leaving.abort();
    await mock.waitFor(key, "aborted", { timeout: 5 });
  },

  async [BREAKS](relay, mock) {
    const key = randomKey("openai");
    await mock.script(key, { truncate: true });
    const answer = await ask(relay, key);
    await assert.rejects(answer.text(), TypeError);
  },

  async "a body goes up as it comes"(relay, mock) {
    const key = randomKey("openai");
    const body = JSON.stringify({ ...QUESTION, padding: "x".repeat(200_000) });
    const { request } = relay.startsWith("https:") ? https : http;
    const upload = request(`${relay}${CHAT}`, { method: "POST", headers: { ...headers(key), "content-length": Buffer.byteLength(body) } });
    upload.write(body.slice(0, 100_000));
    await mock.waitFor(key, "body", { timeout: 5 });
    upload.end(body.slice(100_000));
    const [answer] = await once(upload, "response");
    answer.resume();
    assert.equal(answer.statusCode, 200);
  },

  async "an upload that is refused costs no other client its answer"(relay) {
    const body = "x".repeat(500_000);
    for (let time = 0; time < 3; time++) {
      const refused = await fetch(`${relay}${CHAT}`, { method: "POST", body }).catch(() => null); // or the connection, before the answer
      assert.equal(refused?.status ?? 401, 401);
      await refused?.text();
      const { status } = await fetch(`${relay}/health`, { signal: AbortSignal.timeout(5000) });
      assert.equal(status, 200);
    }
  },

  async "the path and the query go up byte for byte"(relay, mock) {
    const key = randomKey("google");
    const path = "/v1beta/openai/models/models%2Fgemini-2.5-flash";
    await fetch(`${relay}/google${path}`, { headers: { authorization: `Bearer ${key}` } }).then((answer) => answer.text());
    const listed = randomKey("google");
    const query = "?pageSize=5&pageToken=a%2Bb%20c";
    await fetch(`${relay}/google/v1beta/models${query}`, { headers: { "x-goog-api-key": listed } }).then((answer) => answer.text());
    assert.deepEqual(
      [...(await mock.seen(key)), ...(await mock.seen(listed))].map(({ url }) => url),
      [`/google${path}`, `/google/v1beta/models${query}`],
    );
  },

  async "the relay's own answers, and its playground"(relay) {
    const health = await fetch(`${relay}/health`);
    assert.deepEqual([health.status, health.headers.get("access-control-allow-origin")], [200, "*"]);
    const description = await (await fetch(`${relay}/.well-known/byok-relay`)).json();
    assert.ok(description.providers.some(({ id }) => id === "openai"));
    const page = await fetch(`${relay}/`);
    assert.match(page.headers.get("content-security-policy"), /default-src 'none'/);
    assert.match(await page.text(), /<script type="module" src="\/?playground\.js"/);
    const refused = await fetch(`${relay}/openai/v1//chat/completions`, {
      method: "POST",
      headers: headers(randomKey("openai")),
      body: "{}",
    });
    assert.equal(refused.headers.get("x-relay-error"), "path_not_allowed");
  },
};

/** Likewise, where there are WebSockets. @type {Record<string, Check>} */
export const PASSES_WITH_SOCKETS = {
  ...PASSES,

  async "a WebSocket passes, and how it is closed"(relay, mock) {
    const key = randomKey("openai");
    await mock.script(key, { echo: true });
    const socket = new WebSocket(`${relay.replace("http", "ws")}/openai/v1/realtime`, ["realtime", `openai-insecure-api-key.${key}`]);
    const closed = once(socket, "close");
    await once(socket, "open");
    const message = "x".repeat(200_000);
    socket.send(message);
    const [echoed] = await once(socket, "message");
    assert.equal(String(echoed), message);
    socket.send("close 4000 done");
    const [code, reason] = await closed;
    assert.deepEqual([code, String(reason)], [4000, "done"]);
    await mock.waitFor(key, "finished", { timeout: 5 });
  },

  async "a page learns why it gets no WebSocket"(relay) {
    const socket = new WebSocket(`${relay.replace("http", "ws")}/openai/v1/realtime`, "realtime", { origin: "https://app.example" });
    const [code, reason] = await once(socket, "close");
    assert.deepEqual([code, String(reason)], [4401, "missing_key"]);
  },
};

const headers = (key) => ({ authorization: `Bearer ${key}`, "content-type": "application/json" });

/** A chat whose answer is a stream. */
export const ask = (relay, key, options) =>
  fetch(`${relay}${CHAT}`, { method: "POST", headers: headers(key), body: JSON.stringify(QUESTION), ...options });
