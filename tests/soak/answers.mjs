/** What is asked of each provider, and whether an answer that came through the relay is the one that the provider gave. */
import { holdsCanary } from "../mock/canary.mjs";

/** Something came of a request that should not have. The message is the cause that failures are counted by. */
export class Unexpected extends Error {}

const messages = (text, stream) => ({ model: "some-model", stream, max_tokens: 100, messages: [{ role: "user", content: text }] });
const contents = (text) => ({ contents: [{ role: "user", parts: [{ text }] }] });
const bearer = (key) => ({ authorization: `Bearer ${key}` });

const input = (input, stream) => ({ model: "some-model", stream, input });
const anthropicKey = (key) => ({ "x-api-key": key, "anthropic-version": "2023-06-01" });
const googleKey = (key) => ({ "x-goog-api-key": key });
const gemini = (streaming) => (stream) => `/v1beta/models/gemini-2.5-flash:${stream ? streaming : "generateContent"}`;

/**
 * Every kind of chat the providers have, an OpenAI-compatible one at another provider included: the path (by whether it is a stream),
 * how the provider takes keys there, and the body (by a text, and whether it is a stream).
 */
export const CHATS = [
  ["openai", () => "/v1/chat/completions", bearer, messages],
  ["openai", () => "/v1/responses", bearer, input],
  ["anthropic", () => "/v1/messages", anthropicKey, messages],
  ["anthropic", () => "/v1/chat/completions", bearer, messages],
  ["google", gemini("streamGenerateContent?alt=sse"), googleKey, contents],
  ["google", gemini("streamGenerateContent"), googleKey, contents],
  ["google", () => "/v1beta/openai/chat/completions", bearer, messages],
  ["mistral", () => "/v1/chat/completions", bearer, messages],
].map(([provider, path, carried, body]) => ({ provider, path, carried, body }));

let count = 0;
/** Another text each time, and always as long: answers count its letters. */
const newText = () => `this is request ${String(++count).padStart(12, "0")}`;

/** A chat, and the text in it by which its answer is told from others. */
export function chat({ provider, path, carried, body }, key, stream, headers = carried(key)) {
  const text = newText();
  return {
    text,
    request: {
      method: "POST",
      path: `/${provider}${path(stream)}`,
      headers: { ...headers, "content-type": "application/json", "user-agent": "soak" },
      body: JSON.stringify(body(text, stream)),
    },
  };
}

/** An answer without what differs from one request to the next: the text, ids and dates. */
export const normal = (answer, text) =>
  String(answer.body)
    .replaceAll(text, "TEXT")
    .replaceAll(/mock\d{12}/g, "ID")
    .replaceAll(/"created(?:_at)?":\d+/g, "DATE");

/**
 * Looks at an answer of the relay, and gives it back; throws Unexpected if it is not as it must be.
 *
 * @param {import("./client.mjs").Answer} answer
 * @param {{status?: number, code?: string, complete?: boolean}} [expected] `code` is of the relay's own error, if it is one
 */
export function check(answer, { status = 200, code = undefined, complete = true } = {}) {
  const { headers } = answer;
  if (holdsCanary(answer.rawHeaders.join("\n")) || holdsCanary(answer.body)) throw new Unexpected("a key in the answer");
  const error = headers["x-relay-error"];
  if (answer.status !== status || error !== code) throw new Unexpected(`${named(answer.status, error)} instead of ${named(status, code)}`);
  if (answer.complete !== complete) throw new Unexpected(complete ? "an answer that is cut off" : "a whole answer where one is cut off");
  if (headers["access-control-allow-origin"] !== "*") throw new Unexpected("an answer without CORS");
  if (headers["set-cookie"]) throw new Unexpected("a cookie of the provider's");
  if (code && JSON.parse(String(answer.body)).code !== code) throw new Unexpected("an error whose body does not say which");
  return answer;
}

const named = (status, code) => `${status}${code ? ` ${code}` : ""}`;

/** @param {Buffer | string} got @param {Buffer | string} wanted */
export function same(got, wanted) {
  const equal = Buffer.isBuffer(got) ? got.equals(wanted) : got === wanted;
  if (!equal) throw new Unexpected("another body than the provider's");
}
