/** `make deploy`, as the program behind it, with a stand-in for wrangler. The relay at the address that it gives is a real one. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { newSealingKey } from "../../tools/new_sealing_key.mjs";
import { upstreamSettings } from "../harness.mjs";
import { startMock } from "../mock/mock.mjs";
import { RUNTIMES } from "../runtimes/runtimes.mjs";
import { together } from "../together.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const DEPLOY = `${ROOT}tools/deploy.mjs`;
const NPX = `#!/bin/sh\nexec "${process.execPath}" "${ROOT}tests/deploy/fake_wrangler.mjs" "$@"\n`;
const APP = "https://app.example";
const { wrangler } = JSON.parse(await readFile(`${ROOT}tests/package.json`, "utf8")).dependencies;
const CONFIG = await readFile(`${ROOT}wrangler.toml`, "utf8");

/** Runs what it is given on a terminal of its own, which Node cannot make. */
const ON_TERMINAL = ["python3", "-c", "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"];

let stack;

before(async () => {
  stack = await together(async (open) => {
    const mock = await open(startMock({ pace: 40 }));
    const vars = { ...upstreamSettings(mock.url), SEALING_KEY: await newSealingKey(), ALLOWED_ORIGINS: APP };
    return { url: (await open(RUNTIMES.server({ vars, log: () => {} }))).url };
  });
});

after(() => stack.close());

/**
 * Deploys from a folder with a wrangler.toml.
 *
 * @param {object} there what there is at Cloudflare: see fake_wrangler.mjs
 * @param {object} [options]
 * @param {Record<string, string>} [options.environment]
 * @param {Record<string, string>} [options.answers] on a terminal: what is typed after which question
 * @param {string} [options.config] wrangler.toml
 */
