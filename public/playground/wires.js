/**
 * How each provider is spoken to.
 *
 * @typedef {import("../relay.js").Provider} Provider
 * @typedef {{role: "user" | "assistant", text: string}} Turn
 * @typedef {{path: string, headers?: Record<string, string>, body: object}} Request
 *
 * @typedef {object} Wire a provider's own chat format
 * @property {(provider: Provider, model: string, turns: Turn[], stream: boolean) => Request} request
 * @property {(event: any) => {text?: string, end?: string, error?: any}} read what one event of a stream says
 * @property {string} answer where the text is in an answer that is not streamed
 * @property {(provider: Provider) => string} modelsPath
 * @property {(list: any) => string[]} models
 */
import { anthropic } from "./wire-anthropic.js";
import { gemini } from "./wire-gemini.js";
import { openai } from "./wire-openai.js";

/** @param {Provider} provider @returns {Wire | undefined} nothing for a provider whose chat is not known here */
export const wireOf = ({ id, sdk_base_urls }) => ({ anthropic, google: gemini })[id] ?? (sdk_base_urls.openai && openai);

/** A provider without one gets the first of its list. */
export const DEFAULT_MODELS = {
  openai: "gpt-5-mini",
  anthropic: "claude-haiku-4-5",
  google: "gemini-2.5-flash",
  mistral: "mistral-small-latest",
};
