/** Anthropic's messages. */

const USUAL_MOST = 2048; // an answer must have a limit here

/** @type {import("./wires.js").Wire} */
export const anthropic = {
  request: (_provider, model, turns, stream, { system, temperature, maxTokens = USUAL_MOST } = {}) => ({
    path: "/v1/messages",
    headers: { "anthropic-version": "2023-06-01" },
    body: {
      model,
      max_tokens: maxTokens,
      ...(system && { system }),
      ...(temperature !== undefined && { temperature }),
      messages: turns.map(({ role, text }) => ({ role, content: text })),
      ...(stream && { stream }),
    },
  }),
  read({ delta, error, message, usage }) {
    return {
      text: delta?.text,
      end: delta?.stop_reason,
      usage: { input: message?.usage?.input_tokens ?? usage?.input_tokens, output: usage?.output_tokens },
      error,
    };
  },
  answer: "content[0].text",
  modelsPath: () => "/v1/models?limit=1000",
  models: ({ data }) => data.map(({ id }) => id),
};
