/** What the real wrangler sends to Cloudflare, here to a stand-in for its API. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { arch, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { SOURCE } from "../../tools/relay.mjs";
import { startCloudflare } from "./cloudflare.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PACKAGES = fileURLToPath(new URL("../node_modules/", import.meta.url));

/** The current wrangler wants Node 22: this one if it is, else the one that comes as a package (for Linux). */
const isNode22 = Number(process.versions.node.split(".")[0]) >= 22;
const NODE_22 = isNode22 ? process.execPath : join(PACKAGES, `node-${platform()}-${arch()}`, "bin", "node");
const WRANGLER = join(PACKAGES, "wrangler", "bin", "wrangler.js");

const SECRETS = { SEALING_KEY: "one", AUDIT_SECRET: "two" };

let home; // wrangler keeps notes in it
let cloudflare;

before(async () => {
  home = await mkdtemp(join(tmpdir(), "byok-relay-upload-"));
  cloudflare = await startCloudflare();
});

after(async () => {
  await cloudflare.close();
  await rm(home, { recursive: true });
});

const wrangler = (...args) =>
  promisify(execFile)(NODE_22, [WRANGLER, ...args], {
    cwd: ROOT,
    env: {
      ...{ PATH: process.env.PATH, HOME: home, XDG_CONFIG_HOME: home, WRANGLER_SEND_METRICS: "false", CI: "true", NO_COLOR: "1" },
      ...{ CLOUDFLARE_API_BASE_URL: cloudflare.url, CLOUDFLARE_API_TOKEN: "token", CLOUDFLARE_ACCOUNT_ID: "account" },
    },
  });

test("it calls a Worker that is not there by the words that `make deploy` knows a first deployment by", async () => {
  await assert.rejects(wrangler("secret", "list", "--format=json", "--env="), { code: 1, stderr: /Worker ".*" .*not found/ });
});

for (const [environment, name] of [
  ["", "byok-relay"],
  ["staging", "byok-relay-staging"],
]) {
  describe(`wrangler deploy --env=${environment}`, () => {
    let said;
    let upload;
    let metadata;
    before(async () => {
      const secrets = join(home, "secrets.json");
      await writeFile(secrets, JSON.stringify(SECRETS));
      said = (await wrangler("deploy", `--env=${environment}`, `--secrets-file=${secrets}`)).stdout;
      [upload] = await cloudflare.sent(new RegExp(`^PUT .*/${name}$`));
      metadata = JSON.parse(upload.get("metadata"));
    });

    const modules = () => [...upload.keys()].filter((part) => part !== "metadata").sort();

    test("uploads exactly the Python files under src/, all as Python", async () => {
      const files = (await readdir(SOURCE, { recursive: true })).filter((file) => file.endsWith(".py"));
      assert.deepEqual(modules(), files.sort());
      assert.deepEqual([...new Set(modules().map((part) => upload.get(part).type))], ["text/x-python"]);
      assert.equal(metadata.main_module, "entry.py");
    });

    test("vendors nothing and carries the flag without which such a Worker fails at every start", () => {
      const vendored = modules().filter((part) => part.startsWith("python_modules/"));
      assert.ok(vendored.length > 0 || metadata.compatibility_flags.includes("disable_python_external_sdk"));
    });

    test("sends secrets along with the code, as such, and binds nothing else", () => {
      const expected = Object.entries(SECRETS).map(([name, text]) => ({ name, type: "secret_text", text }));
      assert.deepEqual(metadata.bindings, expected);
      for (const secret of Object.values(SECRETS)) assert.ok(!said.includes(`"${secret}"`));
    });

    test("records no URLs", () => {
      assert.deepEqual(metadata.observability, { enabled: true, logs: { enabled: true, invocation_logs: false } });
    });

    test("gives the Worker an address, and none to its older versions", async () => {
      assert.deepEqual(await cloudflare.sent(new RegExp(`^POST .*/${name}/subdomain$`)), [{ enabled: true, previews_enabled: false }]);
      assert.match(said, new RegExp(`https://${name}\\.acme\\.workers\\.dev`));
    });
  });
}

test("the domain of the Worker does not move to the one for staging", async () => {
  const written = await readFile(`${ROOT}wrangler.toml`, "utf8");
  const config = join(home, "wrangler.toml");
  const withDomain = written.replace(/^# (routes = \S.*)$/m, "$1").replace(/"(\.\/)?(?=src\/|public")/g, `"${ROOT}`);
  assert.match(withDomain, /^routes = \[\{ pattern = "relay\.example"/m);
  await writeFile(config, withDomain);
  const { stdout } = await wrangler("deploy", "--env=staging", `--config=${config}`);
  assert.doesNotMatch(stdout, /relay\.example/);
});
