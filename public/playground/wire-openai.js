/** OpenAI's chat completions, which Mistral and most custom providers speak as well. */

/** Not for chatting, as far as a name tells. */
const OTHER_WORK = /embed|moderation|whisper|tts|transcribe|audio|realtime|image|dall-e|sora|ocr|babbage|davinci/;

/** Mistral's reasoning models answer in parts, not all of which are text. */
const textOf = (content) => (Array.isArray(content) ? content.map((part) => part.text ?? "").join("") : content);

const isOpenai = ({ id }) => id === "openai"; // who counts tokens of streams when asked to

/** What its limit of an answer's tokens is called: OpenAI's newer models take the newer name alone. */
export const limitName = (provider) => (isOpenai(provider) ? "max_completion_tokens" : "max_tokens");

/** @type {import("./wires.js").Wire} */
export const openai = {
  // Where a provider has these endpoints is where the OpenAI SDK is sent.
  request(provider, model, turns, stream, { system, temperature, maxTokens } = {}) {
    const { base_url, sdk_base_urls } = provider;
    const said = turns.map(({ role, text }) => ({ role, content: text }));
    return {
      path: `${sdk_base_urls.openai.slice(base_url.length)}/chat/completions`,
      body: {
        model,
        messages: [...(system ? [{ role: "system", content: system }] : []), ...said],
        ...(temperature !== undefined && { temperature }),
        ...(maxTokens && { [limitName(provider)]: maxTokens }),
        ...(stream && { stream, ...(isOpenai(provider) && { stream_options: { include_usage: true } }) }),
      },
    };
  },
  read: ({ choices: [choice] = [], error, usage, x_groq }) => ({
    text: textOf(choice?.delta?.content),
    end: choice?.finish_reason,
    usage: { input: (usage ?? x_groq?.usage)?.prompt_tokens, output: (usage ?? x_groq?.usage)?.completion_tokens },
    error,
  }),
  answer: "choices[0].message.content",
  // Cohere's list is elsewhere, and is its first endpoint.
  modelsPath: ({ base_url, sdk_base_urls, endpoint }) =>
    /^GET .*\/models$/.test(endpoint) ? endpoint.slice(4) : `${sdk_base_urls.openai.slice(base_url.length)}/models`,
  models: (list) =>
    (list.data ?? list.models ?? list) // OpenAI's, Cohere's, Together's
      .map(({ id, name, ...model }) => ({ id: id ?? name, ...model }))
      .filter(({ id, capabilities, endpoints }) => capabilities?.completion_chat ?? endpoints?.includes("chat") ?? !OTHER_WORK.test(id))
      .map(({ id }) => id),
};
