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

const seal = (options) => relay.seal({ provider: "openai", key: KEY, origins: ["https://app.example"], ...options });

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
  it("is less than 2 kB to download", () => {
    assert.ok(gzipSync(SOURCE, { level: 9 }).length < 2048);
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

  it("connects to where the module came from if nothing is said", async () => {
    register(`data:text/javascript,${encodeURIComponent(OVER_HTTP)}`);
    stand.answerWith(({ url }, response) => url === "/relay.js" && response.end(SOURCE));
    const { connect } = await import(`${stand.url}/relay.js`);
    assert.equal(await connect().baseURL("openai"), `${stand.url}/openai/v1`);
  });

  it("asks the relay nothing by itself", () => {
    assert.equal(stand.asked.length, 0);
  });
});

/** Lets Node import modules over HTTP, as browsers do. */
const OVER_HTTP = `
  const isHttp = (url) => url.startsWith("http:");
  export const resolve = (url, context, next) => isHttp(url) ? { url, shortCircuit: true } : next(url, context);
  export const load = async (url, context, next) =>
    isHttp(url) ? { format: "module", source: await (await fetch(url)).text(), shortCircuit: true } : next(url, context);`;

describe("the relay's description", () => {
  it("lists the providers as the relay gives them", async () => {
    assert.deepEqual(await relay.providers(), stand.document.providers);
  });

  it("is asked for once, however many calls need it", async () => {
    await Promise.all([relay.providers(), relay.baseURL("openai"), seal()]);
    await relay.providers();
    assert.deepEqual(
      stand.asked.map(({ url }) => url),
      ["/.well-known/byok-relay"],
    );
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

  it("for an unknown provider is an error that names those there are", async () => {
    assert.equal(await messageOf(relay.baseURL("openia")), "Unknown provider: there are openai, google, own");
  });

  it("for an unknown SDK is an error that names those there are", async () => {
    assert.equal(await messageOf(relay.baseURL("google", "openai")), "Unknown SDK: there are @google/genai, @ai-sdk/google");
  });
});

describe("sealing is refused", () => {
  const NOT_A_KEY = "This is no API key";
  const ORIGINS = "origins: up to 16 like https://app.example";
  const CASES = {
    "without a key": [{ key: undefined }, NOT_A_KEY],
    "for what an empty storage gives": [{ key: null }, NOT_A_KEY],
    "for a short key": [{ key: SHORT }, NOT_A_KEY],
    "for a key with a space in it": [{ key: `${KEY} ${KEY}` }, NOT_A_KEY],
    "for a key with a comma in it": [{ key: `${KEY},${KEY}` }, NOT_A_KEY],
    "for a key with a line break in it": [{ key: `${KEY}\n${KEY}` }, NOT_A_KEY],
    "for a key with a typographic quote": [{ key: `${KEY}\u201d` }, NOT_A_KEY],
    "for a sealed key": [{ key: "byok1.current.e30.AAAA" }, "Sealed already"],
    "for an unknown provider": [{ provider: "openia" }, "Unknown provider: there are openai, google, own"],
    "for longer than the relay allows": [{ days: 90.1 }, "days: up to 90"],
    "for no time": [{ days: 0 }, "days: up to 90"],
    "for a negative time": [{ days: -1 }, "days: up to 90"],
    "for a time that is no number": [{ days: NaN }, "days: up to 90"],
    "for an origin with a slash at its end": [{ origins: ["https://app.example/"] }, ORIGINS],
    "for an origin with a path": [{ origins: ["https://app.example/app"] }, ORIGINS],
    "for an origin without a scheme": [{ origins: ["app.example"] }, ORIGINS],
    "for an origin in capitals": [{ origins: ["https://App.example"] }, ORIGINS],
    "for an origin outside ASCII": [{ origins: ["https://b\u00fccher.example"] }, ORIGINS],
    "for a wildcard": [{ origins: ["https://*.app.example"] }, ORIGINS],
    "for the origin of a page from a file": [{ origins: ["null"] }, ORIGINS],
    "for one bad origin among good ones": [{ origins: ["https://app.example", "*"] }, ORIGINS],
    "for 17 origins": [{ origins: Array(17).fill("https://app.example") }, ORIGINS],
  };
  for (const [what, [options, message]] of Object.entries(CASES)) {
    it(what, async () => assert.equal(await messageOf(seal(options)), message));
  }

  it("by a relay that has no key for it", async () => {
    stand.document.sealing.keys = [];
    assert.equal(await messageOf(seal()), "This relay has no SEALING_KEY");
  });

  it("in an insecure context, where a page has no WebCrypto, before anything is asked", async (t) => {
    t.mock.getter(globalThis, "crypto", () => ({}));
    const { connect } = await import(`${MODULE}?insecure`);
    relay = connect(stand.url);
    assert.equal(await messageOf(seal()), "Sealing needs https or localhost");
    assert.equal(stand.asked.length, 0);
    assert.equal(await relay.baseURL("openai"), `${stand.url}/openai/v1`, "everything else works");
  });
});

describe("sealing is not refused", () => {
  for (const origin of [
    "https://app.example:8443",
    "http://localhost:5173",
    "http://[::1]:80",
    "capacitor://localhost",
    "chrome-extension://abc",
  ]) {
    it(`for ${origin}`, async () => {
      const claims = Buffer.from((await seal({ origins: [origin] })).split(".")[2], "base64url");
      assert.deepEqual(JSON.parse(claims).org, [origin]);
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

  it("sends the key as X-API-Key, and the request as it is", async () => {
    const headers = { "Content-Type": "application/json", "X-Own": "1" };
    await relay.fetch("openai", PATH, { key: KEY, method: "POST", headers, body: "{}" });
    assert.deepEqual([received.method, received.url, received.body], ["POST", `/openai${PATH}`, "{}"]);
    assert.equal(received.headers["x-api-key"], KEY);
    assert.equal(received.headers["content-type"], "application/json");
    assert.equal(received.headers["x-own"], "1");
  });

  it("returns the answer as it is, errors included", async () => {
    const answer = await relay.fetch("openai", PATH, { key: KEY });
    assert.ok(answer instanceof Response);
    assert.deepEqual([answer.status, answer.headers.get("x-relay-error"), await answer.text()], [429, "rate_limited", "slow down"]);
  });

  it("sends a sealed key like a plain one", async () => {
    const key = await seal();
    await relay.fetch("openai", PATH, { key });
    assert.equal(received.headers["x-api-key"], key);
  });

  it("asks the relay for nothing else", async () => {
    await relay.fetch("openai", PATH, { key: KEY });
    assert.equal(stand.asked.length, 1);
  });

  it("leaves the caller's headers alone", async () => {
    const headers = new Headers({ "x-own": "1" });
    await relay.fetch("openai", PATH, { key: KEY, headers });
    assert.deepEqual([...headers], [["x-own", "1"]]);
  });

  it("can be aborted", async () => {
    const reason = new Error("enough");
    await assert.rejects(relay.fetch("openai", PATH, { key: KEY, signal: AbortSignal.abort(reason) }), reason);
  });

  for (const key of [undefined, null, "", SHORT, `${KEY}\u201d`, `${KEY}\n${KEY}`]) {
    it(`sends nothing with ${JSON.stringify(key)} for a key`, async () => {
      assert.equal(await messageOf(relay.fetch("openai", PATH, { key })), "This is no API key");
      assert.equal(stand.asked.length, 0);
    });
  }
});
