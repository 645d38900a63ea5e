/** The playground's chat over a WebSocket. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { HUNG } from "../harness.mjs";
import { randomKey } from "../keys.mjs";
import { QUESTION, startPlayground } from "./playground-stage.mjs";

let stage;
before(async () => (stage = await startPlayground()));
afterEach(() => Promise.all(stage.profiles.splice(0).map((each) => each.close())));
after(() => stage?.close());

const ANSWER = `Hello from the mock! You said: ${QUESTION}`;

async function openLive(options) {
  const { playground, key } = await stage.openWithKey("openai", options);
  await playground.live.check();
  return { playground, key };
}

describe("a live chat", HUNG, () => {
  it("is offered where the provider has one, the relay and the key open it, and models are not limited", async () => {
    const playground = await stage.open();
    assert.ok(await playground.live.isVisible());
    await playground.limits.click();
    await playground.onlyModels.fill("gpt-*");
    assert.ok(await playground.live.isHidden());
    await playground.onlyModels.fill("");
    assert.ok(await playground.live.isVisible());
    await playground.page.getByLabel("realtime").uncheck();
    await playground.enter("openai", randomKey("openai"));
    assert.ok(await playground.live.isHidden());
    await playground.forgetButton.click();
    assert.ok(await playground.live.isVisible());
    await playground.choose("anthropic");
    assert.ok(await playground.live.isHidden());
    for (const settings of [{ ENDPOINTS: "inference" }, { ALLOWED_MODELS: "gpt-*" }]) {
      const closed = await stage.open({ relay: await stage.startRelay(settings) });
      assert.ok(await closed.live.isHidden());
    }
  });

  it("answers over a WebSocket with a sealed key, which is nowhere else", async () => {
    const { playground, key } = await openLive();
    assert.equal(await playground.model.inputValue(), "gpt-realtime");
    await playground.ask(QUESTION);
    assert.equal(await playground.lastWords.textContent(), ANSWER);
    const [{ url, method, violations }] = await stage.mock.seen(key);
    assert.deepEqual([method, url, violations], ["GET", "/openai/v1/realtime?model=gpt-realtime", []]);
    assert.deepEqual(playground.complaints, []);
  });

  it("is told what was said before, and the options that it has", async () => {
    const { playground, key } = await openLive();
    const sent = [];
    playground.page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => sent.push(JSON.parse(payload))));
    await playground.ask("One");
    await playground.options.click();
    await playground.page.getByLabel("System prompt").fill("Be brief.");
    sent.length = 0;
    await playground.ask("Two");
    const [{ session }, ...events] = sent;
    assert.deepEqual(session, { type: "realtime", output_modalities: ["text"], instructions: "Be brief." });
    assert.deepEqual(
      events.map(({ type, item }) => [type, item?.role, item?.content[0].text]),
      [
        ["conversation.item.create", "user", "One"],
        ["conversation.item.create", "assistant", "Hello from the mock! You said: One"],
        ["conversation.item.create", "user", "Two"],
        ["response.create", undefined, undefined],
      ],
    );
    assert.equal((await stage.mock.seen(key)).length, 2);
  });

  it("goes back to the chat without a WebSocket, and to its model", async () => {
    const { playground, key } = await openLive();
    await playground.live.uncheck();
    assert.notEqual(await playground.model.inputValue(), "gpt-realtime");
    await playground.ask(QUESTION);
    assert.equal((await stage.mock.seen(key))[0].url, "/openai/v1/chat/completions");
  });

  it("ends with Stop", async () => {
    const { playground } = await openLive();
    await playground.page.routeWebSocket("**/realtime*", () => {});
    await playground.send(QUESTION);
    await playground.stopButton.click();
    await playground.turns.last().getByText("stopped").waitFor();
  });

  it("that the provider really refuses says so", async () => {
    const { playground } = await openLive({ mark: "invalid" });
    await playground.ask(QUESTION);
    assert.equal(await playground.problems.last().getByRole("heading").textContent(), "Error from OpenAI 401");
  });

  it("that the relay really refuses says so, and a sealed key that is of no use is dropped", async () => {
    const { playground } = await openLive();
    await playground.page.evaluate(() => {
      const [slot] = Object.keys(localStorage);
      localStorage[slot] = localStorage[slot].replace(/.{4}$/, "AAAA");
    });
    await playground.ask(QUESTION);
    assert.equal(await playground.problems.last().getByRole("heading").textContent(), "The WebSocket was refused 401 sealed_key_invalid");
    await playground.page.getByRole("alert").getByText("Enter your API key again.").waitFor();
    assert.deepEqual(await playground.stored(), {});
  });

  for (const [what, code, reason, heading, words, advice] of [
    ["the relay has refused", 4429, "rate_limited", "The WebSocket was refused 429 rate_limited", /^The relay refused/, /^Yours/],
    ["is refused in words that are not the relay's", 4401, "constructor", "Error from OpenAI 401 constructor", /^OpenAI refused/, /^Yours/],
    [
      "the provider has refused",
      4401,
      "",
      "Error from OpenAI 401",
      /^OpenAI refused the WebSocket/,
      /^Yours to mend: Look in your account/,
    ],
    ["the provider cannot take", 4503, "", "Error from OpenAI 503", /^OpenAI refused the WebSocket/, /^OpenAI's/],
    ["breaks off", 1011, "going down", "Connection error 1011", /^going down$/, /^On the way/],
  ]) {
    it(`that ${what} says so as any other error`, async () => {
      const { playground } = await openLive();
      await playground.page.routeWebSocket("**/realtime*", (socket) => socket.close({ code, reason }));
      await playground.ask(QUESTION);
      const problem = playground.problems.last();
      assert.equal(await problem.getByRole("heading").textContent(), heading);
      assert.match(await problem.locator(".words").textContent(), words);
      assert.match(await problem.locator(".advice").textContent(), advice);
    });
  }

  it("keeps a sealed key that only a close code calls useless, which a provider can send too", async () => {
    const { playground, key } = await openLive();
    await playground.page.routeWebSocket("**/realtime*", (socket) => socket.close({ code: 4401, reason: "sealed_key_invalid" }));
    await playground.ask(QUESTION);
    assert.equal(await playground.problems.last().getByRole("heading").textContent(), "The WebSocket was refused 401 sealed_key_invalid");
    await stage.mock.waitFor(key, "finished");
    await playground.live.uncheck();
    await playground.ask(QUESTION);
    assert.equal((await stage.mock.seen(key)).at(-1).url, "/openai/v1/chat/completions");
    assert.equal(Object.keys(await playground.stored()).length, 1);
  });

  it("that is closed with a refusal's code once the provider has spoken was not refused", async () => {
    const { playground } = await openLive();
    await playground.page.routeWebSocket("**/realtime*", (socket) => {
      socket.send('{"type":"session.created"}');
      socket.close({ code: 4401, reason: "sealed_key_invalid" });
    });
    await playground.ask(QUESTION);
    assert.equal(await playground.problems.last().getByRole("heading").textContent(), "Connection error 4401");
  });

  for (const [what, events, heading, words] of [
    [
      "an error",
      [{ type: "error", error: { type: "invalid_request_error", code: "bad", message: "No." } }],
      "Error from OpenAI bad",
      /^No\.$/,
    ],
    [
      "a failed answer",
      [{ type: "response.done", response: { status: "failed", status_details: { error: { code: "rate", message: "Slow." } } } }],
      "Error from OpenAI rate",
      /^Slow\.$/,
    ],
    [
      "an error of objects",
      [{ type: "error", error: { code: { toString: 1 }, message: [1] } }],
      'Error from OpenAI {"toString":1}',
      /^\[1\]$/,
    ],
    ["what is no event", ["{"], "Error from OpenAI", /none of OpenAI's Realtime API/],
  ]) {
    it(`that gets ${what} from the provider says so`, async () => {
      const { playground } = await openLive();
      await playground.page.routeWebSocket("**/realtime*", (socket) => {
        for (const event of events) socket.send(typeof event === "string" ? event : JSON.stringify(event));
      });
      await playground.ask(QUESTION);
      assert.equal(await playground.problems.last().getByRole("heading").textContent(), heading);
      assert.match(await playground.problems.last().locator(".words").textContent(), words);
    });
  }

  it("has code that works as it is, with the options that it has", async () => {
    const { playground } = await openLive();
    assert.equal(await playground.libraries.count(), 2); // and Sealing
    await playground.options.click();
    await playground.page.getByLabel("System prompt").fill('Say "[ {} ]".');
    await playground.page.getByLabel("Most tokens in an answer").fill("7");
    const sent = [];
    stage.page.once("websocket", (socket) => socket.on("framesent", ({ payload }) => sent.push(JSON.parse(payload))));
    const code = await playground.code.textContent();
    const printed = await stage.page.evaluate(
      async ([code, key]) => {
        const printed = [];
        await new Function("userKey", "console", `return (async () => {${code}})()`)(key, { log: (text) => printed.push(text) });
        return printed;
      },
      [code, randomKey("openai")],
    );
    assert.equal(printed.join(""), "Hello from the mock! You said: Hello!");
    const { instructions, max_output_tokens } = sent[0].session;
    assert.deepEqual([instructions, max_output_tokens], ['Say "[ {} ]".', 7]);
  });
});
