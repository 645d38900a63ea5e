/** The playground, in the browser, used as people use it. What it needs of the relay that serves it is in playground-served.test.mjs. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { after, afterEach, before, describe, it } from "node:test";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { OF_THE_RELAY } from "../../public/playground/advice.js";
import { allows } from "../../public/playground/allowed.js";
import { snippetsFor } from "../../public/playground/snippets.js";
import { serverSentEvents } from "../../public/playground/sse.js";
import { hasResource, wireOf } from "../../public/playground/wires.js";
import { HUNG, PROVIDERS } from "../harness.mjs";
import { ASKED, PROVIDERS as TABLE, randomKey } from "../keys.mjs";
import { traceMainThread } from "./main-thread.mjs";
import { answer, greeting, NAMES, Playground, QUESTION, sse, startPlayground } from "./playground-stage.mjs";

const HERE = fileURLToPath(new URL("./", import.meta.url));

/** Those of the mock's models that are for chatting. */
const CHAT_MODELS = {
  openai: ["gpt-4o-mini", "gpt-4.1", "gpt-5"],
  anthropic: ["claude-sonnet-4-5", "claude-haiku-4-5"],
  google: ["gemini-2.5-flash", "gemini-2.5-pro"],
  mistral: ["mistral-small-latest", "mistral-large-latest"],
};

let stage;
let mock;
const texts = {}; // of another origin's site
before(async () => {
  stage = await startPlayground({ content: { texts } });
  stage.plain = await stage.startRelay(); // opens no sealed keys

  mock = stage.mock;
});
afterEach(() => Promise.all(stage.profiles.splice(0).map((each) => each.close())));
after(() => stage?.close());

const openWithKey = (...args) => stage.openWithKey(...args);

/** What a sealed key says of itself. */
const claimsOf = (token) => JSON.parse(Buffer.from(token.split(".")[2], "base64url"));

const lastBody = async (key) => JSON.parse(Buffer.from((await mock.seen(key)).at(-1).body_base64, "base64"));

describe("the chat", HUNG, () => {
  for (const provider of PROVIDERS) {
    for (const relay of ["plain", "sealing"]) {
      it(`lists the models of ${provider} that can chat, at a relay that is ${relay}`, async () => {
        const { playground } = await openWithKey(provider, { relay: stage[relay] });
        assert.deepEqual(await playground.listModels(), CHAT_MODELS[provider]);
      });
    }

    it(`sends ${provider} what was said before`, async () => {
      const { playground, key } = await openWithKey(provider);
      await playground.ask("One");
      await playground.send("Two");
      await playground.log.getByText(answer(provider, "Two")).waitFor();
      const { messages, contents } = await lastBody(key);
      const turns = (messages ?? contents).map(({ role, content, parts }) => [role, content ?? parts[0].text]);
      const itsRole = contents ? "model" : "assistant";
      assert.deepEqual(turns, [
        ["user", "One"],
        [itsRole, answer(provider, "One")],
        ["user", "Two"],
      ]);
    });
  }

  it("tells a provider nothing that was said to another", async () => {
    const { playground } = await openWithKey("openai");
    await playground.ask("One");
    const key = randomKey("mistral");
    await playground.enter("mistral", key);
    await playground.ask("Two");
    assert.deepEqual((await lastBody(key)).messages, [{ role: "user", content: "Two" }]);
  });

  it("asks the model that is typed, whether or not it is listed", async () => {
    const { playground, key } = await openWithKey("openai");
    await playground.model.fill("gpt-next");
    await playground.ask(QUESTION);
    assert.equal((await lastBody(key)).model, "gpt-next");
  });

  it("shows a model's words as text, whatever they are", async () => {
    const { playground } = await openWithKey("openai");
    const html = '<img src="x" onerror="document.title = 1"><b>bold</b>';
    await playground.ask(html);
    assert.equal(await playground.lastWords.textContent(), answer("openai", html));
    assert.equal(await playground.log.locator("img, b").count(), 0);
  });

  it("forgets everything that was said when a new chat begins, an answer on its way included", async () => {
    const { playground, key } = await openWithKey("openai");
    await stage.beginAnswer(playground, "openai", key);
    await playground.page.getByRole("button", { name: "New chat" }).click();
    await stage.providerIsLetGo(key);
    await mock.script(key, {});
    await playground.send("Again");
    await playground.log.getByText(answer("openai", "Again")).waitFor();
    assert.equal(await playground.turns.count(), 2);
    assert.deepEqual((await lastBody(key)).messages, [{ role: "user", content: "Again" }]);
  });
});

describe("an exchange", HUNG, () => {
  const bodiesOf = async (key) =>
    (await mock.seen(key))
      .filter(({ method }) => method === "POST")
      .map(({ body_base64 }) => JSON.parse(Buffer.from(body_base64, "base64")));

  it("that failed stays with its error, and is asked again by Retry", async () => {
    const { playground, key } = await openWithKey("openai");
    await mock.script(key, { error: "overloaded" });
    await playground.ask("One");
    assert.equal(await playground.question.textContent(), "One");
    assert.equal(await playground.problems.count(), 1);
    assert.equal(await playground.prompt.inputValue(), "");
    await mock.script(key, {});
    await playground.button("Retry").click();
    await playground.answered();
    assert.equal(await playground.lastWords.textContent(), answer("openai", "One"));
    assert.equal(await playground.problems.count(), 0);
    assert.deepEqual((await bodiesOf(key)).at(-1).messages, [{ role: "user", content: "One" }]);
  });

  it("is asked anew by Retry, with another model if that is chosen, and without its old answer", async () => {
    const { playground, key } = await openWithKey("openai");
    await playground.ask("One");
    await playground.ask("Two");
    await playground.model.fill("gpt-next");
    await playground.button("Retry").click();
    await playground.answered();
    const { model, messages } = (await bodiesOf(key)).at(-1);
    assert.equal(model, "gpt-next");
    assert.deepEqual(
      messages.map(({ content }) => content),
      ["One", answer("openai", "One"), "Two"],
    );
    assert.equal(await playground.turns.count(), 4);
  });

  it("has its question put back by Edit, if it is the last one", async () => {
    const { playground, key } = await openWithKey("openai");
    await playground.ask("One");
    await playground.ask("Two");
    assert.equal(await playground.log.getByRole("button", { name: "Edit" }).count(), 1);
    await playground.button("Edit").click();
    assert.equal(await playground.prompt.inputValue(), "Two");
    assert.ok(await playground.prompt.evaluate((input) => input === document.activeElement));
    await playground.ask("Three");
    assert.deepEqual(
      (await bodiesOf(key)).at(-1).messages.map(({ content }) => content),
      ["One", answer("openai", "One"), "Three"],
    );
  });

  it("has its answer copied as it was written", async () => {
    const { playground } = await openWithKey("openai");
    await playground.ask("**bold**");
    await playground.button("Copy answer").click();
    await playground.log.getByRole("button", { name: "Copied" }).waitFor();
    assert.equal(await playground.page.evaluate(() => navigator.clipboard.readText()), answer("openai", "**bold**"));
  });

  it("that is stopped before its first words stays, to be asked again", async () => {
    const { playground, key } = await openWithKey("openai");
    await mock.script(key, { late: true });
    await playground.send(QUESTION);
    await playground.stopButton.click();
    await playground.answered();
    assert.equal(await playground.question.textContent(), QUESTION);
    await playground.button("Retry").waitFor();
  });

  for (const provider of PROVIDERS) {
    it(`says how many tokens it took and how long, with ${provider}`, async () => {
      const { playground } = await openWithKey(provider);
      await playground.ask(QUESTION);
      const facts = await playground.turns.last().locator(".facts").textContent();
      assert.match(facts, /first words after \d+\.\d\d s/);
      assert.match(facts, /\d+ tokens in, \d+ out/);
      assert.match(facts, /\d+\.\d\d s in all/);
    });

    it(`is asked with the options that are set, and with none else, with ${provider}`, async () => {
      const { playground, key } = await openWithKey(provider);
      await playground.ask(QUESTION);
      await playground.options.click();
      await playground.page.getByLabel("System prompt").fill("Be brief.");
      await playground.page.getByLabel("Temperature").fill("0");
      await playground.page.getByLabel("Most tokens in an answer").fill("77");
      await playground.page.getByText("(3 set)").waitFor();
      await playground.ask(QUESTION);
      const [plain, set] = (await bodiesOf(key)).map((body) => JSON.stringify(body));
      for (const part of ["Be brief.", "temperature", "77"]) {
        assert.ok(!plain.includes(part), plain);
        assert.ok(set.includes(part), set);
      }
      assert.deepEqual((await mock.seen(key)).at(-1).violations, []);
    });
  }

  it("is not asked with an option that cannot be", async () => {
    const { playground, key } = await openWithKey("openai");
    await playground.options.click();
    await playground.page.getByLabel("Temperature").fill("3");
    await playground.options.click();
    await playground.send(QUESTION);
    assert.ok(await playground.page.getByLabel("Temperature").evaluate((input) => input === document.activeElement));
    assert.deepEqual(await mock.seen(key), []);
    assert.equal(await playground.prompt.inputValue(), QUESTION);
  });
});

