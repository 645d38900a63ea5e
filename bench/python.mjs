/** A server in Python, as a process that ends with this one. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { descendants } from "./processes.mjs";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** The interpreters, each with the packages of its own environment. */
export const PYTHON = `${ROOT}.venv/bin/python`;
export const LITELLM_PYTHON = `${ROOT}bench/litellm/.venv/bin/python`;

/**
 * @param {string} python
 * @param {string[]} args
 * @param {Record<string, string>} env all of it but PATH: the settings of whoever measures would change what is measured
 */
export async function startPython(python, args, env) {
  const child = spawn(python, args, { cwd: ROOT, env: { PATH: process.env.PATH, ...env }, stdio: ["ignore", "pipe", "inherit"] });
  await once(child, "spawn");
  const end = () => {
    // Not by asking it to end: it would wait for open connections, and use CPU time while the next row is measured.
    for (const pid of [child.pid, ...descendants(child.pid)]) process.kill(pid, "SIGKILL");
  };
  process.once("exit", end);
  child.once("exit", () => {
    process.off("exit", end);
    process.exit(1);
  });
  return child;
}
