/** One suite of `make test`: a test runner in a process of its own, what it says, and what that amounts to. */
import { spawn } from "node:child_process";
import { once } from "node:events";

/** What pytest and Node's runner say last: `6123 passed in …`, `ℹ pass 779`. */
const COUNTS = { passed: /^(?:.*?(\d+) passed|ℹ pass (\d+)$)/gm, failed: /^(?:.*?(\d+) (?:failed|errors?)\b|ℹ fail (\d+)$)/gm };

/** Where each of them tells at its end what failed. */
const IN_SHORT = /^(?:=+ short test summary info =+\n(?<pytest>[^]*)|✖ failing tests:\n(?<node>[^]*))/m;

/** What pytest says besides, and what Node's runner says of what is well: only between such lines is why a file could not even be loaded. */
const PYTEST_IN_FULL = /^=+ (?:ERRORS|FAILURES) =+\n[^]*/m;
const NODE_IS_WELL = /^\s*[✔▶ℹ﹣]/;
const STACK_FRAME = /^\s+at |^\s*$/;
const MOST_LINES = 40;

/** How far a runner is: pytest's `[ 27%]`, or how many lines of Node's runner have a tick. */
const PERCENT = /\[ *(\d+%)\]/g;
const TICK = /✔/g;

/**
 * @typedef {object} Result
 * @property {string} suite
 * @property {number} passed
 * @property {number} failed at least 1 if the runner failed
 * @property {number} seconds
 * @property {string} inFull what there is to say of its failures
 * @property {string[]} inShort the same in a few lines
 */

/**
 * @param {string} suite its name
 * @param {string[]} command
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {(text: string, progress: string) => void} [options.heard] gets what it says as it comes, and how far that shows it to be
 * @returns {Promise<Result>}
 */
export async function runSuite(suite, [command, ...args], { cwd, heard = () => {} } = {}) {
  const begun = performance.now();
  let said = "";
  let ticks = 0;
  let percent = "";
  const { FORCE_COLOR, ...env } = process.env;
  const child = spawn(command, args, { cwd, env: { ...env, NO_COLOR: "1" }, stdio: ["ignore", "pipe", "inherit"] }); // its text is read here
  child.stdout.setEncoding("utf8").on("data", (text) => {
    said += text;
    ticks += text.match(TICK)?.length ?? 0;
    percent = text.match(PERCENT)?.at(-1) ?? percent;
    heard(text, percent || `${ticks}`);
  });
  const [code] = await once(child, "close");
  const [passed, failed] = Object.values(COUNTS).map((count) => {
    const found = [...said.matchAll(count)].at(-1);
    return Number(found?.[1] ?? found?.[2] ?? 0);
  });
  const result = { suite, passed, failed, seconds: (performance.now() - begun) / 1000, inFull: "", inShort: [] };
  if (code === 0) return result;
  const { pytest, node } = said.match(IN_SHORT)?.groups ?? {};
  const last = said.trimEnd().split("\n").slice(-MOST_LINES).join("\n"); // a runner that broke down has no list of what failed
  const inShort = (pytest ?? node ?? last).split("\n").filter((line) => !STACK_FRAME.test(line));
  const bad = node && said.split("\n").filter((line) => !NODE_IS_WELL.test(line));
  return {
    ...result,
    failed: Math.max(failed, 1),
    inFull: bad?.slice(0, bad.indexOf("✖ failing tests:")).join("\n").trim() ?? said.match(PYTEST_IN_FULL)?.[0] ?? last,
    inShort: inShort.slice(0, MOST_LINES),
  };
}
