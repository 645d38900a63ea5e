/**
 * The providers that have no file of their own: rows of where their endpoints are, how they say what is wrong, and where a key may be.
 * What they answer is OpenAI's chat, Anthropic's messages, or the one small shape of their own that an SDK of theirs reads.
 */
import { anthropicMessages } from "./anthropic.mjs";
import { chat, modelRoutes } from "./chat.mjs";
import { BEARER, CLOUDFLARE } from "./common.mjs";
import { OPENAI_ERRORS } from "./openai.mjs";
import { responses } from "./responses.mjs";
import { event, greeting, lastUserText, newId, now, STREAM, tokens } from "./text.mjs";

/** @import { Call, Dialect, Payload, ProviderError, Routes } from "./types.mjs" */

const PLAIN = /^\S+$/;

/** How an error is written. `id` is the request's. @type {Record<string, (error: ProviderError, id: string) => unknown>} */
const ERROR_BODIES = {
  openai: OPENAI_ERRORS.errorBody,
  coded: ({ status: code, message, type }) => ({ error: { code, message, type } }),
  text: ({ message: error, type: code }) => ({ code, error }),
  message: ({ message }, id) => ({ id, message }),
  flat: ({ message, type, code = "", param = "" }) => ({ message, type, param, code }),
  problem: ({ status, message: detail, type: title }) => ({ title, detail, status }),
  detail: ({ message, type: status }) => ({ detail: { status, message } }),
  deepgram: ({ message: err_msg, type: err_code }, request_id) => ({ err_code, err_msg, request_id }),
  notion: ({ status, message, type: code }, request_id) => ({ object: "error", status, code, message, request_id }),
  resend: ({ status: statusCode, message, type: name }) => ({ statusCode, name, message }),
  sendgrid: ({ message }) => ({ errors: [{ message, field: null, help: null }] }),
};

const STYLE = { rest: { service_tier: "default", system_fingerprint: "fp_mock" } };

/**
 * An OpenAI-compatible API below a base path.
 *
 * @param {string} provider
 * @param {string} base
 * @returns {Routes}
 */
const openaiRoutes = (provider, base) => ({
  [`POST ${base}/chat/completions`]: (call) => chat(call, provider, STYLE),
  [`POST ${base}/responses`]: (call) => responses(call, provider),
  ...modelRoutes([{ id: "some-model", object: "model", created: now(), owned_by: provider }], { path: `${base}/models` }),
});

/** Cohere's own chat. @param {Call} call @returns {Payload} */
function cohereChat({ body }) {
  const said = lastUserText(body.messages);
  const pieces = greeting("cohere", said);
  const id = newId("");
  const counted = { input_tokens: tokens(said), output_tokens: tokens(pieces.join("")) };
  const end = { finish_reason: "COMPLETE", usage: { billed_units: counted, tokens: counted } };
  if (!body.stream) return { json: { id, message: { role: "assistant", content: [{ type: "text", text: pieces.join("") }] }, ...end } };
  const message = (/** @type {object} */ content) => ({ delta: { message: { content } } });
  const events = [
    { type: "message-start", id, delta: { message: { role: "assistant", content: [], tool_plan: "", tool_calls: [], citations: [] } } },
    { type: "content-start", index: 0, ...message({ type: "text", text: "" }) },
    ...pieces.map((text) => ({ type: "content-delta", index: 0, ...message({ text }) })),
    { type: "content-end", index: 0 },
    { type: "message-end", delta: end },
  ];
  return { type: STREAM, frames: events.map(event) };
}

/** The audio is the bytes of what is said: an SDK that touches a byte of it cannot be understood. @param {Call} call */
const speech = ({ body }) => greeting("elevenlabs", body.text);

/** A transcript of audio that is a text in truth. @param {Call} call @returns {Payload} */
function transcript({ bytes }) {
  const alternative = { transcript: greeting("deepgram", String(bytes)).join(""), confidence: 0.99, words: [] };
  const metadata = { request_id: newId(""), created: new Date().toISOString(), duration: 1.5, channels: 1, models: [] };
  return { json: { metadata, results: { channels: [{ alternatives: [alternative] }] } } };
}

