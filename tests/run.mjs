/**
 * `make test`: runs every suite to its end, and says at last what ran, how many, how long. The first group fills the machine. The others
 * have tight limits of time and memory, so one runs after the other.
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
const node = (...files) => ["node", "--test", "--test-reporter=spec", ...files];

const LEAKS = "tests/soak/objects.test.mjs";
const LOAD = "tests/soak/soak.test.mjs";

/** These ask no relay on another runtime, and the others do little else. */
const ASIDE = ["tests/unit", "tests/fuzz", "tests/server"];

const CORE = "core, fuzz, server";

/** A suite that begins when another one of its group is over, which is the shortest. */
const FOLLOWS = { leaks: CORE };

/** What is in one group runs at the same time. */
const GROUPS = [
  {
    "HTTP, attacks, faults, Python SDKs": [".venv/bin/pytest", ...ASIDE.map((folder) => `--ignore=${folder}`)],
    [CORE]: [".venv/bin/pytest", ...ASIDE],
    "make dev, mock, SDKs, sealed keys, browser": node(
      ...testFiles("tests", "tests/dev", "tests/mock", "tests/clients", "tests/sealing", "tests/npm", "tests/browser"),
    ),
    leaks: node(LEAKS),
  },
  {
    "memory, time limits": node("--test-concurrency=1", ...testFiles("tests/soak").filter((file) => ![LEAKS, LOAD].includes(file))),
  },
  { load: node(LOAD) },
];

/** What pytest and Node's runner say last: `6123 passed in …`, `ℹ pass 779`. */
const COUNTS = { passed: /^(?:.*?(\d+) passed|ℹ pass (\d+)$)/gm, failed: /^(?:.*?(\d+) (?:failed|errors?)\b|ℹ fail (\d+)$)/gm };

/** Where each of them tells again what failed, at its end. */
const FAILURES = /^(?:=+ short test summary info =+\n(?<pytest>[^]*)|✖ failing tests:\n(?<node>[^]*))/m;
const MOST_FAILURE_LINES = 40;
const STACK_FRAME = /^\s+at |^\s*$/;

const begun = performance.now();
const seconds = () => (performance.now() - begun) / 1000;

/** Runs a suite. What it says is kept until it is its turn to be shown. */
function run([suite, [command, ...args]], before) {
  let said = "";
  let shown = false;
  const end = async () => {
    await before;
    const began = seconds();
    const child = spawn(command, args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.setEncoding("utf8").on("data", (text) => {
      said += text;
      if (shown) process.stdout.write(text);
    });
    const [code] = await once(child, "close");
    const [passed, failed] = Object.values(COUNTS).map((count) => {
      const found = [...said.matchAll(count)].at(-1);
      return Number(found?.[1] ?? found?.[2] ?? 0);
    });
    const { pytest, node } = code === 0 ? {} : (said.match(FAILURES)?.groups ?? {});
    return {
      suite,
      passed,
      failed: code === 0 ? failed : Math.max(failed, 1),
      failures: (pytest ?? node ?? "").trim(),
      took: seconds() - began,
    };
  };
  const ended = end();
  return {
    ended,
    async show() {
      shown = true;
      process.stdout.write(said);
      return ended;
    },
  };
}

const summary = [];
for (const group of GROUPS) {
  const running = {};
  for (const entry of Object.entries(group)) running[entry[0]] = run(entry, running[FOLLOWS[entry[0]]]?.ended);
  for (const { show } of Object.values(running)) summary.push(await show());
}

// Once more at the end, where it is looked for: what failed may be thousands of lines above.
for (const { suite, failures } of summary.filter(({ failures }) => failures)) {
  const lines = failures.split("\n").filter((line) => !STACK_FRAME.test(line));
  console.log([`\nFailed in ${suite}:`, ...lines.slice(0, MOST_FAILURE_LINES)].join("\n"));
}

const time = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const sum = (name) => summary.reduce((all, each) => all + each[name], 0);
console.log();
for (const { suite, passed, failed, took } of summary) {
  console.log(`${suite.padEnd(50)} ${String(passed).padStart(6)} passed ${String(failed).padStart(4)} failed ${time(took).padStart(7)}`);
}
console.log(`All in ${time(seconds())}:\n${sum("passed")} passed, ${sum("failed")} failed`);
process.exit(sum("failed") ? 1 : 0);
