import { Agent } from "node:http";
import { createServer } from "cors-anywhere";

/** CORS-Anywhere with its own server.js's settings, and with connections kept alive. */
export function start() {
  const server = createServer({
    originWhitelist: [],
    requireHeader: ["origin", "x-requested-with"],
    removeHeaders: ["cookie", "cookie2"],
    redirectSameOrigin: true,
    httpProxyOptions: { xfwd: false, agent: new Agent({ keepAlive: true }) },
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${server.address().port}`));
  });
}
