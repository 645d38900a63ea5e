/**
 * The mock's own API below /_mock/: how a test tells it what to do and asks what it has seen.
 * The same over HTTP for every language; control.mjs is its JavaScript client. It is for programs on this machine, not for web pages: what
 * people say to a model in `make demo` can be read here.
 */
import { complaint } from "./behaviour.mjs";
import { parseJson, readBody } from "./body.mjs";

/** @import { Ledger } from "./ledger.mjs" */

export const STEERING = "/_mock/";

/** How long it is waited for what a test waits for: it ends what hangs, and is no measure of anything. */
const HUNG_SECONDS = 60;

/**
 * `head`: the request's headers have come; `body`: a piece of its body; `request`: all of it; `stalled`: the mock cannot write,
 * since nobody reads; `over`: finished or aborted.
 */
const WAITABLE = ["head", "body", "request", "first_chunk", "stalled", "finished", "aborted", "over"];

const ok = { ok: true };

/**
 * Whether a program on this machine asks. A page is told by its headers (Fetch Metadata), or, behind a host name that it has made resolve to
 * this machine, by that name.
 *
 * @param {import("node:http").IncomingHttpHeaders} headers
 */
const isFromHere = ({ host, origin, "sec-fetch-site": site = "none" }) =>
  /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host) && origin === undefined && site === "none";

/** What is wrong with what a test asks for. */
class Mistake extends Error {
  status = 400;
}

const ACTIONS = {
  "POST script"(page, { key, ...behaviour }) {
    const wrong = complaint(behaviour);
    if (wrong) throw new Mistake(wrong);
    page.behaviour = behaviour;
    return ok;
  },
  "POST release"(page, { count = 1 }) {
    for (let step = 0; step < count; step++) page.release();
    return ok;
  },
  "POST seen": ({ requests }) => ({
    requests: Array.from(requests, ({ body, ...record }) => ({ ...record, body_base64: body && body.toString("base64") })),
  }),
  async "POST wait"(page, { for: what, count = 1, timeout = HUNG_SECONDS }, res) {
    if (!WAITABLE.includes(what)) throw new Mistake(`not one of ${WAITABLE.join(", ")}: ${what}`);
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(), timeout * 1000);
    // A test that has gone must not keep the mock alive until its timeout.
    res.once("close", () => over.abort());
    const happened = await page.happens(what, count, over.signal);
    clearTimeout(timer);
    if (!happened) throw Object.assign(new Mistake("it did not happen"), { status: 408 });
    return ok;
  },
};

/**
 * @param {import("node:http").IncomingMessage} req
 * @param {import("node:http").ServerResponse} res
 * @param {{ledger: Ledger}} mock
 */
export async function steer(req, res, { ledger }) {
  const bytes = await readBody(req);
  if (bytes === "broken") return;
  const answer = (/** @type {number} */ status, /** @type {unknown} */ json) => {
    const body = JSON.stringify(json);
    res.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) }).end(body);
  };
  const name = `${req.method} ${req.url.slice(STEERING.length)}`;
  if (!isFromHere(req.headers)) return answer(403, { error: "ask from a program on this machine, at 127.0.0.1 or localhost" });
  const { requests, open, leaks } = ledger;
  if (name === "GET stats") return answer(200, { requests, open, leaks: [...leaks] });
  if (!Object.hasOwn(ACTIONS, name)) return answer(404, { error: `there are only: GET stats, ${Object.keys(ACTIONS).join(", ")}` });
  const body = Buffer.isBuffer(bytes) ? parseJson(bytes) : undefined;
  if (typeof body?.key !== "string") return answer(400, { error: "a JSON object with a key is needed" });
  try {
    answer(200, await ACTIONS[name](ledger.page(body.key), body, res));
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    answer(error.status, { error: error.message });
  }
}
