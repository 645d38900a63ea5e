/**
 * Gemini: the native API, whose verbs stand behind a colon, and the OpenAI-compatible one below /v1beta/openai/.
 */
import { embeddings, modelList, oneModel, vector } from "./chat.mjs";
import { BEARER } from "./common.mjs";
import { compatibleChat } from "./openai.mjs";
import { data, greeting, lastUserText, newId, tokens } from "./text.mjs";

/** @typedef {import("./types.mjs").Dialect} Dialect */
/** @typedef {import("./types.mjs").Call} Call */
/** @typedef {import("./types.mjs").Payload} Payload */

const GENERATION = ["generateContent", "streamGenerateContent", "countTokens"];
const MODELS = [
  ["gemini-2.5-flash", GENERATION],
  ["gemini-2.5-pro", GENERATION],
  ["gemini-embedding-001", ["embedContent", "batchEmbedContents"]],
].map(([id, supportedGenerationMethods]) => ({
  name: `models/${id}`,
  version: "001",
  displayName: id,
  description: "A model of the mock.",
  inputTokenLimit: 1048576,
  outputTokenLimit: 65536,
  supportedGenerationMethods,
  temperature: 1,
  topP: 0.95,
  topK: 64,
  maxTemperature: 2,
}));
const COMPATIBLE_MODELS = MODELS.map(({ name }) => ({ id: name, object: "model", owned_by: "google" }));

/** The parts of an answer: every one is a complete object, with the token counts so far; only the last has an end. */
function generated(/** @type {Call} */ { body, params: [model] }, /** @type {string[]} */ pieces) {
  const promptTokenCount = tokens(lastUserText(body.contents));
  const responseId = newId("");
  let candidatesTokenCount = 0;
  return pieces.map((text, i) => {
    candidatesTokenCount += tokens(text);
    return {
      candidates: [{ content: { parts: [{ text }], role: "model" }, ...(i === pieces.length - 1 && { finishReason: "STOP" }), index: 0 }],
      usageMetadata: {
        promptTokenCount,
        candidatesTokenCount,
        totalTokenCount: promptTokenCount + candidatesTokenCount,
        promptTokensDetails: [{ modality: "TEXT", tokenCount: promptTokenCount }],
      },
      modelVersion: model,
      responseId,
    };
  });
}

const pieces = (/** @type {Call} */ call) => greeting("google", lastUserText(call.body.contents));

/** @param {Call} call @returns {Payload} */
const generateContent = (call) => ({ json: generated(call, [pieces(call).join("")])[0] });

/** @param {Call} call @returns {Payload} */
function streamGenerateContent(call) {
  const parts = generated(call, pieces(call));
  if (call.query.get("alt") === "sse") return { type: "text/event-stream", frames: parts.map((part) => data(part, "\r\n")) };
  // Without alt=sse the stream is one JSON array that is written as it grows.
  return { frames: [...parts.map((part, i) => `${i === 0 ? "[" : ",\n"}${JSON.stringify(part, null, 2)}`), "\n]"] };
}

/** @param {Call} call @returns {Payload} */
const countTokens = ({ body }) => {
  // The SDKs put the contents either at the top or into a whole generateContent request.
  const totalTokens = tokens(lastUserText(body.contents ?? body.generateContentRequest?.contents));
  return { json: { totalTokens, promptTokensDetails: [{ modality: "TEXT", tokenCount: totalTokens }] } };
};

const embedding = (/** @type {any} */ request) => ({
  values: vector(request?.outputDimensionality ?? request?.embedContentConfig?.outputDimensionality),
});

const verb = (/** @type {string} */ name) => new RegExp(`^/v1(?:beta|alpha)?/(?:models|tunedModels)/([^/:]+)(?::|%3A)${name}$`, "i");

const service = "generativelanguage.googleapis.com";
const errorInfo = (/** @type {string} */ reason) => ({
  "@type": "type.googleapis.com/google.rpc.ErrorInfo",
  reason,
  domain: "googleapis.com",
  metadata: { service },
});

const WRONG_KEY = "API key not valid. Please pass a valid API key.";

/**
 * A wrong key is 400 here, not 401. To a request with no key at all, Google itself also has a 403 with the same body around other words.
 *
 * @type {Dialect["errors"]}
 */
