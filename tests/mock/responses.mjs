/**
 * OpenAI's responses API: one object that is completed, in a stream by named and numbered events.
 */
import { event, greeting, lastUserText, newId, now, STREAM, tokens } from "./text.mjs";

/** @param {import("./types.mjs").Call} call @param {string} provider @returns {import("./types.mjs").Payload} */
export function responses({ body }, provider) {
  const said = lastUserText(body.input);
  const pieces = greeting(provider, said);
  const text = pieces.join("");
  const message = { id: newId("msg_"), type: "message", role: "assistant" };
  const part = (/** @type {string} */ content) => ({ type: "output_text", annotations: [], logprobs: [], text: content });
  const item = { ...message, status: "completed", content: [part(text)] };
  const begun = response(body);
  const completed = { ...begun, status: "completed", output: [item], usage: usage(tokens(said), tokens(text)) };
  if (!body.stream) return { json: completed };

  const place = { item_id: message.id, output_index: 0, content_index: 0 };
  const events = [
    { type: "response.created", response: begun },
    { type: "response.in_progress", response: begun },
    { type: "response.output_item.added", output_index: 0, item: { ...message, status: "in_progress", content: [] } },
    { type: "response.content_part.added", ...place, part: part("") },
    ...pieces.map((delta) => ({ type: "response.output_text.delta", ...place, delta, logprobs: [] })),
    { type: "response.output_text.done", ...place, text, logprobs: [] },
    { type: "response.content_part.done", ...place, part: part(text) },
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response: completed },
  ];
  return { type: STREAM, frames: events.map(({ type, ...rest }, sequence_number) => event({ type, sequence_number, ...rest })) };
}

const response = (/** @type {any} */ body) => ({
  id: newId("resp_"),
  object: "response",
  created_at: now(),
  status: "in_progress",
  error: null,
  incomplete_details: null,
  instructions: null,
  model: body.model,
  output: [],
  parallel_tool_calls: true,
  tool_choice: "auto",
  tools: [],
  usage: null,
  metadata: {},
});

const usage = (/** @type {number} */ input, /** @type {number} */ output) => ({
  input_tokens: input,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: output,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: input + output,
});
