/**
 * `node main.mjs [--quick] [--check] [--rows=ID,ID]`: measures, and prints tables. A full run of all rows writes results.json. With
 * --check the ratios are compared with those in results.json, and the exit code is 1 if the relay has become slower.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { check, TOLERANCE } from "./check.mjs";
import { FULL, QUICK } from "./plan.mjs";
import { PYTHON } from "./python.mjs";
import { busyness, tables } from "./report.mjs";
import { ROWS } from "./rows.mjs";
import { carryOut } from "./run.mjs";
import { targets } from "./targets.mjs";

const RESULTS = new URL("results.json", import.meta.url);

const { values: flags } = parseArgs({ options: { quick: { type: "boolean" }, check: { type: "boolean" }, rows: { type: "string" } } });
const chosen = flags.rows?.split(",");
const rows = ROWS.filter(({ id }) => !chosen || chosen.includes(id));
if (chosen && chosen.length !== rows.length) fail(`--rows takes some of: ${ROWS.map(({ id }) => id).join(",")}`);
const samples = await carryOut(flags.quick ? QUICK : FULL, rows, progress).catch((error) => fail(error.message));
const measured = Object.fromEntries(rows.map(({ id, label }) => [id, { label, samples: samples[id] }]));
progress("");

const setting = { machine: machine(), versions: versions(), commit: commit() };
console.log(`${Object.values(setting.machine).join(", ")}; commit ${setting.commit}`);
console.log(`${Object.entries(setting.versions).flat().join(" ")}\n`);
console.log(
  "Each cell: how many times `byok-relay serve`'s with one worker, the median over the rounds, ± half the distance from lowest to highest.\n",
);
console.log(`${tables(measured)}\n${targets(measured)}\n${busyness(measured)}`);

if (flags.check) {
  const { ok, text } = check(measured, JSON.parse(readFileSync(RESULTS, "utf8")).rows);
  console.log(`\nAgainst results.json, with a tolerance of ${TOLERANCE * 100} %:\n${text}`);
  process.exitCode = ok ? 0 : 1;
} else if (!flags.quick && !chosen) {
  const json = JSON.stringify({ ...setting, rows: measured }, null, 1);
  writeFileSync(RESULTS, `${json.replaceAll(/\[[^\]]*\]/g, (numbers) => numbers.replaceAll(/\s+/g, " "))}\n`);
}

/** @returns {never} */
function fail(message) {
  progress("");
  console.error(message);
  process.exit(1);
}

function progress(line) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
}

function machine() {
  return {
    cpu: cpus()[0].model,
    cores: `${cpus().length} cores`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: process.platform,
  };
}

function versions() {
  const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
  const versionsIn = (text) => Object.fromEntries([...text.matchAll(/^([\w-]+)(?:\[\w+\])?==([^\s;]+)/gm)].map(([, ...pair]) => pair));
  return {
    node: process.versions.node,
    workerd: JSON.parse(read("../node_modules/workerd/package.json")).version,
    python: execFileSync(PYTHON, ["-c", "import platform; print(platform.python_version())"], { encoding: "utf8" }).trim(),
    ...versionsIn(execFileSync(PYTHON, [new URL("../tools/extra.py", import.meta.url).pathname, "server"], { encoding: "utf8" })),
    ...JSON.parse(read("package.json")).dependencies,
    litellm: versionsIn(read("litellm/requirements.txt")).litellm,
  };
}

/** The commit that was measured; with a `+` if there was more than that. */
function commit() {
  const git = (...args) => execFileSync("git", args, { cwd: import.meta.dirname, encoding: "utf8" }).trim();
  const changed = git("status", "--porcelain", "--", "..", ":!results.*");
  return git("rev-parse", "--short", "HEAD") + (changed && "+");
}
