/**
 * Which provider, which dialect and which route a request is for.
 */
import { anthropic } from "./anthropic.mjs";
import { google } from "./google.mjs";
import { mistral } from "./mistral.mjs";
import { openai } from "./openai.mjs";
import { OTHERS } from "./others.mjs";

/** @import { Dialect } from "./types.mjs" */

/** @type {Record<string, Dialect[]>} the dialects of a provider; the first whose paths match answers */
export const PROVIDERS = { openai, anthropic, google, mistral, ...OTHERS };

/**
 * @param {string} url    the request target, `/provider/path?query`; without a provider it is OpenAI's
 * @returns {{provider: string, dialect: Dialect, path: string, query: URLSearchParams}}
 */
export function locate(url) {
  const [whole, query = ""] = url.split(/\?(.*)/s, 2);
  const segment = whole.split("/", 2)[1];
  const named = Object.hasOwn(PROVIDERS, segment);
  const provider = named ? segment : "openai";
  const path = named ? whole.slice(segment.length + 1) || "/" : whole;
  const dialect = PROVIDERS[provider].find(({ under = /^/ }) => under.test(path));
  return { provider, path, dialect, query: new URLSearchParams(query) };
}

/** @param {Dialect} dialect @param {string} method @param {string} path */
export function findRoute({ routes }, method, path) {
  for (const [pattern, answer] of Object.entries(routes)) {
    const match = new RegExp(`^${pattern}$`).exec(`${method} ${path}`);
    if (match) return { answer, params: match.slice(1) };
  }
  return null;
}
