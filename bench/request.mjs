/** What is sent: a chat as the OpenAI SDK sends it from a page in Chromium, seen on the wire. */

export const ORIGIN = "https://app.example";
export const KEY = "sk-bench0123456789abcdefghijklmnopqrstuvwxyz";

const SDK_HEADERS = {
  "x-stainless-os": "Unknown",
  "x-stainless-runtime-version": "156.0.0",
  "x-stainless-package-version": "7.57.0",
  "x-stainless-runtime": "browser:chrome",
  "x-stainless-arch": "unknown",
  "x-stainless-retry-count": "0",
  "x-stainless-lang": "js",
};

const BROWSER_HEADERS = {
  "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
  Origin: ORIGIN,
  "Sec-Fetch-Site": "cross-site",
  "Sec-Fetch-Mode": "cors",
  "Sec-Fetch-Dest": "empty",
  Referer: `${ORIGIN}/`,
  "Accept-Encoding": "gzip, deflate, br, zstd",
  "Accept-Language": "en-US,en;q=0.9",
};

const CLIENT_HINTS = {
  "sec-ch-ua-platform": '"Linux"',
  "sec-ch-ua": '"Chromium";v="156", "Not_A Brand";v="8", "Google Chrome";v="156"',
  "sec-ch-ua-mobile": "?0",
};

/** @param {string} key @returns {Record<string, string>} the 22 headers of a chat request beside host and length */
export const chatHeaders = (key) => ({
  Connection: "keep-alive",
  ...CLIENT_HINTS,
  authorization: `Bearer ${key}`,
  ...SDK_HEADERS,
  accept: "application/json",
  "content-type": "application/json",
  ...BROWSER_HEADERS,
});

export const PREFLIGHT_HEADERS = {
  Connection: "keep-alive",
  Accept: "*/*",
  "Access-Control-Request-Method": "POST",
  "Access-Control-Request-Headers": ["authorization", "content-type", ...Object.keys(SDK_HEADERS).sort()].join(","),
  ...BROWSER_HEADERS,
};

const TEXT = "Please read this and tell me in one sentence what it says. ";

/** A chat's body, `size` bytes long by the length of its prompt. `model` steers mock.mjs. */
export function chatBody(size = 1024, { model = "gpt-5-mini", stream = false, note = "" } = {}) {
  const body = (content) => JSON.stringify({ model, messages: [{ role: "user", content: note + content }], ...(stream && { stream }) });
  const room = Math.max(0, size - body("").length);
  return body(TEXT.repeat(Math.ceil(room / TEXT.length)).slice(0, room));
}

/** @returns {Buffer} a whole request as it goes over the wire */
export function wire(method, url, headers, body = "") {
  const { host, pathname, search } = new URL(url);
  const all = { Host: host, ...headers, ...(body && { "Content-Length": Buffer.byteLength(body) }) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${pathname}${search} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
}

/** What downloads are made of, again and again. Its period of 251 bytes shows any loss or shift. */
export const PATTERN = Buffer.alloc(
  256 * 1024,
  Uint8Array.from({ length: 251 }, (_, i) => i),
);
