/** The clients of a soak test. They say what they are told to, byte for byte, and keep nothing of what has been looked at. */
import { Agent, request } from "node:http";

/** Less than the relay keeps a connection that is not used: neither side should use one that the other is about to close. */
const IDLE_MS = 3000;

/** Nothing in a soak test is silent for as long. */
const SILENCE_MS = 60_000;

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {import("node:http").IncomingHttpHeaders} headers
 * @property {string[]} rawHeaders
 * @property {Buffer} body
 * @property {boolean} complete false if the connection ended before the answer did
 */

export class Client {
  #agent = new Agent({ keepAlive: true, timeout: IDLE_MS });
  #origin;

  /** @param {string} url of the server */
  constructor(url) {
    const { hostname: host, port } = new URL(url);
    this.#origin = { host, port };
  }

  /**
   * A request whose body, and end, are up to the caller.
   *
   * @param {{method?: string, path: string, headers?: Record<string, string>, alone?: boolean}} options `alone`: on a connection of its own
   */
  begin({ method = "GET", path, headers = {}, alone = false }) {
    const connection = alone ? { agent: false } : { agent: this.#agent };
    const sent = request({ ...this.#origin, ...connection, method, path, headers });
    sent.setTimeout(SILENCE_MS, () => sent.destroy(new Error("silence")));
    return sent;
  }

  /**
   * A whole request and its whole answer.
   *
   * @param {{method?: string, path: string, headers?: Record<string, string>, body?: string | Buffer}} options
   * @returns {Promise<Answer>} rejects if there is no answer at all
   */
  async ask({ body, ...options }) {
    const sent = this.begin(options);
    const head = headOf(sent);
    sent.end(body);
    return wholeOf(await head);
  }

  /** Where a WebSocket with this path is. @param {string} path */
  socketUrl(path) {
    return `ws://${this.#origin.host}:${this.#origin.port}${path}`;
  }

  /** Closes the connections that are not in use. */
  rest() {
    for (const socket of Object.values(this.#agent.freeSockets).flat()) socket.destroy();
  }

  close() {
    this.#agent.destroy();
  }
}

/** @param {import("node:http").ClientRequest} sent @returns {Promise<import("node:http").IncomingMessage>} */
export const headOf = (sent) =>
  new Promise((resolve, reject) => {
    sent.on("response", resolve);
    sent.on("error", reject);
  });

/** @param {import("node:http").IncomingMessage} incoming @returns {Promise<Answer>} */
export const wholeOf = (incoming) =>
  new Promise((resolve) => {
    const pieces = [];
    incoming.on("data", (piece) => pieces.push(piece));
    incoming.on("error", () => {}); // told by `complete`
    incoming.on("close", () => {
      const { statusCode: status, headers, rawHeaders, complete } = incoming;
      resolve({ status, headers, rawHeaders, body: Buffer.concat(pieces), complete });
    });
  });
