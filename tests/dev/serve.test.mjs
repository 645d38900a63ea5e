/** `make serve`, as a person runs it who has set nothing. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { refused } from "./listening.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

for (const [what, settings, kids] of [
  ["with a sealing key of the checkout's own", {}, () => [JSON.parse(readFileSync(`${ROOT}.venv/.sealing-key`)).kid]],
  ["without one where it is told so", { SEALING_KEY: "" }, () => []],
]) {
  it(`make serve starts the relay ${what}, and ends it`, async () => {
    const env = { PATH: process.env.PATH, ...settings };
    const make = spawn("make", ["--silent", "serve", "PORT=0"], { cwd: ROOT, env, stdio: ["ignore", "pipe", "ignore"] });
    const [line] = await once(createInterface({ input: make.stdout }), "line");
    const [, url] = /listening on (\S+)$/.exec(line);
    const { sealing } = await (await fetch(`${url}/.well-known/byok-relay`)).json();
    assert.deepEqual(
      sealing.keys.map(({ kid }) => kid),
      kids(),
    );
    make.kill();
    await refused(url);
  });
}
