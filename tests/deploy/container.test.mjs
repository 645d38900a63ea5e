/**
 * The container, as far as it can be known without an engine to build it with: what the Dockerfile says, what it would copy, and its own
 * commands, run here as another user on a tree that nobody may write to. docs/deploy.md tells how to build it for real.
 */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { chmod, cp, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, relative, resolve } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import dockerignore from "@balena/dockerignore";
import { startWatchedMock, upstreamSettings } from "../harness.mjs";
import { randomKey } from "../keys.mjs";
import { together } from "../together.mjs";
import { Watch } from "../watch.mjs";
import { stagesOf } from "./dockerfile.mjs";
import { ask, PASSES_WITH_SOCKETS } from "./passes.mjs";
import { serve } from "./served.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);
const read = (name) => readFile(join(ROOT, name), "utf8");

const [build, image] = stagesOf(await read("Dockerfile"));
const the = (keyword) => image.instructions.filter((each) => each.keyword === keyword);
const ignored = dockerignore().add(await read(".dockerignore"));
const sources = build.instructions.filter(({ keyword }) => keyword === "COPY").flatMap(({ text }) => text.split(" ").slice(0, -1));

async function repositoryFiles(folders = []) {
  const { stdout } = await run("git", ["ls-files", "--cached", "--others", "--exclude-standard", ...folders], { cwd: ROOT });
  return stdout.trim().split("\n");
}

/** Every file of the repository that an engine would get to see, and that a COPY then takes. */
async function copiedFiles() {
  const taken = (name) => sources.some((source) => name === source || name.startsWith(`${source}/`));
  return ignored.filter(await repositoryFiles()).filter(taken);
}

test("hadolint finds nothing to say", async () => {
  await run(join(ROOT, ".venv/bin/hadolint"), ["Dockerfile"], { cwd: ROOT });
});

test("the base is one exact image, and the last stage begins with nothing", () => {
  assert.match(build.from, /^debian:\d+\.\d+-slim@sha256:[0-9a-f]{64} AS build$/);
  assert.equal(image.from, "scratch");
});

test("the image needs no shell, no right and no secret", () => {
  for (const keyword of ["RUN", "HEALTHCHECK", "ENTRYPOINT", "CMD"]) {
    assert.ok(the(keyword).length > 0 && the(keyword).every(({ exec }) => exec), `${keyword} is in exec form`);
  }
  assert.match(the("USER")[0].text, /^[1-9]\d*:[1-9]\d*$/);
  assert.deepEqual(
    the("COPY").map(({ flags }) => flags),
    [["--from=build"], ["--from=build"]],
  );
  const names = [...build.instructions, ...image.instructions].filter(({ keyword }) => /^(ENV|ARG|ADD)$/.test(keyword));
  assert.deepEqual(
    names.map(({ text }) => text.replace(/=\S+/g, "")),
    ["PYTHONPATH PYTHONSAFEPATH PYTHONDONTWRITEBYTECODE"],
  );
});

test("it holds the relay and its playground, and nothing else of the repository", async () => {
  const folders = ["src/byok_relay", "server/byok_relay_server", "public"];
  assert.deepEqual((await copiedFiles()).sort(), ["LICENSE", "server/requirements.txt", ...(await repositoryFiles(folders))].sort());
  const hidden = `.env .dev.vars .git/config .venv/bin/python Dockerfile node_modules/a.js src/entry.py src/byok_relay/__pycache__/a.pyc
    server/byok_relay_server/__pycache__/a.pyc server/.env tests/keys.mjs`.split(/\s+/);
  assert.deepEqual(ignored.filter(hidden), []);
});

