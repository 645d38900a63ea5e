/**
 * The OpenAI dialect's chat and models: OpenAI's own, and what Mistral, Gemini and Anthropic copied from it. Where the copies differ,
 * the difference is a parameter.
 */
import { data, greeting, lastUserText, newId, now, STREAM, tokens } from "./text.mjs";

/** @import { Call, Payload, Routes } from "./types.mjs" */

/**
 * @param {Call} call
 * @param {string} provider
 * @param {object} [style]
 * @param {string} [style.idPrefix]
 * @param {object} [style.message]     what an assistant message has besides role and content
 * @param {object} [style.rest]        what every answer has besides the common fields
 * @param {object} [style.details]     what the token counts have besides the three numbers
 * @param {boolean} [style.usageLast]  a stream has these in its last chunk, always; otherwise in a chunk of their own, if asked for
 * @returns {Payload}
 */
export function chat({ body }, provider, { idPrefix = "chatcmpl-", message, rest, details, usageLast = false } = {}) {
  const said = lastUserText(body.messages ?? body.prompt);
  const pieces = greeting(provider, said);
  const content = pieces.join("");
  const [prompt_tokens, completion_tokens] = [tokens(said), tokens(content)];
  const usage = { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens, ...details };
  const base = { id: newId(idPrefix), created: now(), model: body.model, ...rest };
  if (!body.stream) {
    const choice = { index: 0, message: { role: "assistant", content, ...message }, finish_reason: "stop" };
    return { json: { ...base, object: "chat.completion", choices: [choice], usage } };
  }
  const chunk = (choices, more) => data({ ...base, object: "chat.completion.chunk", choices, ...more });
  const delta = (value, finish_reason = null, more = {}) => chunk([{ index: 0, delta: value, finish_reason }], more);
  return {
    type: STREAM,
    frames: [
      delta({ role: "assistant", content: "" }),
      ...pieces.map((content) => delta({ content })),
      usageLast ? delta({ content: "" }, "stop", { usage }) : delta({}, "stop"),
      ...(!usageLast && body.stream_options?.include_usage ? [chunk([], { usage })] : []),
      "data: [DONE]\n\n",
    ],
  };
}

/**
 * All models, and one by its id, whether or not it is among them: apps know models the mock does not.
 *
 * @param {object[]} models
 * @param {object} [where]
 * @param {string} [where.path]        of the list
 * @param {string} [where.one]         of one of them, with the id as its group
 * @param {string} [where.id]          the id's name
 * @param {(models: object[]) => object} [where.list]
 * @returns {Routes}
 */
export const modelRoutes = (
  models,
  { path = "/v1/models", one = `${path}/(.+)`, id = "id", list = (data) => ({ object: "list", data }) } = {},
) => ({
  [`GET ${path}`]: () => ({ json: list(models) }),
  [`GET ${one}`]: ({ params: [asked] }) => ({ json: models.find((model) => model[id] === asked) ?? { ...models[0], [id]: asked } }),
});
