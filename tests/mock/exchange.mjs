/**
 * One request to a provider: read, recorded, judged, answered.
 */
import { createHash } from "node:crypto";
import { echo, failure, ordinary, refusal, scripted, telling } from "./answer.mjs";
import { readBody } from "./body.mjs";
import { play, playWire } from "./playback.mjs";
import { locate } from "./providers.mjs";
import { inspect } from "./strict.mjs";

/** @import { RequestRecord } from "./types.mjs" */

/**
 * Notes a request whose head has come.
 *
 * @param {import("node:http").IncomingMessage} req
 * @param {import("./ledger.mjs").Ledger} ledger
 * @param {RegExp} [own] names of headers that are judged by nobody
 */
export function begin({ method, url, rawHeaders }, ledger, own = /^$/) {
  const { provider, dialect, path, query } = locate(url);
  const headers = headerLines(rawHeaders);
  const { key, violations, leaks } = inspect({ url, headers: headers.filter(([name]) => !own.test(name)), query }, dialect);

  const page = ledger.page(key);
  /** @type {RequestRecord} */
  const record = {
    provider,
    method,
    url,
    headers,
    body_sha256: null,
    body_length: 0,
    body: null,
    violations,
    state: "open",
    at: Date.now(),
  };
  const settle = (/** @type {"finished" | "aborted"} */ state) => {
    if (record.state !== "open") return;
    record.state = state;
    ledger.open -= 1;
    page.note(state);
    page.note("over");
  };
  ledger.requests += 1;
  ledger.open += 1;
  ledger.noteLeaks(leaks);
  ledger.add(page, record);
  page.note("head");
  return { provider, dialect, path, query, key, violations, page, record, settle };
}

/**
 * @param {import("node:http").IncomingMessage} req
 * @param {import("node:http").ServerResponse} res
 * @param {{ledger: import("./ledger.mjs").Ledger, pace: number, tells: boolean}} mock
 */
export async function exchange(req, res, { ledger, pace, tells }) {
  const { provider, dialect, path, query, key, violations, page, record, settle } = begin(req, ledger);
  // 'close' comes as soon as the connection is gone, also while nothing is being written, and after 'finish' otherwise.
  res.on("finish", () => settle("finished"));
  res.on("close", () => settle("aborted"));
  if (!res.socket) {
    // The answer before it is not over and never will be: exact bytes that left the connection open. It waits no longer.
    settle("finished");
    return void req.socket.resetAndDestroy();
  }

  const stage = {
    res,
    pace,
    released: () => page.released(res),
    begun: () => page.note("first_chunk"),
    stalled: () => page.note("stalled"),
    broken: () => settle("finished"), // the mock did what it was told; aborted is what the other side does
  };
  const { behaviour } = page;
  const refused = refusal(dialect, key, behaviour.direct ? [] : violations);
  const early = behaviour.wire?.early && !refused && playWire(stage, behaviour);

  const bytes = await readBody(req, () => page.note("body"));
  if (bytes === "broken") return;
  if (bytes === "too_large" && !early) {
    const answer = failure(dialect, "too_large");
    return play(stage, { ...answer, headers: { ...answer.headers, connection: "close" } }, {});
  }
  record.body_length = bytes.length;
  record.body_sha256 = createHash("sha256").update(bytes).digest("hex");
  ledger.keepBody(record, bytes);
  page.note("request");

  if (behaviour.echo) return play(stage, echo(record, key, bytes), behaviour);
  // A refusal is not held, broken or made late: the test is to see at once what was wrong.
  if (refused) return play(stage, refused, {});
  if (behaviour.wire) return early || playWire(stage, behaviour);
  const here = `http://${req.headers.host}/${provider}`;
  const answer = scripted(dialect, behaviour) ?? ordinary(dialect, { method: req.method, path, query, bytes, here });
  return play(stage, tells && !readsNoComments(req) ? telling(answer, record, key) : answer, behaviour);
}

/** Google's older SDK, and LangChain on it, fail at a comment in a stream. */
const readsNoComments = (/** @type {import("node:http").IncomingMessage} */ { headers }) => "x-goog-api-client" in headers;

/**
 * Node merges or drops repeated headers; here every line counts.
 *
 * @param {string[]} raw     name, value, name, value …
 * @returns {[string, string][]}
 */
function headerLines(raw) {
  /** @type {[string, string][]} */
  const lines = [];
  for (let i = 0; i < raw.length; i += 2) lines.push([raw[i].toLowerCase(), raw[i + 1]]);
  return lines;
}
