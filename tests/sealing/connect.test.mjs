/** relay.js as an app calls it, against a stand-in for the relay: what it answers, what it asks for, and how it fails. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { register } from "node:module";
import { afterEach, beforeEach, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { connect } from "../../public/relay.js";
import { randomKey } from "../keys.mjs";
import { assertNoKey, textOf } from "../watch.mjs";
import { startDocument } from "./document.mjs";
import { pasted } from "./pasted.mjs";

const MODULE = new URL("../../public/relay.js", import.meta.url);
const SOURCE = readFileSync(MODULE, "utf8");
const KEY = randomKey("openai");
const SHORT = "canary1";
const PUBLIC_KEY = await crypto.subtle
  .generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"])
  .then(({ publicKey }) => crypto.subtle.exportKey("jwk", publicKey))
  .then(({ kty, crv, x, y }) => ({ kid: "current", kty, crv, x, y }));

let stand;
let relay;
beforeEach(async () => {
  stand = await startDocument({ keys: [PUBLIC_KEY] });
  relay = connect(stand.url);
});
afterEach(() => stand.close());

const asked = () => stand.asked.map(({ url }) => url);
const seal = (options) => relay.seal({ provider: "openai", key: KEY, origins: ["https://app.example"], ...options });

/** What every object has. */
const INHERITED = ["constructor", "toString", "__proto__"];

/** The message of the error, which must be for people and must not hold the key. */
async function messageOf(promise) {
  const error = await promise.then(
    () => assert.fail("it did not fail"),
    (error) => error,
  );
  assert.equal(error.constructor, Error, String(error));
  assertNoKey("the error", textOf(error));
  return error.message;
}