const ERRORS = {
  no_key: {
    status: 401,
    type: "UNAUTHENTICATED",
    message:
      "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential.",
    details: [errorInfo("CREDENTIALS_MISSING")],
  },
  wrong_key: {
    status: 400,
    type: "INVALID_ARGUMENT",
    message: WRONG_KEY,
    details: [
      errorInfo("API_KEY_INVALID"),
      { "@type": "type.googleapis.com/google.rpc.LocalizedMessage", locale: "en-US", message: WRONG_KEY },
    ],
  },
  rate_limit: {
    status: 429,
    type: "RESOURCE_EXHAUSTED",
    message: `You exceeded your current quota, please check your plan and billing details. * Quota exceeded for metric: ${service}/generate_content_free_tier_requests, limit: 15\nPlease retry in 3s.`,
    details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "3s" }],
    headers: { "retry-after": "3" },
  },
  overloaded: { status: 503, type: "UNAVAILABLE", message: "The model is overloaded. Please try again later." },
  server: { status: 500, type: "INTERNAL", message: "An internal error has occurred. Please retry." },
  not_found: {
    status: 404,
    type: "NOT_FOUND",
    message: "models/gemini-nope is not found for API version v1beta, or is not supported for generateContent.",
  },
  bad_request: { status: 400, type: "INVALID_ARGUMENT", message: "* GenerateContentRequest.contents: contents is not specified\n" },
  too_large: { status: 413, type: "INVALID_ARGUMENT", message: "Request payload size exceeds the limit." },
  unknown_path: { status: 404, type: "NOT_FOUND", message: "Method not found." },
};

/** @returns {{error: object}} */
const errorBody = (/** @type {import("./types.mjs").ProviderError} */ { status: code, message, type: status, details }) => ({
  error: { code, message, status, ...(details && { details }) },
});

const headers = () => ({
  server: "scaffolding on HTTPServer2",
  "set-cookie": "NID=mock.cookie; expires=Mon, 01-Jan-2035 00:00:00 GMT; path=/; domain=.example.com; HttpOnly",
  "alt-svc": 'h3=":443"; ma=2592000,h3-29=":443"; ma=2592000',
  "strict-transport-security": "max-age=31536000",
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "vary,vary,vary,content-encoding,date,server,content-length",
  vary: ["Origin", "X-Origin", "Referer"],
  "x-content-type-options": "nosniff",
  "x-frame-options": "SAMEORIGIN",
  "x-xss-protection": "0",
  "server-timing": "gfet4t7; dur=42",
});

const shared = { jsonType: "application/json; charset=UTF-8", headers, errors: ERRORS };

/** @type {Dialect} */
const native = {
  ...shared,
  under: /^\//,
  // An API key as a Bearer token is refused here: the header is for OAuth, whose tokens begin with ya29.
  carriers: { "x-goog-api-key": /^\S+$/, authorization: /^Bearer ya29\.\S+$/i },
  errorBody,
  routes: [
    { method: "POST", path: verb("generateContent"), answer: generateContent },
    { method: "POST", path: verb("streamGenerateContent"), answer: streamGenerateContent },
    { method: "POST", path: verb("countTokens"), answer: countTokens },
    { method: "POST", path: verb("embedContent"), answer: ({ body }) => ({ json: { embedding: embedding(body) } }) },
    {
      method: "POST",
      path: verb("batchEmbedContents"),
      answer: ({ body }) => ({ json: { embeddings: (body.requests ?? []).map(embedding) } }),
    },
    { method: "GET", path: /^\/v1(?:beta|alpha)?\/models$/, answer: () => ({ json: { models: MODELS } }) },
    {
      method: "GET",
      path: /^\/v1(?:beta|alpha)?\/(models\/[^/]+)$/,
      answer: ({ params: [name] }) => ({ json: MODELS.find((model) => model.name === name) ?? { ...MODELS[0], name } }),
    },
  ],
};

/** @type {Dialect} */
const compatible = {
  ...shared,
  under: /^\/v1(?:beta|alpha)?\/openai\//,
  carriers: { authorization: BEARER },
  errorBody: (error) => [errorBody(error)],
  routes: [
    { method: "POST", path: /\/chat\/completions$/, answer: (call) => compatibleChat(call, "google") },
    { method: "POST", path: /\/openai\/embeddings$/, answer: (call) => embeddings(call) },
    { method: "GET", path: /\/openai\/models$/, answer: () => modelList(COMPATIBLE_MODELS) },
    { method: "GET", path: /\/openai\/models\/(.+)$/, answer: ({ params: [id] }) => oneModel(COMPATIBLE_MODELS, id) },
  ],
};

export const google = [compatible, native];
