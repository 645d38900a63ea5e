/** What every server of the tests does besides answering. */
import { once } from "node:events";

/**
 * Has a server listen on 127.0.0.1. Closing it ends its connections as well.
 *
 * @param {import("node:http").Server} server
 * @param {number} [port] 0 is any free one
 * @returns {Promise<{url: string, close: () => Promise<void>}>}
 */
export async function listen(server, port = 0) {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
