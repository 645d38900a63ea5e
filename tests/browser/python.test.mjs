/** Python in the browser as a client: `requests` and `urllib`, which pyodide-http sends through XMLHttpRequest and fetch. */
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { HUNG } from "../harness.mjs";
import { randomKey } from "../keys.mjs";
import { startStage } from "./stage.mjs";

const HERE = fileURLToPath(new URL("./", import.meta.url));
const WHEELS = fileURLToPath(new URL(".wheels/", import.meta.url));
const PYODIDE = fileURLToPath(new URL("./", import.meta.resolve("pyodide")));

const QUESTION = "Grüße, 世界";
const ANSWER = `Hello from the mock openai! You said: ${QUESTION}. 🙂`;

let stage;
before(async () => {
  if (!existsSync(WHEELS)) throw new Error("the Python packages for the browser are not here: run tests/browser/wheels.sh");
  stage = await startStage({
    content: {
      folders: { "/app/": HERE, "/pyodide/": PYODIDE, "/wheels/": WHEELS },
      texts: { "/wheels.json": JSON.stringify(readdirSync(WHEELS).filter((name) => name.endsWith(".whl"))) },
      // pyodide-http streams only on a page that has shut itself off from others like this.
      headers: { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" },
    },
    // It also prints each request that it streams, headers and all, on the console of whoever the key belongs to.
    spared: () => /^\{"buffer":\{\},"url":"[^"]+","fetchParams":\{"headers":\{[^}]*\}/g,
  });
});
after(() => stage?.close());

/** Where Python runs: `start` gets it going there, `call` calls a function of python_app.py. Both run in the page. */
const PLACES = {
  "a page": {
    start: async () => void (globalThis.python = await (await import("/app/python.mjs")).startPython()),
    call: ([name, ...args]) => python[name](...args),
  },
  "a web worker": {
    start: () => void (globalThis.worker = new Worker("/app/python-worker.mjs", { type: "module" })),
    call(message) {
      return new Promise((resolve, reject) => {
        globalThis.firstPiece = new Promise((piece) => {
          worker.onerror = (event) => reject(new Error(event.message));
          worker.onmessage = ({ data }) => {
            if (typeof data === "string") piece(data);
            else if ("failed" in data) reject(new Error(data.failed));
            else resolve(data.returned);
          };
        });
        worker.postMessage(message);
      });
    },
  },
};

/** Calls a function of python_app.py. */
const app = async (place, name, key) =>
  JSON.parse(await stage.page.evaluate(PLACES[place].call, [name, `${stage.relay}/openai/v1/chat/completions`, key, QUESTION]));

for (const place of Object.keys(PLACES)) {
  describe(`Python in ${place}`, HUNG, () => {
    before(() => stage.page.evaluate(PLACES[place].start));

    for (const library of ["requests", "urllib"]) {
      const ask = (key) => app(place, `ask_with_${library}`, key);

      it(`gets an answer with ${library}`, async () => {
        const { status, body } = await ask(randomKey("openai"));
        assert.deepEqual([status, body.choices?.[0].message.content], [200, ANSWER]);
      });

      it(`reads the provider's error with ${library}`, async () => {
        const key = randomKey("openai");
        await stage.mock.script(key, { error: "rate_limit" });
        const { status, headers, body } = await ask(key);
        assert.deepEqual([status, headers["retry-after"], body.error.code], [429, "3", "rate_limit_exceeded"]);
      });

      it(`reads the relay's own error with ${library}`, async () => {
        const { status, headers, body } = await ask("");
        assert.deepEqual([status, headers["x-relay-error"], body.error.type], [401, "missing_key", "missing_key"]);
      });
    }
  });
}

it("requests in a web worker reads the first piece of a stream before the provider has sent the second", { timeout: 60_000 }, async () => {
  const key = randomKey("openai");
  await stage.mock.script(key, { hold: true });
  const text = app("a web worker", "stream_with_requests", key);

  const first = await Promise.race([text, stage.page.evaluate(() => firstPiece)]);
  assert.ok(ANSWER.startsWith(first) && first !== ANSWER, first);
  assert.equal((await stage.mock.seen(key))[0].state, "open");

  await stage.releaseAll(key);
  assert.equal(await text, ANSWER);
});

it("sends nothing to anyone but its own site and the relay", () => {
  assert.deepEqual(stage.asked(), [stage.site.url, stage.relay].sort());
});
