/**
 * The kinds of requests in a soak test, good and bad, each with what must come of it. Every kind is repeated by itself, one request
 * after the other, and has keys of its own, by which the mock knows what to do.
 *
 * @typedef {object} Kind
 * @property {string} name
 * @property {number} every milliseconds
 * @property {() => Promise<void>} once fails if anything is not as it must be
 *
 * @typedef {ReturnType<typeof import("../mock/control.mjs").mockControl>} Control
 *
 * @typedef {object} Stage
 * @property {keyof import("../runtimes/runtimes.mjs").RUNTIMES} runtime
 * @property {import("./client.mjs").Client} relay
 * @property {Control} control of the mock behind the relay
 * @property {{client: import("./client.mjs").Client, control: Control}} direct another mock, to be asked for what the relay's answer must be
 * @property {(provider: string, key: string, limits?: object) => Promise<string>} seal
 * @property {Awaited<ReturnType<typeof import("../sealing/opener.mjs").newKey>>} sealingKey
 */
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { WebSocket } from "ws";
import { PROVIDERS } from "../harness.mjs";
import { randomKey } from "../keys.mjs";
import { holdsCanary } from "../mock/canary.mjs";
import { reset } from "../reset.mjs";
import { sealToken } from "../sealing/opener.mjs";
import { chat, CHATS, check, normal, same, Unexpected } from "./answers.mjs";
import { headOf, wholeOf } from "./client.mjs";

/** A setting of the relay. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** With these limits of a sealed key, the body is read and the request counted. */
const WITHIN = { models: ["*"], endpoints: ["inference"], perMinute: 100_000 };

/** How long it may take until the provider is reached, or let go: some clients' going is not noticed before the relay's time limit. */
const PATIENCE_SECONDS = 10;

const OFTEN = 250;
const USUALLY = 500;
const SELDOM = 2000;
const RARELY = 5000;

const nativeChat = (provider) => CHATS.find((each) => each.provider === provider);

/** A key for which mocks behave in some way. */
async function keyFor(provider, behaviour, ...controls) {
  const key = randomKey(provider);
  for (const control of controls) await control.script(key, behaviour);
  return key;
}

/** @param {Stage} stage @returns {Promise<Kind[]>} */
export async function kindsOf(stage) {
  const kinds = [];
  const add = (name, every, once) => void kinds.push({ name, every, once });
  for (const addSome of [
    addChats,
    addOthersThatWork,
    addRefusals,
    addFailingProviders,
    addLeavingClients,
    addHastyClients,
    addSlowClients,
    addSockets,
  ]) {
    await addSome(add, stage);
  }
  return kinds;
}

async function addChats(add, { relay, direct, seal }) {
  for (const each of CHATS) {
    const key = randomKey(each.provider);
    const token = await seal(each.provider, key);
    const narrowed = await seal(each.provider, key, WITHIN);
    const plain = chat(each, key, false);
    const expected = normal(await direct.client.ask(plain.request), plain.text);
    const ask = async (headers) => {
      const { request, text } = chat(each, key, false, headers);
      same(normal(check(await relay.ask(request)), text), expected);
    };
    add("chat", OFTEN, () => ask());
    add("chat, sealed key", USUALLY, () => ask({ "x-api-key": token }));
    add("chat, key sealed within limits", USUALLY, () => ask({ "x-api-key": narrowed }));
  }
}

