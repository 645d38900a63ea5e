/** The processes of a soak test: started as this one's children, watched through /proc (so Linux only), ended with their standard input. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/**
 * Starts a script of the tests that prints {"url": …} and ends when its standard input does, so also when this process is killed.
 *
 * @param {string} script below tests/
 * @param {string[]} args
 * @param {(line: string) => void} log gets what it writes to standard error
 * @returns {Promise<{url: string, pid: number, close: () => Promise<void>}>} `pid` is of what serves
 */
export async function startProcess(script, args, log) {
  const path = fileURLToPath(new URL(`../${script}`, import.meta.url));
  // In a process group of its own: Ctrl-C is for this process, which then ends the others.
  const child = spawn(process.execPath, [path, ...args], { stdio: "pipe", detached: true });
  const ended = once(child, "close");
  createInterface({ input: child.stderr }).on("line", log);
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended.then(() => [])]);
  if (!line) throw new Error(`${script} did not start`);
  return {
    url: JSON.parse(line).url,
    pid: childrenOf(child.pid)[0] ?? child.pid, // workerd, where Node has only started it
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

/** @param {number} pid @returns {number[]} */
function childrenOf(pid) {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").split(" ").filter(Boolean).map(Number);
}

/** Memory in use, in MB: now, and at most so far. @param {number} pid */
export const rss = (pid) => memory(pid, /VmRSS:\s+(\d+)/);
export const peak = (pid) => memory(pid, /VmHWM:\s+(\d+)/);
const memory = (pid, line) => unlessEnded(() => Number(line.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]) / 1024);

/** How many files, sockets among them, a process has open. @param {number} pid */
export const descriptors = (pid) => unlessEnded(() => readdirSync(`/proc/${pid}/fd`).length);

/** @param {() => number} measure @returns {number} NaN of a process that is no more */
function unlessEnded(measure) {
  try {
    return measure();
  } catch {
    return NaN;
  }
}
