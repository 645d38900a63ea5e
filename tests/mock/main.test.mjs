/**
 * The mock on the command line.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { startMock } from "./mock.mjs";
import { chat, freshKey, saying } from "./send.mjs";

const MAIN = fileURLToPath(new URL("main.mjs", import.meta.url));

/** Starts it and reads its first line. */
async function start(...args) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = await once(createInterface(child.stdout), "line");
  return { child, line };
}

for (const signal of ["SIGINT", "SIGTERM"]) {
  test(`it says where it listens and ends on ${signal} with 0`, async () => {
    const { child, line } = await start("0");
    const [url] = /http:.*$/.exec(line);
    assert.match(line, /^mock provider listening on http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal((await fetch(url)).status, 200);
    child.kill(signal);
    assert.deepEqual(await once(child, "exit"), [0, null]);
  });
}

test("with --control it says its address as JSON and ends with its stdin", async () => {
  const { child, line } = await start("--control");
  assert.equal((await fetch(JSON.parse(line).url)).status, 200);
  child.stdin.end();
  assert.deepEqual(await once(child, "exit"), [0, null]);
});

test("with --pace there is that much time between the chunks of a stream", async () => {
  const { child, line } = await start("--control", "--pace=200");
  const answer = await chat(JSON.parse(line).url, freshKey(), saying("hi", { stream: true }));
  await answer.nextChunk();
  const begun = performance.now();
  await answer.nextChunk();
  assert.ok(performance.now() - begun > 150);
  child.stdin.end();
  await once(child, "exit");
});

test("a port in use is one clear line and 1", async () => {
  const mock = await startMock();
  const port = new URL(mock.url).port;
  const child = spawn(process.execPath, [MAIN, port]);
  const lines = [];
  createInterface(child.stderr).on("line", (line) => lines.push(line));
  const [code] = await once(child, "close");
  await mock.close();
  assert.equal(code, 1);
  assert.deepEqual(lines, [`mock provider: port ${port} is in use; give another: make mock PORT=…`]);
});