async function addOthersThatWork(add, { relay, direct, control }) {
  for (const provider of PROVIDERS) {
    const key = randomKey(provider);
    const path = `/${provider}/${provider === "google" ? "v1beta" : "v1"}/models`;
    const { body } = await direct.client.ask({ path, headers: { ...nativeChat(provider).carried(key), "user-agent": "soak" } });
    const ask = async (request) => same(check(await relay.ask(request)).body, body);
    add("list of models", USUALLY, () => ask({ path, headers: { "x-api-key": key } }));
    if (provider === "google") add("list of models, key in the query", USUALLY, () => ask({ path: `${path}?key=${key}` }));
  }

  const speech = {
    method: "POST",
    path: "/openai/v1/audio/speech",
    headers: { authorization: `Bearer ${randomKey("openai")}`, "user-agent": "soak" },
    body: "{}",
  };
  const { body: sound } = await direct.client.ask(speech);
  add("answer of 256 kB", SELDOM, async () => same(check(await relay.ask(speech)).body, sound));

  for (const provider of PROVIDERS) {
    const key = await keyFor(provider, { echo: true }, control);
    const { path } = chat(nativeChat(provider), key, false).request;
    const body = anything(100_000);
    add("upload of 100 kB", SELDOM, async () => {
      const answer = check(await relay.ask({ method: "POST", path, headers: { "x-api-key": key }, body }));
      same(Buffer.from(JSON.parse(String(answer.body)).body_base64, "base64"), body);
    });
  }

  const withoutTime = ({ body }) => String(body).replace(/"now": ?\d+/, "");
  for (const path of ["/health", "/.well-known/byok-relay"]) {
    const expected = withoutTime(await relay.ask({ path }));
    add("the relay's own document", USUALLY, async () => same(withoutTime(check(await relay.ask({ path }))), expected));
  }

  const asked = "content-type, x-api-key, x-stainless-lang";
  const headers = {
    origin: "https://app.example",
    "access-control-request-method": "POST",
    "access-control-request-headers": asked.replaceAll(" ", ""),
  };
  add("preflight", OFTEN, async () => {
    const answer = check(await relay.ask({ method: "OPTIONS", path: "/anthropic/v1/messages", headers }), { status: 204 });
    if (answer.headers["access-control-allow-headers"] !== asked) throw new Unexpected("a preflight that allows something else");
  });
}

/** Random bytes, in which there is not by chance what looks like a key. */
function anything(length) {
  const bytes = randomBytes(length);
  return holdsCanary(bytes) || holdsCanary(bytes.toString("base64")) ? anything(length) : bytes;
}

async function addRefusals(add, { relay, sealingKey }) {
  const key = randomKey("openai");
  const path = "/openai/v1/chat/completions";
  const withKey = (value, rest = {}) => ({ method: "POST", path, headers: { "x-api-key": value }, body: "{}", ...rest });
  const now = Math.floor(Date.now() / 1000);
  const sealed = (claims) => sealToken(sealingKey, Buffer.from(JSON.stringify({ prv: "openai", ...claims })), key);
  const elsewhere = await sealed({ org: ["https://app.example"], iat: now, exp: now + 3600 });
  const expired = await sealed({ org: [], iat: now - 7200, exp: now - 3600 });
  const navigating = { "x-api-key": key, "sec-fetch-mode": "navigate" };

  for (const [code, status, request] of [
    ["missing_key", 401, { method: "POST", path, body: "{}" }],
    ["key_malformed", 401, withKey(`${key} ${key}`)],
    ["key_wrong_provider", 401, withKey(randomKey("anthropic"))],
    ["key_refused", 403, withKey(`sk-admin-${key}`)],
    ["key_in_query", 400, withKey(key, { path: `${path}?api_key=${key}` })],
    ["sealed_key_invalid", 401, withKey(elsewhere)],
    ["sealed_key_expired", 401, withKey(expired)],
    ["unknown_provider", 404, withKey(key, { path: "/nobody/v1/models" })],
    ["path_not_allowed", 403, withKey(key, { path: "/openai/v1/fine_tuning/jobs" })],
    ["path_not_found", 404, withKey(key, { path: "/openai/v1/v1/chat/completions" })],
    ["method_not_allowed", 405, withKey(key, { method: "PUT" })],
    ["origin_not_allowed", 403, { path: "/openai/v1/models", headers: navigating }],
    ["url_too_long", 414, withKey(key, { path: `${path}?${"a".repeat(8200)}` })],
  ]) {
    add(`refused: ${code}`, USUALLY, async () => check(await relay.ask(request), { status, code }));
  }

  // These are refused by their heads; more than that is not sent.
  for (const [code, status, more] of [
    ["body_too_large", 413, { "content-length": String(MAX_BODY_BYTES + 1) }],
    ["websocket_unsupported", 426, { connection: "upgrade", upgrade: "websocket" }],
  ]) {
    add(`refused: ${code}`, USUALLY, async () => {
      const sent = relay.begin({ method: "POST", path, headers: { "x-api-key": key, ...more }, alone: true });
      const head = headOf(sent);
      sent.flushHeaders();
      check(await wholeOf(await head), { status, code });
      sent.destroy();
    });
  }
}

