const { subtle } = crypto;

/** @type {typeof import("./relay.d.ts").connect} */
export function connect(url) {
  const origin = originOf(url);

  /** @type {any} */
  let loaded;
  /** @returns {Promise<import("./relay.d.ts").Description & { ahead: number }>} */
  const describe = async () => {
    loaded ??= fetch(`${origin}/.well-known/byok-relay`, { redirect: "error" })
      .then((answer) => answer.json())
      .catch(() => {});
    const found = await loaded;
    if (!found?.providers) {
      loaded = null;
      const mayRefuse = globalThis.location ? `, or ALLOWED_ORIGINS lacks ${location.origin}` : "";
      throw new Error((found?.code && found.message) || `No byok-relay answers at ${origin}${mayRefuse}`);
    }
    found.ahead ??= Date.now() / 1000 - found.now;
    const there = found.providers[0].base_url.split("/", 3).join("/");
    return JSON.parse(JSON.stringify(found).replaceAll(there + "/", origin + "/"));
  };

  /** @param {string} path */
  const find = async (path) => {
    const all = await describe();
    const [name, resource = ""] = path.split("/");
    const found = all.providers.find(({ id, aliases }) => [id, ...aliases].includes(name));
    if (!found) throw new Error(`Unknown provider: there are ${all.providers.map(({ id }) => id).join(", ")}`);
    if (found.base_url.includes("{") && !/^[a-z\d-]+$/.test(resource)) throw new Error(`Name the resource: ${name}/my-resource`);
    return { ...all, .../** @type {typeof found} */ (JSON.parse(JSON.stringify(found).replaceAll("{resource}", resource))) };
  };

  /** @type {import("./relay.d.ts").Relay} */
  const relay = {
    providers: async () => (await describe()).providers,

    async baseURL(provider, sdk) {
      const { base_url, sdk_base_urls: urls } = await find(provider);
      const url = sdk ? Object.hasOwn(urls, sdk) && urls[sdk] : (Object.values(urls)[0] ?? base_url);
      if (!url) throw new Error(`Unknown SDK: there are ${Object.keys(urls).join(", ")}`);
      return url;
    },

    async options({ provider, key, sdk }) {
      if (!sdk) throw new Error(`options() needs sdk: the SDK's npm package, such as "openai"`);
      const url = await relay.baseURL(provider, sdk);
      const option = URL_OPTIONS[sdk] ?? URL_OPTIONS[sdk.split("/")[0]];
      if (!option) throw new Error(`options() does not know ${sdk}: give it the key and relay.baseURL() yourself`);
      const [outer, inner] = option.split(".");
      const inPage = /^(openai|@anthropic-ai\/sdk)$/.test(sdk) && { dangerouslyAllowBrowser: "document" in globalThis };
      return /** @type {any} */ ({ apiKey: clean(key), [outer]: inner ? { [inner]: url } : url, ...inPage });
    },

    async check({ provider, key }) {
      const plain = clean(key);
      if (plain.startsWith("byok1.")) throw new Error("This key is sealed already: use it as it is");
      const { name, keys, key: own } = await find(provider);
      if (keys.refused.some((each) => plain.startsWith(each)))
        throw new Error("Admin keys and other secrets are not relayed: use an API key");
      let owner;
      for (let n = plain.length; n && !owner; n--) owner = keys.vendors.find((each) => each.prefixes.includes(plain.slice(0, n)));
      if (owner && owner.id !== own.vendor) throw new Error(`This looks like your ${owner.name} key: use your ${name} key`);
      if (!RegExp(`^(?:${own.form})$`).test(plain)) throw new Error(`This is not an API key of ${name}: those look like ${own.looks_like}`);
      return plain;
    },

    async seal({ provider, key, days, origins = globalThis.location ? [location.origin] : [], models, endpoints, perMinute, ...others }) {
      const limits = JSON.parse(JSON.stringify({ origins, models, endpoints, perMinute, ...others }, asItIs));
      for (const [name, value] of Object.entries(limits)) {
        const [form, words] = LIMITS[name] ?? [/^$/, "no such option"];
        if (!form.test(JSON.stringify(value))) throw new Error(`${name}: ${words}`);
      }
      if (!subtle || !SECURE.test(origin)) throw new Error("Sealing needs https or localhost");

      const plain = await relay.check({ provider, key });
      const { sealed_as, ahead, sealing, ...opened } = await find(provider);
      const [to] = sealing.keys;
      const most = sealing.max_age_days;
      if (!to) throw new Error("This relay cannot seal keys: its operator must set SEALING_KEY");
      if (days === undefined) days = most;
      if (typeof days !== "number" || !(days * 86400 >= 1 && days <= most))
        throw new Error(`days: more than 0 and up to ${most}, or leave it out`);
      refuseClosed(limits, opened);

      const iat = Math.floor(Date.now() / 1000 - ahead);
      const exp = iat + Math.floor(days * 86400);
      const { origins: org, models: mdl, endpoints: grp, perMinute: rpm } = limits;
      const claims = JSON.stringify({ prv: sealed_as, org, iat, exp, mdl, grp, rpm });
      if (claims.length > 3072) throw new Error("origins, models: too many");
      const sealed = await sealTo(to, `byok-relay sealed-key v1\0${to.kid}\0${claims}`, plain);
      const token = `byok1.${to.kid}.${btoa(claims)}.${btoa(sealed)}`;
      return token.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    },

    async isCurrent(sealed) {
      const { sealing, ahead } = await describe();
      try {
        const [, kid, claims] = (sealed ?? "").split(".");
        const { exp } = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")));
        return exp > Date.now() / 1000 - ahead && sealing.keys.some((key) => key.kid === kid);
      } catch {
        return false; // not a sealed key
      }
    },

    async fetch(provider, path, { key, ...init }) {
      const headers = new Headers(init.headers);
      const plain = clean(key);
      headers.set("x-api-key", plain.length < 8 ? await relay.check({ provider, key }) : plain);
      return fetch(`${origin}/${provider}${path}`, { ...init, headers, redirect: "error" });
    },
  };
  return relay;
}

