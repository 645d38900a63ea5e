/**
 * A mock of the providers, for tests, for load tests and for people: one server that answers as OpenAI, Anthropic,
 * Gemini, Mistral and, in small, the others do, refuses what a relay must not send, and does what a test tells it to.
 */
import { createServer } from "node:http";
import { listen } from "../listen.mjs";
import { Ledger } from "./ledger.mjs";
import { exchange } from "./exchange.mjs";
import { PROVIDERS } from "./providers.mjs";
import { upgrade } from "./sockets.mjs";
import { steer, STEERING } from "./steering.mjs";

const ABOUT = `This is the mock provider of byok-relay. It answers below ${Object.keys(PROVIDERS)
  .map((id) => `/${id}/`)
  .join(", ")}.\n`;

// Long enough that a relay meets its own limit first.
const MAX_HEADER_BYTES = 64 * 1024;

/**
 * @param {{port?: number, pace?: number, tells?: boolean}} [options]   pace: ms between the chunks of a stream; tells: each stream of
 *   events begins with what was received, in a comment
 * @returns {Promise<{url: string, close: () => Promise<void>}>}
 */
export async function startMock({ port = 0, pace = 0, tells = false } = {}) {
  const mock = { ledger: new Ledger(), pace, tells };
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (req, res) => {
    serve(req, res, mock).catch((error) => {
      // A mistake in the mock or in a test's script, such as a header no HTTP server can send.
      console.error(`mock: ${req.method} ${req.url}:`, error);
      if (res.headersSent) res.destroy();
      else res.writeHead(500, { "content-type": "text/plain" }).end(`mock: ${error.message}\n`);
    });
  });
  server.on("upgrade", (req, socket, head) => {
    upgrade(req, socket, head, mock).catch((error) => {
      console.error(`mock: ${req.method} ${req.url}:`, error);
      socket.destroy();
    });
  });
  // An idle connection stays: a relay that takes it from its pool in the moment it is closed would see a reset.
  server.keepAliveTimeout = 10 * 60_000;
  server.requestTimeout = 0;
  return listen(server, port);
}

/** @param {{ledger: Ledger, pace: number, tells: boolean}} mock */
async function serve(/** @type {import("node:http").IncomingMessage} */ req, /** @type {import("node:http").ServerResponse} */ res, mock) {
  if (req.url.startsWith(STEERING)) return steer(req, res, mock);
  if (req.url === "/") return void res.writeHead(200, { "content-type": "text/plain; charset=utf-8" }).end(ABOUT);
  return exchange(req, res, mock);
}
