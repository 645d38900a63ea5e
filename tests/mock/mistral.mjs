/**
 * Mistral: OpenAI's chat with small differences, and errors of its own (the gateway in front of it has others again).
 */
import { chat, modelRoutes } from "./chat.mjs";
import { BEARER, CLOUDFLARE } from "./common.mjs";

/** @import { Dialect } from "./types.mjs" */

const MODELS = ["mistral-small-latest", "mistral-large-latest", "mistral-embed"].map((id) => ({
  id,
  object: "model",
  created: 1735689600,
  owned_by: "mistralai",
  capabilities: { completion_chat: id !== "mistral-embed", completion_fim: false },
}));

const STYLE = { idPrefix: "", message: { tool_calls: null }, usageLast: true };
const LIMITED = { "retry-after": "3", "x-ratelimit-remaining-req-minute": "0" };

/** @type {Dialect} */
const dialect = {
  carriers: { authorization: BEARER },
  headers: (id) => ({
    ...CLOUDFLARE,
    "mistral-correlation-id": id,
    "x-kong-request-id": id,
    "x-kong-upstream-latency": "41",
    "x-kong-proxy-latency": "1",
    "x-envoy-upstream-service-time": "40",
    "x-ratelimit-limit-req-minute": "60",
    "x-ratelimit-remaining-req-minute": "59",
    "x-ratelimit-limit-tokens-minute": "500000",
    "x-ratelimit-remaining-tokens-minute": "499986",
    "x-ratelimit-tokens-query-cost": "14",
  }),
  errors: {
    no_key: { status: 401, message: "Unauthorized" },
    wrong_key: { status: 401, message: "Unauthorized" },
    rate_limit: { status: 429, type: "rate_limited", code: "1300", message: "Rate limit exceeded", headers: LIMITED },
    overloaded: { status: 503, type: "unreachable_backend", code: "1100", message: "Service unavailable." },
    server: { status: 500, type: "internal_server_error", code: "1000", message: "Internal server error." },
    not_found: { status: 404, type: "not_found", code: "1600", message: "The requested resource was not found." },
    bad_request: { status: 400, type: "invalid_request_error", code: "3051", message: "Bad request." },
    too_large: { status: 413, message: "Request size limit exceeded" },
    unknown_path: { status: 404, message: "no Route matched with those values" },
  },
  errorBody({ status, message, type, code, param = null }, request_id) {
    if (status === 401) return { detail: message };
    if (!type) return { message, request_id };
    return { object: "error", message, type, param, code, raw_status_code: status };
  },
  routes: { "POST /v1/chat/completions": (call) => chat(call, "mistral", STYLE), ...modelRoutes(MODELS) },
};

export const mistral = [dialect];
