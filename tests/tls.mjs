/** TLS in front of a server, with a certificate that nobody but these tests trusts. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { createServer } from "node:tls";

/** The certificate, and its key. */
export const PEM = readFileSync(new URL("loopback.pem", import.meta.url), "utf8");

/**
 * @param {string} url of the server
 * @returns {Promise<{url: string, close: () => void}>}
 */
export async function startTls(url) {
  const { hostname, port } = new URL(url);
  const open = new Set();
  const front = createServer({ key: PEM, cert: PEM }, (client) => {
    const server = connect({ port: Number(port), host: hostname, noDelay: true });
    client.pipe(server).pipe(client);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ]) {
      open.add(one);
      one.on("error", () => {});
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  front.listen(0, "127.0.0.1");
  await once(front, "listening");
  return {
    url: `https://127.0.0.1:${front.address().port}`,
    close() {
      front.close();
      for (const each of open) each.destroy();
    },
  };
}
