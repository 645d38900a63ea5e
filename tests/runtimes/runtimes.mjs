/**
 * Where a relay can run: each starts one there, with the options of tools/relay.mjs. A runtime is loaded by the first that starts.
 *
 * @type {Record<"workerd" | "front" | "pyodide" | "server", typeof import("../../tools/relay.mjs").startRelay>}
 */
export const RUNTIMES = {
  workerd: async (options) => (await import("../../tools/relay.mjs")).startRelay(options),

  /** With the Worker in front that serves the files under public/ for `make dev`. */
  front: async (options) => (await import("../../tools/relay.mjs")).startRelay({ ...options, assets: true }),

  pyodide: async (options) => (await import("./pyodide.mjs")).startRelay(options),
  server: async (options) => (await import("./server.mjs")).startRelay(options),
};
