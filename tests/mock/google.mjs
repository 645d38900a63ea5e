/**
 * Gemini: the native API, whose verbs stand behind a colon, and the OpenAI-compatible one below /v1beta/openai/.
 */
import { chat, modelRoutes } from "./chat.mjs";
import { BEARER } from "./common.mjs";
import { data, greeting, lastUserText, newId, tokens } from "./text.mjs";

/** @import { Call, Dialect, Payload, ProviderError } from "./types.mjs" */

const GENERATION = ["generateContent", "streamGenerateContent", "countTokens"];
const MODELS = [
  ["gemini-2.5-flash", GENERATION],
  ["gemini-2.5-pro", GENERATION],
  ["gemini-embedding-001", ["embedContent", "batchEmbedContents"]],
].map(([id, supportedGenerationMethods]) => ({ name: `models/${id}`, version: "001", displayName: id, supportedGenerationMethods }));
const COMPATIBLE_MODELS = MODELS.map(({ name }) => ({ id: name, object: "model", owned_by: "google" }));

/** The parts of an answer: every one is a complete object, with the token counts so far; only the last has an end. */
function generated(/** @type {Call} */ { body, params: [modelVersion] }, /** @type {boolean} */ whole) {
  const said = lastUserText(body.contents);
  const pieces = greeting("google", said);
  const promptTokenCount = tokens(said);
  const responseId = newId("");
  let candidatesTokenCount = 0;
  return (whole ? [pieces.join("")] : pieces).map((text, i, { length }) => {
    candidatesTokenCount += tokens(text);
    const totalTokenCount = promptTokenCount + candidatesTokenCount;
    const promptTokensDetails = [{ modality: "TEXT", tokenCount: promptTokenCount }];
    return {
      candidates: [{ content: { parts: [{ text }], role: "model" }, ...(i === length - 1 && { finishReason: "STOP" }), index: 0 }],
      usageMetadata: { promptTokenCount, candidatesTokenCount, totalTokenCount, promptTokensDetails },
      modelVersion,
      responseId,
    };
  });
}

/** @param {Call} call @returns {Payload} */
function streamGenerateContent(call) {
  const parts = generated(call, false);
  if (call.query.get("alt") === "sse") return { type: "text/event-stream", frames: parts.map((part) => data(part, "\r\n")) };
  // Without alt=sse the stream is one JSON array that is written as it grows.
  return { frames: [...parts.map((part, i) => `${i === 0 ? "[" : ",\n"}${JSON.stringify(part, null, 2)}`), "\n]"] };
}

/** The first leg of an upload is answered with the URL of the second, which brings the content. @param {Call} call @returns {Payload} */
function upload({ query, bytes, here }) {
  if (!query.has("upload_id")) return { json: {}, headers: { "x-goog-upload-url": `${here}/upload/v1beta/files?upload_id=mock` } };
  const file = { name: "files/mock", uri: `${here}/v1beta/files/mock`, sizeBytes: String(bytes.length), state: "ACTIVE" };
  return { json: { file }, headers: { "x-goog-upload-status": "final" } };
}

const VERSION = "/v1(?:beta|alpha)?";
const verb = (/** @type {string} */ name) => `POST ${VERSION}/(?:models|tunedModels)/([^/:]+)(?::|%3[Aa])${name}`;

const service = "generativelanguage.googleapis.com";
const rpc = (type, rest) => ({ "@type": `type.googleapis.com/google.rpc.${type}`, ...rest });
const reason = (reason) => rpc("ErrorInfo", { reason, domain: "googleapis.com", metadata: { service } });

const WRONG_KEY = "API key not valid. Please pass a valid API key.";

/**
 * A wrong key is 400 here, not 401. To a request with no key at all, Google itself also has a 403 with the same body around other words.
 *
 * @type {Dialect["errors"]}
 */
const errors = {
  no_key: {
    status: 401,
    type: "UNAUTHENTICATED",
    message: "Request is missing required authentication credential.",
    details: [reason("CREDENTIALS_MISSING")],
  },
  wrong_key: {
    status: 400,
    type: "INVALID_ARGUMENT",
    message: WRONG_KEY,
    details: [reason("API_KEY_INVALID"), rpc("LocalizedMessage", { locale: "en-US", message: WRONG_KEY })],
  },
  rate_limit: {
    status: 429,
    type: "RESOURCE_EXHAUSTED",
    message: `You exceeded your current quota. * Quota exceeded for metric: ${service}/requests, limit: 15\nPlease retry in 3s.`,
    details: [rpc("RetryInfo", { retryDelay: "3s" })],
    headers: { "retry-after": "3" },
  },
  overloaded: { status: 503, type: "UNAVAILABLE", message: "The model is overloaded. Please try again later." },
  server: { status: 500, type: "INTERNAL", message: "An internal error has occurred. Please retry." },
  not_found: { status: 404, type: "NOT_FOUND", message: "models/gemini-nope is not found for API version v1beta." },
  bad_request: { status: 400, type: "INVALID_ARGUMENT", message: "* GenerateContentRequest.contents: contents is not specified\n" },
  too_large: { status: 413, type: "INVALID_ARGUMENT", message: "Request payload size exceeds the limit." },
  unknown_path: { status: 404, type: "NOT_FOUND", message: "Method not found." },
};

const errorBody = (/** @type {ProviderError} */ { status: code, message, type: status, details }) => ({
  error: { code, message, status, ...(details && { details }) },
});

const shared = {
  jsonType: "application/json; charset=UTF-8",
  errors,
  headers: () => ({
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
  }),
};

/** @type {Dialect} */
const native = {
  ...shared,
  // An API key as a Bearer token is refused here: the header is for OAuth, whose tokens begin with ya29.
  carriers: { "x-goog-api-key": /^\S+$/, authorization: /^Bearer ya29\.\S+$/i },
  raw: /^\/upload\//,
  errorBody,
  routes: {
    [verb("generateContent")]: (call) => ({ json: generated(call, true)[0] }),
    [verb("streamGenerateContent")]: streamGenerateContent,
    [`POST /upload${VERSION}/files`]: upload,
    ...modelRoutes(MODELS, {
      path: `${VERSION}/models`,
      one: `${VERSION}/(models/[^/]+)`,
      id: "name",
      list: (models) => ({ models }),
    }),
  },
};

/** @type {Dialect} */
const compatible = {
  ...shared,
  under: /^\/v1(?:beta|alpha)?\/openai\//,
  carriers: { authorization: BEARER },
  errorBody: (error) => [errorBody(error)],
  routes: {
    [`POST ${VERSION}/openai/chat/completions`]: (call) => chat(call, "google"),
    ...modelRoutes(COMPATIBLE_MODELS, { path: `${VERSION}/openai/models` }),
  },
};

export const google = [compatible, native];
