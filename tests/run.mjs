/**
 * `make test`: runs every suite to its end, and says at last what ran, how many, how long. The first group fills the machine. The others
 * have tight limits of time and memory, so one runs after the other.
 *
 * A suite that passes is one line, one that fails says its failures. With VERBOSE=1 each says all that it has to say.
 */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runSuite } from "./suite.mjs";

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

const VERBOSE = Boolean(process.env.VERBOSE);
const LIVE = process.stdout.isTTY && !VERBOSE;
const begun = performance.now();

const time = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const line = ({ suite, passed, failed, seconds }) =>
  `${suite.padEnd(50)} ${String(passed).padStart(6)} passed ${String(failed).padStart(4)} failed ${time(seconds).padStart(7)}`;

/** How far each suite is that runs now. On a terminal the last line says it. @type {Map<string, string>} */
const running = new Map();
const CLEAR_LINE = "\r\x1b[K";
function showProgress() {
  const said = [...running].map((each) => each.join(" ")).join("; ");
  if (LIVE) process.stdout.write(CLEAR_LINE + said.slice(0, process.stdout.columns - 1));
}

/** Runs a suite once another one is over. With VERBOSE what it says is kept until it is its turn to be shown. */
function start(suite, command, before) {
  let kept = "";
  let shown = false;
  const end = async () => {
    await before;
    const result = await runSuite(suite, command, {
      cwd: ROOT,
      heard(text, progress) {
        if (VERBOSE && shown) process.stdout.write(text);
        else if (VERBOSE) kept += text;
        if (running.get(suite) === progress) return;
        running.set(suite, progress);
        showProgress();
      },
    });
    running.delete(suite);
    if (!VERBOSE) console.log([`${LIVE ? CLEAR_LINE : ""}${line(result)}`, result.inFull].filter(Boolean).join("\n"));
    showProgress();
    return result;
  };
  const ended = end();
  return {
    ended,
    show() {
      shown = true;
      process.stdout.write(kept);
      return ended;
    },
  };
}

const summary = [];
for (const group of GROUPS) {
  const suites = {};
  for (const [suite, command] of Object.entries(group)) suites[suite] = start(suite, command, suites[FOLLOWS[suite]]?.ended);
  for (const { show } of Object.values(suites)) summary.push(await show());
}

// Once more at the end, where it is looked for: what failed may be thousands of lines above.
for (const { suite, inShort } of summary.filter(({ failed }) => failed)) console.log([`\nFailed in ${suite}:`, ...inShort].join("\n"));

const sum = (name) => summary.reduce((all, each) => all + each[name], 0);
console.log();
for (const result of summary) console.log(line(result));
console.log(`All in ${time((performance.now() - begun) / 1000)}:\n${sum("passed")} passed, ${sum("failed")} failed`);
process.exit(sum("failed") ? 1 : 0);
