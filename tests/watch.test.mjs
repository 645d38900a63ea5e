/** The canary rule itself: it fails a test file wherever a key turns up. (What holds in a browser: browser/watch.test.mjs.) */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { alteredSource } from "./altered.mjs";
import { startStack } from "./harness.mjs";
import { randomKey } from "./keys.mjs";
import { assertNoKey, textOf, Watch } from "./watch.mjs";

/** At each of these paths the Worker does with the key what it never should. */
const LEAKS = {
  "/prints": ["print(key)", /^the relay's log: ".*canary/],
  "/prints-hex": ["print(key.encode().hex())", /^the relay's log: ".*63616e617279/],
  "/prints-as-the-runtime": ['print(f"  stack: {key}")', /^what the runtime says of itself: ".*stack: /],
  "/answers-in-a-header": [
    'return js.Response.new("", to_js({"headers": [["x-echo", key]]}, dict_converter=js.Object.fromEntries))',
    /x-echo/,
  ],
  "/answers-in-the-body": ['return js.Response.new("." * 100_000 + key)', /^an answer of the relay: "\.+Bearer sk-canary/],
};
const LEAKY = `
import js
from pyodide.ffi import to_js

_on_fetch = on_fetch

def on_fetch(request, env, ctx):
    key = request.headers.get("authorization")
${Object.entries(LEAKS)
  .map(([path, [statement]]) => `    if request.url.endswith("${path}"):\n        ${statement}\n`)
  .join("")}
    return _on_fetch(request, env, ctx)
`;

let leaky;
before(async () => (leaky = await alteredSource(LEAKY)));
after(() => leaky?.close());

const headers = () => ({ authorization: `Bearer ${randomKey("openai")}` });

it("a stack that is closed fails for each place where the relay left a key, and for each in a request to the provider", async () => {
  const stack = await startStack({}, { source: leaky.source, log: () => {} });
  for (const path of Object.keys(LEAKS)) await (await fetch(stack.relay + path, { headers: headers() })).text();
  await fetch(`${stack.mockUrl}/openai/v1/models?page=${randomKey("openai")}`, {
    headers: { ...headers(), "x-copy": randomKey("openai") },
  });
  const { message } = await stack.close().then(
    () => assert.fail("nothing was seen"),
    (reason) => reason,
  );
  const sightings = message.split("\n  ").slice(1);
  const expected = [...Object.values(LEAKS).map(([, sighting]) => sighting), /^a request to the provider: url$/, /: header x-copy$/];
  const unseen = expected.filter((sighting) => !sightings.some((each) => sighting.test(each)));
  assert.deepEqual(unseen, [], message);
  assert.equal(sightings.length, Object.keys(LEAKS).length + 2, message);
  assert.ok(message.length < 5000, "a sighting shows the surroundings only");
});

it("the relay that serves the tests in Python shows what its runtime says only where it holds a key", async () => {
  const main = fileURLToPath(new URL("runtimes/main.mjs", import.meta.url));
  const child = spawn(process.execPath, [main, "workerd", JSON.stringify({ AUDIT: "false" }), leaky.source], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const said = text(child.stderr);
  const [line] = await once(createInterface(child.stdout), "line");
  for (const authorization of ["Bearer nothing-to-see-here", headers().authorization]) {
    await (await fetch(`${JSON.parse(line).url}/prints-as-the-runtime`, { headers: { authorization } })).text();
  }
  child.stdin.end();
  assert.match(await said, /^ {2}stack: Bearer sk-canary\w+\n$/);
});

describe("a watch", () => {
  it("finds a key that comes in two pieces", () => {
    const watch = new Watch();
    const look = watch.bytes("the wire");
    const key = randomKey("anthropic");
    look(Buffer.from(key.slice(0, 16)));
    look(Buffer.from(key.slice(16)));
    assert.throws(() => watch.close(), /the wire: "sk-ant-api03-canary/);
  });

  it("does not put the pieces of two connections together", () => {
    const watch = new Watch();
    const key = randomKey("anthropic");
    watch.bytes("one")(Buffer.from(key.slice(0, 16)));
    watch.bytes("another")(Buffer.from(key.slice(16)));
    watch.close();
  });

  it("finds a key in what an error says, and in its cause", () => {
    const error = new Error("outside", { cause: new TypeError(`inside: ${randomKey("google")}`) });
    assert.throws(() => assertNoKey("an error", textOf(error)), /an error: /);
    assertNoKey("an error", textOf(new Error("outside", { cause: "nothing" })));
  });
});