/** A prediction that is over when it is asked for the first time. Its id holds what was asked, so nothing is kept here. */
function prediction(/** @type {string} */ id, /** @type {string[]} */ output) {
  const url = `https://api.replicate.com/v1/predictions/${id}`;
  const status = output ? "succeeded" : "starting";
  return { json: { id, status, output, error: null, logs: "", urls: { get: url, cancel: `${url}/cancel`, stream: `${url}/stream` } } };
}

/** @type {Routes} */
const PREDICTIONS = {
  "POST /v1/models/[^/]+/[^/]+/predictions": ({ body }) => prediction(Buffer.from(body.input.prompt).toString("hex"), null),
  "GET /v1/predictions/([^/]+)": ({ params: [id] }) => prediction(id, greeting("replicate", String(Buffer.from(id, "hex")))),
};

const answering = (/** @type {object} */ json) => () => ({ json });
const COHERE_MODELS = answering({ models: [{ name: "some-model", endpoints: ["generate", "chat"] }] });
const LIST = { object: "list", has_more: false, url: "/v1/products", data: [{ id: "prod_mock", object: "product" }] };
const BOT = { object: "user", id: "mock", type: "bot", bot: {} };
const MAIL = { "POST /v3/mail/send": answering({}) };

/**
 * @typedef {object} Row
 * @property {RegExp} [under] the paths that it is for; all, if nothing is said
 * @property {string} [openai] base path of the OpenAI-compatible API
 * @property {string} [anthropic] base path of the Anthropic-compatible API
 * @property {Routes} [own] what else there is
 * @property {RegExp} [raw] paths that take bytes
 * @property {keyof ERROR_BODIES} [says] how its errors are written; OpenAI's way, if nothing is said
 * @property {[number, string, string]} badKey what it says of a bad key: status, type, message
 * @property {Dialect["carriers"]} [carriers] where its key is; a Bearer token, if nothing is said
 */

/** What stands first in a path is a part of Azure's host name. */
const RESOURCE = "(?:/my-resource)?";
/** @type {Row} */
const AZURE = { badKey: [401, "", "Access denied"], carriers: { "api-key": PLAIN } };

const WRONG = "Incorrect API key provided.";
/** @type {Record<string, Row>} */
const SHARED = {
  moonshot: {
    openai: "/v1",
    anthropic: "/anthropic",
    says: "openai",
    badKey: [401, "invalid_authentication_error", "Invalid Authentication"],
  },
  zhipu: { openai: "/api/paas/v4", anthropic: "/api/anthropic", says: "coded", badKey: [401, "", "token expired or incorrect"] },
  dashscope: { openai: "/compatible-mode/v1", anthropic: "/apps/anthropic", badKey: [401, "invalid_request_error", WRONG] },
  sendgrid: { own: MAIL, says: "sendgrid", badKey: [401, "", "The provided authorization grant is invalid, expired, or revoked"] },
};

