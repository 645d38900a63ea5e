/** relay.d.ts, the types of relay.js: the compiler holds relay.js to them, and an app's code (example.ts) too. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import * as relay from "../../public/relay.js";

const TSC = fileURLToPath(new URL("../bin/tsc", import.meta.resolve("typescript")));
const PROJECT = fileURLToPath(new URL("tsconfig.json", import.meta.url));

test("the module does what its types say, and they accept right calls and refuse wrong ones", () => {
  const { status, stdout } = spawnSync(process.execPath, [TSC, "--project", PROJECT], { encoding: "utf8" });
  assert.equal(status, 0, stdout);
});

test("besides what the types show, the module exports only what the test vector needs", () => {
  assert.deepEqual(Object.keys(relay), ["connect", "sealTo"]);
});
