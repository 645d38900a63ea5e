/** `make soak [SECONDS=600]`: a soak test of the relay on workerd, and its report. Ctrl-C ends it early. */
import { lineOf, textOf } from "./report.mjs";
import { soak } from "./soak.mjs";

const [given = "600"] = process.argv.slice(2);
const seconds = Number(given);
if (!(seconds > 0)) {
  console.error(`soak: not a number of seconds: ${given}`);
  process.exit(1);
}

const interrupted = new AbortController();
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"]) process.on(signal, () => interrupted.abort());

const report = await soak({ seconds, signal: interrupted.signal, sampled: (sample) => console.log(lineOf(sample)) });
console.log(`\n${textOf(report)}`);
process.exit(interrupted.signal.aborted ? 130 : report.problems.length === 0 ? 0 : 1);
