/**
 * OpenAI. Its errors are also what Anthropic's OpenAI-compatible endpoint imitates.
 */
import { chat, modelRoutes } from "./chat.mjs";
import { BEARER, CLOUDFLARE } from "./common.mjs";
import { responses } from "./responses.mjs";
import { greeting } from "./text.mjs";

/** @import { Dialect } from "./types.mjs" */

const MODELS = ["gpt-4o-mini", "gpt-4.1", "gpt-5", "text-embedding-3-small"].map((id) => ({
  id,
  object: "model",
  created: 1715367049,
  owned_by: "system",
}));

const STYLE = {
  message: { refusal: null, annotations: [] },
  rest: { service_tier: "default", system_fingerprint: "fp_mock" },
  details: {
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
  },
};

/** Every byte value there is, a thousand times: not text in any encoding. */
const SPEECH = Buffer.from(Array.from({ length: 256_000 }, (_, i) => i % 256));

// A login box is what a browser makes of this header, so the relay must take it away.
const LOGIN_BOX = { "www-authenticate": 'Basic realm="OpenAI API"' };
const RATE_LIMIT = { "retry-after": "3", "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "3s" };

const invalid = (status, message, more = {}) => ({ status, type: "invalid_request_error", message, ...more });
const failed = (status, message) => ({ status, type: "server_error", message });

/** @type {Pick<Dialect, "errors" | "errorBody">} */
export const OPENAI_ERRORS = {
  errors: {
    no_key: invalid(401, "You didn't provide an API key.", { headers: LOGIN_BOX }),
    wrong_key: invalid(401, "Incorrect API key provided: ***.", { code: "invalid_api_key", headers: LOGIN_BOX }),
    rate_limit: {
      status: 429,
      type: "requests",
      code: "rate_limit_exceeded",
      message: "Rate limit reached for gpt-4o-mini on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 3s.",
      headers: RATE_LIMIT,
    },
    overloaded: failed(503, "The server is currently overloaded with other requests. Sorry about that! You can retry your request."),
    server: failed(500, "The server had an error while processing your request. Sorry about that!"),
    not_found: invalid(404, "The model `gpt-nope` does not exist or you do not have access to it.", { code: "model_not_found" }),
    bad_request: invalid(400, "Missing required parameter: 'messages'.", { code: "missing_required_parameter", param: "messages" }),
    too_large: invalid(413, "The request body is too large."),
    unknown_path: invalid(404, "Invalid URL."),
  },
  errorBody: ({ message, type, param = null, code = null }) => ({ error: { message, type, param, code } }),
};

/** @type {Dialect} */
const dialect = {
  ...OPENAI_ERRORS,
  carriers: { authorization: BEARER },
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
  routes: {
    "POST /v1/chat/completions": (call) => chat(call, "openai", STYLE),
    "POST /v1/responses": (call) => responses(call, "openai"),
    "POST /v1/audio/transcriptions": ({ bytes }) => ({ json: { text: greeting("openai", `${bytes.length} bytes`).join("") } }),
    "POST /v1/audio/speech": () => ({ type: "audio/mpeg", bytes: SPEECH }),
    ...modelRoutes(MODELS),
  },
};

export const openai = [dialect];
