/** Anthropic's messages. */

/** @type {import("./wires.js").Wire} */
export const anthropic = {
  request: (_provider, model, turns, stream) => ({
    path: "/v1/messages",
    headers: { "anthropic-version": "2023-06-01" },
    body: { model, max_tokens: 2048, messages: turns.map(({ role, text }) => ({ role, content: text })), ...(stream && { stream }) },
  }),
  read: ({ delta, error }) => ({ text: delta?.text, end: delta?.stop_reason, error }),
  answer: "content[0].text",
  modelsPath: () => "/v1/models?limit=1000",
  models: ({ data }) => data.map(({ id }) => id),
};
