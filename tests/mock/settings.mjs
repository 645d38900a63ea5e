/** What a relay and its users are told to ask the mock. */
import { PROVIDERS } from "./providers.mjs";

const settingOf = (provider) => `UPSTREAM_${provider.toUpperCase().replaceAll("-", "_")}`;

/** The settings that point a relay at the mock provider, for all or some of the providers. */
export const upstreamSettings = (mockUrl, providers = Object.keys(PROVIDERS)) =>
  Object.fromEntries(providers.map((provider) => [settingOf(provider), `${mockUrl}/${provider}`]));

/** The mock's port for people. */
export const PORT_FOR_PEOPLE = 9301;

/** Milliseconds between the chunks of a stream, which the eye can follow. */
export const PACE_FOR_PEOPLE = 60;

/** Keys for people: made up, in a shape the relay's key check takes for the provider's own. */
export const KEYS = {
  openai: "sk-mock-openai-key",
  anthropic: "sk-ant-mock-key",
  google: "AIza-mock-google-key",
  mistral: "mockMistralKey0123456789abcdef00",
};

/** Those keys, a line for each. */
export const KEY_LINES = Object.entries(KEYS)
  .map(([id, key]) => `  ${id.padEnd(10)} ${key}`)
  .join("\n");

/** A command that makes the mock behave otherwise for one of them. @param {string} mockUrl */
export const tryErrors = (mockUrl) => `curl ${mockUrl}/_mock/script -d '{"key": "${KEYS.openai}", "error": "rate_limit"}'`;
