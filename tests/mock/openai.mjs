/**
 * OpenAI. Its error body and its chat style are also what Anthropic's and Gemini's OpenAI-compatible endpoints imitate.
 */
import { chat, embeddings, modelList, oneModel } from "./chat.mjs";
import { BEARER, CLOUDFLARE } from "./common.mjs";
import { responses } from "./responses.mjs";
import { greeting } from "./text.mjs";

/** @typedef {import("./types.mjs").Dialect} Dialect */

const MODELS = ["gpt-4o-mini", "gpt-4.1", "gpt-5", "text-embedding-3-small"].map((id) => ({
  id,
  object: "model",
  created: 1715367049,
  owned_by: "system",
}));

/** @type {import("./chat.mjs").ChatStyle} */
const STYLE = {
  provider: "openai",
  idPrefix: "chatcmpl-",
  message: { refusal: null, annotations: [] },
  body: { service_tier: "default", system_fingerprint: "fp_mock" },
  usage: {
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
  },
  streamUsage: "on_request",
};

// A login box is what a browser makes of this header, so the relay must take it away.
const LOGIN_BOX = { "www-authenticate": 'Basic realm="OpenAI API"' };

/** @type {Dialect["errors"]} */
export const OPENAI_ERRORS = {
  no_key: {
    status: 401,
    type: "invalid_request_error",
    message:
      "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
    headers: LOGIN_BOX,
  },
  wrong_key: {
    status: 401,
    type: "invalid_request_error",
    code: "invalid_api_key",
    message: "Incorrect API key provided: ***. You can find your API key at https://platform.openai.com/account/api-keys.",
    headers: LOGIN_BOX,
  },
  rate_limit: {
    status: 429,
    type: "requests",
    code: "rate_limit_exceeded",
    message:
      "Rate limit reached for gpt-4o-mini in organization org-mock on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 3s. Visit https://platform.openai.com/account/rate-limits to learn more.",
    headers: { "retry-after": "3", "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "3s" },
  },
  overloaded: {
    status: 503,
    type: "server_error",
    message: "The server is currently overloaded with other requests. Sorry about that! You can retry your request.",
  },
  server: {
    status: 500,
    type: "server_error",
    message: "The server had an error while processing your request. Sorry about that!",
  },
  not_found: {
    status: 404,
    type: "invalid_request_error",
    code: "model_not_found",
    message: "The model `gpt-nope` does not exist or you do not have access to it.",
  },
  bad_request: {
    status: 400,
    type: "invalid_request_error",
    code: "missing_required_parameter",
    param: "messages",
    message: "Missing required parameter: 'messages'.",
  },
  too_large: { status: 413, type: "invalid_request_error", message: "The request body is too large." },
  unknown_path: { status: 404, type: "invalid_request_error", message: "Invalid URL." },
};

/** @type {Dialect["errorBody"]} */
export const openaiErrorBody = ({ message, type, param = null, code = null }) => ({ error: { message, type, param, code } });

/** @type {Dialect} */
const dialect = {
  under: /^\//,
  carriers: { authorization: BEARER },
  jsonType: "application/json",
  headers: (id) => ({
    ...CLOUDFLARE,
    "access-control-expose-headers": "X-Request-ID",
    "x-request-id": id,
    "openai-organization": "org-mock",
    "openai-project": "proj_mock",
    "openai-processing-ms": "42",
    "openai-version": "2020-10-01",
    "x-ratelimit-limit-requests": "10000",
    "x-ratelimit-limit-tokens": "200000",
    "x-ratelimit-remaining-requests": "9999",
    "x-ratelimit-remaining-tokens": "199986",
    "x-ratelimit-reset-requests": "8.64s",
    "x-ratelimit-reset-tokens": "4ms",
  }),
  errors: OPENAI_ERRORS,
  errorBody: openaiErrorBody,
  routes: [
    { method: "POST", path: /^\/v1\/chat\/completions$/, answer: (call) => chat(call, STYLE) },
    { method: "POST", path: /^\/v1\/responses$/, answer: responses },
    { method: "POST", path: /^\/v1\/embeddings$/, answer: (call) => embeddings(call) },
    {
      method: "POST",
      path: /^\/v1\/audio\/transcriptions$/,
      answer: ({ bytes }) => ({ json: { text: greeting("openai", `${bytes.length} bytes`).join("") } }),
    },
    { method: "POST", path: /^\/v1\/audio\/speech$/, answer: () => ({ type: "audio/mpeg", bytes: SPEECH }) },
    { method: "GET", path: /^\/v1\/models$/, answer: () => modelList(MODELS) },
    { method: "GET", path: /^\/v1\/models\/(.+)$/, answer: ({ params: [id] }) => oneModel(MODELS, id) },
  ],
};

/** Every byte value there is, a thousand times: not text in any encoding. */
const SPEECH = Buffer.from(Array.from({ length: 256_000 }, (_, i) => i % 256));

/** The chat of an OpenAI-compatible endpoint of somebody else. */
export const compatibleChat = (/** @type {import("./types.mjs").Call} */ call, /** @type {string} */ provider) =>
  chat(call, { ...STYLE, provider, message: {}, body: {}, usage: {} });

export const openai = [dialect];
