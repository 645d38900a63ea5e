/** A stand-in for the relay, with nothing but what relay.js asks it for. */
import { createServer } from "node:http";
import { listen } from "../listen.mjs";

/** Two providers of the relay's, and one of an operator's own that no SDK is known for. */
const PROVIDERS = [
  ["openai", [], { openai: "/v1", "@ai-sdk/openai": "/v1" }],
  ["google", ["gemini"], { "@google/genai": "", "@ai-sdk/google": "/v1beta" }],
  ["own", [], {}],
];

const VENDORS = [
  ["openai", "OpenAI", ["sk-", "sk-proj-"]],
  ["anthropic", "Anthropic", ["sk-ant-"]],
  ["google", "Google Gemini", ["AIza"]],
  ["groq", "Groq", ["gsk_"]],
];

/** What time the relay says it is. */
export const NOW = 1764000000;

/**
 * @param {object} [sealing] what differs from a relay that has no sealing key
 * @returns {Promise<{url: string, document: object, asked: import("node:http").IncomingMessage[], answerWith: Function, close: () => Promise<void>}>}
 *   `answerWith(fn)` puts a handler in front; one that returns false leaves the request to the next
 */
export async function startDocument(sealing = {}) {
  const asked = [];
  let inFront = () => false;
  const server = createServer((request, response) => {
    asked.push(request);
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-headers", "*");
    if (inFront(request, response) !== false) return;
    if (request.url === "/.well-known/byok-relay") response.end(JSON.stringify(document));
    else response.writeHead(404).end();
  });
  const { url, close } = await listen(server);
  const document = {
    name: "byok-relay",
    now: NOW,
    endpoints: ["batches", "files", "inference", "realtime"],
    providers: PROVIDERS.map(([id, aliases, sdks]) => ({
      id,
      name: `Provider ${id}`,
      aliases,
      base_url: `${url}/${id}`,
      sdk_base_urls: Object.fromEntries(Object.entries(sdks).map(([sdk, path]) => [sdk, `${url}/${id}${path}`])),
      sealed_as: id,
      key: { vendor: id, prefixes: [], form: "[!-+\\--~]{8,4096}", looks_like: `${id}-…` },
    })),
    keys: { vendors: VENDORS.map(([id, name, prefixes]) => ({ id, name, prefixes })), refused: ["sk-admin-", "sk-ant-admin", "sk_live_"] },
    sealing: { keys: [], max_age_days: 90, ...sealing },
    limits: {},
  };
  return { url, document, asked, answerWith: (handler) => void (inFront = handler), close };
}
