/**
 * The mock's own API below /_mock/: how a test tells it what to do and asks what it has seen.
 * The same over HTTP for every language; control.mjs is its JavaScript client.
 */
import { complaint } from "./behaviour.mjs";
import { parseJson, readBody } from "./body.mjs";

export const STEERING = "/_mock/";

/** @typedef {import("./ledger.mjs").Ledger} Ledger */
/** @typedef {{status: number, json: unknown}} Reply */

const OK = { status: 200, json: { ok: true } };
const wrong = (/** @type {string} */ error) => ({ status: 400, json: { error } });

/** @type {Record<string, (ledger: Ledger, body: any, res: import("node:http").ServerResponse) => Reply | Promise<Reply>>} */
const ACTIONS = {
  "POST script": (ledger, { key, ...behaviour }) => {
    const error = complaint(behaviour);
    if (error) return wrong(error);
    ledger.page(key).script(behaviour);
    return OK;
  },
  "POST release": (ledger, { key }) => {
    ledger.page(key).release();
    return OK;
  },
  "POST seen": (ledger, { key }) => ({ status: 200, json: { requests: ledger.page(key).requests.map(shown) } }),
  "POST wait": (ledger, { key, for: what, count = 1, timeout = 10 }, res) =>
    WAITABLE.includes(what) ? wait(ledger.page(key), what, count, timeout, res) : wrong(`not one of ${WAITABLE.join(", ")}: ${what}`),
  "GET stats": ({ requests, open, leaks }) => ({ status: 200, json: { requests, open, leaks: [...leaks] } }),
};

/**
 * `head`: the request's headers have come; `body`: a piece of its body; `request`: all of it; `stalled`: the mock cannot write,
 * since nobody reads; `over`: finished or aborted.
 */
const WAITABLE = ["head", "body", "request", "first_chunk", "stalled", "finished", "aborted", "over"];

/**
 * @param {import("node:http").IncomingMessage} req
 * @param {import("node:http").ServerResponse} res
 * @param {{ledger: Ledger}} mock
 */
export async function steer(req, res, { ledger }) {
  const bytes = await readBody(req);
  if (bytes === "broken") return;
  const { status, json } = await answer(`${req.method} ${req.url.slice(STEERING.length)}`, bytes, ledger, res);
  const body = JSON.stringify(json);
  res.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  res.end(body);
}

/** @returns {Reply | Promise<Reply>} */
function answer(/** @type {string} */ name, /** @type {Buffer | string} */ bytes, /** @type {Ledger} */ ledger, res) {
  if (!Object.hasOwn(ACTIONS, name)) return { status: 404, json: { error: `there are only: ${Object.keys(ACTIONS).join(", ")}` } };
  if (name.startsWith("GET")) return ACTIONS[name](ledger, {}, res);
  const body = Buffer.isBuffer(bytes) ? parseJson(bytes) : undefined;
  if (typeof body?.key !== "string") return wrong("a JSON object with a key is needed");
  return ACTIONS[name](ledger, body, res);
}

/**
 * @param {ReturnType<Ledger["page"]>} page
 * @param {import("./types.mjs").Happening} what
 * @param {number} count
 * @param {number} seconds
 * @param {import("node:http").ServerResponse} res
 * @returns {Promise<Reply>}
 */
async function wait(page, what, count, seconds, res) {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), seconds * 1000);
  // A test that has gone must not keep the mock alive until its timeout.
  res.once("close", () => over.abort());
  const happened = await page.happens(what, count, over.signal);
  clearTimeout(timer);
  return happened ? OK : { status: 408, json: { ok: false } };
}

const shown = (/** @type {import("./types.mjs").RequestRecord} */ { body, ...record }) => ({
  ...record,
  body_base64: body && body.toString("base64"),
});
