/**
 * How each provider is spoken to.
 *
 * @typedef {import("../relay.js").Provider} Provider
 * @typedef {{role: "user" | "assistant", text: string}} Turn
 * @typedef {{system?: string, temperature?: number, maxTokens?: number}} Options
 * @typedef {{path: string, headers?: Record<string, string>, body: object}} Request
 * @typedef {{input?: number, output?: number}} Usage in tokens
 *
 * @typedef {object} Wire a provider's own chat format
 * @property {(provider: Provider, model: string, turns: Turn[], stream: boolean, options?: Options) => Request} request
 * @property {(event: any) => {text?: string, end?: string, usage?: Usage, error?: any}} read what one event of a stream says
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
 * @returns {Wire | undefined} nothing for a provider that does not chat, or whose chat is not known here
 */
export const wireOf = ({ model, sdk_base_urls }) =>
  model === null ? undefined : WIRES[Object.keys(sdk_base_urls).find((sdk) => sdk in WIRES)];

/** Whether its base URL holds the name of something that its customer has. @param {Provider} provider */
export const hasResource = ({ base_url }) => base_url.includes("{resource}");