describe("the list of models", HUNG, () => {
  it("has names only, of a length that a name can have", async () => {
    const { playground, key } = await openWithKey("openai");
    const data = [{ id: "gpt-4.1" }, { id: 7 }, { id: "gpt-".repeat(300_000) }];
    await mock.script(key, { respond: { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify({ data }) } });
    assert.deepEqual(await playground.listModels(), ["gpt-4.1"]);
    assert.deepEqual(playground.complaints, []);
  });

  it("is searched by its words, and used with the keyboard", async () => {
    const { playground } = await openWithKey("openai");
    const { keyboard } = playground.page;
    assert.equal((await playground.listModels()).length, 3);
    assert.equal(await playground.model.getAttribute("aria-expanded"), "true");
    await keyboard.type("4 gpt");
    assert.deepEqual(await playground.page.getByRole("option").allTextContents(), ["gpt-4o-mini", "gpt-4.1"]);
    await keyboard.press("ArrowDown");
    await keyboard.press("ArrowDown");
    const active = await playground.model.getAttribute("aria-activedescendant");
    assert.equal(await playground.page.locator(`#${active}`).textContent(), "gpt-4.1");
    await keyboard.press("Enter");
    assert.equal(await playground.model.inputValue(), "gpt-4.1");
    assert.equal(await playground.page.getByRole("option").count(), 0);
    assert.match(await playground.code.textContent(), /"gpt-4\.1"/);
  });

  it("is left by Escape, which ends no answer then", async () => {
    const { playground, key } = await openWithKey("openai");
    await playground.listModels();
    await stage.beginAnswer(playground, "openai", key);
    await playground.model.focus();
    await playground.page.keyboard.press("Escape");
    assert.equal(await playground.page.getByRole("option").count(), 0);
    assert.ok(await playground.stopButton.isVisible());
    await stage.releaseAll(key);
    await playground.answered();
    assert.equal(await playground.lastWords.textContent(), answer("openai"));
  });

  it("is used with the mouse", async () => {
    const { playground } = await openWithKey("openai");
    await playground.listModels();
    await playground.page.getByRole("option", { name: "gpt-5" }).click();
    assert.equal(await playground.model.inputValue(), "gpt-5");
  });
});

