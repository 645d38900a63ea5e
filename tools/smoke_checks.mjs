/**
 * What `make smoke` asks of a relay. Each check returns what it found, in words, or throws what is wrong and what to do about it.
 *
 * Keys are made up, and sealed where the relay seals: a provider's refusal proves that one went all the way.
 */
import { randomBytes } from "node:crypto";
import http from "node:http";
import https from "node:https";
import { connect } from "../public/relay.js";

const SECONDS = 60;

/** Nobody has these names: RFC 2606. */
const STRANGER = "https://stranger.invalid";
const ANY_PAGE = "https://app.example";

const QUESTION = "Count from 1 to 40, one number a line.";

/** What came within this time came at once, in however many pieces. */
const AT_ONCE_MS = 20;

/** Something is wrong. */
export class Failed extends Error {}

/** There is no relay, or not yet. */
export class NotThere extends Failed {}

/** It cannot be known here. */
export class LeftOut extends Error {}

/**
 * @typedef {object} Target
 * @property {string} url the relay's origin
 * @property {string} [origin] one that may use it
 * @property {string} [provider]
 * @property {string} [model]
 * @property {string} [key] a real one
 *
 * @typedef {object} Relay
 * @property {string} url
 * @property {boolean} isOpen to pages of every origin
 * @property {string | undefined} origin one that may use it, if one is known
 * @property {any} description what /.well-known/byok-relay says
 * @property {any} provider of those in it, the one to ask
 * @property {string} model
 * @property {string} [key] a real one
 */

/** Learns what the checks need to know. @param {Target} target @returns {Promise<{said: string, value: Relay}>} */
export async function meet({ url, origin, provider: id, model, key }) {
  const begun = performance.now();
  const answer = await ask(url, "/health", { headers: { origin: STRANGER } });
  const took = Math.round(performance.now() - begun);
  const refusal = await refusalIn(answer);
  if (refusal && refusal.code !== "origin_not_allowed") throw new Failed(`${refusal.code}: ${refusal.message}`);
  if (!refusal && !(await isHealthy(answer))) throw new NotThere(`${answer.status} at /health, and not from a relay. Is this its address?`);

  const isOpen = allowed(answer) === "*";
  const guess = origin ?? (refusal ? url : ANY_PAGE);
  const isKnown = !refusal || allowed(await ask(url, "/health", { headers: { origin: guess } })) === guess;
  if (origin && !isKnown) throw new Failed(`${origin} may not use this relay. Add it to ALLOWED_ORIGINS, or give another as ORIGIN`);

  const described = await ask(url, "/.well-known/byok-relay", { headers: isKnown ? { origin: guess } : {} });
  const description = await described.json().catch(() => ({}));
  if (!description.providers) throw new Failed(`${described.status} at /.well-known/byok-relay. Let this path through to the relay`);
  const provider = description.providers.find((each) => each.id === (id ?? description.default_provider));
  if (!provider) throw new Failed(`It does not serve ${id}. PROVIDER can be ${description.providers.map(({ id }) => id).join(", ")}`);
  return {
    said: `byok-relay ${description.version} answers in ${took} ms`,
    value: { url, isOpen, origin: isKnown ? guess : undefined, description, provider, model: model ?? provider.model, key },
  };
}

