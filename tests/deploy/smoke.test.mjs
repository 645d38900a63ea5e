/** `make smoke`, as the program behind it: against relays that are well, at both boundaries, and against some that are not. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { newSealingKey } from "../../tools/new_sealing_key.mjs";
import { upstreamSettings } from "../harness.mjs";
import { listen } from "../listen.mjs";
import { startMock } from "../mock/mock.mjs";
import { RUNTIMES } from "../runtimes/runtimes.mjs";
import { together } from "../together.mjs";
import { startSpoiling } from "./spoiling.mjs";

const SMOKE = fileURLToPath(new URL("../../tools/smoke.mjs", import.meta.url));
const PACE_MS = 40; // so that a stream takes its time
const APP = "https://app.example";

let stack;

before(async () => {
  stack = await together(async (open) => {
    const mock = await open(startMock({ pace: PACE_MS }));
    const wary = await open(startSpoiling(mock.url, { request: ({ headers }) => (headers.authorization = "Bearer invalid") }));
    const gone = await open(listen(createServer()));
    await gone.close();
    const upstream = { ...upstreamSettings(mock.url), UPSTREAM_MISTRAL: `${wary.url}/mistral`, UPSTREAM_GROQ: gone.url };
    const start = async (runtime, vars = {}) => (await open(RUNTIMES[runtime]({ vars: { ...upstream, ...vars }, log: () => {} }))).url;
    const SEALING_KEY = await newSealingKey();
    return {
      open,
      gone: gone.url,
      "misconfigured Worker": await start("front", { KEY_CHECK: "perhaps" }),
      "Worker that seals, for one app": await start("front", { SEALING_KEY, ALLOWED_ORIGINS: APP }),
      server: await start("server"),
      "server that seals, for one app": await start("server", { SEALING_KEY, ALLOWED_ORIGINS: `https://other.example, ${APP}` }),
      "server that wants an origin": await start("server", { SEALING_KEY, ALLOWED_ORIGINS: APP, REQUIRE_ORIGIN: "true" }),
      "server that takes sealed keys only": await start("server", { SEALING_KEY, REQUIRE_SEALED_KEYS: "true" }),
    };
  });
});

after(() => stack.close());

/** Runs it. The lines come back by the names of the checks, each without its name. */
async function smoke(url, environment = {}) {
  const child = spawn(process.execPath, [SMOKE, url], { env: environment, stdio: ["ignore", "pipe", "inherit"] });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
  const lines = [...said.matchAll(/^(ok|left out|FAILED) +(\S.*?) {2,}(.*)$/gm)];
  return { code, said, found: Object.fromEntries(lines.map(([, result, name, words]) => [name, `${result}: ${words}`])) };
}

const OPEN = {
  health: /^ok: byok-relay \d+\.\d+\.\d+ answers in \d+ ms$/,
  "own address": /^ok: /,
  playground: /^ok: /,
  "refused origin": /^left out: ALLOWED_ORIGINS is \*/,
  preflight: /^ok: 204, good for 86400 seconds$/,
  "relay's error": /^ok: 403 path_not_allowed, which a page can read$/,
  "round trip": /^ok: a made-up key, not sealed for want of SEALING_KEY, reached OpenAI, which answered 401$/,
  WebSocket: /^ok: a page's handshake gets through, and a close code back$/,
  stream: /^ok: \d+ pieces, the first after \d+ ms, the last after \d+ ms$/,
};
const SEALS = { ...OPEN, "round trip": /^ok: a made-up key, sealed, reached OpenAI, which answered 401$/ };
const FOR_ONE_APP = { ...SEALS, "refused origin": /^ok: a page of https:\/\/stranger\.invalid gets 403 origin_not_allowed$/ };
const ORIGIN_UNKNOWN = /^left out: ALLOWED_ORIGINS is a list\. Give one of its origins as ORIGIN$/;

const OF_PAGES = ["preflight", "relay's error", "round trip", "WebSocket", "stream"];

