/** What the playground tells of a question's way: what the page sent, what the relay did, what the provider saw, what came back. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { HUNG } from "../harness.mjs";
import { startMock } from "../mock/mock.mjs";
import { upstreamSettings } from "../mock/settings.mjs";
import { NAMES, QUESTION, sse, startPlayground } from "./playground-stage.mjs";

let stage;
let telling; // a mock that says what it has received
let told; // a relay in front of it
before(async () => {
  stage = await startPlayground();
  telling = await startMock({ tells: true });
  told = await stage.startRelay(upstreamSettings(telling.url));
});
afterEach(() => Promise.all(stage.profiles.splice(0).map((each) => each.close())));
after(async () => {
  await stage?.close();
  await telling?.close();
});

/** What is told of the last question, by station. */
async function inspected(playground) {
  await playground.inspector.click();
  return playground.page
    .locator(".inspector[open] ol")
    .last()
    .evaluate((list) =>
      Object.fromEntries(
        [...list.children].map((station) => [
          station.querySelector("h4").firstChild.data,
          [...station.querySelectorAll("li")].map(({ textContent }) => textContent),
        ]),
      ),
    );
}

describe("the way of a question", HUNG, () => {
  for (const [provider, carrier, moved] of [
    ["openai", "authorization: Bearer ***", "moved the key to authorization."],
    ["anthropic", "x-api-key: ***", "left the key in x-api-key."],
    ["google", "x-goog-api-key: ***", "moved the key to x-goog-api-key."],
    ["mistral", "authorization: Bearer ***", "moved the key to authorization."],
  ]) {
    it(`is told from end to end, with what the mock received as ${provider}`, async () => {
      const { playground, key } = await stage.openWithKey(provider, { relay: told });
      await playground.ask(QUESTION);
      const {
        "This page sent": page,
        "The relay": relay,
        [`${NAMES[provider]} saw`]: seen,
        "Back came": back,
      } = await inspected(playground);
      assert.match(page[0], new RegExp(`^POST /${provider}/v1`));
      assert.ok(page.includes("content-type: application/json"), page);
      assert.ok(page.includes(`origin: ${told} and more, which the browser adds`), page);
      assert.ok(relay.includes(moved), relay);
      assert.ok(
        relay.some((line) => line.startsWith("passed on no origin, referer, cookie, sec-fetch-site, sec-fetch-mode, sec-fetch-dest, nor")),
      );
      assert.match(relay.at(-1), /^gave the request the id [0-9a-f]{32}\.$/);
      assert.match(seen[0], new RegExp(`^POST /${provider}/v1`));
      assert.ok(seen.includes(carrier), seen);
      assert.ok(!seen.some((line) => /^(origin|sec-)/.test(line)), seen);
      assert.equal(seen.at(-2), page.at(-1), "the body has the length that was sent");
      assert.equal(back[0], "HTTP 200");
      assert.match(back.at(-1), /^its first words at \d+\.\d\d s, its end at \d+\.\d\d s$/);
      assert.ok(!(await playground.page.content()).includes(key));
    });
  }

  it("says that a sealed key was sealed here and opened there", async () => {
    const { playground } = await stage.openWithKey("openai");
    await playground.ask(QUESTION);
    const { "This page sent": page, "The relay": relay } = await inspected(playground);
    assert.ok(page.includes("x-api-key: byok1.… – your key, sealed in this page"), page);
    assert.ok(relay.includes("opened the sealed key, which no other relay can."), relay);
  });

  it("says that only the provider knows what it saw, where no mock tells it", async () => {
    const { playground } = await stage.openWithKey("openai");
    await playground.ask(QUESTION);
    assert.deepEqual((await inspected(playground))["OpenAI saw"], ["Only OpenAI knows. A mock in its place says it here: make demo."]);
  });

  for (const [what, comment] of [
    ["a comment of a provider's", ": OPENROUTER PROCESSING"],
    ["what only looks like a mock's", ': mock-received {"headers": 1}'],
    ["what is broken", ": mock-received {"],
    ["a header that is none", ': mock-received {"method":"GET","url":"/","headers":[null],"body_length":1}'],
    ["a method that is no text", ': mock-received {"method":{"toString":1},"url":"/","headers":[["a","b"]],"body_length":1}'],
  ]) {
    it(`takes ${what} for none`, async () => {
      const { playground, key } = await stage.openWithKey("openai");
      const { respond } = sse([JSON.stringify({ choices: [{ delta: { content: "Hi" } }] }), "[DONE]"]);
      await stage.mock.script(key, { respond: { ...respond, body: `${comment}\n\n${respond.body}` } });
      await playground.ask(QUESTION);
      assert.match((await inspected(playground))["OpenAI saw"][0], /^Only OpenAI knows/);
    });
  }

  it("says that the relay answered itself, and that nothing was sent on", async () => {
    const { playground } = await stage.openWithKey("openai");
    await playground.page.route("**/chat/completions", (route) => route.continue({ headers: { "content-type": "application/json" } }));
    await playground.ask(QUESTION);
    const { "The relay": relay, "OpenAI saw": seen, "Back came": back } = await inspected(playground);
    assert.equal(relay[0], "answered itself: missing_key.");
    assert.deepEqual(seen, ["nothing, as far as this page knows."]);
    assert.equal(back[0], "HTTP 401");
  });

  it("says that the relay was not reached", async () => {
    const { playground } = await stage.openWithKey("openai");
    await playground.page.route("**/chat/completions", (route) => route.abort());
    await playground.ask(QUESTION);
    const { "The relay": relay, "OpenAI saw": seen, "Back came": back } = await inspected(playground);
    assert.deepEqual([relay, seen, back], [["was not reached, or did not answer."], ["nothing, as far as this page knows."], ["nothing."]]);
  });

  it("tells a provider's refusal with the provider's own request id", async () => {
    const { playground } = await stage.openWithKey("openai", { mark: "invalid" });
    await playground.ask(QUESTION);
    const { "Back came": back } = await inspected(playground);
    assert.equal(back[0], "HTTP 401");
    assert.ok(
      back.some((line) => line.startsWith("x-request-id: req_")),
      back,
    );
  });
});
