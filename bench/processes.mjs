/** Processes of this benchmark: started, watched through /proc (so Linux only), and ended by their own id. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const TICK_MS = 10; // USER_HZ, the unit of times in /proc, is 100 on every Linux
const LOG_LINES = 30;

/**
 * @typedef {object} Process
 * @property {string} url
 * @property {() => number} cpuMs CPU time that what serves has used, in user and kernel mode; a Node process that only started it, and
 *   reads what it logs, is left out
 * @property {() => number} rss bytes of memory in use by what serves
 * @property {() => number} ageMs how long ago what serves was started
 * @property {() => string} log the last lines that it wrote to its standard error
 * @property {() => Promise<void>} close
 */

/** Starts a script of this folder that prints {"url": …}. @returns {Promise<Process>} */
export async function startProcess(script, ...args) {
  const child = spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, NODE_ENV: "production" },
  });
  const exited = once(child, "exit");
  const lines = [];
  createInterface({ input: child.stderr }).on("line", (line) => lines.push(line) > LOG_LINES && lines.shift());
  const line = await Promise.race([once(createInterface({ input: child.stdout }), "line"), exited.then(() => undefined)]);
  if (!line) throw new Error(`${script} ${args.join(" ")} did not start\n${lines.join("\n")}`);
  // Looked up each time: a server may start its workers after it says that it listens.
  const serving = () => {
    const started = descendants(child.pid);
    return started.length ? started : [child.pid];
  };
  return {
    url: JSON.parse(line[0]).url,
    cpuMs: () => sum(serving(), cpuMs),
    rss: () => sum(serving(), rss),
    ageMs: () => Math.max(...serving().map(ageMs)),
    log: () => lines.join("\n"),
    close: async () => {
      child.stdin.end();
      await exited;
    },
  };
}

const sum = (pids, measure) => pids.reduce((total, pid) => total + measure(pid), 0);

/** @param {number} pid @returns {number[]} */
export function descendants(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** Fields of /proc/<pid>/stat by their numbers in proc(5). The name before them, in brackets, may hold anything. */
function stat(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1).split(" ");
  return (number) => Number(fields[number - 3]);
}

function cpuMs(pid) {
  const field = stat(pid);
  return (field(14) + field(15)) * TICK_MS;
}

function ageMs(pid) {
  const uptime = Number(readFileSync("/proc/uptime", "latin1").split(" ")[0]);
  return uptime * 1000 - stat(pid)(22) * TICK_MS;
}

function rss(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "latin1"))[1]) * 1024;
}
