/** workerd, as tools/workerd.mjs starts it: how it ends, and what comes over a restart. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { it } from "node:test";
import { startWorkerd } from "../../tools/workerd.mjs";
import { refused } from "./listening.mjs";

/** A Worker that answers with one word. */
const saying = (word) => [
  {
    name: "worker",
    worker: {
      modules: [{ name: "worker.mjs", esModule: `export default { fetch: () => new Response(${JSON.stringify(word)}) };` }],
      compatibilityDate: "2024-11-06",
    },
  },
];

const PROGRAM = `
  import { startWorkerd } from ${JSON.stringify(new URL("../../tools/workerd.mjs", import.meta.url).href)};
  const { url } = await startWorkerd(${JSON.stringify(saying(""))});
  console.log(url);
  process.stdin.resume();
`;

for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"]) {
  it(`${signal} ends a program that started workerd, as it ends any other, and workerd with it`, { timeout: 60_000 }, async () => {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", PROGRAM], { stdio: ["pipe", "pipe", "inherit"] });
    const closed = once(child, "close");
    const [url] = await once(createInterface({ input: child.stdout }), "line");
    child.kill(signal);
    assert.deepEqual(await closed, [null, signal]);
    await refused(url);
  });
}

it("a restart serves other Workers on the same port", async () => {
  const { url, restart, close } = await startWorkerd(saying("one"));
  try {
    assert.equal(await (await fetch(url)).text(), "one");
    await restart(saying("another"));
    assert.equal(await (await fetch(url)).text(), "another");
  } finally {
    await close();
  }
});

it("a workerd that ends before it listens is an error, and what it said is heard", async () => {
  const said = [];
  await assert.rejects(startWorkerd([{ name: "worker", worker: {} }], { log: (line) => said.push(line) }), /ended before it listened/);
  assert.notEqual(said.length, 0);
});
