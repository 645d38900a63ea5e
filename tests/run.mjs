/**
 * `make test`: runs every suite to its end, one after the other since some of them measure, and says at last what ran, how many, how long.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

const testFiles = (...folders) =>
  folders.flatMap((folder) =>
    readdirSync(`${ROOT}${folder}`)
      .filter((name) => name.endsWith(".test.mjs"))
      .map((name) => `${folder}/${name}`),
  );
const node = (...folders) => ["node", "--test", "--test-reporter=spec", ...testFiles(...folders)];

const SUITES = {
  "core, HTTP, attacks, faults, fuzz, Python SDKs": [".venv/bin/pytest"],
  "make dev, mock, SDKs, sealed keys, browser": node("tests", "tests/dev", "tests/mock", "tests/clients", "tests/sealing", "tests/browser"),
  "leaks and load": node("tests/soak"),
};

/** What pytest and Node's runner say last: `6123 passed in …`, `ℹ pass 779`. */
const COUNTS = { passed: /^(?:.*?(\d+) passed|ℹ pass (\d+)$)/gm, failed: /^(?:.*?(\d+) (?:failed|errors?)\b|ℹ fail (\d+)$)/gm };

const summary = [];
for (const [suite, [command, ...args]] of Object.entries(SUITES)) {
  const began = performance.now();
  const child = spawn(command, args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  let end = ""; // of what it says
  child.stdout.on("data", (data) => {
    process.stdout.write(data);
    end = (end + data).slice(-100_000);
  });
  const [code] = await once(child, "close");
  const [passed, failed] = Object.values(COUNTS).map((count) => {
    const found = [...end.matchAll(count)].at(-1);
    return Number(found?.[1] ?? found?.[2] ?? 0);
  });
  summary.push({ suite, passed, failed: code === 0 ? failed : Math.max(failed, 1), seconds: (performance.now() - began) / 1000 });
}

const time = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const sum = (name) => summary.reduce((all, each) => all + each[name], 0);
console.log();
for (const { suite, passed, failed, seconds } of summary) {
  console.log(`${suite.padEnd(50)} ${String(passed).padStart(6)} passed ${String(failed).padStart(4)} failed ${time(seconds).padStart(7)}`);
}
console.log(`All in ${time(sum("seconds"))}:\n${sum("passed")} passed, ${sum("failed")} failed`);
process.exit(sum("failed") ? 1 : 0);
