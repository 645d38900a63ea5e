/** What `make test` makes of its runners: real ones, on a test or two. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { runSuite } from "./suite.mjs";

const PYTEST = fileURLToPath(new URL("../.venv/bin/pytest", import.meta.url));

const RUNNERS = {
  node: {
    file: "one.test.mjs",
    good: `import { test } from "node:test"; test("is fine", () => {});`,
    bad: `import { test } from "node:test"; test("is fine", () => {}); test("is broken", () => { throw new Error("the why"); });`,
    // A runner in a test is told by this variable that it is one.
    command: (file) => ["env", "-u", "NODE_TEST_CONTEXT", process.execPath, "--test", "--test-reporter=spec", file],
  },
  pytest: {
    file: "test_one.py",
    good: "def test_is_fine(): pass\n",
    bad: "def test_is_fine(): pass\ndef test_is_broken(): assert False, 'the why'\n",
    command: (file) => [
      "env",
      "PYTEST_DISABLE_PLUGIN_AUTOLOAD=1",
      PYTEST,
      "-q",
      "-p",
      "no:cacheprovider",
      `--rootdir=${join(file, "..")}`,
      "-c",
      "/dev/null",
      file,
    ],
  },
};

let folder;
before(async () => (folder = await mkdtemp(join(tmpdir(), "byok-relay-suite-"))));
after(() => rm(folder, { recursive: true }));

for (const [name, { file, good, bad, command }] of Object.entries(RUNNERS)) {
  const skip = name === "pytest" && !existsSync(PYTEST) && "pytest is not installed";

  async function run(text) {
    const path = join(folder, file);
    await writeFile(path, text);
    const progress = [];
    const { seconds, ...result } = await runSuite(name, command(path), { cwd: folder, heard: (_text, far) => progress.push(far) });
    assert.ok(seconds > 0);
    return { ...result, far: progress.at(-1) };
  }

  test(`${name}: a suite that passes has nothing to say but its numbers`, { skip }, async () => {
    const { far, ...result } = await run(good);
    assert.deepEqual(result, { suite: name, passed: 1, failed: 0, inFull: "", inShort: [] });
    assert.match(far, /^1$|^\[100%\]$/);
  });

  test(`${name}: one that fails says which test and why, in full and in short`, { skip }, async () => {
    const { passed, failed, inFull, inShort } = await run(bad);
    assert.deepEqual([passed, failed], [1, 1]);
    for (const text of [inFull, inShort.join("\n")]) {
      assert.match(text, /is.broken/);
      assert.match(text, /the why/);
      assert.doesNotMatch(text, /is.fine/);
    }
  });

  test(`${name}: one that cannot even begin has failed, and says why`, { skip }, async () => {
    const { failed, inFull } = await run("(");
    assert.ok(failed > 0);
    assert.match(inFull, /SyntaxError/);
  });
}

test("a runner that ends without a word has failed", async () => {
  const { passed, failed } = await runSuite("none", ["false"]);
  assert.deepEqual([passed, failed], [0, 1]);
});
