/**
 * The OpenAI dialect's chat, embeddings and models: OpenAI's own, and what Mistral, Gemini and Anthropic copied from it.
 * Where the copies differ, the difference is a parameter.
 */
import { data, greeting, lastUserText, newId, now, tokens } from "./text.mjs";

/** @typedef {import("./types.mjs").Call} Call */
/** @typedef {import("./types.mjs").Payload} Payload */

/**
 * @typedef {object} ChatStyle
 * @property {string} provider
 * @property {string} idPrefix
 * @property {object} message      what an assistant message has besides role and content
 * @property {object} body         what every answer has besides the common fields
 * @property {object} usage        what the token counts have besides the three numbers
 * @property {"on_request" | "last_chunk"} streamUsage   an own chunk if asked for, or always in the last one
 */

/**
 * @param {Call} call
 * @param {ChatStyle} style
 * @returns {Payload}
 */
export function chat({ body }, style) {
  const said = lastUserText(body.messages ?? body.prompt);
  const pieces = greeting(style.provider, said);
  const usage = { ...tokenCounts(tokens(said), tokens(pieces.join(""))), ...style.usage };
  const base = { id: newId(style.idPrefix), created: now(), model: body.model, ...style.body };
  return body.stream ? chatStream(base, pieces, usage, style, body.stream_options) : { json: completion(base, pieces, usage, style) };
}

const completion = (base, pieces, usage, style) => ({
  ...base,
  object: "chat.completion",
  choices: [{ index: 0, message: { role: "assistant", content: pieces.join(""), ...style.message }, finish_reason: "stop" }],
  usage,
});

/** @returns {Payload} */
function chatStream(base, pieces, usage, style, options) {
  const ownUsage = style.streamUsage === "on_request" && options?.include_usage;
  const chunk = (choices, rest = {}) => data({ ...base, object: "chat.completion.chunk", choices, ...rest });
  const delta = (value, finish_reason = null, rest = {}) => chunk([{ index: 0, delta: value, finish_reason }], rest);
  return {
    type: "text/event-stream; charset=utf-8",
    frames: [
      delta({ role: "assistant", content: "" }),
      ...pieces.map((content) => delta({ content })),
      delta(...(style.streamUsage === "last_chunk" ? [{ content: "" }, "stop", { usage }] : [{}, "stop"])),
      ...(ownUsage ? [chunk([], { usage })] : []),
      "data: [DONE]\n\n",
    ],
  };
}

const tokenCounts = (/** @type {number} */ prompt, /** @type {number} */ completed) => ({
  prompt_tokens: prompt,
  completion_tokens: completed,
  total_tokens: prompt + completed,
});

const DIMENSIONS = { usual: 8, most: 4096 };

/** A vector of numbers that survive being made 32-bit floats, so that base64 and JSON say the same. */
export const vector = (/** @type {unknown} */ length) =>
  Array.from({ length: Math.min(Number(length) || DIMENSIONS.usual, DIMENSIONS.most) }, (_, i) => ((i % 8) - 3.5) / 8);

/**
 * @param {Call} call
 * @param {object} [rest]    what the answer has besides the common fields
 * @returns {Payload}
 */
export function embeddings({ body }, rest = {}) {
  const inputs = Array.isArray(body.input) && typeof body.input[0] !== "number" ? body.input : [body.input];
  const values = vector(body.dimensions ?? body.output_dimension);
  // The OpenAI SDKs ask for base64 when the app has not said what it wants, and decode it themselves.
  const embedding = body.encoding_format === "base64" ? Buffer.from(Float32Array.from(values).buffer).toString("base64") : values;
  const prompt_tokens = tokens(inputs.join(""));
  return {
    json: {
      object: "list",
      data: inputs.map((_, index) => ({ object: "embedding", index, embedding })),
      model: body.model,
      usage: { prompt_tokens, total_tokens: prompt_tokens },
      ...rest,
    },
  };
}

/**
 * @param {{id: string}[]} models
 * @returns {Payload}
 */
export const modelList = (models) => ({ json: { object: "list", data: models } });

/**
 * One model by its id, whether or not it is in the list: apps know models the mock does not.
 *
 * @param {{id: string}[]} models
 * @param {string} id
 * @returns {Payload}
 */
export const oneModel = (models, id) => ({ json: models.find((model) => model.id === id) ?? { ...models[0], id } });
