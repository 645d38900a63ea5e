/**
 * Which answer a request gets. Decided from values alone; nothing is written here.
 */
import { parseJson } from "./body.mjs";
import { findRoute } from "./providers.mjs";
import { chunksOf, newId } from "./text.mjs";

/** @import { Answer, Behaviour, Dialect, ErrorKind, Headers, Payload, ProviderError, RequestRecord } from "./types.mjs" */

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
  return key.includes("invalid") ? failure(dialect, "wrong_key") : null;
}

/** The answer a test has asked for. @param {Dialect} dialect @param {Behaviour} behaviour @returns {Answer | null} */
export function scripted(dialect, { respond, redirect, error }) {
  if (redirect) return whole(redirect.status, { ...dialect.headers(newId("req_")), location: redirect.location }, Buffer.alloc(0));
  if (error) return failure(dialect, error);
  if (!respond) return null;
  const { status, headers = {}, body = "", body_base64 } = respond;
  const lowerCased = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return whole(status, lowerCased, body_base64 === undefined ? Buffer.from(body) : Buffer.from(body_base64, "base64"));
}

/**
 * The answer of the provider.
 *
 * @param {Dialect} dialect
 * @param {{method: string, path: string, query: URLSearchParams, bytes: Buffer, here: string}} request
 * @returns {Answer}
 */
export function ordinary(dialect, { method, path, query, bytes, here }) {
  const found = findRoute(dialect, method, path);
  if (!found) return failure(dialect, "unknown_path");
  const isForm = bytes[0] === 0x2d; // a multipart body begins with its boundary's dashes
  const body = bytes.length === 0 || isForm ? {} : parseJson(bytes);
  const isObject = typeof body === "object" && body !== null;
  if (!isObject && !dialect.raw?.test(path)) return badRequest(dialect, "the body is not a JSON object");
  return success(dialect, found.answer({ params: found.params, query, body, bytes, here }));
}

/** The request itself, as it came. @returns {Answer} */
export function echo(/** @type {RequestRecord} */ record, /** @type {string} */ key, /** @type {Buffer} */ bytes) {
  return whole(200, JSON_ONLY, json({ ...headOf(record, key), body_base64: bytes.toString("base64") }));
}

/** The same answer, but if it is a stream of events, a comment before these says what was received. @returns {Answer} */
export function telling(/** @type {Answer} */ answer, /** @type {RequestRecord} */ record, /** @type {string} */ key) {
  if (!answer.stream || !String(answer.headers["content-type"]).startsWith("text/event-stream")) return answer;
  const received = JSON.stringify({ ...headOf(record, key), body_length: record.body_length });
  const [first, ...rest] = answer.chunks;
  return { ...answer, chunks: [Buffer.concat([Buffer.from(`: mock-received ${received}\n\n`), first]), ...rest] };
}

/** A request's head, but for the key: no answer of the mock holds one. */
function headOf(/** @type {RequestRecord} */ { method, url, headers }, /** @type {string} */ key) {
  const hide = (/** @type {string} */ text) => (key ? text.replaceAll(key, "***") : text);
  return { method, url: hide(url), headers: headers.map(([name, value]) => [name, hide(value)]) };
}

const JSON_ONLY = { "content-type": "application/json" };
const json = (/** @type {unknown} */ value) => Buffer.from(JSON.stringify(value));

/** @param {Dialect} dialect @param {ErrorKind} kind @returns {Answer} */
export const failure = (dialect, kind) => errorAnswer(dialect, dialect.errors[kind]);

/** @param {Dialect} dialect @param {string} what */
const badRequest = (dialect, what) =>
  errorAnswer(dialect, { ...dialect.errors.bad_request, message: `mock: ${what}`, code: null, param: null });

/** @param {Dialect} dialect @param {ProviderError} error */
function errorAnswer({ headers, errorBody, jsonType = JSON_ONLY["content-type"] }, error) {
  const id = newId("req_");
  return whole(error.status, { ...headers(id), ...error.headers, "content-type": jsonType }, json(errorBody(error, id)));
}

/** @param {Dialect} dialect @param {Payload} payload @returns {Answer} */
function success(dialect, payload) {
  const type = payload.type ?? dialect.jsonType ?? JSON_ONLY["content-type"];
  const headers = { ...dialect.headers(newId("req_")), ...payload.headers, "content-type": type };
  if (!payload.frames) return whole(200, headers, payload.bytes ?? json(payload.json));
  return { status: 200, headers: { ...headers, "cache-control": "no-cache" }, chunks: chunksOf(payload.frames), stream: true };
}

const WITHOUT_BODY = [204, 304];

/** @returns {Answer} */
function whole(/** @type {number} */ status, /** @type {Headers} */ headers, /** @type {Buffer} */ body) {
  const length = WITHOUT_BODY.includes(status) ? {} : { "content-length": String(body.length) };
  return { status, headers: { ...length, ...headers }, chunks: body.length > 0 ? [body] : [], stream: false };
}
