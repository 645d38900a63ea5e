/** `make dev`, as the program behind it: what it says, and how it ends. */
import assert from "node:assert/strict";
import { mkdtemp, rename, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { connect } from "../../public/relay.js";
import { isAuditLine } from "../../tools/audit_line.mjs";
import { startRelay } from "../../tools/relay.mjs";
import { alteredSource } from "../altered.mjs";
import { providerIsLetGo, startWatchedMock, upstreamSettings } from "../harness.mjs";
import { randomKey } from "../keys.mjs";
import { startTap } from "../tap.mjs";
import { together } from "../together.mjs";
import { Watch } from "../watch.mjs";
import { listening, refused } from "./listening.mjs";
import { run } from "./run.mjs";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

/** Runs it with some settings in its environment. */
const dev = (port, settings = {}, ...file) => run(path("../../tools/dev.mjs"), [String(port), ...file], settings);

/** What it says when it is ready. */
const LISTENING = /^byok-relay listening on (http:\/\/127\.0\.0\.1:\d+) \(playground: \1\/\)$/;

describe("make dev", () => {
  let stack;
  let running;
  let mock;
  let url;
  let announced;
  before(async () => {
    stack = await together(async (open) => {
      const watch = await open(new Watch());
      const { mock, mockUrl } = await open(startWatchedMock(watch));
      const running = dev(0, upstreamSettings(mockUrl));
      await open({
        async close() {
          running.child.kill();
          await running.exited;
          for (const line of running.lines) watch.look("what make dev says", line);
        },
      });
      const [, url] = await running.said(LISTENING);
      const tap = await open(startTap(url, () => watch.bytes("an answer of the relay")));
      return { running, mock, url: tap.url, announced: url };
    });
    ({ running, mock, url, announced } = stack);
  });
  after(() => stack?.close());

  it("says one line when it is ready", () => assert.equal(running.lines.length, 1));

  const noProc = process.platform !== "linux" && "there is no /proc";
  const assertOnlyTheAnnouncedPort = () => assert.deepEqual(listening(running.child.pid), [new URL(announced).host]);

  it("listens on the port it announces, on 127.0.0.1, and on no other", { skip: noProc }, () => assertOnlyTheAnnouncedPort());

  it("takes its settings from the environment", async () => {
    const answer = await fetch(`${url}/openai/v1/models`, { headers: { authorization: `Bearer ${randomKey("openai")}` } });
    assert.equal(answer.status, 200);
  });

  it("opens sealed keys, with a key of its own", async () => {
    const relay = connect(url);
    const plain = randomKey("openai");
    const key = await relay.seal({ provider: "openai", key: plain });
    assert.equal((await relay.fetch("openai", "/v1/models", { key })).status, 200);
    assert.equal((await mock.seen(plain)).length, 1);
  });

  it("serves the playground", async () => {
    const answer = await fetch(url);
    assert.deepEqual([answer.status, answer.headers.get("content-type")], [200, "text/html; charset=utf-8"]);
  });

  it("says of clients that go away what it says of all requests, one line", async () => {
    const key = randomKey("openai");
    await mock.script(key, { hold: true });
    const controller = new AbortController();
    const body = JSON.stringify({ model: "m", stream: true, messages: [{ role: "user", content: "a" }] });
    const answer = await fetch(`${url}/openai/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}` },
      body,
      signal: controller.signal,
    });
    await answer.body.getReader().read();
    controller.abort();
    await providerIsLetGo(mock, key);
    await running.said(/"stream":true/);
    assert.equal(running.lines.filter((line) => !isAuditLine(line)).length, 1);
  });

  it("serves a changed file anew", async () => {
    const now = new Date();
    const reloaded = running.said(/^byok-relay reloaded$/);
    await utimes(path("../../src/byok_relay/__init__.py"), now, now);
    await reloaded;
    assert.equal((await fetch(`${url}/health`)).status, 200);
    if (!noProc) assertOnlyTheAnnouncedPort();
  });

  it("says in one line that a port is in use, and fails", async () => {
    const other = dev(new URL(url).port);
    assert.equal(await other.exited, 1);
    assert.match(other.lines.join("\n"), /^byok-relay: cannot listen on 127\.0\.0\.1:\d+ \(EADDRINUSE\); try make dev PORT=…$/);
  });

  for (const [name, value] of [
    ["MAX_BODY_BYTES", "secret-words"],
    ["ALLOWED_ORIGNS", "https://app.example"],
  ]) {
    it(`says in one line that ${name} is wrong, without its value, and fails`, async () => {
      const other = dev(0, { [name]: value });
      assert.equal(await other.exited, 1);
      assert.equal(other.lines.length, 1);
      assert.match(other.lines[0], new RegExp(`^byok-relay: ${name} `));
      assert.ok(!other.lines[0].includes(value));
    });
  }
});

it("takes up what is changed in its file of settings, and goes on when that is wrong", async () => {
  const folder = await mkdtemp(join(tmpdir(), "byok-relay-dev-"));
  const file = join(folder, ".dev.vars");
  /** As editors do: another file in the place of the one before. */
  const save = async (text) => {
    await writeFile(`${file}~`, text);
    await rename(`${file}~`, file);
  };
  const allowed = async (url, origin) => (await fetch(`${url}/health`, { headers: { origin } })).headers.get("access-control-allow-origin");

  const running = dev(0, {}, file);
  try {
    const [, url] = await running.said(LISTENING);
    assert.equal(await allowed(url, "https://app.example"), "*");
    await save("ALLOWED_ORIGINS=https://app.example");
    await running.said(/^byok-relay reloaded$/);
    assert.equal(await allowed(url, "https://app.example"), "https://app.example");
    await save("ALLOWED_ORIGINS=app.example");
    await running.said(/^byok-relay: ALLOWED_ORIGINS .*\(the relay goes on without this\)$/);
    assert.equal(await allowed(url, "https://app.example"), "https://app.example");
  } finally {
    running.child.kill();
    await running.exited;
    await rm(folder, { recursive: true });
  }
});

it("does not start with a Worker that cannot be imported, and says why", async () => {
  const altered = await alteredSource("import nothing_of_that_name");
  const said = [];
  try {
    const started = startRelay({ source: altered.source, log: (line) => said.push(line) });
    await assert.rejects(
      started.then((relay) => relay.close()),
      new Error("it cannot be imported; the error is above"),
    );
    assert.match(said.join("\n"), /nothing_of_that_name/);
  } finally {
    await altered.close();
  }
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  it(`${signal} ends make dev and its runtime within two seconds`, { timeout: 60_000 }, async () => {
    const running = dev(0);
    const [, url] = await running.said(LISTENING);
    const asked = performance.now();
    running.child.kill(signal);
    assert.equal(await running.exited, 0);
    await refused(url);
    assert.ok(performance.now() - asked < 2000);
    assert.deepEqual(running.lines, [`byok-relay listening on ${url} (playground: ${url}/)`]);
  });
}