/** @type {Record<string, (relay: Relay) => Promise<string>>} */
export const CHECKS = {
  async "own address"({ url, description }) {
    const { origin } = new URL(description.providers[0].base_url);
    if (origin !== url) throw new Failed(`It calls itself ${origin}. Set PUBLIC_ORIGIN=${url}, or have the proxy in front keep Host`);
    return "base URLs begin with this one";
  },

  async playground({ url }) {
    const [page, script] = [await ask(url, "/"), await ask(url, "/relay.js")];
    if (!page.headers.has("content-security-policy") || !/javascript/.test(script.headers.get("content-type"))) {
      throw new Failed(`${page.status} at /, ${script.status} at /relay.js. Deploy the files under public/ too, with their _headers`);
    }
    return "the page and /relay.js are there";
  },

  async "refused origin"({ url, isOpen, provider }) {
    if (isOpen) throw new LeftOut("ALLOWED_ORIGINS is *: pages of every origin may use this relay");
    const answer = await ask(url, `/${provider.id}/`, { headers: { origin: STRANGER } });
    const refusal = await refusalIn(answer);
    if (refusal?.code !== "origin_not_allowed" || allowed(answer)) {
      throw new Failed(`A page of ${STRANGER} gets ${answer.status}. Look for a proxy that drops Origin, or changes CORS headers`);
    }
    return `a page of ${STRANGER} gets ${answer.status} ${refusal.code}`;
  },

  async preflight({ url, origin, provider }) {
    const [, path] = provider.endpoint.split(" ");
    const wanted = ["authorization", "content-type", "x-stainless-retry-count"];
    const answer = await ask(url, `/${provider.id}${path}`, {
      method: "OPTIONS",
      headers: {
        origin: needed(origin),
        "access-control-request-method": "POST",
        "access-control-request-headers": wanted.join(","),
      },
    });
    const given = (answer.headers.get("access-control-allow-headers") ?? "").toLowerCase();
    const missing = wanted.filter((name) => !given.includes(name));
    if (!answer.ok || !isReadable(answer, origin) || missing.length > 0) {
      throw new Failed(`${answer.status}, without ${missing.join(", ") || "the origin"}. Let OPTIONS and Origin through to the relay`);
    }
    return `${answer.status}, good for ${answer.headers.get("access-control-max-age")} seconds`;
  },

  async "relay's error"({ url, origin, provider }) {
    const answer = await ask(url, `/${provider.id}/no-such-path`, { method: "POST", headers: { origin: needed(origin) } });
    const refusal = await refusalIn(answer);
    const exposed = (answer.headers.get("access-control-expose-headers") ?? "").toLowerCase();
    if (!refusal) throw new Failed(`${answer.status}, and not from the relay. Let every path through, and errors back as they are`);
    if (!isReadable(answer, origin) || !exposed.includes("x-relay-error")) {
      throw new Failed(`${answer.status} ${refusal.code}, which a page cannot read. Look for a proxy that changes CORS headers`);
    }
    return `${answer.status} ${refusal.code}, which a page can read`;
  },

  async "round trip"(relay) {
    const { provider } = relay;
    const [method, path] = provider.endpoint.split(" ");
    const body = method === "POST" ? "{}" : undefined;
    const { answer, how } = await relayed(relay, path, { method, body }, madeUpKey(provider, "invalid"));
    const refusal = await refusalIn(answer);
    if (refusal?.code === "upstream_unreachable" || refusal?.code === "upstream_timeout") {
      throw new Failed(
        `${provider.name} cannot be reached from there (${refusal.code}). Look at its status page, or give another PROVIDER`,
      );
    }
    if (refusal) throw new Failed(`${answer.status} ${refusal.code}: ${refusal.message}`);
    if (answer.status >= 500 || answer.status === 403) {
      throw new Failed(`${provider.name} answers ${answer.status} to a made-up key. Is it down, or closed to the relay's region?`);
    }
    return `a made-up key${how} reached ${provider.name}, which answered ${answer.status}`;
  },

  async WebSocket({ url, origin }) {
    const code = await closeCode(url, "/health", needed(origin)); // which is none: a page that asks is told so by a WebSocket that closes
    if (code === 426) throw new LeftOut("Where it runs there are no WebSockets");
    if (code !== 4426) throw new Failed(`${code} in place of 4426. Let Upgrade and Connection through to the relay, and its answers back`);
    return "a page's handshake gets through, and a close code back";
  },

  async stream(relay) {
    const { provider, model, key } = relay;
    const base = provider.sdk_base_urls.openai;
    if (!base || !model) throw new LeftOut(`${provider.name} has no chat with OpenAI's API. Give another PROVIDER`);
    const path = `${new URL(base).pathname.replace(`/${provider.id}/`, "/")}/chat/completions`;
    const body = JSON.stringify({ model, stream: true, messages: [{ role: "user", content: QUESTION }] });
    const begun = performance.now();
    const { answer } = await relayed(relay, path, { method: "POST", body }, key ?? madeUpKey(provider));
    const refusal = await refusalIn(answer);
    if (!key && !refusal && !answer.ok) throw new LeftOut(`${provider.name} wants a real key: SMOKE_KEY=…. It costs a hundred tokens`);
    if (!answer.ok) {
      const why = refusal ? `${refusal.code}: ${refusal.message}` : `from ${provider.name}. Look at SMOKE_KEY and MODEL (${model})`;
      throw new Failed(`${answer.status} ${why}`);
    }
    const arrivals = await arrivalsOf(answer.body);
    const [first, last] = [arrivals[0] - begun, arrivals.at(-1) - begun].map(Math.round);
    if (arrivals.length < 2 || last - first < AT_ONCE_MS) {
      throw new Failed(`It came at once, after ${last} ms. Turn off buffering and compression in what stands before the relay`);
    }
    return `${arrivals.length} pieces, the first after ${first} ms, the last after ${last} ms`;
  },
};

