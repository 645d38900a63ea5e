const { subtle } = crypto;

/** @type {typeof import("./relay.d.ts").connect} */
export function connect(relay = import.meta.url) {
  const { origin } = new URL(relay);

  /** @type {any} */
  let loaded;
  /** @returns {Promise<import("./relay.d.ts").Description & { ahead: number }>} */
  const describe = async () => {
    loaded ??= fetch(`${origin}/.well-known/byok-relay`)
      .then((answer) => answer.json())
      .catch(() => {});
    const found = await loaded;
    if (!found?.providers) {
      loaded = null;
      throw new Error((found?.code && found.message) || `No byok-relay answers at ${origin}`);
    }
    found.ahead ??= Date.now() / 1000 - found.now;
    return found;
  };

  /** @param {string} name */
  const find = async (name) => {
    const { providers } = await describe();
    const found = providers.find(({ id, aliases }) => id === name || aliases.includes(name));
    if (!found) throw new Error(`Unknown provider: there are ${providers.map(({ id }) => id).join(", ")}`);
    return found;
  };

  return {
    providers: async () => (await describe()).providers,

    async baseURL(provider, sdk) {
      const { base_url, sdk_base_urls: urls } = await find(provider);
      const url = sdk ? urls[sdk] : (Object.values(urls)[0] ?? base_url);
      if (!url) throw new Error(`Unknown SDK: there are ${Object.keys(urls).join(", ")}`);
      return url;
    },

    async seal({ provider, key, origins = globalThis.location ? [location.origin] : [], days }) {
      const plain = check(key);
      if (plain.startsWith("byok1.")) throw new Error("Sealed already");
      if (origins.length > 16 || !origins.every((origin) => /^[a-z\d+.-]+:\/\/[a-z\d.:[\]-]+$/.test(origin)))
        throw new Error("origins: up to 16 like https://app.example");
      if (!subtle) throw new Error("Sealing needs https or localhost");

      const { id } = await find(provider);
      const { ahead, sealing } = await describe();
      const { keys, max_age_days: most } = sealing;
      if (!keys[0]) throw new Error("This relay has no SEALING_KEY");
      days ??= most;
      if (!(days > 0 && days <= most)) throw new Error(`days: up to ${most}`);

      const { kid } = keys[0];
      const iat = Math.floor(Date.now() / 1000 - ahead);
      const claims = JSON.stringify({ prv: id, org: origins, iat, exp: iat + Math.floor(days * 86400) });
      const sealed = await sealTo(keys[0], `byok-relay sealed-key v1\0${kid}\0${claims}`, plain);
      const token = `byok1.${kid}.${btoa(claims)}.${btoa(sealed)}`;
      return token.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    },

    async fetch(provider, path, { key, ...init }) {
      const headers = new Headers(init.headers);
      headers.set("x-api-key", check(key));
      return fetch(`${origin}/${provider}${path}`, { ...init, headers, redirect: "error" });
    },
  };
}

/** @param {string} key */
function check(key) {
  const trimmed = (key ?? "").trim();
  if (!/^[!-+\--~]{8,}$/.test(trimmed)) throw new Error("This is no API key");
  return trimmed;
}

/**
 * HPKE (RFC 9180). Strings hold bytes. LabeledExtract is an HMAC, LabeledExpand one of "\0", length, …, "\x01".
 * @param {JsonWebKey} recipient @param {string} info @param {string} plaintext @param {CryptoKeyPair} [ephemeral]
 */
export async function sealTo(recipient, info, plaintext, ephemeral) {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const { privateKey, publicKey } = ephemeral ?? (await subtle.generateKey(curve, false, ["deriveBits"]));
  const to = await subtle.importKey("jwk", recipient, curve, true, []);
  const dh = text(await subtle.deriveBits({ name: "ECDH", public: to }, privateKey, 256));
  const enc = text(await subtle.exportKey("raw", publicKey));

  const kem = "HPKE-v1KEM\0\x10";
  const prk = await hmac("\0", kem + "eae_prk" + dh);
  const shared = await hmac(prk, "\0\x20" + kem + "shared_secret" + enc + text(await subtle.exportKey("raw", to)) + "\x01");

  const hpke = "HPKE-v1HPKE\0\x10\0\x01\0\x02";
  const context = "\0" + (await hmac("\0", hpke + "psk_id_hash")) + (await hmac("\0", hpke + "info_hash" + info));
  const secret = await hmac(shared, hpke + "secret");
  const key = await hmac(secret, "\0\x20" + hpke + "key" + context + "\x01");
  const nonce = await hmac(secret, "\0\x0c" + hpke + "base_nonce" + context + "\x01");

  const aes = await subtle.importKey("raw", bytes(key), "AES-GCM", false, ["encrypt"]);
  return enc + text(await subtle.encrypt({ name: "AES-GCM", iv: bytes(nonce).slice(0, 12) }, aes, bytes(plaintext)));
}

/** @param {string} key @param {string} data */
async function hmac(key, data) {
  const imported = await subtle.importKey("raw", bytes(key), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return text(await subtle.sign("HMAC", imported, bytes(data)));
}

/** @param {string} data */
const bytes = (data) => Uint8Array.from(data, (c) => c.charCodeAt(0));

/** @param {ArrayBuffer} data */
const text = (data) => String.fromCharCode(...new Uint8Array(data));
