/** A program of tools/, or another command, as a developer runs it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/**
 * @param {string} program
 * @param {string[]} args
 * @param {Record<string, string>} [settings] in its environment, beside those of this process
 */
export const run = (program, args, settings) => runCommand(process.execPath, [program, ...args], { env: { ...process.env, ...settings } });

/** @param {string} command @param {string[]} args @param {import("node:child_process").SpawnOptions} options */
export function runCommand(command, args, options) {
  const child = spawn(command, args, options);
  const lines = [];
  const waiting = new Set();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      for (const check of waiting) check(line);
    });
  }
  const exited = once(child, "close").then(([code]) => code);

  /** Waits until it says a line like this. @param {RegExp} pattern @returns {Promise<RegExpExecArray>} */
  const said = (pattern) =>
    new Promise((resolve, reject) => {
      const check = (line) => pattern.test(line) && resolve(pattern.exec(line));
      waiting.add(check);
      lines.forEach(check);
      exited.then(() => reject(new Error(`it ended: ${lines.join("\n")}`)));
    });
  return { child, lines, said, exited };
}
