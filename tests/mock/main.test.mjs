/**
 * The mock on the command line.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { carried, CHATS, freshKey, mockForTests, saying, send } from "./send.mjs";

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
    assert.match(line, /^mock provider listening on http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal((await fetch(line.split(" ").at(-1))).status, 200);
    child.kill(signal);
    assert.deepEqual(await once(child, "exit"), [0, null]);
  });
}

test("with --control it says its address as JSON and ends with its stdin, with --pace there is that much time between chunks", async () => {
  const { child, line } = await start("--control", "--pace=200");
  const headers = carried("authorization", freshKey());
  const answer = await send(JSON.parse(line).url + CHATS.openai.path, { headers, body: saying("hi", { stream: true }) });
  await answer.nextChunk();
  const begun = performance.now();
  await answer.nextChunk();
  assert.ok(performance.now() - begun > 150);
  child.stdin.end();
  assert.deepEqual(await once(child, "exit"), [0, null]);
});

test("a port in use is one clear line and 1", async () => {
  const { port } = new URL((await mockForTests()).url);
  const child = spawn(process.execPath, [MAIN, port]);
  const lines = [];
  createInterface(child.stderr).on("line", (line) => lines.push(line));
  assert.deepEqual(await once(child, "close"), [1, null]);
  assert.deepEqual(lines, [`mock provider: port ${port} is in use; give another: make mock PORT=…`]);
});