async function addFailingProviders(add, { runtime, relay, direct, control }) {
  for (const provider of PROVIDERS) {
    const own = nativeChat(provider);

    for (const error of ["rate_limit", "overloaded", "server", "not_found", "bad_request"]) {
      const key = await keyFor(provider, { error }, control, direct.control);
      const plain = chat(own, key, false);
      const refused = await direct.client.ask(plain.request);
      add(`provider's error: ${error}`, SELDOM, async () => {
        const { request, text } = chat(own, key, false);
        const answer = check(await relay.ask(request), { status: refused.status });
        same(normal(answer, text), normal(refused, plain.text));
      });
    }

    for (const [what, behaviour, code] of [
      ["resets before the headers", { reset: "before_headers" }, "upstream_unreachable"],
      ["redirects", { redirect: { status: 307, location: "http://127.0.0.1:9/" } }, "upstream_redirect"],
    ]) {
      const key = await keyFor(provider, behaviour, control);
      add(`provider ${what}`, SELDOM, async () => check(await relay.ask(chat(own, key, true).request), { status: 502, code }));
    }

    for (const stream of [true, false]) {
      const plain = chat(own, randomKey(provider), stream);
      const whole = normal(await direct.client.ask(plain.request), plain.text);
      for (const [what, behaviour] of [
        ["resets in the middle", { reset: "mid_stream" }],
        ["breaks off", { truncate: true }],
      ]) {
        const key = await keyFor(provider, behaviour, control);
        add(`provider ${what} of ${stream ? "a stream" : "an answer"}`, SELDOM, async () => {
          const { request, text } = chat(own, key, stream);
          // The last workerd that carries Python inside ends a stream cleanly whose upstream broke off, and then the connection,
          // without having said that it would.
          const answer = check(await relay.ask({ ...request, alone: true }), { complete: stream && runtime === "workerd" });
          const got = normal(answer, text);
          const beginning = got.slice(0, -ID_LENGTH); // there an id may be cut in two
          if (got.length >= whole.length || beginning === "" || !whole.startsWith(beginning))
            throw new Unexpected("another beginning than the provider's");
        });
      }
    }
  }
}

const ID_LENGTH = 30;

/** Each time the provider must be let go. */
async function addLeavingClients(add, { relay, control, seal }) {
  const silent = await keyFor("openai", { late: true }, control);
  let silences = 0;
  add("provider is silent", SELDOM, async () => {
    silences += 1;
    check(await relay.ask(chat(nativeChat("openai"), silent, true).request), { status: 504, code: "upstream_timeout" });
    await letGo(control, silent, silences);
  });

  const WAYS = { resets: (sent) => sent.socket && reset(sent.socket), closes: (sent) => sent.destroy() };
  for (const provider of PROVIDERS) {
    for (const [way, leave] of Object.entries(WAYS)) {
      const goAway = async (when, every, behaviour, reach, sealed = false) => {
        const key = await keyFor(provider, behaviour, control);
        const headers = sealed ? { "x-api-key": await seal(provider, key) } : undefined;
        let n = 0;
        add(`client ${way} ${when}`, every, async () => {
          n += 1;
          const { body, ...request } = chat(nativeChat(provider), key, true, headers).request;
          const sent = relay.begin({ ...request, alone: true });
          const head = headOf(sent);
          head.catch(() => {}); // whoever leaves before it gets none
          try {
            await reach({ sent, head, body, atProvider: () => reached(control, key, n) });
          } finally {
            leave(sent);
          }
          await letGo(control, key, n);
        });
      };
      const early = async ({ sent, body, atProvider }) => {
        sent.end(body);
        await atProvider();
      };
      await goAway("before the headers", SELDOM, { late: true }, early);
      await goAway("before the headers, sealed key", SELDOM, { late: true }, early, true);
      // One that ends by itself may have ended before the client's going is noticed: with a metered Worker that is a chunk later.
      await goAway("in the middle of a stream", USUALLY, { endless: true }, async ({ sent, head, body }) => {
        sent.end(body);
        const incoming = await head;
        incoming.on("error", () => {});
        await once(incoming, "data");
      });
      await goAway("in the middle of an upload", SELDOM, {}, async ({ sent, atProvider }) => {
        sent.setHeader("content-length", PIECE.length * 2);
        sent.write(PIECE);
        await atProvider();
      });
    }
  }
}

/** So many clients, one after the other, reset from 0 to 2 ms after they have said all. */
const RESETS = 40;
const LAST_RESET_MS = 2;

/**
 * They leave while the relay reads their request, opens their key, or asks the provider: wherever they meet it. The provider may have
 * heard of them, and must then let them go.
 */