/** The relay's origin: of its URL, else of this module's if the relay served it. @param {string | URL} [relay] */
function originOf(relay) {
  try {
    const { origin, pathname } = new URL(relay || import.meta.url);
    if (/^http/.test(origin) && (relay || pathname === "/relay.js")) return origin;
  } catch {} // not a URL, or a bundle in which modules have none
  throw new Error(`connect() needs the relay's URL here: connect("https://…")`);
}

/** The option, or the option in an option, in which an SDK takes its base URL. @type {any} */
const URL_OPTIONS = {
  __proto__: null,
  "@ai-sdk": "baseURL", // every package of it
  "@anthropic-ai/sdk": "baseURL",
  "@google/genai": "httpOptions.baseUrl",
  "@langchain/anthropic": "anthropicApiUrl",
  "@langchain/google-genai": "baseUrl",
  "@langchain/mistralai": "serverURL",
  "@langchain/openai": "configuration.baseURL",
  "@mistralai/mistralai": "serverURL",
  openai: "baseURL",
};

/** Relays whose public key nobody between can replace. */
const SECURE = /^https:|\/\/((.+\.)?localhost|127\.[\d.]+|\[::1])(:\d+)?$/;

/** What limits look like in JSON. @type {any} */
const LIMITS = {
  __proto__: null,
  origins: [
    /^\[("(?!https:[^"]*:443"|http:[^"]*:80")[a-z][a-z\d+.-]*:\/\/([a-z\d.-]+|\[[\da-f:]+])(:\d+)?",?){0,16}]$/,
    "up to 16 like https://app.example, without a default port; [] in a file",
  ],
  models: [/^\[("[\w.:/@~#+*-]{1,100}",?){1,32}]$/, "1 to 32 like gpt-5*, or leave it out"],
  endpoints: [/^\[("(inference|realtime|files|batches)"(?!.*"\2"),?)+]$/, "some of inference, realtime, files, batches, or leave it out"],
  perMinute: [/^([1-9]\d{0,4}|100000)$/, "1 to 100000"],
};

/** For JSON.stringify: null for what it would drop or change. @this {any} @param {string} at @param {unknown} value */
function asItIs(at, value) {
  return this[at] === value && !/function|symbol|bigint/.test(typeof value) ? value : null;
}

/**
 * Fails for what this relay relays to nobody. What a pattern may match is left to the relay.
 * @param {{ models?: string[], endpoints?: string[] }} limits @param {Pick<import("./relay.d.ts").Description, "endpoints" | "limits">} relay
 */