const WELL = [
  ["server", {}, OPEN],
  ["Worker that seals, for one app", { ORIGIN: APP }, FOR_ONE_APP],
  ["server that seals, for one app", { ORIGIN: APP }, FOR_ONE_APP],
  [
    "server that seals, for one app",
    {},
    { ...FOR_ONE_APP, preflight: ORIGIN_UNKNOWN, "relay's error": ORIGIN_UNKNOWN, WebSocket: ORIGIN_UNKNOWN },
  ],
  ["server that wants an origin", { ORIGIN: APP }, FOR_ONE_APP],
  ["server that takes sealed keys only", {}, SEALS],
  ["server", { PROVIDER: "google" }, { ...OPEN, "round trip": /reached Google Gemini, which answered 400$/ }],
  ["server", { PROVIDER: "elevenlabs" }, { ...OPEN, "round trip": /reached ElevenLabs, which answered 401$/, stream: /^left out: / }],
  [
    "server",
    { PROVIDER: "mistral" },
    { ...OPEN, "round trip": /reached Mistral/, stream: /^left out: Mistral.* wants a real key: SMOKE_KEY/ },
  ],
];

for (const [which, environment, expected] of WELL) {
  test(`a ${which} is well, asked with ${JSON.stringify(environment)}`, async () => {
    const { code, said, found } = await smoke(stack[which], environment);
    assert.deepEqual(Object.keys(found), Object.keys(expected), said);
    for (const [name, words] of Object.entries(expected)) assert.match(found[name], words);
    assert.match(said, /^All is well: \d ok, \d left out, 0 failed$/m);
    assert.equal(code, 0);
  });
}

test("a relay that has relayed nothing, for want of an origin, is not said to be well", async () => {
  const { code, said, found } = await smoke(stack["server that wants an origin"]);
  for (const [name, words] of Object.entries(FOR_ONE_APP)) assert.match(found[name], OF_PAGES.includes(name) ? ORIGIN_UNKNOWN : words);
  assert.match(said, /^Not well: 4 ok, 5 left out, 0 failed$/m);
  assert.equal(code, 1);
});

/** Each check, seen to fail: which relay, what is wrong with it on its way, what is asked with, what is said. */
const ILL = {
  "nobody there": { url: () => stack.gone, health: /No answer from \S+ \(ECONNREFUSED\)/ },
  "another site": { url: anotherSite, health: /200 at \/health, and not from a relay/ },
  "a wrong setting": { relay: "misconfigured Worker", health: /misconfigured: KEY_CHECK must be one of/ },
  "an origin that is not listed": {
    relay: "server that seals, for one app",
    asked: { ORIGIN: "https://app.exampel" },
    health: /may not use/,
  },
  "a provider that is not served": { asked: { PROVIDER: "openia" }, health: /does not serve openia\. PROVIDER can be openai,/ },
  "Host rewritten": {
    request: ({ headers }) => (headers.host = "relay.internal"),
    "own address": /http:\/\/relay\.internal\. Set PUBLIC_ORIGIN=/,
  },
  "no files": {
    answer: (answer, path) => path === "/" && delete answer.headers["content-security-policy"],
    playground: /Deploy the files/,
  },
  "Origin dropped": {
    relay: "server that seals, for one app",
    request: ({ headers }) => delete headers.origin,
    "refused origin": /Look for a proxy that drops Origin/,
    preflight: /204, without the origin\. Let OPTIONS and Origin through/,
    "relay's error": /which a page cannot read/,
    "round trip": /sealed_key_invalid/, // it was sealed for that origin
    stream: /sealed_key_invalid/,
  },
  "OPTIONS answered by a proxy": { answer: (answer) => answer.status === 204 && (answer.status = 405), preflight: /^FAILED: 405/ },
  "CORS headers lost": {
    answer: dropCors,
    "refused origin": /or changes CORS headers/,
    preflight: /without/,
    "relay's error": /which a page cannot read/,
  },
  "errors replaced": {
    answer: (answer) => delete answer.headers["x-relay-error"],
    "relay's error": /^FAILED: 403, and not from the relay/,
  },
  "no way to the provider": {
    asked: { PROVIDER: "groq" },
    "round trip": /Groq cannot be reached from there \(upstream_unreachable\)/,
    stream: /^FAILED: 502 upstream_unreachable/,
  },
  "keys damaged": {
    relay: "server that takes sealed keys only",
    request: ({ headers }) => headers["x-api-key"] && (headers["x-api-key"] = headers["x-api-key"].slice(0, -4)),
    "round trip": /^FAILED: 401 sealed_key_invalid/,
    stream: /^FAILED: 401 sealed_key_invalid/,
  },
  "a provider that answers 403": {
    answer: (answer) => answer.status === 401 && (answer.status = 403),
    "round trip": /OpenAI answers 403 to a made-up key/,
  },
  "Upgrade dropped": { request: ({ headers }) => delete headers.upgrade, WebSocket: /^FAILED: 200 in place of 4426\. Let Upgrade/ },
  buffering: { buffers: true, stream: /It came at once, after \d+ ms/ },
  "a key of another provider": {
    relay: "server that takes sealed keys only",
    asked: { SMOKE_KEY: "gsk_key-of-mine" },
    stream: /^FAILED: This looks like your Groq key: use your OpenAI key$/,
  },
  "a key that the provider refuses": {
    asked: { SMOKE_KEY: "sk-invalid-key-of-mine" },
    stream: /^FAILED: 401 from OpenAI\. Look at SMOKE_KEY/,
  },
};