function addHastyClients(add, { relay, control, seal }) {
  const own = nativeChat("openai");
  for (const [what, limits] of Object.entries({ "plain key": undefined, "sealed key": {}, "key sealed within limits": WITHIN })) {
    add(`client resets at once, ${what}`, SELDOM, async () => {
      const key = randomKey(own.provider);
      const headers = limits && { "x-api-key": await seal(own.provider, key, limits) };
      for (let n = 0; n < RESETS; n++) {
        const { body, ...request } = chat(own, key, true, headers).request;
        const sent = relay.begin({ ...request, alone: true });
        sent.on("response", (incoming) => incoming.on("error", () => {})); // it may have come already
        sent.on("error", () => {});
        sent.end(body);
        await once(sent, "finish");
        const left = performance.now() + (n / RESETS) * LAST_RESET_MS;
        do await nextTurn();
        while (performance.now() < left);
        reset(sent.socket);
      }
      const { length } = await control.seen(key);
      if (length > 0) await over(control, key, length);
    });
  }
}

/**
 * An answer much larger than all that is buffered on its way, so that a client that does not read stops the provider. Four sockets'
 * buffers, which Linux lets grow, take 8 to 16 MB.
 */
const PIECE = randomBytes(64 * 1024);
const PIECES = 768;
const LARGE = {
  wire: {
    pieces: [
      Buffer.from(`HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: ${PIECE.length * PIECES}\r\n\r\n`).toString("base64"),
      [PIECE.toString("base64"), PIECES],
    ],
    then: "stay", // the relay closes it: undici 7, under the Pyodide adapter, may fail at a FIN while nobody reads (nodejs/undici#5360)
  },
};

async function addSlowClients(add, { relay, control }) {
  const whole = createHash("sha256");
  for (let piece = 0; piece < PIECES; piece++) whole.update(PIECE);
  const expected = whole.digest("hex");

  /** An answer of which the client reads nothing until the provider can send no more. */
  const stalled = async (key, n) => {
    const { body, ...request } = chat(nativeChat("mistral"), key, false).request;
    const sent = relay.begin({ ...request, alone: true });
    const head = headOf(sent);
    sent.end(body);
    const incoming = await head;
    await stopped(control, key, n);
    return { sent, incoming };
  };

  const reading = await keyFor("mistral", LARGE, control);
  let read = 0;
  add("client reads 48 MB late", RARELY, async () => {
    const { incoming } = await stalled(reading, ++read);
    const hash = createHash("sha256");
    for await (const piece of incoming) hash.update(piece);
    const { statusCode: status, headers, rawHeaders, complete } = incoming;
    check({ status, headers, rawHeaders, complete, body: Buffer.alloc(0) });
    same(hash.digest("hex"), expected);
  });

  const leaving = await keyFor("mistral", LARGE, control);
  let left = 0;
  add("client reads nothing and resets", RARELY, async () => {
    const { sent, incoming } = await stalled(leaving, ++left);
    incoming.on("error", () => {});
    reset(sent.socket);
    await letGo(control, leaving, left);
  });
}

/** The Pyodide adapter carries none. */
async function addSockets(add, { runtime, relay, control }) {
  if (runtime === "pyodide") return;
  const path = "/openai/v1/realtime";
  const opened = (key, options) => new WebSocket(relay.socketUrl(path), ["realtime", `openai-insecure-api-key.${key}`], options);

  const whole = await keyFor("openai", { echo: true }, control);
  let ended = 0;
  const message = "x".repeat(70_000);
  add("WebSocket", USUALLY, async () => {
    const socket = opened(whole);
    await once(socket, "open");
    socket.send(message);
    const [echoed] = await once(socket, "message");
    same(String(echoed), message);
    socket.send("close 4000 done");
    same((await once(socket, "close")).join(), "4000,done");
    await over(control, whole, ++ended);
  });

  const left = await keyFor("openai", { echo: true }, control);
  let gone = 0;
  add("WebSocket whose client goes away", USUALLY, async () => {
    const socket = opened(left);
    await once(socket, "open");
    socket.terminate();
    await over(control, left, ++gone);
  });

  const refused = await keyFor("openai", { error: "rate_limit" }, control);
  add("WebSocket that a page is refused", USUALLY, async () => {
    const socket = opened(refused, { origin: "https://app.example" });
    same((await once(socket, "close")).join(), "4429,");
  });
}

/** Waits until something has happened with the nth request that has this key. */
const happens = (what, failure) => (control, key, count) =>
  control.waitFor(key, what, { count, timeout: PATIENCE_SECONDS }).catch(() => {
    throw new Unexpected(failure);
  });
const reached = happens("head", "the provider was not reached");
const stopped = happens("stalled", "a client that does not read does not stop the provider");
const letGo = happens("aborted", "the provider was not let go");
const over = happens("over", "the provider was not let go");