function refuseClosed({ models = [], endpoints = [] }, relay) {
  const closed = endpoints.find((group) => !relay.endpoints.some((open) => open === group));
  if (closed) throw new Error(`endpoints: leave out ${closed}, which is closed at this relay`);

  const allowed = relay.limits.allowed_models;
  if (!allowed) return;
  const forms = allowed.map((pattern) => RegExp(`^${pattern.replace(/[.+]/g, "\\$&").replaceAll("*", "[^/]*")}$`));
  const other = models.find((name) => !name.includes("*") && !forms.some((form) => form.test(name)));
  if (other) throw new Error(`models: leave out ${other}, for this relay allows ${allowed.join(", ")}`);
}

/** Drops what people paste along. @param {string} key */
function clean(key) {
  const plain = (key ?? "")
    .replace(/[\s"'`\u2018-\u201f;,]+$/, "")
    .replace(/^(?:[\s"'`\u2018-\u201f]|[Bb]earer |(?:export )?[A-Z\d_]+=(?!=*$))+/, "");
  if (!/^[!-+\--~]+$/.test(plain)) throw new Error("This is not an API key: copy it again");
  return plain;
}

/**
 * HPKE (RFC 9180) in base mode. Strings hold bytes.
 * @param {JsonWebKey} recipient @param {string} info @param {string} plain @param {CryptoKeyPair} [ephemeral]
 */
export async function sealTo(recipient, info, plain, ephemeral) {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const { privateKey, publicKey } = ephemeral ?? (await subtle.generateKey(curve, false, ["deriveBits"]));
  const to = await subtle.importKey("jwk", recipient, curve, true, []);
  const dh = text(await subtle.deriveBits({ ...curve, public: to }, privateKey, 256));
  const enc = text(await subtle.exportKey("raw", publicKey));

  const [key, nonce] = await keyAndNonce(dh, enc, text(await subtle.exportKey("raw", to)), info);
  const aes = await subtle.importKey("raw", bytes(key), "AES-GCM", false, ["encrypt"]);
  return enc + text(await subtle.encrypt({ name: "AES-GCM", iv: bytes(nonce) }, aes, bytes(plain)));
}

const KEM = "KEM\0\x10"; // RFC 9180 section 4.1: "KEM" and the KEM's id
const HPKE = "HPKE\0\x10\0\x01\0\x02"; // section 5.1: "HPKE" and the ids of KEM, KDF and AEAD

/**
 * RFC 9180 sections 4.1 (Encap) and 5.1 (KeySchedule); `recipient` is the relay's public point.
 * @param {string} dh @param {string} enc @param {string} recipient @param {string} info
 */
async function keyAndNonce(dh, enc, recipient, info) {
  const sharedSecret = await expand(KEM, await extract(KEM, "", "eae_prk", dh), "shared_secret", enc + recipient, 32);
  const context = "\0" + (await extract(HPKE, "", "psk_id_hash", "")) + (await extract(HPKE, "", "info_hash", info));
  const secret = await extract(HPKE, sharedSecret, "secret", "");
  return [await expand(HPKE, secret, "key", context, 32), await expand(HPKE, secret, "base_nonce", context, 12)];
}

/** LabeledExtract. @param {string} suite @param {string} salt @param {string} label @param {string} material */
const extract = (suite, salt, label, material) => hmac(salt, "HPKE-v1" + suite + label + material);

/**
 * LabeledExpand, for up to 32 bytes: one block of HKDF-Expand (RFC 5869).
 * @param {string} suite @param {string} secret @param {string} label @param {string} info @param {number} length
 */
async function expand(suite, secret, label, info, length) {
  const labeled = "\0" + String.fromCharCode(length) + "HPKE-v1" + suite + label + info;
  return (await hmac(secret, labeled + "\x01")).slice(0, length);
}

/** HMAC pads its key with zeros, so one is as none, which WebCrypto refuses. @param {string} key @param {string} data */
async function hmac(key, data) {
  const mac = await subtle.importKey("raw", bytes(key || "\0"), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return text(await subtle.sign("HMAC", mac, bytes(data)));
}

/** @param {string} data */
const bytes = (data) => Uint8Array.from(data, (c) => c.charCodeAt(0));

/** @param {ArrayBuffer} data */
const text = (data) => String.fromCharCode(...new Uint8Array(data));
