/** `make serve`, as a person runs it who has set nothing. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { refused } from "./listening.mjs";
import { runCommand } from "./run.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

for (const [what, settings, kids] of [
  ["with a sealing key of the checkout's own", {}, () => [JSON.parse(readFileSync(`${ROOT}.venv/.sealing-key`)).kid]],
  ["without one where it is told so", { SEALING_KEY: "" }, () => []],
]) {
  it(`make serve starts the relay ${what}, and ends it`, async () => {
    const env = { PATH: process.env.PATH, ...settings };
    const make = runCommand("make", ["--silent", "serve", "PORT=0"], { cwd: ROOT, env });
    const [, url] = await make.said(/listening on (\S+)$/);
    const { sealing } = await (await fetch(`${url}/.well-known/byok-relay`)).json();
    assert.deepEqual(
      sealing.keys.map(({ kid }) => kid),
      kids(),
    );
    make.child.kill();
    await refused(url);
  });
}
