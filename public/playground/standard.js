/**
 * Some providers as a relay with the standard settings describes them: for the page of a relay that does not let its own page ask. The
 * code can be read then, but nothing can be sent.
 *
 * @type {Partial<import("../relay.js").Provider>[]}
 */
export const STANDARD = [
  {
    id: "openai",
    name: "OpenAI",
    aliases: [],
    base_url: `${location.origin}/openai`,
    model: "gpt-6-luna",
    endpoint: "GET /v1/models",
    sdk_base_urls: {
      openai: `${location.origin}/openai/v1`,
      "@ai-sdk/openai": `${location.origin}/openai/v1`,
      "@langchain/openai": `${location.origin}/openai/v1`,
    },
    key: {
      headers: ["authorization"],
      schemes: { authorization: "Bearer" },
      looks_like: "sk-…",
      get_one_at: "https://platform.openai.com/api-keys",
    },
  },
  {
    id: "anthropic",
    name: "Anthropic",
    aliases: ["claude"],
    base_url: `${location.origin}/anthropic`,
    model: "claude-haiku-5-5",
    endpoint: "GET /v1/models",
    sdk_base_urls: {
      "@anthropic-ai/sdk": `${location.origin}/anthropic`,
      "@ai-sdk/anthropic": `${location.origin}/anthropic/v1`,
      "@langchain/anthropic": `${location.origin}/anthropic`,
      openai: `${location.origin}/anthropic/v1`,
    },
    key: {
      headers: ["x-api-key", "authorization"],
      schemes: { authorization: "Bearer" },
      looks_like: "sk-ant-…",
      get_one_at: "https://platform.claude.com/settings/keys",
    },
  },
  {
    id: "google",
    name: "Google Gemini",
    aliases: ["gemini", "generativelanguage", "google-ai-studio"],
    base_url: `${location.origin}/google`,
    model: "gemini-3.5-flash-lite",
    endpoint: "GET /v1beta/openai/models",
    sdk_base_urls: {
      "@google/genai": `${location.origin}/google`,
      "@google/generative-ai": `${location.origin}/google`,
      "@ai-sdk/google": `${location.origin}/google/v1beta`,
      "@langchain/google-genai": `${location.origin}/google`,
      openai: `${location.origin}/google/v1beta/openai`,
    },
    key: {
      headers: ["x-goog-api-key", "authorization"],
      schemes: { authorization: "Bearer" },
      looks_like: "AIza… or AQ.…",
      get_one_at: "https://aistudio.google.com/apikey",
    },
  },
  {
    id: "mistral",
    name: "Mistral",
    aliases: [],
    base_url: `${location.origin}/mistral`,
    model: "mistral-small-latest",
    endpoint: "GET /v1/models",
    sdk_base_urls: {
      "@mistralai/mistralai": `${location.origin}/mistral`,
      "@ai-sdk/mistral": `${location.origin}/mistral/v1`,
      "@langchain/mistralai": `${location.origin}/mistral`,
      openai: `${location.origin}/mistral/v1`,
    },
    key: {
      headers: ["authorization"],
      schemes: { authorization: "Bearer" },
      looks_like: "32 letters and digits",
      get_one_at: "https://console.mistral.ai/api-keys",
    },
  },
];
