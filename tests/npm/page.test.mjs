/** The npm package in a Vite app, in Chromium: a key is sealed, and the AI SDK and LangChain get answers with it. */
import assert from "node:assert/strict";
import { mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { build, createServer, preview } from "vite";
import { startStage } from "../browser/stage.mjs";
import { SEALING } from "../clients/bad-keys.mjs";
import { HUNG } from "../harness.mjs";
import { randomKey } from "../keys.mjs";
import { together } from "../together.mjs";
import { install } from "./installed.mjs";

const INSTALLED = fileURLToPath(new URL("../node_modules/", import.meta.url));

const PAGE = `<!doctype html><title>An app</title><script type="module" src="/app.js"></script>`;
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

/** Of Vite. @type {import("vite").InlineConfig} */
let config;
before(async () => {
  stage = await together(async (open) => {
    const app = await open(install());
    for (const name of ["@ai-sdk/openai", "@langchain/anthropic", "ai"]) {
      const link = join(app.folder, "node_modules", name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(join(INSTALLED, name), link);
    }
    await app.write("index.html", PAGE);
    await app.write("app.js", APP);
    config = { root: app.folder, configFile: false, logLevel: "error" };
    return await open(startStage({ vars: () => SEALING, options: { runtime: "server" } }));
  });
});
after(() => stage?.close());

const LISTEN = { host: "127.0.0.1", port: 0 };

/** How an app is served while it is worked on, and once it is built. */
const SERVED = {
  "as vite dev serves it": async () => (await createServer({ ...config, server: LISTEN })).listen(),
  "as vite build makes it": async () => {
    await build(config);
    return preview({ ...config, preview: LISTEN });
  },
};

for (const [how, serve] of Object.entries(SERVED)) {
  describe(`an app, ${how},`, HUNG, () => {
    let server;
    let page;
    before(async () => {
      server = await serve();
      page = await stage.openPage(server.resolvedUrls.local[0]);
      await page.waitForFunction(() => globalThis.app);
    });
    after(() => server?.close());

    for (const [use, provider, sdk] of [
      ["aiSdk", "openai", "@ai-sdk/openai"],
      ["langChain", "anthropic", "@langchain/anthropic"],
    ]) {
      it(`gets an answer by ${sdk} with a key that it has sealed`, async () => {
        const key = randomKey(provider);
        const answer = await page.evaluate(
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

    it("is asked for the relay's URL, for the page's own server is none", async () => {
      const message = await page.evaluate(() => {
        try {
          return app.connect();
        } catch (error) {
          return error.message;
        }
      });
      assert.equal(message, `connect() needs the relay's URL here: connect("https://…")`);
    });
  });
}
