/**
 * What the relay's policy costs: requests per second of the relay, of a Worker that passes a request through without a look, and of
 * one that does nothing, in one run on one machine. `make bench`; needs wrk (Debian: apt-get install wrk). Loopback only.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { SOURCE, startRelay } from "../tools/relay.mjs";

const ROUNDS = 5;
const SECONDS = 4;
const CONNECTIONS = 16;

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** A chat as the OpenAI SDK sends it from a browser, headers included. */
const REQUEST = `
wrk.method = "POST"
wrk.body = '{"model":"gpt-5-mini","messages":[{"role":"user","content":"Hello"}]}'
wrk.headers["Authorization"] = "Bearer sk-0123456789abcdef0123456789abcdef"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Accept"] = "application/json"
wrk.headers["Accept-Language"] = "en-US,en;q=0.9"
wrk.headers["Origin"] = "https://app.example"
wrk.headers["Referer"] = "https://app.example/"
wrk.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
wrk.headers["Sec-Fetch-Mode"] = "cors"
wrk.headers["X-Stainless-Lang"] = "js"
wrk.headers["X-Stainless-OS"] = "Unknown"
wrk.headers["X-Stainless-Package-Version"] = "7.57.0"
wrk.headers["X-Stainless-Retry-Count"] = "0"
wrk.headers["X-Stainless-Runtime"] = "browser:chrome"
`;

const ANSWER = JSON.stringify({ id: "chatcmpl-1", choices: [{ index: 0, message: { role: "assistant", content: "Hello!" } }] });
const ANSWER_HEADERS = {
  "content-type": "application/json",
  "x-request-id": "req_1",
  "openai-processing-ms": "12",
  "x-ratelimit-limit-requests": "500",
  "x-ratelimit-remaining-requests": "499",
  "set-cookie": "__cf_bm=1",
  server: "cloudflare",
};

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** @returns {Promise<number>} requests per second; throws if any answer was not a 200 */
async function load(url, script) {
  const args = ["-t1", `-c${CONNECTIONS}`, `-d${SECONDS}s`, "-s", script, url];
  const { stdout } = await promisify(execFile)("wrk", args).catch((error) => {
    throw error.code === "ENOENT" ? new Error("wrk is not installed (Debian: apt-get install wrk)") : error;
  });
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(stdout);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]);
}

const upstream = createServer((request, response) => {
  request.resume().on("end", () => response.writeHead(200, ANSWER_HEADERS).end(ANSWER));
});
upstream.listen(0, "127.0.0.1");
await once(upstream, "listening");
const upstreamUrl = `http://127.0.0.1:${upstream.address().port}`;
const folder = await mkdtemp(join(tmpdir(), "byok-relay-bench-"));
const script = join(folder, "request.lua");
await writeFile(script, REQUEST);

const workers = {
  null: await startRelay({ source: here("null/") }),
  passthrough: await startRelay({ source: here("passthrough/"), vars: { UPSTREAM: upstreamUrl } }),
  relay: await startRelay({ source: SOURCE, vars: { UPSTREAM_OPENAI: upstreamUrl } }),
};
const path = { null: "/", passthrough: "/v1/chat/completions", relay: "/openai/v1/chat/completions" };
const rates = { null: [], passthrough: [], relay: [] };
try {
  for (const name of Object.keys(workers)) await load(workers[name].url + path[name], script); // warm up
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of Object.keys(workers)) rates[name].push(await load(workers[name].url + path[name], script));
  }
} finally {
  await Promise.all(Object.values(workers).map((worker) => worker.close()));
  upstream.close();
  await rm(folder, { recursive: true });
}
for (const [name, measured] of Object.entries(rates)) {
  const [low, high] = [Math.min(...measured), Math.max(...measured)].map(Math.round);
  console.log(`${name.padEnd(12)} ${String(Math.round(median(measured))).padStart(6)} requests/s (${low} to ${high})`);
}
const perRequest = (name) => 1e6 / median(rates[name]);
console.log(`the relay's policy: ${Math.round(perRequest("relay") - perRequest("passthrough"))} µs a request more than passing through`);
