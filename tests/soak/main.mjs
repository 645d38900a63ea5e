/**
 * `make soak [SECONDS=600] [RUNTIME=workerd] [SETTINGS='{"METER_USAGE": "true"}']`: a soak test of the relay on one of its runtimes, and its
 * report. Ctrl-C ends it early.
 */
import { RUNTIMES } from "../runtimes/runtimes.mjs";
import { lineOf, textOf } from "./report.mjs";
import { soak } from "./soak.mjs";

const { SECONDS, RUNTIME, SETTINGS } = process.env;
const seconds = Number(SECONDS || 600);
const runtime = RUNTIME || "workerd";
if (!(seconds > 0)) {
  console.error(`soak: not a number of seconds: ${SECONDS}`);
  process.exit(1);
}
if (!Object.hasOwn(RUNTIMES, runtime)) {
  console.error(`soak: RUNTIME must be one of ${Object.keys(RUNTIMES).join(", ")}`);
  process.exit(1);
}

const interrupted = new AbortController();
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"]) process.on(signal, () => interrupted.abort());

const vars = JSON.parse(SETTINGS || "{}");
const report = await soak({ runtime, seconds, vars, signal: interrupted.signal, sampled: (sample) => console.log(lineOf(sample)) });
console.log(`\n${textOf(report)}`);
process.exit(interrupted.signal.aborted ? 130 : report.problems.length === 0 ? 0 : 1);
