/** What Vercel would run, as its Python runtime loads and serves it. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startWatchedMock, upstreamSettings } from "../harness.mjs";
import { together } from "../together.mjs";
import { Watch } from "../watch.mjs";
import { PASSES } from "./passes.mjs";
import { serve } from "./served.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The steps of `vercel_runtime.vc_init` 0.24: the file by its path, a callable with three parameters, and its uvicorn with these options. */
const RUNTIME = `
import importlib.util, inspect, socket, sys
import uvicorn

spec = importlib.util.spec_from_file_location("api.index", sys.argv[1])
module = sys.modules["api.index"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
assert inspect.iscoroutinefunction(module.app.__call__)
assert len(inspect.signature(module.app).parameters) == 3
listening = socket.create_server(("127.0.0.1", 0))
print(f"listening on http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
uvicorn.Server(uvicorn.Config(module.app, lifespan="auto", access_log=False, log_config=None, log_level="warning")).run([listening])
`;

const start = (settings, log) =>
  serve(
    [`${ROOT}.venv/bin/python`, "-c", RUNTIME, `${ROOT}api/index.py`],
    { env: { PYTHONPATH: "src:server", ...settings }, cwd: ROOT },
    log,
  );

let stack;

before(async () => {
  stack = await together(async (open) => {
    const watch = await open(new Watch());
    const { mock, mockUrl } = await open(startWatchedMock(watch));
    const relay = await open(start(upstreamSettings(mockUrl), (line) => watch.look("the relay's log", line)));
    return { mock, relay };
  });
});

after(() => stack.close());

for (const [what, check] of Object.entries(PASSES)) test(what, () => check(stack.relay.url, stack.mock));

test("the relay's own origin is the one that browsers see, where Vercel ends TLS", async () => {
  const answer = await fetch(`${stack.relay.url}/.well-known/byok-relay`, { headers: { "x-forwarded-proto": "https" } });
  const { providers } = await answer.json();
  assert.equal(providers[0].base_url, `${stack.relay.url.replace("http:", "https:")}/openai`);
});

test("every path goes to the function, which holds nothing of the repository but its own file", async () => {
  const { routes, functions } = JSON.parse(await readFile(`${ROOT}vercel.json`, "utf8"));
  assert.deepEqual(routes, [{ src: "/(.*)", dest: "/api/index" }]);
  const excluded = functions["api/index.py"].excludeFiles.match(/^\{(.*)\}\/\*\*$/)[1].split(",");
  const { stdout } = await promisify(execFile)("git", ["ls-files", "*/*"], { cwd: ROOT });
  const folders = new Set(
    stdout
      .split("\n")
      .filter(Boolean)
      .map((name) => name.split("/")[0]),
  );
  const left = [...folders].filter((name) => !name.startsWith(".") && !excluded.includes(name));
  assert.deepEqual(left.sort(), ["api", "public"]); // Vercel itself leaves the latter out
});
