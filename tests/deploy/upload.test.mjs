/** What a deployment uploads: the modules under src/ and nothing else. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { arch, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { SOURCE } from "../../tools/relay.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PACKAGES = fileURLToPath(new URL("../node_modules/", import.meta.url));

/** The current wrangler wants Node 22: this one if it is, else the one that comes as a package (for Linux). */
const isNode22 = Number(process.versions.node.split(".")[0]) >= 22;
const NODE_22 = isNode22 ? process.execPath : join(PACKAGES, `node-${platform()}-${arch()}`, "bin", "node");
const WRANGLER = join(PACKAGES, "wrangler", "bin", "wrangler.js");

const pythonFiles = async (folder) => (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".py")).sort();

test("wrangler deploy would upload exactly the Python files under src/", async () => {
  const home = await mkdtemp(join(tmpdir(), "byok-relay-upload-")); // wrangler keeps notes in its home
  try {
    const out = join(home, "out");
    const { stdout } = await promisify(execFile)(NODE_22, [WRANGLER, "deploy", "--dry-run", "--outdir", out], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, HOME: home, XDG_CONFIG_HOME: home, WRANGLER_SEND_METRICS: "false", CI: "true", NO_COLOR: "1" },
    });
    const expected = await pythonFiles(SOURCE);
    assert.deepEqual(await pythonFiles(out), expected);
    const attached = [...stdout.matchAll(/^│ (\S+\.\S+) +│ (\w+) /gm)].map(([, name, type]) => `${name} ${type}`);
    assert.deepEqual(
      attached.sort(),
      expected.filter((name) => name !== "entry.py").map((name) => `${name} python`),
    );
    assert.match(stdout, /No bindings found/);
  } finally {
    await rm(home, { recursive: true });
  }
});
