/**
 * What a relay may send up, and what not. All the rules of the mock about a request's head are here.
 */

import { holdsCanary } from "./canary.mjs";

/** @import { Dialect } from "./types.mjs" */

/** Every header a key has ever been seen in. */
const CARRIERS = ["authorization", "x-api-key", "x-goog-api-key", "api-key", "xi-api-key"];

/** Every query parameter a key has ever been seen in. A URL is logged everywhere, so none may come, for no provider. */
const KEY_PARAMETERS = ["key", "api_key", "api-key", "apikey", "access_token", "token", "x-api-key", "x-goog-api-key"];

/** What tells about the user, the user's browser or the way the request took; and what is between two neighbours only. */
const FORBIDDEN = "origin referer cookie forwarded via x-real-ip true-client-ip te anthropic-dangerous-direct-browser-access".split(" ");
const FORBIDDEN_FAMILIES = /^(?:sec|cf|x-forwarded|x-relay)-/;

const LONGEST_NAME = 100;

/**
 * @param {object} request
 * @param {string} request.url
 * @param {[string, string][]} request.headers    names lower-cased, every line on its own
 * @param {URLSearchParams} request.query
 * @param {Dialect} dialect
 * @returns {{key: string, violations: string[], leaks: string[]}}   `key` is found wherever it is, '' when there is none; `leaks`
 *   are the places where it was and does not belong, and are violations, too
 */
export function inspect({ url, headers, query }, dialect) {
  const carried = headers.filter(([name]) => CARRIERS.includes(name));
  const inQuery = KEY_PARAMETERS.filter((name) => query.has(name));
  const native = carried.filter(([name, value]) => dialect.carriers[name]?.test(value));
  const names = new Set(headers.map(([name]) => name));
  const missing = (dialect.needs ?? []).filter((header) => !names.has(header));
  const [, credential = query.get(inQuery[0]) ?? ""] = native[0] ?? carried[0] ?? [];
  const leaks = [
    ...(holdsCanary(url) ? ["url"] : []),
    ...headers
      .filter((line) => line !== native[0] && holdsCanary(line.join(": ")))
      .map(([name]) => (holdsCanary(name) ? "a header's name" : `header ${name.slice(0, LONGEST_NAME)}`)),
  ];
  return {
    key: credential.replace(/^\w+ +/, ""),
    leaks,
    violations: [
      ...leaks.map((place) => `a key does not belong here: ${place}`),
      ...headers
        .filter(([name]) => FORBIDDEN.includes(name) || FORBIDDEN_FAMILIES.test(name))
        .map(([name]) => `the header ${name} must not be forwarded`),
      ...inQuery.map((name) => `a key in the query: ${name}`),
      ...(carried.length > 1 ? [`more than one key: ${carried.map(([name]) => name).join(", ")}`] : []),
      ...(carried.length === 1 && native.length === 0 ? [`${carried[0][0]} does not hold a key as this provider takes it there`] : []),
      ...(names.has("user-agent") ? [] : ["no user-agent"]),
      ...missing.map((header) => `no ${header}`),
    ],
  };
}
