/** The relay as `byok-relay serve` runs it: the same core behind uvicorn. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { endingWithProcess } from "../../tools/ending.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SOURCE = `${ROOT}src/`;

/** The command `byok-relay`, and its environment: nothing of this process's, which may hold settings too. */
export const COMMAND = [`${ROOT}.venv/bin/python`, "-m", "byok_relay_server"];
export const environment = (source = SOURCE) => ({ PATH: process.env.PATH, PYTHONPATH: `${source}:${ROOT}server` });

/**
 * @param {{port?: number, vars?: Record<string, string>, source?: string, workers?: number, log?: (line: string) => void}} [options] as of
 *   tools/relay.mjs
 * @returns {Promise<{url: string, close: () => Promise<void>}>}
 */
export async function startRelay({ port = 0, vars = {}, source = SOURCE, workers = 1, log = console.error } = {}) {
  const [python, ...module] = COMMAND;
  const child = spawn(python, [...module, "serve", "--port", String(port), "--workers", String(workers)], {
    env: { ...environment(source), SHUTDOWN_SECONDS: "0", ...vars }, // streams that tests leave open end with the relay
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "close");
  const forget = endingWithProcess(() => void child.kill("SIGTERM"));
  createInterface({ input: child.stderr }).on("line", log);
  const lines = createInterface({ input: child.stdout });
  const [said] = await Promise.race([once(lines, "line"), ended.then(() => [])]);
  const url = /listening on (\S+)$/.exec(said)?.[1];
  if (!url) throw new Error(`byok-relay serve did not start: ${said}`);
  lines.on("line", log);
  return {
    url,
    async close() {
      child.kill("SIGTERM");
      await ended;
      forget();
    },
  };
}