/** @param {string} url @param {string} path @param {RequestInit} [init] */
async function ask(url, path, init) {
  try {
    return await fetch(url + path, { redirect: "manual", signal: AbortSignal.timeout(SECONDS * 1000), ...init });
  } catch (error) {
    throw noAnswer(error, url);
  }
}

/**
 * With which code a page's WebSocket closes that opens here; the status of the answer, where it does not open.
 *
 * @returns {Promise<number>}
 */
function closeCode(url, path, origin) {
  const { request } = url.startsWith("https:") ? https : http;
  const headers = {
    origin,
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": randomBytes(16).toString("base64"),
  };
  return new Promise((resolve, reject) => {
    const asked = request(url + path, { headers, signal: AbortSignal.timeout(SECONDS * 1000) });
    asked.on("response", (answer) => resolve(answer.resume().statusCode));
    asked.on("upgrade", (_answer, socket, head) => {
      let said = head;
      const read = () => {
        if (said.length < 4) return; // a close frame's head, and the code: RFC 6455 section 5.5.1
        resolve(said[0] === 0x88 ? said.readUInt16BE(2) : 101);
        socket.destroy();
      };
      socket.on("data", (more) => {
        said = Buffer.concat([said, more]);
        read();
      });
      socket.on("error", () => {});
      socket.on("close", () => resolve(101));
      read();
    });
    asked.on("error", (error) => reject(noAnswer(error, url)));
    asked.end();
  });
}

const noAnswer = (error, url) =>
  new NotThere(`No answer from ${url} (${error.cause?.code ?? error.message}). Is it deployed, and is this its address?`);

/** Sends a key as a page does, through the relay's own module. */
async function relayed({ url, origin, description, provider }, path, init, key) {
  if (provider.base_url.includes("{")) throw new LeftOut(`${provider.name} needs the name of a resource. Give another PROVIDER`);
  const client = connect(url);
  const seals = description.sealing.keys.length > 0;
  const seal = () => client.seal({ provider: provider.id, key, days: 1, origins: origin ? [origin] : [] });
  const carried = seals ? await seal().catch(({ message }) => fail(new Failed(message))) : key;
  const headers = { "content-type": "application/json", ...(origin && { origin }) };
  const signal = AbortSignal.timeout(SECONDS * 1000);
  const asking = client.fetch(provider.id, path, { ...init, headers, signal, key: carried });
  const answer = await asking.catch((error) => fail(noAnswer(error, url)));
  if (answer.headers.get("x-relay-error") === "origin_not_allowed") needed(origin);
  return { answer, how: seals ? ", sealed," : ", not sealed for want of SEALING_KEY," };
}

/** @returns {never} */
function fail(error) {
  throw error;
}

/** In the form of the provider's own: any begins with a prefix, and has letters and digits after it. */
const madeUpKey = ({ key }, mark = "") => `${key.prefixes[0] ?? ""}${mark}${randomBytes(16).toString("hex")}`;

/** The relay's own error, or nothing where the provider or somebody between wrote the answer. */
const refusalIn = async (answer) => (answer.headers.has("x-relay-error") ? answer.json().catch(() => null) : null);

const isHealthy = async (answer) => (await answer.json().catch(() => null))?.status === "ok";

const allowed = (answer) => answer.headers.get("access-control-allow-origin");
const isReadable = (answer, origin) => ["*", origin].includes(allowed(answer));

function needed(origin) {
  if (!origin) throw new LeftOut("ALLOWED_ORIGINS is a list. Give one of its origins as ORIGIN");
  return origin;
}

/** When each piece of a body came. */
async function arrivalsOf(body) {
  const arrivals = [];
  for await (const _ of body) arrivals.push(performance.now());
  return arrivals;
}
