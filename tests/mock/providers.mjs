/**
 * Which provider, which dialect and which route a request is for.
 */
import { anthropic } from "./anthropic.mjs";
import { google } from "./google.mjs";
import { mistral } from "./mistral.mjs";
import { openai } from "./openai.mjs";

/** @typedef {import("./types.mjs").Dialect} Dialect */

/** @type {Record<string, Dialect[]>} the dialects of a provider; the first whose paths match answers */
export const PROVIDERS = { openai, anthropic, google, mistral };

/**
 * @param {string} url    the request target, `/provider/path?query`; without a provider it is OpenAI's
 * @returns {{provider: string, dialect: Dialect, path: string, query: URLSearchParams}}
 */
export function locate(url) {
  const mark = url.indexOf("?");
  const whole = mark < 0 ? url : url.slice(0, mark);
  const segment = whole.split("/", 2)[1];
  const named = Object.hasOwn(PROVIDERS, segment);
  const provider = named ? segment : "openai";
  const path = named ? whole.slice(segment.length + 1) || "/" : whole;
  return {
    provider,
    path,
    dialect: PROVIDERS[provider].find(({ under }) => under.test(path)) ?? PROVIDERS[provider].at(-1),
    query: new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1)),
  };
}

/**
 * @param {Dialect} dialect
 * @param {string} method
 * @param {string} path
 */
export function findRoute(dialect, method, path) {
  for (const route of dialect.routes) {
    const match = route.method === method && route.path.exec(path);
    if (match) return { route, params: match.slice(1) };
  }
  return null;
}
