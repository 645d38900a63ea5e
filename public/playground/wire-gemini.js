/** Gemini's generateContent. */

const ROLES = { user: "user", assistant: "model" };

/** @type {import("./wires.js").Wire} */
export const gemini = {
  request(_provider, model, turns, stream, { system, temperature, maxTokens } = {}) {
    const action = stream ? "streamGenerateContent?alt=sse" : "generateContent";
    const config = { ...(temperature !== undefined && { temperature }), ...(maxTokens && { maxOutputTokens: maxTokens }) };
    return {
      path: `/v1beta/models/${encodeURIComponent(model.replace(/^models\//, ""))}:${action}`,
      body: {
        ...(system && { systemInstruction: { parts: [{ text: system }] } }),
        contents: turns.map(({ role, text }) => ({ role: ROLES[role], parts: [{ text }] })),
        ...(Object.keys(config).length && { generationConfig: config }),
      },
    };
  },
  read({ candidates: [candidate] = [], promptFeedback, usageMetadata, error }) {
    const parts = candidate?.content?.parts ?? [];
    return {
      text: parts.map((part) => (part.thought ? "" : (part.text ?? ""))).join(""),
      end: candidate?.finishReason ?? promptFeedback?.blockReason,
      usage: { input: usageMetadata?.promptTokenCount, output: usageMetadata?.candidatesTokenCount },
      error,
    };
  },
  answer: "candidates[0].content.parts[0].text",
  modelsPath: () => "/v1beta/models?pageSize=1000",
  models: ({ models }) =>
    models
      .filter(({ supportedGenerationMethods }) => supportedGenerationMethods?.includes("generateContent"))
      .map(({ name }) => name.replace(/^models\//, "")),
};
