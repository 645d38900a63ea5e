/** What a page finds that calls the relay with nothing but fetch. The relay allows one of the two origins that the page's site has. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { PROVIDERS, randomKey } from "../keys.mjs";
import { startStage } from "./stage.mjs";

const CHAT = "/openai/v1/chat/completions";
const BODY = JSON.stringify({ model: "gpt-5-mini", stream: true, messages: [{ role: "user", content: "Hi" }] });

let stage;
let page;
before(async () => {
  stage = await startStage({
    vars: (site) => ({ ALLOWED_ORIGINS: `https://app.example, ${site.localhost}` }),
    // Clients of Gemini exist that put the key into the URL. The relay takes it out, but the page has asked for that URL.
    spared: (relay) => new RegExp(`${relay}/google/v1beta/models/[\\w.-]+:generateContent\\?key=\\w+`, "g"),
  });
  page = await stage.openPage(stage.site.localhost);
});
after(() => stage?.close());

const post = (key) => ({
  method: "POST",
  headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
  body: BODY,
});

/** A fetch in the page: what the page's script can read of the answer, or the error it gets instead. */
const ask = (from, path, init) =>
  from.evaluate(
    async ([url, options]) => {
      try {
        const response = await fetch(url, options);
        return { type: response.type, status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
      } catch (error) {
        return { rejected: error.name };
      }
    },
    [stage.relay + path, init],
  );

/** A stream that the page has begun to read; `globalThis.abort` ends it and says how the reader found out. */
async function beginStream(from, key) {
  await stage.mock.script(key, { hold: true });
  const first = await from.evaluate(
    async ([url, options]) => {
      const controller = new AbortController();
      const response = await fetch(url, { ...options, signal: controller.signal });
      const reader = response.body.getReader();
      globalThis.abort = () => {
        controller.abort();
        return reader.read().catch((error) => error.name);
      };
      return new TextDecoder().decode((await reader.read()).value);
    },
    [stage.relay + CHAT, post(key)],
  );
  assert.match(first, /^data: /);
}

describe("a page of an allowed origin", () => {
  for (const [provider, own] of Object.entries({
    openai: { "openai-processing-ms": "8", "openai-version": "2020-10-01" },
    anthropic: { "anthropic-ratelimit-tokens-remaining": "12" },
    mistral: { "mistral-correlation-id": "req_3" },
  })) {
    it(`reads every header of a 429 of ${provider} that says when to try again, what is left and whom to ask`, async () => {
      const headers = {
        "retry-after": "3",
        "retry-after-ms": "2500",
        "x-should-retry": "true",
        "x-request-id": "req_1",
        "request-id": "req_2",
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-tokens": "6m0s",
        ...own,
      };
      const key = randomKey(provider);
      await stage.mock.script(key, { respond: { status: 429, headers: { ...headers, "content-type": "application/json" }, body: "{}" } });
      const answer = await ask(page, PROVIDERS[provider].chat, post(key));
      assert.equal(answer.status, 429);
      assert.deepEqual(Object.fromEntries(Object.keys(headers).map((name) => [name, answer.headers[name]])), headers);
    });
  }

  for (const [what, method, path, status, code] of [
    ["a path the relay does not carry", "POST", "/openai/v1/organization/admin_api_keys", 403, "path_not_allowed"],
    ["a method the path does not take", "DELETE", "/openai/v1/models/gpt-5-mini", 405, "method_not_allowed"],
    ["a mistaken base URL", "POST", "/openai/v1/v1/chat/completions", 404, "path_not_found"],
  ]) {
    it(`reads why ${what} is refused`, async () => {
      const key = randomKey("openai");
      const answer = await ask(page, path, { ...post(key), method });
      assert.deepEqual([answer.status, answer.headers["x-relay-error"], JSON.parse(answer.body).code], [status, code, code]);
      assert.deepEqual(await stage.mock.seen(key), []);
    });
  }

  it("ends the provider's stream when it aborts its own", { timeout: 60_000 }, async () => {
    const key = randomKey("openai");
    await beginStream(page, key);
    assert.equal(await page.evaluate(() => abort()), "AbortError");
    await stage.providerIsLetGo(key);
  });

  it("ends the provider's stream when its tab is closed", { timeout: 60_000 }, async () => {
    const key = randomKey("openai");
    const tab = await stage.openPage(stage.site.localhost);
    await beginStream(tab, key);
    await tab.close();
    await stage.providerIsLetGo(key);
  });
});

/** What `ask` finds when the browser lets the page see nothing. */
const REFUSED = { rejected: "TypeError" };

/** Asks, and checks how many requests come to the provider by that. */
async function askAndCount(from, path, init, expected) {
  const before = (await stage.mock.stats()).requests;
  const answer = await ask(from, path, init);
  assert.equal((await stage.mock.stats()).requests - before, expected);
  return answer;
}

describe("a page of another origin", () => {
  it("gets nothing but a network error", async () => {
    assert.deepEqual(await askAndCount(stage.page, CHAT, post(randomKey("openai")), 0), REFUSED);
  });

  // What an HTML form can send, browsers send without asking. The key in the URL is one that Gemini's clients put there.
  for (const mode of ["cors", "no-cors"]) {
    it(`cannot make the relay act with what a form could send, in mode ${mode}`, async () => {
      const path = `/google/v1beta/models/gemini-2.5-flash:generateContent?key=${randomKey("google")}`;
      const init = { method: "POST", mode, headers: { "Content-Type": "text/plain" }, body: JSON.stringify({ contents: "Hi" }) };
      await askAndCount(page, path, init, mode === "cors" ? 1 : 0); // an allowed page can, but only where it may read the answer
      const answer = await askAndCount(stage.page, path, init, 0);
      assert.deepEqual(answer, mode === "cors" ? REFUSED : { type: "opaque", status: 0, headers: {}, body: "" });
    });
  }

  it("has its preflight answered without a word about CORS", async () => {
    const headers = { Origin: stage.site.url, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization" };
    const answer = await fetch(stage.relay + CHAT, { method: "OPTIONS", headers });
    assert.equal(answer.status, 403);
    assert.equal(answer.headers.get("x-relay-error"), "origin_not_allowed");
    assert.deepEqual(
      [...answer.headers.keys()].filter((name) => name.startsWith("access-control-")),
      [],
    );
  });
});
