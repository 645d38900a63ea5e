/** The relay, or what stands in front of it, as a process of its own, the way a deployment starts it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/**
 * Starts a program and waits for the line in which it says where it listens.
 *
 * @param {string[]} command
 * @param {import("node:child_process").SpawnOptions} options its environment is what this gives, and nothing else
 * @param {(line: string) => void} [log] gets every line that it says
 */
export async function serve([program, ...args], options, log = () => {}) {
  const child = spawn(program, args, { env: {}, ...options, stdio: ["ignore", "pipe", "pipe"] });
  const kill = () => void child.kill("SIGKILL");
  process.on("exit", kill); // however this process ends, the child ends too
  const said = [];
  const address = new Promise((resolve) => {
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on("line", (line) => {
        said.push(line);
        log(line);
        const found = /listening on (http:\S+)$/.exec(line);
        if (found) resolve(found[1]);
      });
    }
  });
  const ended = once(child, "close").then(([code, signal]) => (process.off("exit", kill), { code, signal }));
  const url = await Promise.race([address, ended.then(() => null)]);
  if (url === null) throw new Error(`${program} did not start:\n${said.join("\n")}`);
  return {
    url,
    /** Sends SIGTERM; tells how it ended, and after how many seconds. */
    async close() {
      const begun = performance.now();
      child.kill("SIGTERM");
      return { ...(await ended), seconds: (performance.now() - begun) / 1000 };
    },
  };
}