test("the lock file pins what the server needs, by hash, and names no registry", async () => {
  const lock = await read("server/requirements.txt");
  const pinned = [...lock.matchAll(/^([a-z0-9-]+==\S+).*((?:\\\n +--hash=sha256:[0-9a-f]{64} ?)+)$/gm)].map(([, name]) => name);
  assert.equal(pinned.length, lock.match(/^[a-z]/gm).length);
  const [, needed] = /^server = \[\n(.*?)^\]/ms.exec(await read("pyproject.toml"));
  for (const [, name] of needed.matchAll(/^ +["']([^;"']+)/gm)) assert.ok(pinned.includes(name), name);
  assert.doesNotMatch(lock, /:\/\//);
});

/** The image's own folders in a temporary one, made by the Dockerfile's own commands but those that only Debian has. */
let tree;
/** A Python for the image's user, and what it takes to be that user. */
let python;
let user;

const inTree = (text) => text.replace(/(?<=^|[\s=])\/(app|build)(?=\/|\s|$)/g, `${tree}/$1`);

before(async () => {
  tree = await mkdtemp(join(tmpdir(), "byok-relay-image-"));
  let folder = tree;
  for (const { keyword, text } of build.instructions) {
    if (keyword === "WORKDIR") folder = inTree(text);
    if (keyword === "COPY") await copy(text.split(" ").slice(0, -1), inTree(text).split(" ").at(-1), folder);
    if (keyword === "RUN" && !text.startsWith("apt-get ")) {
      await run("sh", ["-c", inTree(text)], { cwd: folder, env: { ...process.env, PATH: `${ROOT}.venv/bin:${process.env.PATH}` } });
    }
  }
  for (const name of await readdir(tree, { recursive: true })) {
    const path = join(tree, name);
    await chmod(path, (await stat(path)).isDirectory() ? 0o555 : 0o444);
  }
  await chmod(tree, 0o555);
  [python, user] = await pythonAndUser();
});

after(async () => {
  await chmod(tree, 0o755);
  for (const name of await readdir(tree, { recursive: true })) await chmod(join(tree, name), 0o755);
  await rm(tree, { recursive: true });
});

/** Of a folder its contents, as COPY does; `to` ends with a slash where it is one that takes files. */
async function copy(sources, to, folder) {
  for (const name of await copiedFiles()) {
    const source = sources.find((each) => name === each || name.startsWith(`${each}/`));
    if (source) await cp(join(ROOT, name), resolve(folder, to, name === source ? basename(name) : relative(source, name)));
  }
}

/** Root is nobody's user here: then it becomes the image's, if there is a Python of this version that others may run. */
async function pythonAndUser() {
  const print = "import sys; print(sys._base_executable, *sys.version_info[:2])";
  const { stdout } = await run(join(ROOT, ".venv/bin/python"), ["-c", print]);
  const [own, ...version] = stdout.trim().split(" ");
  if (process.getuid() !== 0) return [own, {}];
  const [uid, gid] = the("USER")[0].text.split(":").map(Number);
  for (const each of [own, "/usr/bin/python3"]) {
    const found = spawnSync(each, ["-c", print], { uid, gid, encoding: "utf8", cwd: "/" });
    if (found.stdout?.trim().endsWith(` ${version.join(" ")}`)) return [each, { uid, gid }];
  }
  return [own, {}];
}

/** One of the image's commands, with a Python of this machine, which must find all it needs in the tree: -S. */
const inImage = ([, ...args]) => [python, "-S", ...args];

const environment = (settings) => ({
  ...Object.fromEntries(
    inTree(the("ENV")[0].text)
      .split(" ")
      .map((each) => each.split("=")),
  ),
  ...settings,
});

const start = (settings, log, options = []) => {
  const command = [...the("ENTRYPOINT")[0].exec, ...the("CMD")[0].exec, "--host", "127.0.0.1", "--port", "0", ...options];
  return serve(inImage(command), { env: environment(settings), cwd: "/", ...user }, log);
};

const listing = async () =>
  Promise.all((await readdir(tree, { recursive: true })).sort().map(async (name) => [name, (await stat(join(tree, name))).mtimeMs]));

/** The image's relay in front of the mock. */
const startStack = (settings = {}, options = []) =>
  together(async (open) => {
    const watch = await open(new Watch());
    const { mock, mockUrl } = await open(startWatchedMock(watch));
    const said = [];
    const log = (line) => said.push(line) && watch.look("the relay's log", line);
    const relay = await open(start({ ...upstreamSettings(mockUrl), ...settings }, log, options));
    return { mock, relay, said };
  });

/** As the first process of a container it ends with 0; elsewhere by the signal itself, once all is done. */
const isOver = ({ code, signal }) => code === 0 || signal === "SIGTERM";

test("it starts, passes everything on, says that it is healthy, ends, and writes nothing", async () => {
  const files = await listing();
  const { mock, relay, close } = await startStack();
  try {
    for (const check of Object.values(PASSES_WITH_SOCKETS)) await check(relay.url, mock);
    const [program, ...args] = inImage(the("HEALTHCHECK")[0].exec.map((word) => word.replace("8787", new URL(relay.url).port)));
    const isHealthy = () => run(program, args, { env: environment(), cwd: "/", ...user });
    await isHealthy();
    const end = await relay.close();
    assert.ok(isOver(end) && end.seconds < 5, JSON.stringify(end));
    await assert.rejects(isHealthy(), { code: 1 });
    assert.deepEqual(await listing(), files);
  } finally {
    await close();
  }
});

test("it gives an open stream SHUTDOWN_SECONDS, and then ends all the same", async () => {
  const { mock, relay, close } = await startStack({ SHUTDOWN_SECONDS: "1" });
  try {
    const key = randomKey("openai");
    await mock.script(key, { hold: true });
    const answer = await ask(relay.url, key);
    const end = await relay.close();
    assert.ok(isOver(end) && 0.9 < end.seconds && end.seconds < 5, JSON.stringify(end));
    await assert.rejects(answer.text()); // cut off, and not as if it were over
  } finally {
    await close();
  }
});

for (const workers of ["1", "2"]) {
  test(`it has metrics, ${workers === "1" ? "with one worker" : "with several workers"}`, async () => {
    const files = await listing();
    const { relay, said, close } = await startStack({}, ["--workers", workers, "--metrics-port", "0"]);
    try {
      const refused = await fetch(`${relay.url}/openai/v1/models`);
      assert.equal(refused.status, 401);
      await refused.text();
      const url = /^byok-relay metrics at (\S+)$/m.exec(said.join("\n"))[1];
      const answer = await fetch(url);
      assert.match(await answer.text(), /^byok_relay_requests_total\{.*code="missing_key".*\} 1\.0$/m);
      assert.ok(isOver(await relay.close()));
      assert.deepEqual(await listing(), files);
    } finally {
      await close();
    }
  });
}

test("a wrong setting ends it, with a line that names the setting", async () => {
  await assert.rejects(start({ ALLOWED_ORIGINS: "app.example" }), /ALLOWED_ORIGINS/);
});
