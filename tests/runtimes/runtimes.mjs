import { sortedLog } from "../audit.mjs";

/**
 * Where a relay can run: each starts one there, with the options of tools/relay.mjs, and with `audit`, which gets the audit lines that
 * `log` does not get then. A runtime is loaded by the first that starts.
 *
 * @type {Record<"workerd" | "front" | "pyodide" | "server", typeof import("../../tools/relay.mjs").startRelay>}
 */
const STARTS = {
  workerd: async (options) => (await import("../../tools/relay.mjs")).startRelay(options),

  /** With the Worker in front that serves the files under public/ for `make dev`. */
  front: async (options) => (await import("../../tools/relay.mjs")).startRelay({ ...options, assets: true }),

  pyodide: async (options) => (await import("./pyodide.mjs")).startRelay(options),
  server: async (options) => (await import("./server.mjs")).startRelay(options),
};

export const RUNTIMES = Object.fromEntries(
  Object.entries(STARTS).map(([name, start]) => [name, (options = {}) => start({ ...options, log: sortedLog(options) })]),
);
