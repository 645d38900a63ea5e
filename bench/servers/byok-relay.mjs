import { createInterface } from "node:readline";
import { PYTHON, startPython } from "../python.mjs";

/** The relay's own server, from this checkout. */
export async function start({ workers, settings }) {
  const args = ["-m", "byok_relay_server", "serve", "--host", "127.0.0.1", "--port", "0", "--workers", String(workers)];
  const child = await startPython(PYTHON, args, { PYTHONPATH: "src:server", ...settings });
  return new Promise((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const listening = /listening on (http:\/\/\S+)$/.exec(line);
      if (listening) resolve(listening[1]);
    });
  });
}
