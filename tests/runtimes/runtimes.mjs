import { readFile } from "node:fs/promises";
import { sortedLog } from "../audit.mjs";

/**
 * Where a relay can run: each starts one there, with the options of tools/relay.mjs, and with `audit`, which gets the audit lines that
 * `log` does not get then. A runtime is loaded by the first that starts. On Workers `rateLimiter` is what rate-limiter.mjs makes a binding
 * of.
 *
 * @type {Record<"workerd" | "front" | "pyodide" | "server", typeof import("../../tools/relay.mjs").startRelay>}
 */
const STARTS = {
  workerd: async ({ rateLimiter, ...options }) =>
    (await import("../../tools/relay.mjs")).startRelay({ ...options, ...(rateLimiter && (await wrapped(rateLimiter))) }),

  /** With the Worker in front that serves the files under public/ for `make dev`. */
  front: async (options) => (await import("../../tools/relay.mjs")).startRelay({ ...options, assets: true }),

  pyodide: async (options) => (await import("./pyodide.mjs")).startRelay(options),
  server: async (options) => (await import("./server.mjs")).startRelay(options),
};

export const RUNTIMES = Object.fromEntries(
  Object.entries(STARTS).map(([name, start]) => [name, (options = {}) => start({ ...options, log: sortedLog(options) })]),
);

/** As Cloudflare makes this binding too, and miniflare: a module of the runtime's own is given the options, and makes an object of them. */
async function wrapped({ limit, behaviour }) {
  const name = "tests:rate-limiter";
  const innerBindings = [
    { name: "limit", json: String(limit) },
    { name: "behaviour", text: behaviour },
  ];
  const esModule = await readFile(new URL("rate-limiter.mjs", import.meta.url), "utf8");
  return {
    bindings: [{ name: "RATE_LIMITER", wrapped: { moduleName: name, innerBindings } }],
    extensions: [{ modules: [{ name, esModule, internal: true }] }],
  };
}
