/**
 * Serves the Worker through the workerd that carries Python inside (miniflare 3.20241106.1): nothing to download, nothing generated.
 * The files are those that a deployment uploads.
 */
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Log, LogLevel, Miniflare } from "miniflare";
import { frontWorker } from "./assets.mjs";

export const SOURCE = fileURLToPath(new URL("../src/", import.meta.url));

/**
 * @typedef {object} Relay
 * @property {string} url origin, no trailing slash
 * @property {() => Promise<boolean>} reload serves the files as they are now; tells whether the Worker can be imported
 * @property {() => Promise<void>} close
 */

/**
 * Starts the relay and waits until it answers.
 *
 * @param {object} [options]
 * @param {number} [options.port] 0 is any free one
 * @param {Record<string, string>} [options.vars] the settings
 * @param {string} [options.source] the folder with entry.py
 * @param {boolean} [options.assets] serves the files under public/ as well
 * @param {(line: string) => void} [options.log] gets what the Worker prints
 * @param {(line: string) => void} [options.chatter] gets what the runtime says besides, and nobody needs to know
 * @returns {Promise<Relay>}
 */
export async function startRelay({ port = 0, vars = {}, source = SOURCE, assets = false, log = console.error, chatter = () => {} } = {}) {
  const said = []; // each a promise that all of it has been heard
  const options = async () => {
    const relay = {
      name: "relay",
      ...(await pythonModules(source)),
      bindings: vars,
      compatibilityDate: "2024-11-06", // the newest this runtime knows
      compatibilityFlags: ["python_workers"],
    };
    const workers = assets ? [await frontWorker("relay"), relay] : [relay];
    // Straight to the Worker: miniflare's default socket goes through one of its own that rewrites URLs and error answers.
    workers[0].unsafeDirectSockets = [{ host: "127.0.0.1", port }];
    return {
      workers,
      cf: false, // or it would fetch a sample from the internet
      log: new Log(LogLevel.NONE),
      handleRuntimeStdio: (stdout, stderr) => said.push(filterLog(stdout, log, chatter), filterLog(stderr, log, chatter)),
      host: "127.0.0.1",
      port: 0,
    };
  };
  const miniflare = new Miniflare(await options());
  const close = async () => {
    await miniflare.dispose();
    await Promise.all(said);
  };
  try {
    await miniflare.ready;
    const url = (await miniflare.unsafeGetDirectURL()).origin;
    await warmUp(url);
    return {
      url,
      close,
      reload: async () => {
        await miniflare.setOptions(await options());
        return warmUp(url);
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Python is loaded by the first request; let that one be ours. A Worker that cannot be imported answers without a word of its own. */
async function warmUp(url) {
  const response = await fetch(`${url}/health`);
  await response.arrayBuffer();
  return response.ok || response.headers.has("x-relay-error");
}

/** Every Python file of a folder, the main module first, as this runtime wants it. */
async function pythonModules(source) {
  const names = (await readdir(source, { recursive: true })).filter((name) => name.endsWith(".py"));
  const sorted = ["entry.py", ...names.filter((name) => name !== "entry.py").sort()];
  const modules = sorted.map(async (name) => {
    const path = join(source, name);
    return { type: "PythonModule", path, contents: await readFile(path, "utf8") };
  });
  return { modulesRoot: source, modules: await Promise.all(modules) };
}

// What this runtime says of itself at every start, and of every client that goes away, which is nobody's error.
const NOISE = [/^Load(ing|ed)\s*$/, /^\s*$/, /disconnected: /, /^\s*stack: /, /symbolizer/];

async function filterLog(stream, log, chatter) {
  const lines = createInterface({ input: stream }).on("line", (line) => (NOISE.some((noise) => noise.test(line)) ? chatter : log)(line));
  await once(lines, "close");
}
