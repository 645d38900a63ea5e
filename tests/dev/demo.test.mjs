/** `make demo`, as the program behind it: whether what it tells people to do works. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import WebSocket from "ws";
import { connect } from "../../public/relay.js";
import { PROVIDERS } from "../mock/providers.mjs";
import { KEYS } from "../mock/settings.mjs";
import { refused } from "./listening.mjs";
import { run } from "./run.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const demo = (...ports) => run(join(ROOT, "tools/demo.mjs"), ports.map(String));

describe("make demo", () => {
  let running;
  let url;
  let keys;
  before(async () => {
    running = demo(0, 0);
    [, url] = await running.said(/^Open (http:\/\/127\.0\.0\.1:\d+)\/ /);
    await running.said(/^Ctrl-C ends it\.$/);
    keys = running.lines.map((line) => /^ {2}(\w+) +([\w-]+)$/.exec(line)?.slice(1)).filter(Boolean);
  });
  after(async () => {
    running?.child.kill();
    await running?.exited;
  });

  it("says a key for each of four providers, which are answered plain and sealed", async () => {
    assert.deepEqual(
      keys.map(([provider]) => provider),
      ["openai", "anthropic", "google", "mistral"],
    );
    const relay = connect(url);
    for (const [provider, key] of keys) {
      const path = provider === "google" ? "/v1beta/models" : "/v1/models";
      const headers = { "anthropic-version": "2023-06-01" };
      const answers = [key, await relay.seal({ provider, key })].map((key) => relay.fetch(provider, path, { key, headers }));
      for (const answer of await Promise.all(answers)) assert.equal(answer.status, 200, await answer.text());
    }
  });

  it("has the providers that the mock plays, and asks no real one", async () => {
    const ids = (await connect(url).providers()).map(({ id }) => id);
    assert.deepEqual(ids.toSorted(), Object.keys(PROVIDERS).toSorted());
  });

  it("shows the playground where it says so", async () => {
    const answer = await fetch(`${url}/`);
    assert.match(await answer.text(), /<title>byok-relay playground/);
  });

  it("says a command after which a provider answers 429", async () => {
    const [, key] = keys[0];
    const ask = async () => (await fetch(`${url}/openai/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status;
    assert.equal(await ask(), 200);
    const [, mock, body] = await running.said(/^ {2}curl (\S+) -d '(.*)'$/);
    assert.equal((await fetch(mock, { method: "POST", body })).status, 200);
    assert.equal(await ask(), 429);
  });

  it("says in two lines that a port is in use, and fails", async () => {
    const other = demo(new URL(url).port, 0);
    assert.equal(await other.exited, 1);
    assert.match(other.lines[0], /^byok-relay: cannot listen on 127\.0\.0\.1:\d+ \(Address already in use\)/);
    assert.deepEqual(other.lines.slice(1), ["byok-relay: try make demo PORT=…"]);
  });
});

it("make demo needs no npm package but the mock's one, and carries WebSockets with it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "byok-relay-demo-"));
  try {
    const filter = (path) => !/node_modules|\.wheels/.test(path);
    for (const copied of ["tools", "tests"]) await cp(join(ROOT, copied), join(folder, copied), { recursive: true, filter });
    for (const linked of [".venv", "public", "server", "src", "tests/mock/node_modules"])
      await symlink(join(ROOT, linked), join(folder, linked));
    const running = run(join(folder, "tools/demo.mjs"), ["0", "0"]);
    const [, relay] = await running.said(/^Open (\S+)\/ /);
    const socket = new WebSocket(`${relay.replace("http", "ws")}/openai/v1/realtime?model=gpt-realtime`, [
      "realtime",
      `openai-insecure-api-key.${KEYS.openai}`,
    ]);
    const [event] = await once(socket, "message");
    assert.equal(JSON.parse(event).type, "session.created");
    socket.close();
    running.child.kill();
    assert.equal(await running.exited, 0);
  } finally {
    await rm(folder, { recursive: true });
  }
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  it(`${signal} ends make demo, with the relay and the mock`, { timeout: 60_000 }, async () => {
    const running = demo(0, 0);
    const [, relay] = await running.said(/^Open (\S+)\/ /);
    const [, mock] = await running.said(/^ {2}curl (http:\/\/[^/]+)/);
    running.child.kill(signal);
    assert.equal(await running.exited, 0);
    await Promise.all([relay, mock].map(refused));
  });
}