/** @type {Record<string, Row | Row[]>} */
const ROWS = {
  groq: { openai: "/openai/v1", badKey: [401, "invalid_request_error", "Invalid API Key"] },
  openrouter: { openai: "/api/v1", anthropic: "/api", says: "coded", badKey: [401, "", "User not found."] },
  deepseek: { openai: "(?:/v1)?", anthropic: "/anthropic", badKey: [401, "authentication_error", "Authentication Fails"] },
  xai: { openai: "/v1", says: "text", badKey: [400, "Client specified an invalid argument", WRONG] },
  together: { openai: "/v1", badKey: [401, "invalid_request_error", "Invalid API key provided."] },
  fireworks: { openai: "/inference/v1", anthropic: "/inference", badKey: [401, "UNAUTHORIZED", "The API key you provided is invalid."] },
  cohere: {
    openai: "/compatibility/v1",
    own: { "GET /v1/models": COHERE_MODELS, "POST /v2/chat": cohereChat },
    says: "message",
    badKey: [401, "", "invalid api token"],
  },
  perplexity: { openai: "(?:/v1)?", says: "coded", badKey: [401, "invalid_api_key", "Invalid API key provided."] },
  cerebras: { openai: "/v1", says: "flat", badKey: [401, "invalid_request_error", "Wrong API Key"] },
  sambanova: { openai: "/v1", anthropic: "", badKey: [401, "invalid_authentication", "Invalid API key."] },
  nvidia: { openai: "/v1", says: "problem", badKey: [401, "Unauthorized", "Authentication failed"] },
  huggingface: { openai: "/v1", says: "text", badKey: [401, undefined, "Invalid username or password."] },
  azure: [
    // To OpenAI's SDK it is a Bearer token; what it means to the older API is a token of Microsoft's.
    { ...AZURE, under: /\/openai\/v1\//, openai: `${RESOURCE}/openai/v1`, carriers: { ...AZURE.carriers, authorization: BEARER } },
    { ...AZURE, openai: `${RESOURCE}/openai/deployments/[^/]+` },
  ],
  moonshot: SHARED.moonshot,
  "moonshot-cn": SHARED.moonshot,
  zhipu: SHARED.zhipu,
  "zhipu-cn": SHARED.zhipu,
  dashscope: SHARED.dashscope,
  "dashscope-intl": SHARED.dashscope,
  "dashscope-us": SHARED.dashscope,
  "dashscope-hk": SHARED.dashscope,
  elevenlabs: {
    own: {
      "GET /v1/models": answering([{ model_id: "some-model" }]),
      "POST /v1/text-to-speech/[^/]+": (call) => ({ type: "audio/mpeg", bytes: Buffer.from(speech(call).join("")) }),
      "POST /v1/text-to-speech/[^/]+/stream": (call) => ({ type: "audio/mpeg", frames: speech(call) }),
    },
    says: "detail",
    badKey: [401, "invalid_api_key", "Invalid API key"],
    carriers: { "xi-api-key": PLAIN },
  },
  deepgram: {
    own: { "GET /v1/models": answering({ stt: [], tts: [] }), "POST /v1/listen": transcript },
    raw: /^\/v1\/listen$/,
    says: "deepgram",
    badKey: [401, "INVALID_AUTH", "Invalid credentials."],
    carriers: { authorization: /^Token \S+$/i },
  },
  replicate: { own: PREDICTIONS, says: "problem", badKey: [401, "Unauthenticated", "You did not pass a valid authentication token"] },
  github: {
    own: { "GET /user": answering({ login: "mock", id: 1 }) },
    says: "message",
    badKey: [401, "", "Bad credentials"],
    carriers: { authorization: /^(?:Bearer|token) \S+$/i },
  },
  notion: {
    own: { "GET /v1/users": answering({ object: "list", results: [BOT] }), "GET /v1/users/me": answering(BOT) },
    says: "notion",
    badKey: [401, "unauthorized", "API token is invalid."],
  },
  resend: { own: { "POST /emails": answering({ id: "mock" }) }, says: "resend", badKey: [403, "invalid_api_key", "API key is invalid."] },
  sendgrid: SHARED.sendgrid,
  "sendgrid-eu": SHARED.sendgrid,
  stripe: {
    own: { "GET /v1/balance": answering({ object: "balance" }), "GET /v1/products": answering(LIST) },
    badKey: [401, "invalid_request_error", "Invalid API Key provided"],
  },
};

/** @param {string} provider @param {Row} row @returns {Dialect[]} */
function dialects(provider, { under, openai, anthropic, own, raw, says = "openai", badKey: [status, type, message], carriers }) {
  const badKey = { status, type, message };
  /** @type {Dialect} */
  const main = {
    under,
    raw,
    carriers: carriers ?? { authorization: BEARER },
    headers: (id) => ({ ...CLOUDFLARE, "x-request-id": id }),
    errors: { ...OPENAI_ERRORS.errors, no_key: badKey, wrong_key: badKey },
    errorBody: ERROR_BODIES[says],
    routes: { ...(openai === undefined ? {} : openaiRoutes(provider, openai)), ...own },
  };
  return [...(anthropic === undefined ? [] : [anthropicMessages(provider, anthropic)]), main];
}

export const OTHERS = Object.fromEntries(
  Object.entries(ROWS).map(([provider, rows]) => [provider, [rows].flat().flatMap((row) => dialects(provider, row))]),
);
