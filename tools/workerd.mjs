/**
 * Starts workerd with one socket, and nothing else that listens. It is the version that carries Python inside, which miniflare 3.20241106.1
 * brings: nothing to download, nothing generated.
 *
 * Miniflare's own server is not used. It opens two more ports: one answers `POST /core/error` with the contents of any file that the
 * developer can read, the other takes a request's URL from an `MF-Original-URL` header. Any user of the machine can ask both, and so can
 * a web page whose host name is made to resolve to 127.0.0.1.
 */
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Runtime, serializeConfig } from "miniflare";
import { endingWithProcess } from "./ending.mjs";

/** What `fetch` goes through. workerd's own default keeps away from private addresses, and so from a mock provider. */
const INTERNET = { name: "internet", network: { allow: ["public", "private"], tlsOptions: { trustBrowserCas: true } } };

/** `Runtime` gives workerd the address of miniflare's server, and workerd wants a service with that name. No Worker is bound to it. */
const NO_MINIFLARE = { name: "loopback", external: { address: "unix:/dev/null", http: {} } };

/**
 * @param {import("miniflare").Service[]} services as workerd.capnp has them; the first gets the requests
 * @param {object} [options]
 * @param {number} [options.port] of 127.0.0.1; 0 is any free one
 * @param {import("miniflare").Extension[]} [options.extensions] modules that bindings are made of
 * @param {(line: string) => void} [options.log] gets what the Workers print
 * @param {(line: string) => void} [options.chatter] gets what the runtime says besides, and nobody needs to know
 * @returns {Promise<{url: string, restart: (services: import("miniflare").Service[]) => Promise<void>, close: () => Promise<void>}>}
 */
export async function startWorkerd(services, { port = 0, extensions = [], log = console.error, chatter = () => {} } = {}) {
  const runtime = new Runtime();
  const said = []; // each a promise that all of it has been heard

  /** Ends the workerd that runs, if one does. */
  async function restart([first, ...others]) {
    const config = {
      services: [first, ...others, INTERNET, NO_MINIFLARE],
      sockets: [{ name: "entry", http: {}, service: { name: first.name } }],
      extensions,
    };
    const ports = await runtime.updateConfig(serializeConfig(config), {
      entryAddress: `127.0.0.1:${port}`,
      loopbackAddress: NO_MINIFLARE.external.address,
      requiredSockets: ["entry"],
      handleRuntimeStdio: (stdout, stderr) => said.push(filterLog(stdout, log, chatter), filterLog(stderr, log, chatter)),
    });
    if (!ports) throw new Error("workerd ended before it listened; what it said is above");
    port = ports.get("entry");
  }

  async function close() {
    await runtime.dispose();
    await Promise.all(said);
    ended();
  }

  const ended = endingWithProcess(() => void runtime.dispose());
  try {
    await restart(services);
  } catch (error) {
    await close();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, restart, close };
}

// What this runtime says of itself at every start, and of every client that goes away, which is nobody's error.
const NOISE = [/^Load(ing|ed)\s*$/, /^\s*$/, /disconnected: /, /^\s*stack: /, /symbolizer/];

async function filterLog(stream, log, chatter) {
  const lines = createInterface({ input: stream }).on("line", (line) => (NOISE.some((noise) => noise.test(line)) ? chatter : log)(line));
  await once(lines, "close");
}