describe("an error is shown as whose it is:", HUNG, () => {
  /** Sends, and looks at the error's heading, message and advice. */
  async function assertFails(playground, heading, words, advice = /^(Yours|The relay operator's|.* to mend|On the way)/) {
    await playground.send(QUESTION);
    const problem = playground.problems.last();
    await problem.waitFor();
    await playground.answered();
    assert.equal(await problem.getByRole("heading").textContent(), heading);
    assert.match(await problem.locator(".words").textContent(), words);
    assert.match(await problem.locator(".advice").textContent(), advice);
    const id = /Request ([0-9a-f]{32})/.exec(await problem.textContent())?.[1];
    assert.ok(id || heading.startsWith("Connection error"), "the id of the request is shown");
    return { problem, id };
  }

  for (const [provider, message] of [
    ["openai", /^Incorrect API key provided/],
    ["anthropic", /^invalid x-api-key$/],
    ["google", /^API key not valid/],
    ["mistral", /^Unauthorized$/],
  ]) {
    it(`a wrong key, ${provider}'s`, async () => {
      const { playground } = await openWithKey(provider, { mark: "invalid" });
      await assertFails(playground, `Error from ${NAMES[provider]} ${TABLE[provider].bad_key_status}`, message);
      assert.equal(await playground.question.textContent(), QUESTION, "the question stays to be seen");
    });

    it(`an error in the middle of a stream, ${provider}'s, and where that breaks off, the connection's`, async () => {
      const { playground, key } = await openWithKey(provider);
      await mock.script(key, sse([JSON.stringify({ type: "error", error: { type: "overloaded", message: "Too much to do." } })]));
      await assertFails(playground, `Error from ${NAMES[provider]} overloaded`, /^Too much to do\.$/);
      await playground.page.getByRole("button", { name: "New chat" }).click();
      await mock.script(key, { truncate: true });
      await assertFails(playground, "Connection error", /^The answer broke off before its end\.$/);
    });
  }

  it("a key of another provider, the relay's", async () => {
    const playground = await stage.open({ relay: stage.plain, prepare: withoutKeyRules });
    const key = randomKey("anthropic");
    await playground.enter("openai", key);
    const words = /^This looks like a key of Anthropic, so it was not sent to OpenAI/;
    await assertFails(playground, "Error from the relay 401 key_wrong_provider", words);
    assert.deepEqual(await mock.seen(key), []);
  });

  /** Takes from the relay's description how keys begin, so that the page lets them all pass. */
  async function withoutKeyRules(page) {
    await page.route("**/.well-known/byok-relay", async (route) => {
      const response = await route.fetch();
      const description = await response.json();
      description.keys = { vendors: [], refused: [] };
      for (const { key } of description.providers) Object.assign(key, { prefixes: [], form: ".*" });
      await route.fulfill({ response, json: description });
    });
  }

  for (const [what, code, spoil] of [
    ["is damaged", "sealed_key_invalid", (parts) => parts.with(3, parts[3].replace(/.{4}$/, "AAAA"))],
    ["has expired", "sealed_key_expired", (parts) => parts.with(2, btoa('{"prv":"openai","org":[],"iat":1,"exp":2}').replaceAll("=", ""))],
  ]) {
    it(`a sealed key that ${what}, the relay's`, async () => {
      const { playground, key } = await openWithKey("openai");
      const slot = "byok-relay:sealed-key:openai";
      const sealed = await playground.page.evaluate((slot) => localStorage[slot], slot);
      await playground.page.evaluate(([slot, text]) => (localStorage[slot] = text), [slot, spoil(sealed.split(".")).join(".")]);
      await assertFails(playground, `Error from the relay 401 ${code}`, /./);
      assert.deepEqual(await mock.seen(key), []);
      await playground.page.getByRole("alert").getByText("Enter your API key again.").waitFor();
      assert.deepEqual(await playground.stored(), {}, "it is of no use any more");
    });
  }

  it("an answer without words, the provider's", async () => {
    const { playground, key } = await openWithKey("google");
    await mock.script(key, sse(['{"promptFeedback":{"blockReason":"SAFETY"}}']));
    await assertFails(playground, "Error from Google Gemini SAFETY", /^The answer was empty\.$/, /^Yours to mend: Ask in other words/);
  });

  it("no answer at all, the connection's", async () => {
    const { playground } = await openWithKey("openai");
    await playground.page.route("**/chat/completions", (route) => route.abort());
    await assertFails(playground, "Connection error", /^The relay cannot be reached\.$/);
  });

  it("a relay that is misconfigured, the relay's", async () => {
    const page = await stage.browser.newPage();
    const message = "This relay is misconfigured: PROVIDERS";
    const body = JSON.stringify({ error: { message } });
    await page.route("**/.well-known/byok-relay", (route) =>
      route.fulfill({ status: 500, headers: { "x-relay-error": "misconfigured" }, body }),
    );
    await page.goto(stage.plain);
    await page.getByText("The relay is not ready").waitFor();
    const problem = await page.getByRole("article").textContent();
    assert.ok(problem.startsWith(`Error from the relay 500 misconfigured${message}The relay operator's to mend: `), problem);
  });

  it("a provider's web page, the provider's, and the page's source is not shown", async () => {
    const { playground, key } = await openWithKey("openai");
    const body = "<!doctype html><title>502 Bad Gateway</title><center>cloudflare</center>";
    await mock.script(key, { respond: { status: 502, headers: { "content-type": "text/html" }, body } });
    const words = /^The answer is a web page with the title “502 Bad Gateway”, not an error that a program can read\.$/;
    await assertFails(playground, "Error from OpenAI 502", words, /^OpenAI's to mend: Retry/);
  });

  it("an answer on the way to the relay, nobody's that is known", async () => {
    const { playground } = await openWithKey("openai");
    await playground.page.route("**/chat/completions", (route) => route.fulfill({ status: 504, body: "<html>" }));
    await assertFails(playground, "Connection error 504", /^The answer is a web page, not an error/, /^On the way/);
  });

  it("an answer that is no chat, the provider's", async () => {
    const { playground, key } = await openWithKey("openai");
    await mock.script(key, sse(["{broken"]));
    await assertFails(playground, "Error from OpenAI", /none of OpenAI's chat: \{broken$/);
  });

  for (const [what, body, words] of [
    ["a message of megabytes", JSON.stringify({ error: { message: "word ".repeat(600_000) } }), /^\{"error":\{"message":"word word .* …$/],
    ["a long message", JSON.stringify({ error: { message: "word ".repeat(1000) } }), /^word word .* …$/],
    ["a page of titles", "<title".repeat(500_000), /^The answer is a web page, not/],
    ["a message that is no text", '{"error":{"message":{"toString":1}}}', /^\{"toString":1\}$/],
  ]) {
    it(`${what}, the provider's, in as many words as can be read`, async () => {
      const { playground, key } = await openWithKey("openai");
      const traced = await traceMainThread(playground.page);
      await mock.script(key, { respond: { status: 500, headers: { "content-type": "application/json" }, body } });
      const { problem } = await assertFails(playground, "Error from OpenAI 500", words);
      assert.ok((await problem.locator(".words").textContent()).length < 2100);
      assert.ok((await traced()).longest < 1000);
    });
  }

  for (const [what, event, heading] of [
    ["a type that is no text", { error: { type: { toString: 1 }, message: "No." } }, 'Error from OpenAI {"toString":1}'],
    ["words that are no text", { choices: [{ delta: { content: { toString: 1 } } }] }, "Error from OpenAI"],
    ["an end that is no text", { choices: [{ delta: { content: "Hi" }, finish_reason: { toString: 1 } }] }, "Error from OpenAI"],
  ]) {
    it(`${what}, the provider's, and the next question can be asked`, async () => {
      const { playground, key } = await openWithKey("openai");
      await mock.script(key, sse([JSON.stringify(event)]));
      await assertFails(playground, heading, /./);
      await playground.sendButton.waitFor();
    });
  }

  it("none in numbers of tokens that are no numbers, which are not shown", async () => {
    const { playground, key } = await openWithKey("openai");
    const usage = { prompt_tokens: { toString: 1 }, completion_tokens: 7 };
    await mock.script(key, sse([JSON.stringify({ choices: [{ delta: { content: "Hi" }, finish_reason: "stop" }], usage })]));
    await playground.ask(QUESTION);
    assert.match(await playground.turns.last().locator(".facts").textContent(), / · 7 out · [\d.]+ s in all$/);
  });

  it("with its request's id, which a button copies, and its line of the documents", async () => {
    const { playground } = await openWithKey("openai");
    await playground.page.route("**/chat/completions", (route) => route.continue({ headers: { "content-type": "application/json" } }));
    const { problem, id } = await assertFails(playground, "Error from the relay 401 missing_key", /no API key/, /^Yours to mend: Enter/);
    await problem.getByRole("button", { name: "Copy id" }).click();
    await problem.getByRole("button", { name: "Copied" }).waitFor();
    assert.equal(await playground.page.evaluate(() => navigator.clipboard.readText()), id);
    const link = problem.getByRole("link", { name: "About missing_key" });
    assert.equal(await link.getAttribute("href"), "https://github.com/byok-relay/byok-relay/blob/HEAD/docs/errors.md#:~:text=missing_key");
  });

  it("each of the relay's with what to do, as the documents have them", () => {
    const errors = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");
    const codes = [...errors.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);
    assert.deepEqual(Object.keys(OF_THE_RELAY).toSorted(), codes.toSorted());
  });

  it("no key, a hint where it belongs, and nothing is sent", async () => {
    const playground = await stage.open();
    const before = playground.requests.length;
    await playground.send(QUESTION);
    await playground.page.getByRole("alert").getByText("Paste your OpenAI API key here first.").waitFor();
    assert.equal(await playground.key("openai").evaluate((input) => input === document.activeElement && input.ariaInvalid), "true");
    assert.equal(playground.requests.length, before);
    assert.equal(await playground.prompt.inputValue(), QUESTION);
  });
});

describe("the truth about the relay:", HUNG, () => {
  it("a browser that is offline, and comes back", async () => {
    const { playground } = await openWithKey("openai");
    await playground.page.context().setOffline(true);
    await playground.status("This browser is offline").waitFor();
    await playground.send(QUESTION);
    assert.equal(await playground.problems.locator(".words").textContent(), "This browser is offline.");
    await playground.page.context().setOffline(false);
    await playground.status(/^Relay .* is up$/).waitFor();
  });

  /** Lets nothing through to the relay, and gives back what ends that. */
  async function cutOff(page) {
    await page.route("**", (route) => route.abort());
    return () => page.unroute("**");
  }

  it("a relay that is gone, and comes back", async () => {
    const { playground } = await openWithKey("openai");
    const mend = await cutOff(playground.page);
    await playground.send(QUESTION);
    await playground.status("The relay cannot be reached").waitFor();
    await mend();
    await playground.status(/^Relay .* is up$/).waitFor();
    await playground.ask(QUESTION);
    assert.equal(await playground.lastWords.textContent(), answer("openai"));
  });

  it("a relay that is gone when the page is opened, and comes back", async () => {
    const page = await stage.browser.newPage();
    stage.profiles.push(page);
    await page.route("**/{.well-known/byok-relay,health}", (route) => route.abort());
    await page.goto(stage.sealing);
    await page.getByText("The relay cannot be reached", { exact: true }).waitFor();
    await page.getByRole("article").getByText("The relay cannot be reached.").waitFor();
    await page.unroute("**/{.well-known/byok-relay,health}");
    await page.getByText(/^Relay .* is up$/).waitFor();
    await page.getByLabel("OpenAI API key").waitFor();
  });

  it("a relay whose ALLOWED_ORIGINS has not its own: which origin to add, and code to read", async () => {
    const page = await stage.browser.newPage();
    stage.profiles.push(page);
    const closed = await stage.startRelay({ ALLOWED_ORIGINS: "https://app.example" });
    await page.goto(closed);
    await page.getByText("The relay refuses this page").waitFor();
    const words = page.getByRole("status").filter({ hasText: "ALLOWED_ORIGINS" });
    assert.equal(await words.locator("code").textContent(), closed);
    for (const name of ["OpenAI", "Anthropic", "Google Gemini", "Mistral"]) {
      await page.getByRole("radio", { name, exact: true }).check();
      assert.ok((await page.getByRole("region", { name: "Code", exact: true }).textContent()).includes(`${closed}/`), name);
    }
    assert.ok(await page.getByLabel("Message").isHidden());
    assert.ok(await page.getByLabel("Mistral API key").isHidden());
  });

  it("the providers that such a page shows are the relay's own", async () => {
    const { page } = await stage.open();
    const { providers } = await (await fetch(`${stage.plain}/.well-known/byok-relay`)).json();
    const standard = await page.evaluate(() => import("/playground/standard.js").then(({ STANDARD }) => STANDARD));
    for (const shown of standard) {
      const described = providers.find(({ id }) => id === shown.id);
      const text = JSON.stringify(shown).replaceAll(stage.sealing, stage.plain);
      assert.deepEqual({ ...described, ...JSON.parse(text), key: { ...described.key, ...shown.key } }, described, shown.id);
    }
  });

  describe("a limit on models", () => {
    let limited;
    before(async () => (limited = await stage.startRelay({ ALLOWED_MODELS: "gpt-4*, mistral-large-latest" })));

    it("no model is offered that the relay does not allow", async () => {
      const { playground } = await openWithKey("mistral", { relay: limited });
      assert.equal(await playground.model.inputValue(), "mistral-large-latest");
      assert.deepEqual(await playground.listModels(), ["mistral-large-latest"]);
      await playground.page.getByText("This relay allows gpt-4*, mistral-large-latest.").waitFor();
    });
  });

  it("no model is offered that the key is not for", async () => {
    const playground = await stage.open();
    await playground.limits.click();
    await playground.onlyModels.fill("gpt-4o*");
    await playground.enter("openai", randomKey("openai"));
    assert.deepEqual(await playground.listModels(), ["gpt-4o-mini"]);
    assert.equal(await playground.model.inputValue(), "gpt-4o-mini");
  });

  it("models are asked for when they are wanted, once for each key, since that counts", async () => {
    const { playground, key } = await openWithKey("openai");
    assert.deepEqual(await mock.seen(key), []);
    await playground.listModels();
    await playground.choose("mistral");
    await playground.choose("openai");
    await playground.listModels();
    assert.equal((await mock.seen(key)).length, 1);
  });

  for (const [what, pattern, model, expected] of [
    ["a name", "gpt-5", "gpt-5", true],
    ["a longer name", "gpt-5", "gpt-5-mini", false],
    ["stars", "g*-*i", "gpt-5-mini", true],
    ["a slash, which no star is", "gpt*", "gpt/5", false],
    ["a slash", "openai/*", "openai/gpt-5", true],
    ["signs that mean something elsewhere", "a.b(c", "a.b(c", true],
    ["signs that stand for themselves", "gpt.5", "gpt-5", false],
  ]) {
    it(`a pattern of models is what it is to the relay: ${what}`, () => assert.equal(allows([pattern], model), expected));
  }
});

describe("a key", HUNG, () => {
  it("is sealed as soon as it is pasted", async () => {
    const playground = await stage.open();
    await playground.page.evaluate((key) => navigator.clipboard.writeText(key), `  ${randomKey("openai")}\n`);
    await playground.key("openai").press("ControlOrMeta+v");
    await playground.page.getByText("Sealed key", { exact: true }).waitFor();
    assert.equal(await playground.key("openai").inputValue(), "");
    assert.match(Object.values(await playground.stored())[0], /^byok1\./);
  });

  it("that is sealed is still there after a reload", async () => {
    const { playground } = await openWithKey("mistral");
    await playground.page.reload();
    await playground.page.getByText("Sealed key", { exact: true }).waitFor();
    assert.ok(await playground.page.getByRole("radio", { name: "Mistral" }).first().isChecked());
    await playground.send(QUESTION);
    await playground.log.getByText(answer("mistral")).waitFor();
  });

  for (const [what, place, text] of [
    ["was sealed to a key which the relay no longer has", 1, "old"],
    ["has expired", 2, btoa('{"prv":"mistral","org":[],"iat":1,"exp":2}').replaceAll("=", "")],
  ]) {
    it(`that ${what} is dropped when the page is opened, and asked for again`, async () => {
      const { playground } = await openWithKey("mistral");
      await playground.page.evaluate(
        ([place, text]) => {
          const [slot] = Object.keys(localStorage);
          localStorage[slot] = localStorage[slot].split(".").with(place, text).join(".");
        },
        [place, text],
      );
      await playground.page.reload();
      await playground.page.getByRole("alert").getByText("of no use any more").waitFor();
      assert.ok(await playground.key("mistral").isVisible());
      assert.deepEqual(await playground.stored(), {});
      await playground.enter("mistral", randomKey("mistral"));
      assert.equal(await playground.page.getByText("of no use any more").count(), 0);
    });
  }

  it("that was sealed to a key which the relay replaced a moment ago is sealed again to the new one", async () => {
    const playground = await stage.open();
    const keys = { old: "old" };
    await playground.page.route("**/.well-known/byok-relay", async (route) => {
      const response = await route.fetch();
      const description = await response.json();
      description.sealing.keys[0].kid = keys.old;
      await route.fulfill({ response, json: description });
    });
    await playground.page.reload();
    await playground.enter("openai", randomKey("openai"));
    await playground.page.unroute("**/.well-known/byok-relay");
    await playground.send(QUESTION);
    await playground.page.getByRole("alert").getByText("Enter your API key again.").waitFor();
    await playground.enter("openai", randomKey("openai"));
    await playground.ask(QUESTION);
    assert.equal(await playground.lastWords.textContent(), answer("openai"));
  });

  it("that is kept or forgotten in another tab is so in this one", async () => {
    const { playground } = await openWithKey("openai");
    const other = new Playground(await playground.page.context().newPage());
    await other.page.goto(stage.sealing);
    await other.forgetButton.click();
    await playground.page.getByRole("alert").getByText("This key was forgotten in another tab.").waitFor();
    assert.ok(await playground.key("openai").isVisible());
    await other.enter("openai", randomKey("openai"));
    await playground.page.getByText("Sealed key", { exact: true }).waitFor();
  });

  it("that has been forgotten is gone", async () => {
    const { playground } = await openWithKey("openai");
    await playground.forgetButton.click();
    assert.deepEqual(await playground.stored(), {});
    assert.ok(await playground.keyIsFocused("openai"));
    await playground.page.reload();
    await playground.key("openai").waitFor();
  });

  for (const [how, enter] of [
    ["typed", (playground, key) => playground.page.keyboard.type(`${key}\n`)],
    [
      "pasted",
      async (playground, key) => {
        await playground.page.evaluate((key) => navigator.clipboard.writeText(key), key);
        await playground.page.keyboard.press("ControlOrMeta+v");
      },
    ],
  ]) {
    it(`that was ${how} is not brought back by Undo and Redo`, async () => {
      const playground = await stage.open();
      const key = randomKey("openai");
      await playground.key("openai").focus();
      await enter(playground, key);
      await playground.kept();
      await playground.forgetButton.click();
      for (const pressed of ["ControlOrMeta+z", "ControlOrMeta+Shift+z", "ControlOrMeta+z", "ControlOrMeta+Shift+z"]) {
        await playground.page.keyboard.press(pressed);
        assert.equal(await playground.key("openai").inputValue(), "");
      }
    });
  }

  for (const relay of ["sealing", "plain"]) {
    for (const [what, key, message] of [
      ["is another vendor's", randomKey("anthropic"), "This looks like your Anthropic key: use your OpenAI key."],
      ["is an admin's", "sk-admin-canary0123456789", "Admin keys and other secrets are not relayed: use an API key."],
      ["cannot be one", "two words", "This is not an API key: copy it again."],
      ["is no key of the provider's", "canary0123456789", "This is not an API key of OpenAI: those look like sk-…"],
    ]) {
      it(`that ${what} is refused beside its field and not kept, at a relay that is ${relay}`, async () => {
        const playground = await stage.open({ relay: stage[relay] });
        await playground.typeKey("openai", key);
        const alert = playground.page.getByRole("alert").filter({ hasText: /./ });
        await alert.getByText("key").waitFor();
        assert.equal(await alert.textContent(), message);
        assert.equal(await playground.key("openai").inputValue(), "");
        assert.ok(await playground.keyIsFocused("openai"));
        assert.deepEqual(await playground.stored(), {});
        await playground.send(QUESTION);
        await alert.getByText("Paste your OpenAI API key here first.").waitFor();
      });
    }

    it(`that was pasted with its name and quotes is used without them, at a relay that is ${relay}`, async () => {
      const playground = await stage.open({ relay: stage[relay] });
      const key = randomKey("openai");
      await playground.enter("openai", `export OPENAI_API_KEY="${key}"`);
      await playground.send(QUESTION);
      await playground.log.getByText(answer("openai")).waitFor();
      assert.ok((await mock.seen(key)).length > 0);
    });
  }

  it("is sealed within limits, which are shown and are not the next key's", async () => {
    const playground = await stage.open();
    await playground.limits.click();
    await playground.onlyModels.fill(" gpt-*,  o3\tft:x ");
    await playground.page.getByLabel("realtime").uncheck();
    await playground.onlyRate.fill("7");
    await playground.enter("openai", randomKey("openai"));
    const { mdl, grp, rpm } = claimsOf(Object.values(await playground.stored())[0]);
    assert.deepEqual({ mdl, grp, rpm }, { mdl: ["gpt-*", "o3", "ft:x"], grp: ["inference"], rpm: 7 });
    const words = "It may only use gpt-*, o3, ft:x; reach inference; ask 7 times a minute.";
    await playground.page.getByText(words).waitFor();
    await playground.page.reload();
    await playground.page.getByText(words).waitFor();
    await playground.enter("mistral", randomKey("mistral"));
    assert.equal(await playground.page.getByText("It may only").count(), 0);
    const { iat, exp, prv, org, ...others } = claimsOf((await playground.stored())["byok-relay:sealed-key:mistral"]);
    assert.deepEqual(others, {});
  });

  it("that is for other models asks for none else, and the relay says why", async () => {
    const playground = await stage.open();
    await playground.limits.click();
    await playground.onlyModels.fill("gpt-4o*");
    await playground.enter("openai", randomKey("openai"));
    await playground.model.fill("gpt-4o-mini");
    await playground.ask(QUESTION);
    assert.equal(await playground.lastWords.textContent(), answer("openai"));
    await playground.model.fill("gpt-5");
    await playground.send(QUESTION);
    await playground.log.getByText("This sealed key is not for this model").waitFor();
  });

  for (const [what, limit, message] of [
    ["models", (playground) => playground.onlyModels.fill("gpt 5, größe"), "models: 1 to 32 like gpt-5*, or leave it out."],
    ["requests a minute", (playground) => playground.onlyRate.fill("0"), "perMinute: 1 to 100000."],
    [
      "endpoints",
      (playground) => playground.page.getByRole("checkbox").evaluateAll((all) => all.forEach((box) => box.click())),
      /^endpoints/,
    ],
  ]) {
    it(`is not sealed within limits that are none, for ${what}, and the field that is wrong has the focus`, async () => {
      const playground = await stage.open();
      await playground.limits.click();
      await limit(playground);
      await playground.limits.click();
      await playground.typeKey("openai", randomKey("openai"));
      const alert = playground.page.getByRole("alert").filter({ hasText: message });
      await alert.waitFor();
      assert.ok(await playground.page.evaluate(() => document.querySelector("#limits[open]").contains(document.activeElement)));
      assert.deepEqual(await playground.stored(), {});
    });
  }

  it("has no limits where the relay opens no sealed keys", async () => {
    const playground = await stage.open({ relay: stage.plain });
    assert.ok(await playground.limits.isHidden());
  });

  it("stays in the page's memory where the relay opens no sealed keys, and the page says so", async () => {
    const { playground } = await openWithKey("openai", { relay: stage.plain });
    await playground.page.getByText("Key in memory").waitFor();
    await playground.page.getByText(/no sealing key.*make sealing-key/).waitFor();
    assert.equal(await playground.key("openai").inputValue(), "");
    await playground.send(QUESTION);
    await playground.log.getByText(answer("openai")).waitFor();
    assert.deepEqual(await playground.stored(), {});
    await playground.page.reload();
    await playground.key("openai").waitFor();
  });
});

describe("a provider", HUNG, () => {
  const target = (playground) => playground.page.locator("#target").textContent();
  const alert = (playground) => playground.page.getByRole("alert").filter({ hasText: /./ });

  for (const [text, name] of [
    ["Groq", "Groq"],
    ["moonshot-cn", "Moonshot (China)"],
    ["moonshot", "Moonshot"],
    ["glm", "Zhipu (Z.ai)"],
    ["eleven", "ElevenLabs"],
    [" hong kong ", "DashScope (Hong Kong)"],
  ]) {
    it(`is found by ${text}, and shown as the chosen one`, async () => {
      const playground = await stage.open();
      await playground.search(text);
      assert.equal(await target(playground), name);
      assert.equal(await playground.other.inputValue(), name);
      assert.equal(await playground.page.getByRole("group", { name: "Provider" }).getByRole("radio", { checked: true }).count(), 0);
      await playground.page.getByLabel(`${name} API key`).waitFor();
    });
  }

  it("is chosen as soon as its name is picked from the list", async () => {
    const playground = await stage.open();
    await playground.other.fill("DeepSeek");
    assert.equal(await target(playground), "DeepSeek");
  });

  it("that has a button is found as well", async () => {
    const playground = await stage.open();
    await playground.search("groq");
    await playground.search("claude");
    assert.ok(await playground.page.getByRole("radio", { name: "Anthropic", exact: true }).isChecked());
    assert.equal(await playground.other.inputValue(), "");
  });

  it("that the relay does not have is said to be none, and the chosen one stays", async () => {
    const playground = await stage.open();
    await playground.search("groq");
    await playground.search("nobody");
    assert.equal(await alert(playground).textContent(), "This relay has no provider “nobody”. Type another name.");
    assert.equal(await playground.other.inputValue(), "Groq");
    assert.equal(await target(playground), "Groq");
    await playground.choose("openai");
    assert.equal(await alert(playground).count(), 0);
  });

  it("chats, whichever it is", async () => {
    const playground = await stage.open();
    const { providers } = await (await fetch(`${stage.sealing}/.well-known/byok-relay`)).json();
    for (const { id, name } of providers.filter(({ model, base_url }) => model !== null && !base_url.includes("{resource}"))) {
      await playground.choose(id);
      await playground.page.getByLabel(`${name} API key`).fill(randomKey(id));
      await playground.page.getByLabel(`${name} API key`).press("Enter");
      await playground.kept();
      await playground.listModels();
      await playground.ask(QUESTION);
      assert.ok(
        (await playground.lastWords.textContent()).includes(`You said: ${QUESTION}`),
        `${id}: ${await playground.lastWords.textContent()}`,
      );
    }
  });

  it("that does not chat takes a key, and the page says that it cannot chat with it", async () => {
    const playground = await stage.open();
    await playground.search("elevenlabs");
    await playground.page.getByText("This page cannot chat with ElevenLabs. The code shows how to use it.").waitFor();
    for (const field of [playground.prompt, playground.model]) assert.ok(await field.isHidden());
    const key = playground.page.getByLabel("ElevenLabs API key");
    await key.fill(randomKey("elevenlabs"));
    await key.press("Enter");
    await playground.page.getByText("Sealed key", { exact: true }).waitFor();
    assert.ok(await playground.forgetButton.evaluate((button) => button === document.activeElement));
    await playground.choose("openai");
    for (const field of [playground.prompt, playground.model]) assert.ok(await field.isVisible());
  });

  for (const relay of ["sealing", "plain"]) {
    it(`that needs a resource asks for it, and keeps the key for that one, at a relay that is ${relay}`, async () => {
      const playground = await stage.open({ relay: stage[relay] });
      const { page } = playground;
      await playground.search("azure");
      await page.getByText("This page cannot chat with Azure OpenAI: its models are deployments of your own.").waitFor();
      const [key, resource] = [page.getByLabel("Azure OpenAI API key"), page.getByLabel("Azure OpenAI resource")];
      await key.fill(randomKey("azure"));
      for (const name of ["", "My_Resource", "http://my-company.openai.azure.com", "eastus.api.cognitive.microsoft.com", "résource"]) {
        await resource.fill(name);
        await key.press("Enter");
        assert.match(await alert(playground).textContent(), /^Enter the name of your Azure OpenAI resource, or its URL/);
      }
      assert.ok(await resource.evaluate((input) => input === document.activeElement && input.ariaInvalid));

      await resource.fill("https://My-Company.openai.azure.com/");
      assert.match(await playground.code.textContent(), /\/azure\/my-company\/openai\/v1"/);
      await resource.press("Enter");
      await page.getByText(relay === "sealing" ? "Sealed key for my-company" : "Key in memory for my-company").waitFor();
      assert.ok(await resource.isHidden());
      await playground.model.focus();
      await page.getByText("A model of Azure OpenAI is a deployment of your own. Type its name.").waitFor();
      assert.ok(!playground.requests.some((request) => request.url().includes("/azure/")), "nobody is asked for a list");
      assert.match(await playground.code.textContent(), /\/azure\/my-company\/openai\/v1"/);
      if (relay === "plain") return;

      assert.deepEqual(Object.keys(await playground.stored()), ["byok-relay:sealed-key:azure/my-company"]);
      await playground.library("Sealing").check();
      assert.match(await playground.code.textContent(), /provider: "azure\/my-company"/);
      await page.reload();
      await page.getByText("Sealed key for my-company").waitFor();
      await playground.forgetButton.click();
      assert.deepEqual(await playground.stored(), {});
    });
  }
});

/** What no page can load. */
const IN_NODE = "SendGrid SDK";

describe("the code", HUNG, () => {
  /** By their labels: the system prompt has what could end a string, or be taken for code. */
  const OPTIONS = { "System prompt": 'Say "it\'s", `${1}`\n[ {"a": 1} ] // \\', Temperature: "0.25", "Most tokens in an answer": "4321" };
  const TOLD = { system: OPTIONS["System prompt"], temperature: 0.25, maxTokens: 4321 };

  let providers;
  let all; // snippets, of every provider: as the page has them
  let withOptions; // the same, where these are set
  before(async () => {
    const described = await (await fetch(`${stage.sealing}/.well-known/byok-relay`)).json();
    providers = described.providers.filter(({ id, key }) => id === key.vendor); // a region is like its provider
    const playground = await stage.open();
    const collected = async (more = "") => {
      const found = [];
      for (const { id } of providers) {
        await playground.choose(id);
        const model = await playground.model.inputValue();
        const snippets = await playground.snippets();
        found.push(...snippets.map((snippet) => ({ provider: id, model, called: `${id}, ${snippet.name}${more}`, ...snippet })));
      }
      return found;
    };
    all = await collected();
    await playground.choose("openai");
    await playground.options.click();
    for (const [label, value] of Object.entries(OPTIONS)) await playground.page.getByLabel(label).fill(value);
    withOptions = await collected(", with options");
  });
  const of = (provider) => all.filter((snippet) => snippet.provider === provider).map(({ name }) => name);

  it("is there for the libraries that fit the provider, its own first", () => {
    const ANY = ["fetch", "curl", "Sealing"];
    assert.deepEqual(of("openai"), ["OpenAI SDK", "AI SDK", "LangChain", ...ANY]);
    assert.deepEqual(of("anthropic"), ["Anthropic SDK", "AI SDK", "LangChain", "OpenAI SDK", ...ANY]);
    assert.deepEqual(of("google"), ["Google GenAI", "Generative AI", "AI SDK", "LangChain", "OpenAI SDK", ...ANY]);
    assert.deepEqual(of("mistral"), ["Mistral SDK", "AI SDK", "LangChain", "OpenAI SDK", ...ANY]);
  });

  it("is there for every SDK that the relay describes, and each has a title of its own", () => {
    for (const provider of providers) {
      const sdks = snippetsFor(provider, true).flatMap(({ sdk }) => sdk ?? []);
      assert.deepEqual(sdks, Object.keys(provider.sdk_base_urls), provider.id);
      assert.deepEqual(of(provider.id), [...new Set(of(provider.id))]);
    }
  });

  it("has the base URL that the relay's description has, and the chosen model", () => {
    for (const { provider: id, name, model, code, url } of all.filter(({ name }) => name !== "Sealing")) {
      const provider = providers.find((each) => each.id === id);
      const { sdk } = snippetsFor(provider, true).find(({ title }) => title === name);
      const described = sdk ? provider.sdk_base_urls[sdk] : provider.base_url;
      assert.equal(url, described.replace("{resource}", "my-resource"), `${id}, ${name}`);
      assert.ok(code.includes(model), `${id}, ${name}`);
    }
  });

  it("has the options wherever the page chats with them, and nowhere else", () => {
    for (const [index, { provider: id, name, called, code }] of withOptions.entries()) {
      const described = providers.find((each) => each.id === id);
      const isChat = wireOf(described) !== undefined && !hasResource(described) && name !== "Sealing";
      assert.equal(code !== all[index].code, isChat, called);
    }
  });

  it("has the limit by the name that the provider has for it", () => {
    for (const [called, limit] of [
      ["openai, OpenAI SDK", "max_completion_tokens: 4321"],
      ["openai, fetch", "max_completion_tokens: 4321"],
      ["openai, curl", '"max_completion_tokens":4321'],
      ["mistral, OpenAI SDK", "max_tokens: 4321"],
      ["mistral, Mistral SDK", "maxTokens: 4321"],
      ["groq, Groq SDK", "max_tokens: 4321"],
      ["google, Google GenAI", "maxOutputTokens: 4321"],
    ]) {
      const { code } = withOptions.find((each) => each.called === `${called}, with options`);
      assert.ok(code.includes(limit), code);
    }
  });

  it("has the key where the provider takes it", () => {
    const code = (provider, name) => all.find((each) => each.provider === provider && each.name === name).code;
    for (const [provider, inFetch, inCurl] of [
      ["groq", '"Authorization": `Bearer ${userKey}`', '"Authorization: Bearer $USER_KEY"'],
      ["deepgram", '"Authorization": `Token ${userKey}`', '"Authorization: Token $USER_KEY"'],
      ["elevenlabs", '"xi-api-key": userKey', '"xi-api-key: $USER_KEY"'],
      ["azure", '"api-key": userKey', '"api-key: $USER_KEY"'],
      ["twilio", '"Authorization": `Basic ${btoa(userKey)}`', `"Authorization: Basic $(printf %s "$USER_KEY" | base64 | tr -d '\\n')"`],
    ]) {
      assert.ok(code(provider, "fetch").includes(`    ${inFetch},\n`), code(provider, "fetch"));
      assert.ok(code(provider, "curl").includes(`--header ${inCurl}`), code(provider, "curl"));
    }
  });

  it("seals within the limits that are chosen, or those of the key that is kept", async () => {
    const playground = await stage.open();
    await playground.library("Sealing").check();
    assert.match(await playground.code.textContent(), /seal\(\{\n  provider: "openai",\n  key: userKey,\n\}\)/);
    await playground.limits.click();
    await playground.onlyModels.fill("gpt-4o*, o3");
    await playground.onlyRate.fill("7");
    const limited = /key: userKey,\n  models: \["gpt-4o\*", "o3"\],\n  perMinute: 7,\n\}\)/;
    assert.match(await playground.code.textContent(), limited);
    await playground.enter("openai", randomKey("openai"));
    assert.match(await playground.code.textContent(), limited);
  });

  it("does not offer sealing where the relay opens no sealed keys", async () => {
    const playground = await stage.open({ relay: stage.plain });
    await playground.library("curl").waitFor();
    assert.equal(await playground.library("Sealing").count(), 0);
  });

  it("follows the options as they are typed, and takes back those that are emptied", async () => {
    const playground = await stage.open();
    const before = await playground.code.textContent();
    await playground.options.click();
    for (const [label, value, code] of [
      ["System prompt", 'Say "no".', String.raw`messages: [{ role: "system", content: "Say \"no\"." }, {`],
      ["Temperature", "0", "  temperature: 0,"],
      ["Most tokens in an answer", "7", "  max_completion_tokens: 7,"],
    ]) {
      const field = playground.page.getByLabel(label);
      await field.fill(value);
      assert.ok((await playground.code.textContent()).includes(code), label);
      await field.fill("");
      assert.equal(await playground.code.textContent(), before, label);
    }
  });

  it("follows the model as it is typed, and keeps strange names inside their quotes", async () => {
    const playground = await stage.open();
    await playground.model.fill(`it's "x": ${"`"}1${"`"}`);
    await playground.library("fetch").check();
    assert.match(await playground.code.textContent(), /model: "it's \\"x\\": `1`", messages/);
    await playground.library("curl").check();
    assert.ok((await playground.code.textContent()).includes(String.raw`'{"model":"it'\''s \"x\": ${"`"}1${"`"}",`));
  });

  it("has characters that are not seen where they can be seen, and escaped", async () => {
    const playground = await stage.open();
    await playground.model.fill("gpt-\u202e5\u200b-\u{e0041}mini");
    for (const library of ["OpenAI SDK", "fetch", "curl"]) {
      await playground.library(library).check();
      assert.ok((await playground.code.textContent()).includes(String.raw`"gpt-\u202e5\u200b-\udb40\udc41mini"`), library);
    }
  });

  it("is copied by its button", async () => {
    const playground = await stage.open();
    await playground.page.getByRole("button", { name: "Copy" }).click();
    await playground.page.getByRole("button", { name: "Copied" }).waitFor();
    assert.equal(await playground.page.evaluate(() => navigator.clipboard.readText()), await playground.code.textContent());
  });

  /** What the mock can be asked for: it has no answer to a request whose body the page does not know. */
  const isRunnable = ({ provider, code }) => provider in ASKED && !code.includes("documents for this path");

  /** What a snippet prints that has no chat. */
  const PRINTED = {
    "deepgram, Deepgram SDK": answer("deepgram", '{"url":"https://dpgr.am/spacewalk.wav"}'),
    "github, Octokit": "mock",
    "notion, Notion SDK": "mock",
    "resend, Resend SDK": "mock",
    "sendgrid, SendGrid SDK": "200",
  };
  function assertPrinted(provider, name, printed) {
    const isChat = name !== "fetch" || providers.find(({ id }) => id === provider).model !== null;
    if (isChat) assert.equal(printed, PRINTED[`${provider}, ${name}`] ?? answer(provider, "Hello!"), `${provider}, ${name}`);
    else assert.notEqual(printed, "", provider);
  }

  /** What a request says of the options, in any provider's format. */
  function optionsIn({ system, systemInstruction, messages = [], input = [], generationConfig, ...body }) {
    const prompt = [...messages, ...input].find(({ role }) => role === "system" || role === "developer")?.content;
    const parts = system ?? systemInstruction?.parts ?? prompt;
    const { temperature, max_tokens, max_completion_tokens, max_output_tokens, maxOutputTokens } = generationConfig ?? body;
    return {
      system: Array.isArray(parts) ? parts.map(({ text }) => text).join("") : parts,
      temperature,
      maxTokens: max_tokens ?? max_completion_tokens ?? max_output_tokens ?? maxOutputTokens,
    };
  }

  /** Whose usual model takes no temperature, as the AI SDK knows: its code says so. */
  const NO_TEMPERATURE = ["openai, AI SDK, with options", "anthropic, AI SDK, with options", "deepseek, AI SDK, with options"];

  /** Looks at what the provider was told, if the snippet has the options. */
  async function assertTold({ provider, called, code }, key) {
    if (code === all.find((each) => each.provider === provider && `${each.called}, with options` === called).code) return;
    const told = NO_TEMPERATURE.includes(called) ? { ...TOLD, temperature: undefined } : TOLD;
    assert.deepEqual(optionsIn(await lastBody(key)), told, called);
  }

  it("leaves a body to the provider's documents where there is none that anybody could send", () => {
    const left = all.filter(({ code }) => code.includes("documents for this path")).map(({ provider }) => provider);
    assert.deepEqual([...new Set(left)], ["resend", "sendgrid", "twilio"]);
  });

  it("works as it is in another origin's page, with a sealed key, and with options", async () => {
    const inPage = ({ name }) => name !== "curl" && name !== IN_NODE;
    texts["/snippets.js"] = await bundled([...all, ...withOptions].filter(inPage));
    const page = await stage.openPage();
    const run = (name, key) =>
      page.evaluate(
        async ([name, key]) => {
          const { snippets } = await import("/snippets.js");
          const printed = [];
          await snippets[name](key, { log: (text) => printed.push(text) });
          const texts = printed.map((each) =>
            each instanceof Blob ? each.text() : typeof each === "object" ? JSON.stringify(each) : each,
          );
          return (await Promise.all(texts)).join("");
        },
        [name, key],
      );
    for (const { id } of providers) {
      const isAsked = (each) => each.provider === id && each.name !== "Sealing" && inPage(each) && isRunnable(each);
      if (!all.some(isAsked)) continue;
      const sealed = await run(`${id}, Sealing`, randomKey(id));
      for (const { name, called } of all.filter(isAsked)) assertPrinted(id, name, await run(called, sealed));
      for (const snippet of withOptions.filter(isAsked)) {
        const key = randomKey(id);
        assertPrinted(id, snippet.name, await run(snippet.called, key));
        await assertTold(snippet, key);
      }
    }
  });

  it("works as it is in Node, where its SDK is for Node alone", async () => {
    const script = await bundled(
      all.filter(({ name }) => name === IN_NODE),
      { platform: "node", format: "cjs" },
    );
    const module = { exports: {} };
    new Function("module", "exports", "require", script)(module, module.exports, createRequire(import.meta.url));
    const printed = [];
    await module.exports.snippets[`sendgrid, ${IN_NODE}`](randomKey("sendgrid"), { log: (text) => printed.push(text) });
    assertPrinted("sendgrid", IN_NODE, printed.join(""));
  });

  it("works as it is in a shell", async () => {
    for (const snippet of withOptions.filter((each) => each.name === "curl" && isRunnable(each))) {
      const { provider, code } = snippet;
      const key = randomKey(provider);
      const { stdout } = await promisify(execFile)("sh", ["-c", code], { env: { ...process.env, USER_KEY: key } });
      await assertTold(snippet, key);
      if (providers.find(({ id }) => id === provider).model === null) assert.doesNotMatch(stdout, /error(?!":null)/i, provider);
      else assert.ok(stdout.includes(greeting(provider)), `${provider}: ${stdout}`);
    }
  });

  /** One script with a function for each snippet, which takes what the snippet finds around it. */
  async function bundled(snippets, more) {
    const imports = new Set();
    const functions = snippets.map(({ called, code }) => {
      const body = code.replace(/^import .*;$/gm, (line) => (imports.add(line), ""));
      return `"${called}": async (userKey, console) => {\n${body}\n}`;
    });
    const contents = `${[...imports].join("\n")}\nexport const snippets = {\n${functions.join(",\n")}\n};`;
    const options = { bundle: true, write: false, format: "esm", platform: "browser", logLevel: "error", ...more };
    const external = snippets.flatMap(({ code }) => code.match(/(?<=--external:)\S+/) ?? []); // as their comments say
    const { outputFiles } = await build({ ...options, stdin: { contents, resolveDir: HERE }, external: [...external, "http://*"] });
    return outputFiles[0].text;
  }
});

describe("the page", HUNG, () => {
  it("can be used with the keyboard alone", async () => {
    const playground = await stage.open();
    const { keyboard } = playground.page;
    const focused = () => playground.page.evaluate(() => document.activeElement.closest("label")?.textContent ?? document.activeElement.id);
    const tabTo = async (name) => {
      for (let stop = 0; stop < 12 && (await focused()) !== name; stop++) await keyboard.press("Tab");
      assert.equal(await focused(), name);
    };
    await tabTo("OpenAI");
    for (const name of ["Anthropic", "Google Gemini", "Mistral"]) {
      await keyboard.press("ArrowRight");
      assert.equal(await focused(), name);
    }
    await tabTo("other");
    await keyboard.type("groq");
    await keyboard.press("Enter");
    await keyboard.type("mistral");
    await keyboard.press("Enter");
    await tabTo("");
    await keyboard.press("Enter");
    await tabTo("only-models");
    await keyboard.type("*");
    await tabTo("realtime");
    await keyboard.press("Space");
    await tabTo("only-rate");
    await keyboard.type("100");
    await tabTo("key");
    const key = randomKey("mistral");
    await keyboard.type(key);
    await keyboard.press("Enter");
    await playground.page.getByText("Sealed key", { exact: true }).waitFor();
    assert.equal(await focused(), "prompt");

    await mock.script(key, { hold: true });
    await keyboard.type("One");
    await keyboard.press("Shift+Enter");
    await keyboard.type("two");
    await keyboard.press("Tab");
    assert.equal(await focused(), "send");
    await keyboard.press("Enter");
    await playground.log.getByText(greeting("mistral")).waitFor();
    assert.equal(await focused(), "stop");
    await stage.releaseAll(key);
    await playground.log.getByText(answer("mistral", "One\ntwo")).waitFor();
    await playground.answered();
    assert.equal(await focused(), "prompt");

    await tabTo("Mistral SDK");
    await keyboard.press("ArrowRight");
    assert.equal(await focused(), "AI SDK");
    await keyboard.press("Tab");
    await keyboard.press("Shift+Tab");
    await keyboard.press("Shift+Tab");
    await keyboard.press("Enter");
    await playground.page.getByRole("button", { name: "Copied" }).waitFor();
  });

  it("stops an answer with Escape", async () => {
    const { playground, key } = await openWithKey("openai");
    await stage.beginAnswer(playground, "openai", key);
    await playground.page.keyboard.press("Escape");
    await playground.turns.last().getByText("stopped").waitFor();
    await stage.providerIsLetGo(key);
  });

  it("tells a screen reader what it is and what happens", async () => {
    const { playground, key } = await openWithKey("openai");
    const { page } = playground;
    for (const name of ["Set up", "Chat", "Use it in your app"]) await page.getByRole("region", { name, exact: true }).waitFor();
    for (const name of ["Provider", "Library"]) await page.getByRole("group", { name }).waitFor();
    const nameless = await page
      .locator("button, input, textarea, a, pre")
      .evaluateAll((all) =>
        all.filter((each) => !each.ariaLabel && !each.textContent.trim() && !each.labels?.length).map(({ outerHTML }) => outerHTML),
      );
    assert.deepEqual(nameless, []);
    await stage.beginAnswer(playground, "openai", key);
    const status = page.getByRole("status").filter({ hasText: "OpenAI is answering" });
    await status.waitFor();
    await stage.releaseAll(key);
    await page.getByRole("status").filter({ hasText: "Answer complete" }).waitFor();
  });

  const LOOKS = { light: { colorScheme: "light" }, dark: { colorScheme: "dark" } };
  for (const [look, context] of Object.entries(LOOKS)) {
    it(`has enough contrast when it is ${look}`, async () => {
      const { playground } = await openWithKey("openai", { context });
      await playground.ask(QUESTION);
      await playground.enter("anthropic", randomKey("anthropic", "invalid"));
      await playground.send(QUESTION);
      await playground.log.getByText("invalid x-api-key").waitFor();
      await playground.choose("google");
      await playground.page.evaluate(() => (document.querySelector("#key-error").textContent = "An error"));
      await playground.limits.click();
      const { least, count } = await playground.page.evaluate(contrasts);
      assert.ok(count > 40, `${count} texts`);
      assert.ok(least.ratio >= 4.5, JSON.stringify(least));
    });
  }

  it("fits a phone of 320 pixels, whatever is on it", async () => {
    const { playground } = await openWithKey("openai", { context: { viewport: { width: 320, height: 640 } } });
    const width = () => playground.page.evaluate(() => document.documentElement.scrollWidth);
    await playground.ask("x".repeat(200));
    assert.equal(await width(), 320);
    await playground.ask("| a | b |\n|---|---|\n| 1 | 2 |\n\n```\n" + "x".repeat(200) + "\n```");
    assert.equal(await width(), 320);
    await playground.unfold();
    await playground.choose("anthropic");
    await playground.limits.click();
    await playground.onlyModels.fill("m".repeat(100));
    assert.equal(await width(), 320);
    await playground.enter("anthropic", randomKey("anthropic"));
    assert.equal(await width(), 320);
    await playground.send(QUESTION);
    assert.equal(await width(), 320);
    await playground.unfold();
    for (const text of ["dashscope-hk", "azure", "twilio", "x".repeat(100)]) {
      await playground.search(text);
      assert.equal(await width(), 320, text);
    }
  });

  for (const [width, height] of [
    [320, 640],
    [720, 450],
    [1440, 900],
  ]) {
    it(`shows an error from its beginning at ${width} by ${height}`, async () => {
      const { playground } = await openWithKey("openai", { mark: "invalid", context: { viewport: { width, height } } });
      for (let question = 0; question < 3; question++) await playground.ask(QUESTION);
      const log = await playground.log.boundingBox();
      const heading = await playground.problems.last().getByRole("heading").boundingBox();
      assert.ok(
        heading.y >= Math.max(log.y, 0) && heading.y + heading.height <= Math.min(log.y + log.height, height),
        JSON.stringify(heading),
      );
    });
  }

  it("shows the chat, its composer and the code without scrolling at 1440 by 900", async () => {
    const { playground } = await openWithKey("openai", { context: { viewport: { width: 1440, height: 900 } } });
    await playground.ask(`${"- line\n".repeat(200)}`);
    const { page } = playground;
    assert.equal(await page.evaluate(() => document.documentElement.scrollHeight), 900);
    for (const part of [
      playground.prompt,
      playground.sendButton,
      playground.code,
      page.getByRole("button", { name: "Copy", exact: true }),
    ]) {
      const { y, height } = await part.boundingBox();
      assert.ok(y >= 0 && y + height <= 900, `${part}: ${y} and ${height} high`);
    }
  });

  it("folds the set-up on a phone once there is a key, and keeps the composer at the bottom", async () => {
    const { playground } = await openWithKey("openai", { context: { viewport: { width: 360, height: 740 } } });
    const { page } = playground;
    const line = page.getByRole("button", { name: /^OpenAI · / });
    assert.equal(await line.getAttribute("aria-expanded"), "false");
    assert.ok(await playground.model.isHidden());
    await playground.ask("- line\n".repeat(100));
    const { y, height } = await playground.prompt.boundingBox();
    assert.ok(y > 500 && y + height <= 740, `${y} and ${height} high`);
    await line.click();
    await playground.forgetButton.click();
    assert.ok(await line.isHidden());
    await playground.key("openai").waitFor();
  });

  it("does not fold the set-up where there is room", async () => {
    const { playground } = await openWithKey("openai");
    assert.ok(await playground.model.isVisible());
  });

  it("moves nothing for people who want less motion", async () => {
    const { playground, key } = await openWithKey("openai", { context: { reducedMotion: "reduce" } });
    await stage.beginAnswer(playground, "openai", key);
    assert.equal(await playground.page.evaluate(() => document.getAnimations().length), 0);
    await stage.releaseAll(key);
    await playground.answered();
  });
});

/** In the page: the contrast (WCAG 2, 1.4.3) of every text that is to be seen, and the least. */
function contrasts() {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const luminance = (colors) => {
    for (const color of colors) {
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
    }
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((value) =>
      value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const backgrounds = (element) => (element ? [...backgrounds(element.parentElement), getComputedStyle(element).backgroundColor] : []);
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const found = [...document.querySelectorAll("body *")]
    .filter((element) => hasText(element) && element.checkVisibility() && !element.closest(".sr, noscript"))
    .map((element) => {
      const behind = backgrounds(element);
      const [dark, light] = [luminance(behind), luminance([...behind, getComputedStyle(element).color])].sort((a, b) => a - b);
      return { ratio: (light + 0.05) / (dark + 0.05), text: element.textContent };
    });
  return { count: found.length, least: found.reduce((a, b) => (a.ratio < b.ratio ? a : b)) };
}

describe("the reader of server-sent events", () => {
  const streamOf = (chunks) => ReadableStream.from(chunks);
  const read = async (chunks) => {
    const events = [];
    for await (const event of serverSentEvents(streamOf(chunks))) events.push(event);
    return events;
  };

  for (const [what, text, expected] of [
    ["lines that end in \\n", "data: a\n\ndata: b\n\n", ["a", "b"]],
    ["lines that end in \\r\\n", "data: a\r\n\r\ndata: b\r\n\r\n", ["a", "b"]],
    ["lines that end in \\r", "data: a\r\rdata: b\r\r", ["a", "b"]],
    ["all of these mixed", "data: a\r\n\ndata: b\r\r\ndata: c\n\r\n", ["a", "b", "c"]],
    ["several data lines", "data: a\ndata: b\ndata:\ndata\n\n", ["a\nb\n\n"]],
    ["several data lines that end in \\r\\n", "data: a\r\ndata: b\r\n\r\n", ["a\nb"]],
    ["comments, names, ids and unknown fields", ": ping\n\nevent: x\nid: 1\nretry: 2\ndatax: no\ndata: a\n\n: \n\n", ["a"]],
    ["no space, or two, after the colon", "data:a\n\ndata:  b\n\n", ["a", " b"]],
    ["characters of several bytes", "data: Grüße 世界 🙂\n\n", ["Grüße 世界 🙂"]],
    ["a byte order mark", "\uFEFFdata: a\n\n", ["a"]],
    ["an event that the end cuts short", "data: a\n\ndata: b\n", ["a"]],
    ["nothing", "", []],
  ]) {
    it(`reads ${what}, wherever the chunks are cut`, async () => {
      const bytes = new TextEncoder().encode(text);
      assert.deepEqual(await read([...bytes].map((byte) => Uint8Array.of(byte))), expected, "byte by byte");
      for (let cut = 0; cut <= bytes.length; cut++) {
        assert.deepEqual(await read([bytes.slice(0, cut), bytes.slice(cut)]), expected, `cut at ${cut}`);
      }
    });
  }

  it("takes no longer for a line of a megabyte because that comes in small chunks", async (t) => {
    const chunk = new TextEncoder().encode("Some words. ".repeat(4));
    const chunks = [new TextEncoder().encode("data:"), ...Array(20_000).fill(chunk), new TextEncoder().encode("\n\n")];
    const began = process.cpuUsage();
    const [{ length }] = await read(chunks);
    const { user, system } = process.cpuUsage(began);
    const took = (user + system) / 1000;
    assert.equal(length, 20_000 * chunk.length);
    t.diagnostic(`${Math.round(took)} ms`);
    assert.ok(took < 3000, `${took} ms`);
  });

  it("lets other work have its turn while it reads what has all come at once", async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const events = await read([new TextEncoder().encode("data: a\n\n".repeat(200_000))]);
    clearInterval(timer);
    assert.equal(events.length, 200_000);
    assert.ok(turns > 1, `${turns} turns`);
  });

  it("gives an event as soon as its empty line has come, also when that ends in \\r", async () => {
    let cancelled = false;
    const stream = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode("data: a\r\r")),
      cancel: () => void (cancelled = true),
    });
    for await (const event of serverSentEvents(stream)) {
      assert.equal(event, "a");
      break;
    }
    assert.ok(cancelled, "whoever stops reading ends the request");
  });
});
