import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { LITELLM_PYTHON, startPython } from "../python.mjs";

const COMMAND = fileURLToPath(new URL("../litellm/.venv/bin/litellm", import.meta.url));
const CONFIG = fileURLToPath(new URL("../litellm/config.yaml", import.meta.url));
const POLL_MS = 50;

/**
 * LiteLLM's proxy: one worker on Uvicorn, its default and what its documentation recommends (Granian was no faster), in production mode
 * and without a line of log for each request. Prices of models come from its package, not from the network.
 */
export async function start({ upstream }) {
  const port = await freePort();
  const options = { host: "127.0.0.1", port, num_workers: 1, config: CONFIG, telemetry: "False" };
  const child = await startPython(
    LITELLM_PYTHON,
    [COMMAND, ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`])],
    {
      LITELLM_MODE: "PRODUCTION",
      LITELLM_LOG: "ERROR",
      LITELLM_LOCAL_MODEL_COST_MAP: "True",
      LITELLM_MASTER_KEY: "sk-bench-master-0123456789abcdefghijklmnopqrstuvwxyz", // it does not start without one
      BENCH_CHAT: `${upstream}/v1/chat/completions`,
      BENCH_SPEECH: `${upstream}/v1/audio/speech`,
    },
  );
  child.stdout.resume(); // it draws
  const url = `http://127.0.0.1:${port}`;
  while (!(await answers(`${url}/health/liveliness`))) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  return url;
}

/** It takes port 0, but then tells nobody which one it got. */
function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const answers = (url) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
