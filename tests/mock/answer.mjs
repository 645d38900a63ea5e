/**
 * Which answer a request gets. Decided from values alone; nothing is written here.
 */
import { parseJson } from "./body.mjs";
import { findRoute } from "./providers.mjs";
import { chunksOf, newId } from "./text.mjs";

/** @typedef {import("./types.mjs").Answer} Answer */
/** @typedef {import("./types.mjs").Behaviour} Behaviour */
/** @typedef {import("./types.mjs").Dialect} Dialect */
/** @typedef {import("./types.mjs").ErrorKind} ErrorKind */
/** @typedef {import("./types.mjs").Payload} Payload */
/** @typedef {import("./types.mjs").ProviderError} ProviderError */
/** @typedef {import("./types.mjs").RequestRecord} RequestRecord */

/**
 * The refusal a real provider, or the mock's strictness, gives whatever the test has asked for.
 *
 * @param {Dialect} dialect
 * @param {string} key
 * @param {string[]} violations
 * @returns {Answer | null}
 */
export function refusal(dialect, key, violations) {
  if (violations.length > 0) return badRequest(dialect, violations.join("; "));
  if (!key) return failure(dialect, "no_key");
  if (key.includes("invalid")) return failure(dialect, "wrong_key");
  return null;
}

/**
 * The answer a test has asked for.
 *
 * @param {Dialect} dialect
 * @param {Behaviour} behaviour
 * @returns {Answer | null}
 */
export function scripted(dialect, { respond, redirect, error }) {
  if (respond) return exactly(respond);
  if (redirect) return whole(redirect.status, { ...dialect.headers(newId("req_")), location: redirect.location }, Buffer.alloc(0));
  return error ? failure(dialect, error) : null;
}

/**
 * The answer of the provider.
 *
 * @param {Dialect} dialect
 * @param {{method: string, path: string, query: URLSearchParams, bytes: Buffer}} request
 * @returns {Answer}
 */
export function ordinary(dialect, { method, path, query, bytes }) {
  const found = findRoute(dialect, method, path);
  if (!found) return failure(dialect, "unknown_path");
  const isForm = bytes[0] === 0x2d; // a multipart body begins with its boundary's dashes
  const body = bytes.length === 0 || isForm ? {} : parseJson(bytes);
  if (typeof body !== "object" || body === null) return badRequest(dialect, "the body is not a JSON object");
  return success(dialect, found.route.answer({ params: found.params, query, body, bytes }));
}

/**
 * The request itself, as it came, but for the key: no answer of the mock holds one.
 *
 * @param {RequestRecord} record
 * @param {string} key
 * @param {Buffer} bytes
 * @returns {Answer}
 */
export function echo({ method, url, headers }, key, bytes) {
  const hide = (/** @type {string} */ text) => (key ? text.replaceAll(key, "***") : text);
  const lines = headers.map(([name, value]) => [name, hide(value)]);
  const body = Buffer.from(JSON.stringify({ method, url: hide(url), headers: lines, body_base64: bytes.toString("base64") }));
  return whole(200, { "content-type": "application/json" }, body);
}

/** @param {Dialect} dialect @param {ErrorKind} kind @returns {Answer} */
export const failure = (dialect, kind) => errorAnswer(dialect, dialect.errors[kind]);

/** @param {Dialect} dialect @param {string} what @returns {Answer} */
const badRequest = (dialect, what) =>
  errorAnswer(dialect, { ...dialect.errors.bad_request, message: `mock: ${what}`, code: null, param: null });

/** @param {Dialect} dialect @param {ProviderError} error @returns {Answer} */
function errorAnswer(dialect, error) {
  const id = newId("req_");
  const headers = { ...dialect.headers(id), ...error.headers, "content-type": dialect.jsonType };
  return whole(error.status, headers, Buffer.from(JSON.stringify(dialect.errorBody(error, id))));
}

/** @param {Dialect} dialect @param {Payload} payload @returns {Answer} */
function success(dialect, { type = dialect.jsonType, json, bytes, frames }) {
  const headers = { ...dialect.headers(newId("req_")), "content-type": type };
  if (frames) return { status: 200, headers: { ...headers, "cache-control": "no-cache" }, chunks: chunksOf(frames), stream: true };
  return whole(200, headers, bytes ?? Buffer.from(JSON.stringify(json)));
}

/** @param {NonNullable<Behaviour["respond"]>} respond @returns {Answer} */
function exactly({ status, headers = {}, body = "", body_base64 }) {
  const bytes = body_base64 === undefined ? Buffer.from(body) : Buffer.from(body_base64, "base64");
  const lowerCased = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return whole(status, lowerCased, bytes);
}

const WITHOUT_BODY = [204, 304];

/** @returns {Answer} */
function whole(/** @type {number} */ status, /** @type {import("./types.mjs").Headers} */ headers, /** @type {Buffer} */ body) {
  const length = WITHOUT_BODY.includes(status) ? {} : { "content-length": String(body.length) };
  return { status, headers: { ...length, ...headers }, chunks: body.length > 0 ? [body] : [], stream: false };
}