async function deploy(there, { environment = {}, answers, config = CONFIG } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "byok-relay-deploy-test-"));
  const inFolder = (name) => join(folder, name);
  try {
    await Promise.all(["bin", "tmp"].map((name) => mkdir(inFolder(name))));
    await writeFile(inFolder("bin/npx"), NPX, { mode: 0o755 });
    await writeFile(inFolder("wrangler.toml"), config);
    await writeFile(inFolder("log"), "");
    const FAKE = JSON.stringify({ log: inFolder("log"), secrets: [], url: stack.url, ...there });
    const [program, ...args] = [...(answers ? ON_TERMINAL : []), process.execPath, DEPLOY];
    const child = spawn(program, args, {
      cwd: folder,
      env: { PATH: `${inFolder("bin")}:${dirname(process.execPath)}:${process.env.PATH}`, TMPDIR: inFolder("tmp"), FAKE, ...environment },
    });
    let said = "";
    const left = Object.entries(answers ?? {});
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        said += text;
        if (left.length > 0 && said.includes(left[0][0])) child.stdin.write(`${left.shift()[1]}\n`);
      });
    }
    if (!answers) child.stdin.end();
    const [code] = await once(child, "close");
    const calls = (await readFile(inFolder("log"), "utf8")).split("\n").filter(Boolean);
    return {
      code,
      said,
      calls: calls.map((line) => JSON.parse(line)),
      config: await readFile(inFolder("wrangler.toml"), "utf8"),
      leftovers: await readdir(inFolder("tmp")),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const isSet = (config, line) => config.split("\n").includes(line);

test("the first time, it takes answers from the environment, writes them down, makes secrets and uploads them with the Worker", async () => {
  const { code, said, calls, config, leftovers } = await deploy({ secrets: null }, { environment: { ALLOWED_ORIGINS: APP } });
  assert.equal(code, 0, said);
  const [listed, deployed, ...more] = calls;
  assert.deepEqual(listed.args, ["--yes", `wrangler@${wrangler}`, "secret", "list", "--format=json", "--env="]);
  assert.deepEqual(deployed.args, ["--yes", `wrangler@${wrangler}`, "deploy", `--secrets-file=${deployed.file}`, "--env="]);
  assert.deepEqual(more, []);
  assert.deepEqual(Object.keys(deployed.secrets), ["SEALING_KEY", "AUDIT_SECRET"]);
  assert.deepEqual(Object.keys(JSON.parse(deployed.secrets.SEALING_KEY)), ["kid", "kty", "crv", "x", "y", "d"]);
  assert.match(deployed.secrets.AUDIT_SECRET, /^[\w-]{43}$/);
  assert.ok(isSet(config, "[vars]") && isSet(config, `ALLOWED_ORIGINS = "${APP}"`) && isSet(config, 'PROVIDERS = "all"'));
  assert.equal(deployed.mode, 0o600);
  assert.deepEqual(leftovers, []);
});

test("it shows no secret, and hands none to a command line or an environment", async () => {
  const environment = { ALLOWED_ORIGINS: APP, SEALING_KEY: await newSealingKey(), AUDIT_SECRET: "a secret of sixteen" };
  const { code, said, calls } = await deploy({ secrets: null }, { environment });
  assert.equal(code, 0, said);
  const { secrets } = calls[1];
  assert.deepEqual(secrets, { SEALING_KEY: environment.SEALING_KEY, AUDIT_SECRET: environment.AUDIT_SECRET });
  const elsewhere = said + JSON.stringify(calls.map(({ args, environment }) => [args, environment]));
  for (const secret of [JSON.parse(secrets.SEALING_KEY).d, secrets.AUDIT_SECRET]) assert.ok(!elsewhere.includes(secret));
});

test("it checks the relay where wrangler has put it, as an allowed page", async () => {
  const { code, said } = await deploy({ secrets: null }, { environment: { ALLOWED_ORIGINS: `${APP}, https://*.app.example` } });
  assert.equal(code, 0, said);
  assert.match(said, /^ok +preflight +204/m);
  assert.match(said, /^ok +round trip +a made-up key, sealed, reached OpenAI/m);
  const elsewhere = await deploy({ secrets: null }, { environment: { ALLOWED_ORIGINS: "https://other.example" } });
  assert.equal(elsewhere.code, 1);
});

test("on a terminal it asks; Enter takes what is in brackets", async () => {
  const answers = { "Which pages": APP, "Which providers": "", "Shall it": "no" };
  const { code, said, calls, config } = await deploy({ secrets: null }, { answers });
  assert.equal(code, 0, said);
  assert.ok(isSet(config, `ALLOWED_ORIGINS = "${APP}"`) && isSet(config, 'PROVIDERS = "all"'));
  assert.deepEqual(Object.keys(calls[1].secrets), ["AUDIT_SECRET"]);
});

test("a wrong answer is asked for again, with what is wrong", async () => {
  const answers = [
    ["Which pages", "app.example"],
    ["byok-relay: ALLOWED_ORIGINS must", APP],
    ["Which providers", "opnai"],
    ["byok-relay: PROVIDERS must", "openai"],
    ["Shall it", "maybe"],
    ["byok-relay: answer yes or no", "no"],
  ];
  const { code, said, config } = await deploy({ secrets: null }, { answers: Object.fromEntries(answers) });
  assert.equal(code, 0, said);
  assert.ok(isSet(config, `ALLOWED_ORIGINS = "${APP}"`) && isSet(config, 'PROVIDERS = "openai"'));
});

for (const [name, key] of [
  ["Ctrl-C", "\x03"],
  ["Ctrl-D", "\x04"],
]) {
  test(`${name} at a question ends it with one line`, async () => {
    const { code, said, calls, config } = await deploy({ secrets: null }, { answers: { "Which pages": key } });
    assert.match(said, /: \S*\r?\nbyok-relay: nothing was deployed\r?\n$/);
    assert.deepEqual([code, calls.length, config], [1, 1, CONFIG]);
  });
}

test("what wrangler.toml says already is not asked for", async () => {
  const config = CONFIG.replace(/^# (ALLOWED_ORIGINS = )"\*"/m, `$1"${APP}"`).replace(/^# (PROVIDERS = )"all"/m, '$1["openai", "groq"]');
  const { code, said, config: after } = await deploy({ secrets: null }, { config });
  assert.equal(code, 0, said);
  assert.equal(after, config);
});

test("later it asks nothing, and leaves the secrets that are there", async () => {
  const { code, said, calls, config } = await deploy({ secrets: ["SEALING_KEY", "AUDIT_SECRET"] }, { environment: { SEALING: "yes" } });
  assert.equal(code, 0, said);
  assert.deepEqual(calls[1].args, ["--yes", `wrangler@${wrangler}`, "deploy", "--env="]);
  assert.equal(config, CONFIG);
});

test("a sealing key is rotated by giving both", async () => {
  const [SEALING_KEY, SEALING_KEY_PREVIOUS] = [await newSealingKey(), await newSealingKey()];
  const { calls } = await deploy({ secrets: ["SEALING_KEY"] }, { environment: { SEALING_KEY, SEALING_KEY_PREVIOUS } });
  assert.deepEqual(calls[1].secrets, { SEALING_KEY, SEALING_KEY_PREVIOUS });
});

test("another sealing key alone replaces the one that is there only after a yes", async () => {
  const environment = { SEALING_KEY: await newSealingKey() };
  const there = { secrets: ["SEALING_KEY", "AUDIT_SECRET"] };
  const unasked = await deploy(there, { environment });
  assert.match(unasked.said, /to keep it, unset SEALING_KEY; to rotate it, set SEALING_KEY_PREVIOUS/);
  assert.deepEqual([unasked.code, unasked.calls.length], [1, 1]);
  const refused = await deploy(there, { environment, answers: { "Replace it?": "" } });
  assert.match(refused.said, /nothing was deployed/);
  assert.deepEqual([refused.code, refused.calls.length], [1, 1]);
  const replaced = await deploy(there, { environment, answers: { "Replace it?": "yes" } });
  assert.deepEqual(replaced.calls[1].secrets, environment);
});

test("it says of a sealing key that it makes that nobody can read it later, and of no other", async () => {
  const said = await Promise.all(
    [{}, { SEALING_KEY: await newSealingKey() }, { SEALING: "no" }].map(async (more) => {
      const { said } = await deploy({ secrets: null }, { environment: { ALLOWED_ORIGINS: APP, ...more } });
      return /SEALING_KEY is made here.*bring a key of your own/.test(said);
    }),
  );
  assert.deepEqual(said, [true, false, false]);
});

test("it says that SEALING=no takes no key away", async () => {
  const { code, said } = await deploy({ secrets: ["SEALING_KEY"] }, { environment: { SEALING: "no" } });
  assert.equal(code, 0, said);
  assert.match(said, new RegExp(`To end that: npx wrangler@${wrangler} secret delete SEALING_KEY --env=$`, "m"));
});

test("staging is a Worker of its own, with settings of its own", async () => {
  const environment = { CLOUDFLARE_ENV: "staging", ALLOWED_ORIGINS: APP };
  const { code, said, calls, config } = await deploy({ secrets: null }, { environment });
  assert.equal(code, 0, said);
  assert.deepEqual(
    calls.map(({ args }) => args.at(-1)),
    ["--env=staging", "--env=staging"],
  );
  assert.match(config, new RegExp(`^\\[env\\.staging\\.vars\\]\n(.*\n)?ALLOWED_ORIGINS = "${APP}"$`, "m"));
  assert.ok(config.startsWith(CONFIG.split("[env.staging.vars]")[0]), "what stands above stays as it is");
});

/** wrangler.toml with the binding that counts requests, as it shows it. @param {string} perMinute the setting that goes with it */
const counting = (perMinute) =>
  CONFIG.replace(/# (\[\[ratelimits\]\]\n)# (.*\n)# (.*\n)# (.*\n)/, "$1$2$3$4").replace(
    /^# (RATE_LIMIT_PER_MINUTE = )0/m,
    `$1${perMinute}`,
  );

test("the binding that counts requests goes up with the setting and the secret that it needs", async () => {
  const { code, said } = await deploy({ secrets: ["SEALING_KEY", "AUDIT_SECRET"] }, { config: counting("60") });
  assert.equal(code, 0, said);
});

const WRONG_BINDINGS = {
  "no limit for each key": [["AUDIT_SECRET"], "0", /byok-relay: RATE_LIMITER needs RATE_LIMIT_PER_MINUTE/],
  "no secret": [[], "60", /byok-relay: RATE_LIMITER needs AUDIT_SECRET/],
  "another limit": [
    ["AUDIT_SECRET"],
    "30",
    /RATE_LIMITER has another limit than RATE_LIMIT_PER_MINUTE: simple = \{ limit = 30, period = 60 \}/,
  ],
};

for (const [what, [secrets, perMinute, words]] of Object.entries(WRONG_BINDINGS)) {
  test(`a binding that the relay cannot count by is not uploaded: ${what}`, async () => {
    const ended = await deploy({ secrets }, { config: counting(perMinute) });
    assert.match(ended.said, words);
    assert.deepEqual([ended.code, ended.calls.length], [1, 1]);
  });
}

const STOPS = {
  "nobody to ask": [{ secrets: null }, {}, /nobody can be asked here: set ALLOWED_ORIGINS in wrangler\.toml or in the environment/, 1],
  "a wrong setting": [{ secrets: null }, { ALLOWED_ORIGINS: "app.example" }, /byok-relay: ALLOWED_ORIGINS must/, 1],
  "a wrong secret": [{}, { AUDIT_SECRET: "short" }, /byok-relay: AUDIT_SECRET must/, 1],
  "neither yes nor no": [{}, { SEALING: "maybe" }, /SEALING is yes or no/, 1],
  "no such environment": [{}, { CLOUDFLARE_ENV: "stagin" }, /there is no \[env\.stagin\] in wrangler\.toml/, 0],
  "nobody logged in": [{ failure: "You are not logged in." }, {}, /npx wrangler@[\d.]+ login[^]*You are not logged in\./, 1],
  "something that would steer a terminal": [{ failure: "No.\n\x1b[2J\u202e" }, {}, /^✘ \[ERROR\] No\.\n\\u001b\[2J\\u202e$/m, 1],
  "no address": [{ url: null }, {}, /has no address: set workers_dev or routes/, 2],
};

for (const [what, [there, environment, words, calls]] of Object.entries(STOPS)) {
  test(`it stops: ${what}`, async () => {
    const ended = await deploy(there, { environment });
    assert.match(ended.said, words);
    assert.equal(ended.code, 1);
    assert.equal(ended.calls.length, calls);
    assert.equal(ended.config, CONFIG);
    assert.deepEqual(ended.leftovers, []);
  });
}
