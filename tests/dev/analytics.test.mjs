/** The data points for Workers Analytics Engine, on the current runtime's Python: a dataset is stood in for. */
import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { upstreamSettings } from "../harness.mjs";
import { randomKey } from "../keys.mjs";
import { startMock } from "../mock/mock.mjs";
import { startRelay } from "../runtimes/pyodide.mjs";

const CHAT = "/openai/v1/chat/completions";

let mock;
let relay;
let write;
const logged = [];

before(async () => {
  mock = await startMock();
  const vars = { ...upstreamSettings(mock.url), METER_USAGE: "true", ANALYTICS: { writeDataPoint: (point) => write(point) } };
  relay = await startRelay({ vars, log: (line) => logged.push(line) });
});
after(() => Promise.all([relay?.close(), mock?.close()]));

/** The status of an answer, and the point that is written for it. */
async function ask(headers, stream = false) {
  const written = new Promise((resolve) => (write = resolve));
  const body = JSON.stringify({
    model: "gpt",
    stream,
    stream_options: { include_usage: true },
    messages: [{ role: "user", content: "hi" }],
  });
  const answer = await fetch(relay.url + CHAT, { method: "POST", headers: { ...headers, "cf-ray": "0123456789abcdef-FRA" }, body });
  await answer.text();
  return [answer.status, await written];
}

for (const stream of [false, true]) {
  it(`writes a point for ${stream ? "a stream" : "an answer"}`, async () => {
    const [status, { blobs, doubles, indexes }] = await ask({ authorization: `Bearer ${randomKey("openai")}` }, stream);
    assert.equal(status, 200);
    assert.deepEqual(blobs, ["openai", "/v1/chat/completions", "ok", "gpt", "FRA"]);
    const { usage, ms, ms_headers } = JSON.parse(logged.at(-1));
    assert.deepEqual(doubles, [200, ms_headers, ms, usage.input, usage.output, usage.cached, usage.reasoning]);
    assert.ok(usage.input > 0 && usage.output > 0);
    assert.deepEqual(indexes, ["openai"]);
  });
}

it("writes a point for a refusal", async () => {
  const [status, { blobs, doubles }] = await ask({});
  assert.equal(status, 401);
  assert.deepEqual(blobs, ["openai", "/v1/chat/completions", "missing_key", "", "FRA"]);
  assert.deepEqual([doubles[0], ...doubles.slice(3)], [401, 0, 0, 0, 0]);
});

it("answers although no point can be written", async () => {
  const tried = new Promise((resolve) => {
    write = () => {
      resolve();
      throw new Error("no more points");
    };
  });
  const answer = await fetch(relay.url + CHAT, { method: "POST", headers: { authorization: `Bearer ${randomKey("openai")}` }, body: "{}" });
  assert.equal(answer.status, 200);
  await answer.text();
  await tried;
  assert.match(logged.at(-1), /JsException/);
});
