import { Server } from "node:net";

/** Portkey's gateway as its package starts it. It would listen on every interface, on a port of its choice. */
export async function start() {
  process.argv.push("--headless");
  process.stdout.write = () => true; // it draws
  console.clear = () => {};
  const listening = new Promise((resolve) => {
    const { listen } = Server.prototype;
    Server.prototype.listen = function (_port, _host, ...rest) {
      this.once("listening", () => resolve(`http://127.0.0.1:${this.address().port}`));
      return listen.call(this, 0, "127.0.0.1", ...rest);
    };
  });
  await import("@portkey-ai/gateway/build/start-server.js");
  return listening;
}
