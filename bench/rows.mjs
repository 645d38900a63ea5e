/** What is measured: one row of the table each. A new option of the relay, or another peer, is an entry here. */
import { fileURLToPath } from "node:url";
import { connect } from "../public/relay.js";
import { newSealingKey } from "../tools/new_sealing_key.mjs";
import { SOURCE } from "../tools/relay.mjs";
import { KEY, ORIGIN } from "./request.mjs";

/**
 * @typedef {object} Row
 * @property {string} id
 * @property {string} label
 * @property {string} [server] which of servers/ it is; without one, the mock provider itself is asked
 * @property {(upstream: string) => object} [options] what that server is started with, as JSON
 * @property {(upstream: string) => string} [prefix] what stands before OpenAI's own path
 * @property {(url: string) => Promise<string>} [key] the key to send; a plain one if nothing is said
 * @property {(upstream: string) => Record<string, string>} [headers] more of them
 * @property {boolean} [preflights] whether it answers them itself
 * @property {string} [pythonSource] the folder of a Worker in Python, whose import is measured
 * @property {boolean} [own] whether it is the relay
 * @property {boolean} [variant] whether it is another row in another way; what that changes nothing about is not measured again
 * @property {boolean} [slowStart] whether it takes so long to start that once has to do
 */

const BARE_PYTHON = fileURLToPath(new URL("bare-python/", import.meta.url));

/** @param {string} pythonSource its folder @param {(upstream: string) => Record<string, string>} vars */
const pythonWorker = (pythonSource, vars) => ({
  server: "python-worker",
  options: (upstream) => ({ source: pythonSource, vars: vars(upstream) }),
  pythonSource,
});

/** No peer writes a line for each request either; what that costs is in docs/speed.md. */
const QUIET = { AUDIT: "false" };

const RELAY = { own: true, prefix: () => "/openai", preflights: true };

/** The relay as a Worker, with some settings. */
export const worker = (settings = {}) => ({
  ...pythonWorker(SOURCE, (upstream) => ({ UPSTREAM_OPENAI: upstream, ...QUIET, ...settings })),
  ...RELAY,
});

/** The relay as a server, with some settings. */
export const serve = (workers, settings = {}) => ({
  server: "byok-relay",
  options: (upstream) => ({ workers, settings: { UPSTREAM_OPENAI: upstream, ...QUIET, ...settings } }),
  ...RELAY,
});

const SEALING = { SEALING_KEY: await newSealingKey() };
const sealed = { key: (url) => connect(url).seal({ provider: "openai", key: KEY, origins: [ORIGIN], days: 1 }), variant: true };

/** A server that is told nothing but where the provider is. */
const proxy = (server) => ({ server, options: (upstream) => ({ upstream }) });

export const WORKER = "relay";
export const SERVE = "serve";
export const DIRECT = "direct";

/** @type {Row[]} */
export const ROWS = [
  { id: DIRECT, label: "no relay" },
  { id: "bare-js", label: "bare JS Worker", ...proxy("bare-js") },
  { id: "bare-python", label: "bare Python Worker", ...pythonWorker(BARE_PYTHON, (upstream) => ({ UPSTREAM: upstream })) },
  { id: WORKER, label: "byok-relay Worker", ...worker() },
  { id: "relay-sealed", label: "byok-relay Worker, sealed key", ...worker(SEALING), ...sealed },
  { id: SERVE, label: "byok-relay serve", ...serve(1) },
  { id: "serve-sealed", label: "byok-relay serve, sealed key", ...serve(1, SEALING), ...sealed },
  { id: "serve-2", label: "byok-relay serve, 2 workers", ...serve(2), variant: true },
  { id: "serve-2-sealed", label: "byok-relay serve, 2 workers, sealed key", ...serve(2, SEALING), ...sealed },
  { id: "cors-anywhere", label: "CORS-Anywhere", ...proxy("cors-anywhere"), prefix: (upstream) => `/${upstream}`, preflights: true },
  { id: "http-proxy-middleware", label: "http-proxy-middleware", ...proxy("http-proxy-middleware"), preflights: true },
  { id: "express", label: "Express + fetch", ...proxy("express"), preflights: true },
  {
    id: "portkey",
    label: "Portkey gateway",
    ...proxy("portkey"),
    headers: (upstream) => ({ "x-portkey-provider": "openai", "x-portkey-custom-host": `${upstream}/v1` }),
  },
  { id: "litellm", label: "LiteLLM proxy", ...proxy("litellm"), prefix: () => "/provider", preflights: true, slowStart: true },
];

/** The ids of what the relay is measured against. */
export const PEERS = ROWS.filter(({ server, own }) => server && !own).map(({ id }) => id);
