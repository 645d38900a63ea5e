/** Serves the Worker through workerd. The files are those that a deployment uploads. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { frontWorker } from "./assets.mjs";
import { startWorkerd } from "./workerd.mjs";

/** What is wrong where warming up fails. */
export const NOT_IMPORTED = "cannot be imported; the error is above";

export const SOURCE = fileURLToPath(new URL("../src/", import.meta.url));

/**
 * @typedef {object} Relay
 * @property {string} url origin, no trailing slash
 * @property {(vars?: Record<string, string>) => Promise<boolean>} reload serves the files as they are now, with other settings if they are
 *   given; tells whether the Worker can be imported
 * @property {() => Promise<void>} close
 */

/**
 * Starts the relay and waits until it answers. Throws, where the Worker cannot be imported.
 *
 * @param {object} [options]
 * @param {number} [options.port] 0 is any free one
 * @param {Record<string, string>} [options.vars] the settings
 * @param {import("miniflare").Worker_Binding[]} [options.bindings] other things that the Worker finds in `env`
 * @param {import("miniflare").Extension[]} [options.extensions] modules that those are made of
 * @param {string} [options.source] the folder with entry.py
 * @param {boolean} [options.assets] serves the files under public/ as well
 * @param {(line: string) => void} [options.log] gets what the Worker prints
 * @param {(line: string) => void} [options.chatter] gets what the runtime says besides, and nobody needs to know
 * @returns {Promise<Relay>}
 */
export async function startRelay({
  port = 0,
  vars = {},
  bindings = [],
  extensions = [],
  source = SOURCE,
  assets = false,
  log = console.error,
  chatter = () => {},
} = {}) {
  const services = async (vars) => {
    const relay = { name: "relay", worker: await relayWorker(source, vars, bindings) };
    return assets ? [{ name: "front", worker: await frontWorker(relay.name) }, relay] : [relay];
  };
  const { url, restart, close } = await startWorkerd(await services(vars), { port, extensions, log, chatter });
  try {
    if (!(await warmUp(url))) throw new Error(`it ${NOT_IMPORTED}`);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url,
    close,
    reload: async (changed = vars) => {
      await restart(await services(changed));
      return warmUp(url);
    },
  };
}

/** Python is loaded by the first request; let that one be ours. A Worker that cannot be imported answers without a word of its own. */
async function warmUp(url) {
  const response = await fetch(`${url}/health`);
  await response.arrayBuffer();
  return response.ok || response.headers.has("x-relay-error");
}

async function relayWorker(source, vars, bindings) {
  return {
    modules: await pythonModules(source),
    bindings: [...Object.entries(vars).map(([name, text]) => ({ name, text })), ...bindings],
    compatibilityDate: "2024-11-06", // the newest this runtime knows
    compatibilityFlags: ["python_workers"],
  };
}

/** Every Python file of a folder, the main module first, as this runtime wants it. */
async function pythonModules(source) {
  const names = (await readdir(source, { recursive: true })).filter((name) => name.endsWith(".py"));
  const sorted = ["entry.py", ...names.filter((name) => name !== "entry.py").sort()];
  return Promise.all(sorted.map(async (name) => ({ name, pythonModule: await readFile(join(source, name), "utf8") })));
}
