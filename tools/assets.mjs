/**
 * The static files under public/ as Cloudflare serves them beside a deployed Worker: a file that exists is answered without waking the
 * Worker, `/` is index.html, and public/_headers adds headers. This small Worker does that in front of the relay for `make dev`.
 */
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const PUBLIC = fileURLToPath(new URL("../public/", import.meta.url));

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".ts": "text/plain; charset=utf-8",
};

// A URL is taken apart as text, like in the relay: what is in a Host need not parse as one, and a path must not be decoded.
const FRONT = `
export default {
  async fetch(request, { RELAY, FILES }) {
    const [path] = request.url.slice(request.url.indexOf("/", "https://".length)).split("?", 1);
    // Handed on, it would become one by GET.
    if (request.headers.get("upgrade")?.toLowerCase().includes("websocket") && request.method !== "GET") return new Response("A WebSocket begins with GET.", { status: 400 });
    const file = Object.hasOwn(FILES, path) ? FILES[path] : undefined;
    if (!file || !["GET", "HEAD"].includes(request.method)) return RELAY.fetch(request);
    return new Response(request.method === "HEAD" ? null : file.body, { headers: file.headers });
  },
};`;

/** That Worker, as workerd.capnp has it. It hands everything else to the service called `relay`. @param {string} relay */
export async function frontWorker(relay) {
  return {
    modules: [{ name: "front.mjs", esModule: FRONT }],
    compatibilityDate: "2024-11-06",
    bindings: [
      { name: "RELAY", service: { name: relay } },
      { name: "FILES", json: JSON.stringify(await publicFiles()) },
    ],
  };
}

/** @returns {Promise<Record<string, {body: string, headers: Record<string, string>}>>} by path */
async function publicFiles() {
  const rules = parseHeaders(await readFile(join(PUBLIC, "_headers"), "utf8"));
  const names = (await readdir(PUBLIC, { recursive: true })).filter((name) => extname(name) in TYPES);
  const files = names.map(async (name) => {
    const path = `/${name === "index.html" ? "" : name}`;
    const headers = rules.filter((rule) => rule.matches(path)).map((rule) => rule.headers);
    const type = { "content-type": TYPES[extname(name)], "cache-control": "no-cache" };
    return [path, { body: await readFile(join(PUBLIC, name), "utf8"), headers: Object.assign(type, ...headers) }];
  });
  return Object.fromEntries(await Promise.all(files));
}

/** Cloudflare's `_headers` format: a path, in which one `*` stands for anything, then indented `Name: value` lines. */
function parseHeaders(text) {
  const rules = [];
  for (const line of text.split("\n").filter((line) => line.trim() && !line.startsWith("#"))) {
    if (/^\s/.test(line)) {
      const [name, value] = line.split(/:(.*)/s).map((part) => part.trim());
      rules.at(-1).headers[name.toLowerCase()] = value;
    } else {
      const [start, rest] = line.trim().split("*");
      const matches = (path) => (rest === undefined ? path === start : path.startsWith(start) && path.endsWith(rest));
      rules.push({ matches, headers: {} });
    }
  }
  return rules;
}
