/**
 * The HTTP clients of the mock's own tests. Not fetch: that adds sec-fetch-mode, which the mock refuses, and hides
 * how a connection ends.
 */
import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { after } from "node:test";
import { mockControl } from "./control.mjs";
import { startMock } from "./mock.mjs";

/** What the mock wants of a chat request of each provider, the key aside. */
export const CHATS = {
  openai: { path: "/openai/v1/chat/completions", carrier: "authorization" },
  anthropic: { path: "/anthropic/v1/messages", carrier: "x-api-key", headers: { "anthropic-version": "2023-06-01" } },
  google: { path: "/google/v1beta/models/gemini-2.5-flash:generateContent", carrier: "x-goog-api-key" },
  mistral: { path: "/mistral/v1/chat/completions", carrier: "authorization" },
};

let keys = 0;
export const freshKey = () => `key-${process.pid}-${++keys}`;

/** A key as it is written into its header. */
export const carried = (carrier, key) => ({ [carrier]: carrier === "authorization" ? `Bearer ${key}` : key });

/** A body every chat endpoint takes: each reads its own part of it. */
export const saying = (text, rest = {}) => ({
  model: "some-model",
  messages: [{ role: "user", content: text }],
  contents: [{ role: "user", parts: [{ text }] }],
  ...rest,
});

/**
 * Sends a request and comes back with its head.
 *
 * @param {string} url
 * @param {{method?: string, headers?: object, body?: unknown, agent?: import("node:http").Agent | false}} [options]
 */
export async function send(url, { body, method = body === undefined ? "GET" : "POST", headers = {}, agent = false } = {}) {
  const req = request(url, { method, agent, headers: { "user-agent": "test", ...headers } });
  req.end(typeof body === "object" && !Buffer.isBuffer(body) ? JSON.stringify(body) : body);
  const [res] = await once(req, "response");
  const chunks = res[Symbol.asyncIterator]();
  const bytes = async () => {
    const read = [];
    for await (const chunk of { [Symbol.asyncIterator]: () => chunks }) read.push(chunk);
    return Buffer.concat(read);
  };
  return {
    status: res.statusCode,
    headers: res.headers,
    nextChunk: async () => String((await chunks.next()).value),
    bytes,
    text: async () => String(await bytes()),
    json: async () => JSON.parse(String(await bytes())),
    goAway: () => req.destroy(),
    res,
  };
}

/** A mock for the tests of one file. A chat is one with OpenAI, the plainest of the providers. */
export async function mockForTests() {
  const { url, close } = await startMock();
  after(close);
  const control = mockControl(url);
  const headersOf = (key, more) => ({ ...carried(CHATS.openai.carrier, key), ...more });
  return {
    url,
    control,

    /** A new key for which the mock behaves in this way. @param {import("./types.mjs").Behaviour} behaviour */
    async scripted(behaviour) {
      const key = freshKey();
      await control.script(key, behaviour);
      return key;
    },

    chat: (key, body = saying("hi"), headers = {}) => send(url + CHATS.openai.path, { headers: headersOf(key, headers), body }),

    /** The states of the requests with a key. */
    statesOf: async (key) => (await control.seen(key)).map(({ state }) => state),

    /** A chat whose body is up to the caller, who may go away as well. */
    beginChat(key, length) {
      const headers = headersOf(key, { "user-agent": "test", "content-length": length });
      return request(url + CHATS.openai.path, { method: "POST", agent: false, headers }).on("error", () => {});
    },

    /**
     * A chat on a bare socket, to see the bytes on the wire and how the connection ends.
     *
     * @returns {Promise<{received: string, end: "FIN" | "RST"}>}
     */
    async chatOnTheWire(key, body = saying("hi")) {
      const { hostname, port } = new URL(url);
      const socket = connect(Number(port), hostname);
      const bytes = JSON.stringify(body);
      socket.write(
        `POST ${CHATS.openai.path} HTTP/1.1\r\nhost: mock\r\nuser-agent: test\r\nauthorization: Bearer ${key}\r\n` +
          `connection: close\r\ncontent-length: ${Buffer.byteLength(bytes)}\r\n\r\n${bytes}`,
      );
      const received = [];
      socket.on("data", (chunk) => received.push(chunk));
      const end = await new Promise((resolve, reject) => {
        socket.on("end", () => resolve("FIN"));
        socket.on("error", (error) => (error.code === "ECONNRESET" ? resolve("RST") : reject(error)));
      });
      socket.destroy();
      // latin1 keeps every byte: half an emoji must not become a replacement character here.
      return { received: Buffer.concat(received).toString("latin1"), end };
    },
  };
}
