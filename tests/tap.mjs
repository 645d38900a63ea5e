/** Stands between a server and its clients, whoever they are, and shows every byte that the server sends down. */
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { reset } from "./reset.mjs";

/**
 * @param {string} url of the server
 * @param {() => (bytes: Buffer) => void} connected called for each connection; what it returns gets the bytes
 * @returns {Promise<{url: string, close: () => void}>}
 */
export async function startTap(url, connected) {
  const { hostname, port } = new URL(url);
  const open = new Set();
  const tap = createServer({ noDelay: true }, (client) => {
    const server = connect({ port: Number(port), host: hostname, noDelay: true });
    server.on("data", connected());
    client.pipe(server).pipe(client);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ]) {
      open.add(one);
      let broken = false;
      one.on("error", () => (broken = true));
      one.on("close", () => {
        open.delete(one);
        // Each side learns of the other's end as it was: by a reset, or by a FIN after all that was said.
        if (broken) reset(other);
        else if (one === client) other.destroy();
      });
    }
  });
  tap.listen(0, "127.0.0.1");
  await once(tap, "listening");
  return {
    url: `http://${hostname}:${tap.address().port}`,
    close() {
      tap.close();
      for (const each of open) each.destroy();
    },
  };
}
