/** The npm package in a page that a bundler made, in Chromium: a key is sealed, and the AI SDK and LangChain get answers with it. */
import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { bundle } from "../browser/bundle.mjs";
import { startStage } from "../browser/stage.mjs";
import { SEALING } from "../clients/bad-keys.mjs";
import { randomKey } from "../keys.mjs";
import { together } from "../together.mjs";
import { install } from "./installed.mjs";

const APP = `
  import { createOpenAI } from "@ai-sdk/openai";
  import { ChatAnthropic } from "@langchain/anthropic";
  import { generateText } from "ai";
  import { connect } from "byok-relay";

  globalThis.app = {
    connect,
    async aiSdk(options) {
      return (await generateText({ model: createOpenAI(options)("gpt-5-mini"), prompt: "Hi" })).text;
    },
    async langChain(options) {
      return (await new ChatAnthropic({ model: "claude-haiku-4-5", ...options }).invoke("Hi")).text;
    },
  };`;

let stage;
before(async () => {
  stage = await together(async (open) => {
    const app = await open(install());
    const content = { texts: { "/assets/app.js": await bundle(await app.write("app.js", APP)) } };
    return await open(startStage({ vars: () => SEALING, options: { runtime: "server" }, content }));
  });
  await stage.page.addScriptTag({ url: "/assets/app.js", type: "module" });
});
after(() => stage?.close());

for (const [use, provider, sdk] of [
  ["aiSdk", "openai", "@ai-sdk/openai"],
  ["langChain", "anthropic", "@langchain/anthropic"],
]) {
  it(`${sdk} gets an answer with a key that was sealed in the page`, async () => {
    const key = randomKey(provider);
    const answer = await stage.page.evaluate(
      async ([url, use, provider, key, sdk]) => {
        const relay = app.connect(url);
        const sealed = await relay.seal({ provider, key });
        return app[use](await relay.options({ provider, key: sealed, sdk }));
      },
      [stage.relay, use, provider, key, sdk],
    );
    assert.equal(answer, `Hello from the mock ${provider}! You said: Hi. 🙂`);
    assert.equal((await stage.mock.seen(key)).length, 1);
  });
}

it("asks for the relay's URL, for the page's own server is none", async () => {
  const message = await stage.page.evaluate(() => {
    try {
      return app.connect();
    } catch (error) {
      return error.message;
    }
  });
  assert.equal(message, `connect() needs the relay's URL here: connect("https://…")`);
});
