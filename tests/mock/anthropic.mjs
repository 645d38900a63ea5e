/**
 * Anthropic: the messages API, and the OpenAI-compatible chat beside it.
 */
import { BEARER, CLOUDFLARE } from "./common.mjs";
import { compatibleChat, OPENAI_ERRORS, openaiErrorBody } from "./openai.mjs";
import { event, greeting, lastUserText, newId, tokens } from "./text.mjs";

/** @typedef {import("./types.mjs").Dialect} Dialect */
/** @typedef {import("./types.mjs").Call} Call */
/** @typedef {import("./types.mjs").Payload} Payload */

const MODELS = [
  ["claude-sonnet-4-5", "Claude Sonnet 4.5"],
  ["claude-haiku-4-5", "Claude Haiku 4.5"],
].map(([id, display_name]) => ({ type: "model", id, display_name, created_at: "2025-09-29T00:00:00Z" }));

/** @param {Call} call @returns {Payload} */
function messages({ body }) {
  const said = lastUserText(body.messages);
  const pieces = greeting("anthropic", said);
  const output_tokens = tokens(pieces.join(""));
  const message = {
    id: newId("msg_"),
    type: "message",
    role: "assistant",
    model: body.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: {
      input_tokens: tokens(said),
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
      output_tokens: 1,
      service_tier: "standard",
    },
  };
  if (!body.stream) {
    const content = [{ type: "text", text: pieces.join("") }];
    return { json: { ...message, content, stop_reason: "end_turn", usage: { ...message.usage, output_tokens } } };
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
  return { type: "text/event-stream; charset=utf-8", frames: events.map((each) => event(each.type, each)) };
}

const AGAIN = { "x-should-retry": "true" };
const NOT_AGAIN = { "x-should-retry": "false" };

/** @type {Dialect["errors"]} */
const ERRORS = {
  no_key: { status: 401, type: "authentication_error", message: "x-api-key header is required", headers: NOT_AGAIN },
  wrong_key: { status: 401, type: "authentication_error", message: "invalid x-api-key", headers: NOT_AGAIN },
  rate_limit: {
    status: 429,
    type: "rate_limit_error",
    message: "This request would exceed your organization's rate limit of 50 requests per minute. Please try again later.",
    headers: { ...AGAIN, "retry-after": "3", "anthropic-ratelimit-requests-remaining": "0" },
  },
  overloaded: { status: 529, type: "overloaded_error", message: "Overloaded", headers: AGAIN },
  server: { status: 500, type: "api_error", message: "Internal server error", headers: AGAIN },
  not_found: { status: 404, type: "not_found_error", message: "model: claude-nope", headers: NOT_AGAIN },
  bad_request: { status: 400, type: "invalid_request_error", message: "max_tokens: Field required", headers: NOT_AGAIN },
  too_large: { status: 413, type: "request_too_large", message: "Request exceeds the maximum size", headers: NOT_AGAIN },
  unknown_path: { status: 404, type: "not_found_error", message: "Not Found", headers: NOT_AGAIN },
};

const headers = (/** @type {string} */ id) => ({
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

/** @type {Dialect} */
const native = {
  under: /^\//,
  carriers: { "x-api-key": /^\S+$/, authorization: BEARER },
  needs: [{ path: /^\/v1\/messages/, header: "anthropic-version" }],
  jsonType: "application/json",
  headers,
  errors: ERRORS,
  errorBody: ({ type, message }, request_id) => ({ type: "error", error: { type, message }, request_id }),
  routes: [
    { method: "POST", path: /^\/v1\/messages$/, answer: messages },
    {
      method: "POST",
      path: /^\/v1\/messages\/count_tokens$/,
      answer: ({ body }) => ({ json: { input_tokens: tokens(lastUserText(body.messages)) } }),
    },
    {
      method: "GET",
      path: /^\/v1\/models$/,
      answer: () => ({ json: { data: MODELS, has_more: false, first_id: MODELS[0].id, last_id: MODELS.at(-1).id } }),
    },
    {
      method: "GET",
      path: /^\/v1\/models\/([^/]+)$/,
      answer: ({ params: [id] }) => ({ json: MODELS.find((model) => model.id === id) ?? { ...MODELS[0], id } }),
    },
  ],
};

/** @type {Dialect} */
const compatible = {
  under: /^\/v1\/chat\/completions$/,
  carriers: { authorization: BEARER },
  jsonType: "application/json",
  headers,
  errors: OPENAI_ERRORS,
  errorBody: openaiErrorBody,
  routes: [{ method: "POST", path: /^/, answer: (call) => compatibleChat(call, "anthropic") }],
};

export const anthropic = [compatible, native];