describe("the module", () => {
  it("is at most 4.7 kB to download", () => {
    const { length } = gzipSync(SOURCE, { level: 9 });
    assert.ok(length <= 4700, `${length} bytes`);
  });

  it("imports nothing", () => {
    assert.doesNotMatch(SOURCE.replaceAll(/\/\*\*.*?\*\//gs, ""), /\bimport\b(?!\.meta)|\brequire\b/);
  });
});

describe("connect", () => {
  it("takes any URL of the relay's", async () => {
    for (const url of [stand.url, `${stand.url}/`, `${stand.url}/openai/v1`, new URL(stand.url)]) {
      assert.equal(await connect(url).baseURL("openai"), `${stand.url}/openai/v1`);
    }
  });

  for (const path of ["/relay.js", "/relay.js?v=1", "/relay.js#1"]) {
    it(`connects to where the module came from if nothing is said and that is ${path}`, async () => {
      const { connect } = await importOverHttp(path);
      assert.equal(await connect().baseURL("openai"), `${stand.url}/openai/v1`);
    });
  }

  const UNKNOWN = new Error(`connect() needs the relay's URL here: connect("https://…")`);
  for (const [what, importIt] of Object.entries({
    "a bundle": () => importOverHttp("/assets/index-abc.js"),
    "a copy among a page's own scripts": () => importOverHttp("/src/relay.js"),
    "a path that only ends like it": () => importOverHttp("/my-relay.js"),
    "a query that only looks like it": () => importOverHttp("/index.js?/relay.js"),
    "a file": () => import(MODULE),
    "a data: URL": () => import(`data:text/javascript,${encodeURIComponent(SOURCE)}`),
  })) {
    it(`asks for the relay's URL in ${what}, and takes it`, async () => {
      const { connect } = await importIt();
      for (const nothing of [[], [undefined], [""]]) assert.throws(() => connect(...nothing), UNKNOWN);
      assert.ok(!asked().some((url) => url.startsWith("/.well-known/")));
      assert.equal(await connect(stand.url).baseURL("openai"), `${stand.url}/openai/v1`);
    });
  }

  for (const url of ["localhost:8787", "relay.example", "https://", "file:///relay.js", "data:text/javascript,relay.js"]) {
    it(`refuses ${url}, which is no relay's`, () => {
      assert.throws(() => connect(url), UNKNOWN);
    });
  }

  it("asks the relay nothing by itself", () => {
    assert.equal(stand.asked.length, 0);
  });
});

/** The module as a page's server has it at a path. */
function importOverHttp(path) {
  stand.answerWith(({ url }, response) => url === path.split("#")[0] && response.end(SOURCE));
  return import(stand.url + path);
}

/** Lets Node import modules over HTTP, as browsers do. */
const OVER_HTTP = `
  const isHttp = (url) => url.startsWith("http:");
  export const resolve = (url, context, next) => isHttp(url) ? { url, shortCircuit: true } : next(url, context);
  export const load = async (url, context, next) =>
    isHttp(url) ? { format: "module", source: await (await fetch(url)).text(), shortCircuit: true } : next(url, context);`;
register(`data:text/javascript,${encodeURIComponent(OVER_HTTP)}`);

describe("the relay's description", () => {
  it("lists the providers as the relay gives them", async () => {
    assert.deepEqual(await relay.providers(), stand.document.providers);
  });

  it("is asked for once, however many calls need it", async () => {
    await Promise.all([relay.providers(), relay.baseURL("openai"), seal()]);
    await relay.providers();
    assert.deepEqual(asked(), ["/.well-known/byok-relay"]);
  });

  for (const [what, handler] of Object.entries({
    "the connection broke": (request) => request.destroy(),
    "something else answered": (_, response) => response.end("<!doctype html>"),
    "some other JSON came": (_, response) => response.end('{"message":"Not Found"}'),
    "null came": (_, response) => response.end("null"),
  })) {
    it(`is asked for again after ${what}`, async () => {
      stand.answerWith(handler);
      const failures = await Promise.all([relay.providers(), relay.baseURL("openai"), seal()].map(messageOf));
      assert.deepEqual(new Set(failures), new Set([`No byok-relay answers at ${stand.url}`]));
      assert.equal(stand.asked.length, 1);

      stand.answerWith(() => false);
      assert.deepEqual(await relay.providers(), stand.document.providers);
    });
  }

  it("is not taken from where a redirect leads, be it to the same origin", async (t) => {
    const other = await startDocument({ keys: [PUBLIC_KEY] });
    t.after(() => other.close());
    for (const location of [`${other.url}/.well-known/byok-relay`, "/.well-known/byok-relay?"]) {
      stand.answerWith(({ url }, response) => !url.endsWith("?") && response.writeHead(302, { location }).end());
      assert.equal(await messageOf(seal()), `No byok-relay answers at ${stand.url}`);
    }
    assert.deepEqual([asked(), other.asked.length], [Array(2).fill("/.well-known/byok-relay"), 0]);
  });

  it("wants the name of a resource where a base URL holds it", async () => {
    const [own] = stand.document.providers.splice(-1);
    const base_url = `${own.base_url}/{resource}`;
    stand.document.providers.push({ ...own, base_url, sdk_base_urls: { openai: `${base_url}/v1` }, sealed_as: "own@{resource}.example" });
    assert.equal(await relay.baseURL("own/my-resource"), `${stand.url}/own/my-resource/v1`);
    for (const provider of ["own", "own/", "own/a.b"]) {
      const words = "Name the resource: own/my-resource";
      assert.deepEqual(await Promise.all([relay.baseURL(provider), seal({ provider })].map(messageOf)), [words, words]);
    }
    assert.equal(
      JSON.parse(atob((await seal({ provider: "own/my-resource", key: "canary0123456789" })).split(".")[2])).prv,
      "own@my-resource.example",
    );
  });

  it("passes on what the relay says when it refuses", async () => {
    const message = "This relay is misconfigured: MAX_BODY_BYTES must be a whole number";
    stand.answerWith((_, response) => response.writeHead(500).end(JSON.stringify({ code: "misconfigured", message })));
    assert.equal(await messageOf(relay.providers()), message);
  });
});

describe("a base URL", () => {
  const CASES = [
    ["openai", "openai", "/openai/v1"],
    ["openai", "@ai-sdk/openai", "/openai/v1"],
    ["google", "@google/genai", "/google"],
    ["gemini", "@ai-sdk/google", "/google/v1beta"],
    ["openai", undefined, "/openai/v1"],
    ["google", undefined, "/google"],
    ["own", undefined, "/own"],
  ];
  for (const [provider, sdk, path] of CASES) {
    it(`for ${sdk ?? "no SDK in particular"} at ${provider} is ${path}`, async () => {
      assert.equal(await relay.baseURL(provider, sdk), stand.url + path);
    });
  }

  for (const host of ["https://evil.example", "http://127.0.0.1:1", "https://user@evil.example:8443"]) {
    it(`is at this relay's own origin, also when its description says ${host}`, async () => {
      const expected = structuredClone(stand.document.providers);
      for (const provider of stand.document.providers) {
        const urls = provider.sdk_base_urls;
        provider.base_url = provider.base_url.replace(stand.url, host);
        for (const sdk of Object.keys(urls)) urls[sdk] = urls[sdk].replace(stand.url, host);
      }
      for (const [provider, sdk, path] of CASES) assert.equal(await relay.baseURL(provider, sdk), stand.url + path);
      assert.deepEqual(await relay.providers(), expected);
    });
  }

  for (const name of ["openia", "", ...INHERITED]) {
    it(`for ${name || "no name"}, which is no provider, is an error that names those there are`, async () => {
      assert.equal(await messageOf(relay.baseURL(name)), "Unknown provider: there are openai, google, own");
    });
  }

  for (const sdk of ["openai", ...INHERITED]) {
    it(`for ${sdk}, which is no SDK of the provider's, is an error that names those there are`, async () => {
      assert.equal(await messageOf(relay.baseURL("google", sdk)), "Unknown SDK: there are @google/genai, @ai-sdk/google");
    });
  }
});

describe("sealing is refused", () => {
  const NOT_A_KEY = "This is not an API key: copy it again";
  const NOT_THEIRS = "This is not an API key of Provider openai: those look like openai-…";
  const ORIGINS = "origins: up to 16 like https://app.example, without a default port; [] in a file";
  const MODELS = "models: 1 to 32 like gpt-5*, or leave it out";
  const ENDPOINTS = "endpoints: some of inference, realtime, files, batches, or leave it out";
  const RATE = "perMinute: 1 to 100000";
  const DAYS = "days: more than 0 and up to 90, or leave it out";
  const CASES = {
    "without a key": [{ key: undefined }, NOT_A_KEY],
    "for what an empty storage gives": [{ key: null }, NOT_A_KEY],
    "for a short key": [{ key: SHORT }, NOT_THEIRS],
    "for a key with a space in it": [{ key: `${KEY} ${KEY}` }, NOT_A_KEY],
    "for a key with a comma in it": [{ key: `${KEY},${KEY}` }, NOT_A_KEY],
    "for a key with a line break in it": [{ key: `${KEY}\n${KEY}` }, NOT_A_KEY],
    "for a key with a typographic quote in it": [{ key: `${KEY}\u201d${KEY}` }, NOT_A_KEY],
    "for a key with an ellipsis": [{ key: `${KEY}…` }, NOT_A_KEY],
    "for a key of more than 4096 characters": [{ key: KEY.padEnd(4097, "k") }, NOT_THEIRS],
    "for quotes without a key": [{ key: '""' }, NOT_A_KEY],
    "for a sealed key": [{ key: "byok1.current.e30.AAAA" }, "This key is sealed already: use it as it is"],
    "for an unknown provider": [{ provider: "openia" }, "Unknown provider: there are openai, google, own"],
    "for longer than the relay allows": [{ days: 90.1 }, DAYS],
    "for no time": [{ days: 0 }, DAYS],
    "for less than a second": [{ days: 1e-9 }, DAYS],
    "for a negative time": [{ days: -1 }, DAYS],
    "for a time that is no number": [{ days: NaN }, DAYS],
    "for all time": [{ days: Infinity }, DAYS],
    "for a time that is nothing": [{ days: null }, DAYS],
    "for a time that is a text": [{ days: "1" }, DAYS],
    "for a time in a list": [{ days: [5] }, DAYS],
    "for a time that is an object": [{ days: new Number(5) }, DAYS],
    "for a time that is a big number": [{ days: 5n }, DAYS],
    "for a time that is a symbol": [{ days: Symbol("5") }, DAYS],
    "for an origin with a slash at its end": [{ origins: ["https://app.example/"] }, ORIGINS],
    "for an origin with a path": [{ origins: ["https://app.example/app"] }, ORIGINS],
    "for an origin without a scheme": [{ origins: ["app.example"] }, ORIGINS],
    "for an origin in capitals": [{ origins: ["https://App.example"] }, ORIGINS],
    "for an origin outside ASCII": [{ origins: ["https://b\u00fccher.example"] }, ORIGINS],
    "for a wildcard": [{ origins: ["https://*.app.example"] }, ORIGINS],
    "for the origin of a page from a file": [{ origins: ["null"] }, ORIGINS],
    "for an origin with https's own port": [{ origins: ["https://app.example:443"] }, ORIGINS],
    "for an origin with http's own port": [{ origins: ["http://app.example:80"] }, ORIGINS],
    "for an address with http's own port": [{ origins: ["http://localhost:443", "http://[::1]:80"] }, ORIGINS],
    "for an origin with two ports": [{ origins: ["https://app.example:1:2"] }, ORIGINS],
    "for origins that are nothing": [{ origins: null }, ORIGINS],
    "for origins that are a function": [{ origins: () => [] }, ORIGINS],
    "for one bad origin among good ones": [{ origins: ["https://app.example", "*"] }, ORIGINS],
    "for 17 origins": [{ origins: Array(17).fill("https://app.example") }, ORIGINS],
    "for no models": [{ models: [] }, MODELS],
    "for models that are nothing": [{ models: null }, MODELS],
    "for models that are a text": [{ models: "gpt-5*" }, MODELS],
    "for 33 models": [{ models: Array(33).fill("m") }, MODELS],
    "for a model of 101 characters": [{ models: ["m".repeat(101)] }, MODELS],
    "for an empty model": [{ models: ["gpt-5", ""] }, MODELS],
    "for a model with a space": [{ models: ["gpt-5 "] }, MODELS],
    "for two models in one": [{ models: ["gpt-5,o3"] }, MODELS],
    "for a model with a quote": [{ models: ['a","b'] }, MODELS],
    "for a model outside ASCII": [{ models: ["gr\u00f6\u00dfe"] }, MODELS],
    "for models that are a function": [{ models: () => ["gpt-5"] }, MODELS],
    "for models that are a symbol": [{ models: Symbol("gpt-5") }, MODELS],
    "for models that are a set": [{ models: new Set(["gpt-5"]) }, MODELS],
    "for models that are something else in JSON": [{ models: Object.assign(["gpt-5"], { toJSON: () => ["*"] }) }, MODELS],
    "for a model that is text only in JSON": [{ models: [new Date(0)] }, MODELS],
    "for a model that is a function": [{ models: ["gpt-5", () => "o3"] }, MODELS],
    "for a model that is nothing": [{ models: ["gpt-5", undefined] }, MODELS],
    "for a list of models with a hole": [{ models: Object.assign([], { 1: "gpt-5" }) }, MODELS],
    "for a model that is a number": [{ models: [5] }, MODELS],
    "for a model in a list": [{ models: [["gpt-5"]] }, MODELS],
    "for no endpoints": [{ endpoints: [] }, ENDPOINTS],
    "for endpoints that are none": [{ endpoints: ["inference", "everything"] }, ENDPOINTS],
    "for an endpoint twice": [{ endpoints: ["files", "inference", "files"] }, ENDPOINTS],
    "for endpoints that are nothing": [{ endpoints: null }, ENDPOINTS],
    "for endpoints that are a function": [{ endpoints: () => ["files"] }, ENDPOINTS],
    "for endpoints that are a text": [{ endpoints: "inference" }, ENDPOINTS],
    "for no requests": [{ perMinute: 0 }, RATE],
    "for 100001 requests": [{ perMinute: 100001 }, RATE],
    "for half a request": [{ perMinute: 0.5 }, RATE],
    "for fewer than no requests": [{ perMinute: -1 }, RATE],
    "for a rate that is a text": [{ perMinute: "10" }, RATE],
    "for a rate that is no number": [{ perMinute: NaN }, RATE],
    "for a rate that is nothing": [{ perMinute: null }, RATE],
    "for a rate in a list": [{ perMinute: [5] }, RATE],
    "for a rate that is a big number": [{ perMinute: 5n }, RATE],
    "for a rate that is a function": [{ perMinute: () => 5 }, RATE],
    "for a limit that is misspelled": [{ model: ["gpt-5"] }, "model: no such option"],
    "for a limit that is misspelled, and a function": [{ model: () => ["gpt-5"] }, "model: no such option"],
    "for what every object has": [{ constructor: 1 }, "constructor: no such option"],
    "for more than a token holds": [{ models: Array(32).fill("m".repeat(100)) }, "origins, models: too many"],
  };
  for (const [what, [options, message]] of Object.entries(CASES)) {
    it(what, async () => assert.equal(await messageOf(seal(options)), message));
  }

  for (const [what, opened, options, message] of [
    [
      "a group",
      ["files", "inference"],
      { endpoints: ["inference", "files", "batches"] },
      "leave out batches, which is closed at this relay",
    ],
    ["every group", ["inference"], { endpoints: ["realtime"] }, "leave out realtime, which is closed at this relay"],
  ]) {
    it(`for ${what} that the relay keeps closed`, async () => {
      stand.document.endpoints = opened;
      assert.equal(await messageOf(seal(options)), `endpoints: ${message}`);
    });
  }

  for (const [models, allowed, other] of [
    [["gpt-4o"], ["gpt-5*", "o3"], "gpt-4o"],
    [["o3", "gpt-5-mini", "o3-pro"], ["gpt-5*", "o3"], "o3-pro"],
    [["openai/gpt-5"], ["gpt-5*", "*", "meta/*"], "openai/gpt-5"],
    [["gpt-5"], ["*/gpt-5*"], "gpt-5"],
    [["gpt-5x1"], ["gpt-5.1"], "gpt-5x1"],
    [["c+++"], ["c++"], "c+++"],
    [["GPT-5"], ["gpt-5"], "GPT-5"],
  ]) {
    it(`for ${models} where the relay allows ${allowed}`, async () => {
      stand.document.limits.allowed_models = allowed;
      assert.equal(await messageOf(seal({ models })), `models: leave out ${other}, for this relay allows ${allowed.join(", ")}`);
    });
  }

  it("by a relay that has no key for it", async () => {
    stand.document.sealing.keys = [];
    assert.equal(await messageOf(seal()), "This relay cannot seal keys: its operator must set SEALING_KEY");
  });

  for (const url of [
    "http://relay.example",
    "http://localhost.example:8787",
    "http://127.0.0.1.example",
    "http://10.0.0.1",
    "http://[::2]",
  ]) {
    it(`at ${url}, where anybody between could put in another key, before anything is asked`, async (t) => {
      const { mock } = t.mock.method(globalThis, "fetch");
      assert.equal(await messageOf(connect(url).seal({ provider: "openai", key: KEY })), "Sealing needs https or localhost");
      assert.equal(mock.callCount(), 0);
    });
  }

  it("in an insecure context, where a page has no WebCrypto, before anything is asked", async (t) => {
    t.mock.getter(globalThis, "crypto", () => ({}));
    const { connect } = await import(`${MODULE}?insecure`);
    relay = connect(stand.url);
    assert.equal(await messageOf(seal()), "Sealing needs https or localhost");
    assert.equal(stand.asked.length, 0);
    assert.equal(await relay.baseURL("openai"), `${stand.url}/openai/v1`, "everything else works");
  });
});

describe("a plain key", () => {
  const REFUSED = "Admin keys and other secrets are not relayed: use an API key";
  const anotherVendors = (vendor) => `This looks like your ${vendor} key: use your Provider openai key`;
  const NONE = "This is not an API key of Provider openai: those look like openai-…";
  const SK = { prefixes: ["sk-", "ek_"], form: "(?=.{8,4096}$)(?:sk-|ek_).*" };
  const FORM = { prefixes: ["sk-"], form: "sk-[A-Za-z0-9_-]+" };
  const DIGITS = { vendor: "own", prefixes: [], form: "[a-z]{4,}|[0-9]+" };
  const LONG = "canary0123456789canary0123456789";

  for (const [what, rule, key, message] of [
    ["of the provider", SK, `sk-proj-${LONG}`],
    ["of another beginning that the provider has", SK, `ek_${LONG}`],
    ["of the provider's form", FORM, `sk-${LONG}`],
    ["for a provider without a rule", {}, LONG],
    ["of a provider that takes another vendor's keys", { vendor: "anthropic" }, `sk-ant-${LONG}`],
    ["that is short, where the form accepts it", DIGITS, "canary"],
    ["of the second of two forms", DIGITS, "12"],

    ["of another vendor", SK, `sk-ant-${LONG}`, anotherVendors("Anthropic")],
    ["of another vendor, in quotes", SK, `"sk-ant-${LONG}"`, anotherVendors("Anthropic")],
    ["of another vendor, by a beginning that is not the provider's", SK, `AIza${LONG}`, anotherVendors("Google Gemini")],
    ["of a vendor that is not served", {}, `gsk_${LONG}`, anotherVendors("Groq")],
    ["of the vendor that the provider is only named like", { vendor: "anthropic" }, `sk-${LONG}`, anotherVendors("OpenAI")],
    ["that administers an account", SK, `sk-admin-${LONG}`, REFUSED],
    ["that administers another vendor's account", SK, `sk-ant-admin01-${LONG}`, REFUSED],
    ["that moves money", {}, `sk_live_${LONG}`, REFUSED],
    ["of no beginning that the provider has", SK, LONG, NONE],
    ["with a character that the form has not", FORM, `sk-${LONG}!`, NONE],
    ["that only begins with the form", DIGITS, "12canary", NONE],
    ["that only ends with the form", DIGITS, "!canary", NONE],
    ["that is a name without a key", SK, "OPENAI_API_KEY=", NONE],
    ["that is short, and not of the form", FORM, "canary", NONE],
    ["that is short", SK, "sk-cana", NONE],
    ["that is short, where there is no rule", {}, "canary", NONE],
    ["that is very long", SK, `sk-${"a".repeat(5000)}`, NONE],
  ]) {
    it(`${what} is ${message ? "refused" : "taken"}, to be sealed and to be kept`, async () => {
      Object.assign(stand.document.providers[0].key, rule);
      const results = [seal({ key }), relay.check({ provider: "openai", key })];
      if (message) return assert.deepEqual(await Promise.all(results.map(messageOf)), [message, message]);
      const [sealed, checked] = await Promise.all(results);
      assert.match(sealed, /^byok1\./);
      assert.equal(checked, key);
    });
  }

  for (const [what, key] of Object.entries(pasted(KEY))) {
    it(`is kept alone when it was pasted with ${what}`, async () => {
      assert.equal(await relay.check({ provider: "openai", key }), KEY);
    });
  }
});

describe("sealing is not refused", () => {
  const ORIGINS =
    "https://app.example:8443 https://app.example:80 http://app.example:443 http://localhost:5173 http://[::1]:8080 http://[::80] " +
    "capacitor://localhost chrome-extension://abc";
  for (const origin of ORIGINS.split(" ")) {
    it(`for ${origin}`, async () => {
      const claims = Buffer.from((await seal({ origins: [origin] })).split(".")[2], "base64url");
      assert.deepEqual(JSON.parse(claims).org, [origin]);
    });
  }

  for (const url of [
    "https://relay.example",
    "https://10.0.0.1:8787",
    "http://localhost",
    "http://relay.localhost:8787",
    "http://127.1.2.3",
    "http://[::1]:80",
  ]) {
    it(`at ${url}`, async (t) => {
      t.mock.method(globalThis, "fetch", async () => Response.json(stand.document));
      assert.match(await connect(url).seal({ provider: "openai", key: KEY }), /^byok1\./);
    });
  }
});

describe("sealing within limits", () => {
  const LONGEST = ["m".repeat(100), "@cf/a~b#c+d:e._-*/ft:x"];
  for (const [limits, claims] of [
    [{}, {}],
    [{ models: undefined, endpoints: undefined, perMinute: undefined }, {}],
    [{ models: ["gpt-5*"] }, { mdl: ["gpt-5*"] }],
    [{ models: LONGEST }, { mdl: LONGEST }],
    [{ models: Array(32).fill("*/*") }, { mdl: Array(32).fill("*/*") }],
    [{ endpoints: ["inference"] }, { grp: ["inference"] }],
    [{ endpoints: ["batches", "files", "realtime", "inference"] }, { grp: ["batches", "files", "realtime", "inference"] }],
    [{ perMinute: 1 }, { rpm: 1 }],
    [{ perMinute: 100000 }, { rpm: 100000 }],
    [
      { perMinute: 99999, endpoints: ["files"], models: ["a"] },
      { mdl: ["a"], grp: ["files"], rpm: 99999 },
    ],
  ]) {
    it(`claims ${JSON.stringify(claims).slice(0, 60)} and nothing else`, async () => {
      const said = JSON.parse(Buffer.from((await seal(limits)).split(".")[2], "base64url"));
      const { prv, org, iat, exp, ...narrowed } = said;
      assert.deepEqual(narrowed, claims);
    });
  }
});

describe("sealing within limits that an object has in another way", () => {
  const ASKED = { provider: "openai", key: KEY };
  const LIMITS = { origins: ["https://app.example"], days: 1, models: ["gpt-5*"], endpoints: ["inference"], perMinute: 5 };

  const read = [];
  class Getters {
    static {
      const each = (name) => [name, { get: () => (read.push(name), LIMITS[name]) }];
      Object.defineProperties(this.prototype, Object.fromEntries(Object.keys(LIMITS).map(each)));
    }
  }

  for (const [what, options] of Object.entries({
    "inherits them": Object.assign(Object.create(LIMITS), ASKED),
    "inherits everything": Object.create({ ...ASKED, ...LIMITS }),
    "is of a class that has getters for them": Object.assign(new Getters(), ASKED),
  })) {
    it(`claims them where it ${what}`, async () => {
      const { iat, exp, ...claims } = JSON.parse(Buffer.from((await relay.seal(options)).split(".")[2], "base64url"));
      assert.deepEqual(claims, { prv: "openai", org: LIMITS.origins, mdl: LIMITS.models, grp: LIMITS.endpoints, rpm: LIMITS.perMinute });
      assert.equal(exp - iat, 86400);
    });
  }

  it("reads a getter once", async () => {
    read.length = 0;
    await relay.seal(Object.assign(new Getters(), ASKED));
    assert.deepEqual(read.sort(), Object.keys(LIMITS).sort());
  });

  it("claims them as they were when it was called", async () => {
    const models = ["gpt-5"];
    const sealing = seal({ models });
    models[0] = "*";
    assert.deepEqual(JSON.parse(Buffer.from((await sealing).split(".")[2], "base64url")).mdl, ["gpt-5"]);
  });
});

describe("sealing within what the relay allows", () => {
  for (const [limits, allowed] of [
    [{ models: ["gpt-5-mini", "o3"] }, ["gpt-5*", "o3"]],
    [{ models: ["openai/gpt-5"] }, ["openai/*"]],
    [{ models: ["gpt-5.1", "c++"] }, ["c++", "gpt-5.1"]],
    [{ models: ["*-mini", "claude-*"] }, ["gpt-*"]],
    [{}, ["gpt-*"]],
  ]) {
    it(`succeeds for ${limits.models ?? "any model"} where that is ${allowed}`, async () => {
      stand.document.limits.allowed_models = allowed;
      assert.match(await seal(limits), /^byok1\./);
    });
  }

  it("succeeds for a group that is open where others are closed", async () => {
    stand.document.endpoints = ["files", "inference"];
    assert.match(await seal({ endpoints: ["files"] }), /^byok1\./);
  });
});

describe("a sealed key that was kept", () => {
  let kept;
  beforeEach(async () => (kept = await seal({ days: 1 })));

  /** Whether a page that is opened now would use it. */
  const isCurrent = (sealed) => connect(stand.url).isCurrent(sealed);

  it("is current while the relay has its sealing key, also as the previous one, and until it expires", async () => {
    assert.equal(await isCurrent(kept), true);
    stand.document.sealing.keys.unshift({ ...PUBLIC_KEY, kid: "new" });
    stand.document.now += 86_399;
    assert.equal(await isCurrent(kept), true);
  });

  it("is not current when the relay has no such sealing key any more", async () => {
    stand.document.sealing.keys = [{ ...PUBLIC_KEY, kid: "new" }];
    assert.equal(await isCurrent(kept), false);
    stand.document.sealing.keys = [];
    assert.equal(await isCurrent(kept), false);
  });

  it("is not current when it has expired by the relay's clock", async () => {
    stand.document.now += 86_401;
    assert.equal(await isCurrent(kept), false);
  });

  it("takes one request to tell, which every other call needs too", async () => {
    assert.equal(await relay.isCurrent(kept), true);
    assert.deepEqual(asked(), ["/.well-known/byok-relay"]);
  });

  for (const nothing of [
    undefined,
    null,
    "",
    KEY,
    "byok1.current",
    "byok1.current.!.AAAA",
    "byok1.current.e30.AAAA",
    "byok1.current.bnVsbA.AA",
  ]) {
    it(`is none if it is ${JSON.stringify(nothing)}`, async () => assert.equal(await isCurrent(nothing), false));
  }

  it("is not given up because no relay answers", async () => {
    stand.answerWith((request) => request.destroy());
    assert.equal(await messageOf(isCurrent(kept)), `No byok-relay answers at ${stand.url}`);
  });
});

describe("the options for an SDK", () => {
  it("hold a sealed key, or a plain one as it was pasted", async () => {
    const sealed = await seal();
    for (const [key, apiKey] of [[sealed, sealed], ...Object.values(pasted(KEY)).map((each) => [each, KEY])]) {
      assert.deepEqual(await relay.options({ provider: "openai", key, sdk: "@ai-sdk/openai" }), {
        apiKey,
        baseURL: `${stand.url}/openai/v1`,
      });
    }
  });

  it("allow OpenAI's and Anthropic's SDK in a page, and there alone", async (t) => {
    const allowed = async () => (await relay.options({ provider: "openai", key: KEY, sdk: "openai" })).dangerouslyAllowBrowser;
    assert.equal(await allowed(), false);
    globalThis.document = {};
    t.after(() => delete globalThis.document);
    assert.equal(await allowed(), true);
  });

  for (const [what, options, message] of [
    ["an SDK that is not the provider's", { sdk: "@ai-sdk/google" }, "Unknown SDK: there are openai, @ai-sdk/openai, openai-sdk"],
    [
      "an SDK that takes no such options",
      { sdk: "openai-sdk" },
      "options() does not know openai-sdk: give it the key and relay.baseURL() yourself",
    ],
    ...INHERITED.map((sdk) => [`${sdk} for an SDK`, { sdk }, "Unknown SDK: there are openai, @ai-sdk/openai, openai-sdk"]),
    ["no SDK", { sdk: undefined }, 'options() needs sdk: the SDK\'s npm package, such as "openai"'],
    ["an unknown provider", { provider: "openia" }, "Unknown provider: there are openai, google, own"],
    ["no key", { key: "" }, "This is not an API key: copy it again"],
  ]) {
    it(`are refused for ${what}`, async () => {
      stand.document.providers[0].sdk_base_urls["openai-sdk"] = `${stand.url}/openai`;
      assert.equal(await messageOf(relay.options({ provider: "openai", key: KEY, sdk: "openai", ...options })), message);
    });
  }
});

describe("fetch", () => {
  const PATH = "/v1/chat/completions?beta=true";
  let received;
  beforeEach(() => {
    stand.answerWith((request, response) => {
      if (!request.url.startsWith("/openai/")) return false;
      const chunks = [];
      request.on("data", (chunk) => chunks.push(chunk));
      request.on("end", () => {
        const { method, url, headers } = request;
        received = { method, url, headers, body: Buffer.concat(chunks).toString() };
        response.writeHead(429, { "x-relay-error": "rate_limited" }).end("slow down");
      });
    });
  });

  /** Asks for something with a key; tells which came. */
  async function sent(key, options) {
    await relay.fetch("openai", PATH, { key, ...options });
    return received.headers["x-api-key"];
  }

  it("sends the key as X-API-Key and the request as it is, and asks the relay for nothing else", async () => {
    const headers = { "Content-Type": "application/json", "X-Own": "1" };
    assert.equal(await sent(KEY, { method: "POST", headers, body: "{}" }), KEY);
    const { "content-type": type, "x-own": own } = received.headers;
    assert.deepEqual([received.method, received.url, received.body, type, own], ["POST", `/openai${PATH}`, "{}", "application/json", "1"]);
    assert.equal(stand.asked.length, 1);
  });

  for (const [what, key] of Object.entries(pasted(KEY))) {
    it(`sends the key alone when it was pasted with ${what}`, async () => assert.equal(await sent(key), KEY));
  }

  it("leaves it to the relay whose key it is", async () => {
    const key = randomKey("anthropic");
    assert.equal(await sent(key), key);
    assert.equal(stand.asked.length, 1);
  });

  it("sends a short key to a provider whose form accepts it", async () => {
    stand.document.providers[0].key.form = "[a-z0-9]+";
    assert.equal(await sent(SHORT), SHORT);
  });

  it("sends no short key to another provider", async () => {
    assert.match(await messageOf(sent(SHORT)), /^This is not an API key of Provider openai/);
    assert.deepEqual(asked(), ["/.well-known/byok-relay"]);
  });

  it("returns the answer as it is, errors included", async () => {
    const answer = await relay.fetch("openai", PATH, { key: KEY });
    assert.ok(answer instanceof Response);
    assert.deepEqual([answer.status, answer.headers.get("x-relay-error"), await answer.text()], [429, "rate_limited", "slow down"]);
  });

  it("sends a sealed key like a plain one", async () => {
    const key = await seal();
    assert.equal(await sent(key), key);
  });

  it("leaves the caller's headers alone", async () => {
    const headers = new Headers({ "x-own": "1" });
    await sent(KEY, { headers });
    assert.deepEqual([...headers], [["x-own", "1"]]);
  });

  it("can be aborted", async () => {
    const reason = new Error("enough");
    await assert.rejects(sent(KEY, { signal: AbortSignal.abort(reason) }), reason);
  });

  for (const key of [undefined, null, "", `${KEY}\u201d${KEY}`, `${KEY}\n${KEY}`]) {
    it(`sends nothing with ${JSON.stringify(key)} for a key`, async () => {
      assert.equal(await messageOf(sent(key)), "This is not an API key: copy it again");
      assert.equal(stand.asked.length, 0);
    });
  }
});
