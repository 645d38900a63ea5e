/**
 * Anthropic: the messages API, and the OpenAI-compatible chat beside it.
 */
import { chat, modelRoutes } from "./chat.mjs";
import { BEARER, CLOUDFLARE } from "./common.mjs";
import { OPENAI_ERRORS } from "./openai.mjs";
import { event, greeting, lastUserText, newId, STREAM, tokens } from "./text.mjs";

/** @import { Call, Dialect, Payload } from "./types.mjs" */

const MODELS = [
  ["claude-sonnet-4-5", "Claude Sonnet 4.5"],
  ["claude-haiku-4-5", "Claude Haiku 4.5"],
].map(([id, display_name]) => ({ type: "model", id, display_name, created_at: "2025-09-29T00:00:00Z" }));

/** @param {Call} call @param {string} provider @returns {Payload} */
function messages({ body }, provider) {
  const said = lastUserText(body.messages);
  const pieces = greeting(provider, said);
  const output_tokens = tokens(pieces.join(""));
  const usage = {
    input_tokens: tokens(said),
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    output_tokens: 1,
    service_tier: "standard",
  };
  const begun = { id: newId("msg_"), type: "message", role: "assistant", model: body.model, content: [] };
  const message = { ...begun, stop_reason: null, stop_sequence: null, usage };
  if (!body.stream) {
    const content = [{ type: "text", text: pieces.join("") }];
    return { json: { ...message, content, stop_reason: "end_turn", usage: { ...usage, output_tokens } } };
  }
  const events = [
    { type: "message_start", message },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "ping" },
    ...pieces.map((text) => ({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } })),
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens } },
    { type: "message_stop" },
  ];
  return { type: STREAM, frames: events.map(event) };
}

const error = (status, type, message, again = false, headers = {}) => ({
  status,
  type,
  message,
  headers: { "x-should-retry": String(again), ...headers },
});
const LIMITED = { "retry-after": "3", "anthropic-ratelimit-requests-remaining": "0" };

/** @type {Dialect["headers"]} */
const headers = (id) => ({
  ...CLOUDFLARE,
  "request-id": id,
  "anthropic-organization-id": "00000000-0000-4000-8000-000000000000",
  "anthropic-ratelimit-requests-limit": "50",
  "anthropic-ratelimit-requests-remaining": "49",
  "anthropic-ratelimit-requests-reset": "2030-01-01T00:00:00Z",
  "anthropic-ratelimit-input-tokens-limit": "30000",
  "anthropic-ratelimit-input-tokens-remaining": "29000",
  "anthropic-ratelimit-input-tokens-reset": "2030-01-01T00:00:00Z",
  "anthropic-ratelimit-output-tokens-limit": "8000",
  "anthropic-ratelimit-output-tokens-remaining": "7900",
  "anthropic-ratelimit-output-tokens-reset": "2030-01-01T00:00:00Z",
});

/**
 * The messages API of a provider, below a base path.
 *
 * @param {string} provider
 * @param {string} base
 * @returns {Dialect}
 */
export const anthropicMessages = (provider, base) => ({
  under: new RegExp(`^${base}/v1/messages`),
  carriers: { "x-api-key": /^\S+$/, authorization: BEARER },
  needs: ["anthropic-version"],
  headers,
  errors: {
    no_key: error(401, "authentication_error", "x-api-key header is required"),
    wrong_key: error(401, "authentication_error", "invalid x-api-key"),
    rate_limit: error(429, "rate_limit_error", "This request would exceed the rate limit of 50 requests per minute.", true, LIMITED),
    overloaded: error(529, "overloaded_error", "Overloaded", true),
    server: error(500, "api_error", "Internal server error", true),
    not_found: error(404, "not_found_error", "model: claude-nope"),
    bad_request: error(400, "invalid_request_error", "max_tokens: Field required"),
    too_large: error(413, "request_too_large", "Request exceeds the maximum size"),
    unknown_path: error(404, "not_found_error", "Not Found"),
  },
  errorBody: ({ type, message }, request_id) => ({ type: "error", error: { type, message }, request_id }),
  routes: { [`POST ${base}/v1/messages`]: (call) => messages(call, provider) },
});

const native = anthropicMessages("anthropic", "");

/** @type {Dialect} all of Anthropic's own that is not messages */
const others = {
  ...native,
  under: /^/,
  needs: [],
  routes: modelRoutes(MODELS, { list: (data) => ({ data, has_more: false, first_id: data[0].id, last_id: data.at(-1).id }) }),
};

/** @type {Dialect} */
const compatible = {
  ...OPENAI_ERRORS,
  under: /^\/v1\/chat\/completions$/,
  carriers: { authorization: BEARER },
  headers,
  routes: { "POST /v1/chat/completions": (call) => chat(call, "anthropic") },
};

export const anthropic = [compatible, native, others];
