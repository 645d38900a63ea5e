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

/** By the SDK that speaks it. */
const WIRES = { "@anthropic-ai/sdk": anthropic, "@google/genai": gemini, openai };

/**
 * @param {Provider} provider
 * @returns {Wire | undefined} nothing for a provider whose chat is not known here, or which needs to know more than a key
 */
export const wireOf = ({ model, base_url, sdk_base_urls }) =>
  model === null || base_url.includes("{resource}") ? undefined : WIRES[Object.keys(sdk_base_urls).find((sdk) => sdk in WIRES)];
