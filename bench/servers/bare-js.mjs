import { Log, LogLevel, Miniflare } from "miniflare";

const WORKER = `
export default {
  fetch(request, { UPSTREAM }) {
    return fetch(UPSTREAM + request.url.slice(request.url.indexOf("/", 8)), request);
  },
};`;

/** A Worker in JavaScript that decides nothing, on the relay's runtime and started as the relay is. */
export async function start({ upstream }) {
  const worker = new Miniflare({
    modules: [{ type: "ESModule", path: "worker.mjs", contents: WORKER }],
    bindings: { UPSTREAM: upstream },
    compatibilityDate: "2024-11-06",
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    cf: false,
    log: new Log(LogLevel.NONE),
    host: "127.0.0.1",
    port: 0,
  });
  await worker.ready;
  return (await worker.unsafeGetDirectURL()).origin;
}