async function anotherSite() {
  return (await stack.open(listen(createServer((_req, res) => res.end("hello"))))).url;
}

function dropCors({ headers }) {
  for (const name of Object.keys(headers)) if (name.startsWith("access-control-")) delete headers[name];
}

for (const [what, { relay = "server", url, asked = {}, request, answer, buffers, ...failing }] of Object.entries(ILL)) {
  test(`it notices: ${what}`, async () => {
    const spoils = { request, answer, buffers };
    const target = url ? await url() : (await stack.open(startSpoiling(stack[relay], spoils))).url;
    const { code, said, found } = await smoke(target, asked);
    for (const [name, words] of Object.entries(failing)) assert.match(found[name] ?? said, words);
    const failed = Object.keys(found).filter((name) => found[name].startsWith("FAILED"));
    assert.deepEqual(failed, Object.keys(failing), said);
    assert.equal(code, 1);
    assert.doesNotMatch(said, /key-of-mine/);
  });
}

const HOSTILE = "\x1b]0;x\x07\x1b[2J\x9b31m\u202e\u2028\r\nok        health  é日";
const PLAIN = String.raw`\u001b]0;x\u0007\u001b[2J\u009b31m\u202e\u2028\u000d\u000aok        health  é日`;

for (const [what, answers, checks] of [
  ["refuses", { "/health": [{ "x-relay-error": "x" }, { code: HOSTILE, message: HOSTILE }] }, ["health"]],
  ["answers", hostileAnswers(), ["health", "round trip", "stream"]],
]) {
  test(`nothing that a relay says acts on the terminal when it ${what}`, async () => {
    const server = createServer(({ url }, response) => {
      const [headers, body] = answers[url] ?? [{}, {}];
      response.writeHead(200, { "access-control-allow-origin": "*", ...headers }).end(JSON.stringify(body));
    });
    const { said, found } = await smoke((await stack.open(listen(server))).url);
    assert.doesNotMatch(said, /(?![ \n])[\p{C}\p{Z}]/u);
    for (const name of checks) assert.ok(found[name].includes(PLAIN), said);
  });
}

/** A relay whose every name is hostile. */
function hostileAnswers() {
  const key = { vendor: HOSTILE, prefixes: [], form: "none", looks_like: HOSTILE };
  const base_url = "http://127.0.0.1/own";
  const provider = { id: "own", name: HOSTILE, aliases: [], model: HOSTILE, endpoint: "GET /v1/models", base_url, sdk_base_urls: {}, key };
  const keys = { vendors: [], refused: [] };
  const description = { version: HOSTILE, default_provider: "own", providers: [provider], keys, sealing: { keys: [{}], max_age_days: 1 } };
  return { "/health": [{}, { status: "ok" }], "/.well-known/byok-relay": [{}, description] };
}

test("make smoke takes any URL, also one that a shell would read as more", async () => {
  const args = ["--silent", "smoke", `URL=${stack.server}/?a=1&echo "b'c`];
  const [cwd, env] = [fileURLToPath(new URL("../../", import.meta.url)), { PATH: process.env.PATH }];
  const child = spawn("make", args, { cwd, env, stdio: ["ignore", "pipe", "inherit"] });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
  assert.match(said, /^ok +health/);
  assert.match(said, /^All is well: /m);
  assert.equal(code, 0);
});

test("without an address it says what it wants", async () => {
  const { code } = await smoke("relay.example");
  assert.equal(code, 2);
});
