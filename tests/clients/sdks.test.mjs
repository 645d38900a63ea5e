/** Every SDK, with nothing changed but its base URL and key, through the relay to the mock provider, on each boundary. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import OpenAI from "openai";
import { GoogleGenAI } from "@google/genai";
import { startStack } from "../harness.mjs";
import { ASKED, badKeyStatus, randomKey } from "../keys.mjs";
import { SEALING } from "./bad-keys.mjs";
import { checkClients, counted, described } from "./checks.mjs";
import { CLIENTS } from "./sdks.mjs";
import { SERVICES } from "./services.mjs";

const SETTINGS = {
  ...SEALING,
  ENDPOINTS: "inference, realtime, files",
  PROVIDERS: ["all", ...SERVICES.map(({ provider }) => provider)].join(),
};

const ASKS_AGAIN = { waited: true };
const TELLS = { status: 429 };

/** What SDKs do that are asking too often. LangChain's wait by a rule of their own. */
const MEET_A_LIMIT = {
  "openai chat completions": ASKS_AGAIN,
  "openai responses": ASKS_AGAIN,
  "@anthropic-ai/sdk 1.x": ASKS_AGAIN,
  "@anthropic-ai/sdk 0.x": ASKS_AGAIN,
  "ai with @ai-sdk/openai at openai": ASKS_AGAIN,
  "ai with @ai-sdk/anthropic at anthropic": ASKS_AGAIN,
  "ai with @ai-sdk/google at google": ASKS_AGAIN,
  "ai with @ai-sdk/mistral at mistral": ASKS_AGAIN,
  "groq-sdk at groq": ASKS_AGAIN,
  "@google/genai": TELLS,
  "@mistralai/mistralai": TELLS,
};

for (const runtime of ["workerd", "server"]) {
  describe(`on ${runtime}`, () => {
    let stack;
    before(async () => (stack = await counted(startStack(SETTINGS, { runtime }))));
    after(() => stack?.close());

    checkClients(
      CLIENTS,
      () => stack,
      () => stack.mockUrl,
    );

    it("the provider's Retry-After reaches an SDK that does not retry", async () => {
      const key = randomKey("openai");
      await stack.mock.script(key, { error: "rate_limit" });
      const client = new OpenAI({ baseURL: `${stack.relay}/openai/v1`, apiKey: key, maxRetries: 0 });
      const request = client.chat.completions.create({ model: "gpt-5-mini", messages: [] });
      await assert.rejects(request, (error) => {
        assert.ok(error instanceof OpenAI.RateLimitError, error);
        assert.match(error.message, /^429 Rate limit reached/);
        assert.equal(error.headers.get("retry-after"), "3");
        return true;
      });
      assert.equal((await stack.mock.seen(key)).length, 1);
    });

    it("an SDK that meets a limit asks again when the relay has said, or tells its app", async () => {
      const relay = await stack.startRelay({ RATE_LIMIT_PER_MINUTE: "12" }); // the next one after five seconds, in which an SDK has begun
      const limited = async ({ name, provider, connect, readError }) => {
        const key = randomKey(provider);
        const client = connect(`${relay}/${provider}`, key);
        const ask = () => fetch(relay + ASKED[provider], { method: "POST", headers: { "X-API-Key": key }, body: "{}" });
        while ((await ask()).status !== 429);
        const begun = Date.now();
        const failed = await client.chat("Hi").then(() => undefined, readError);
        if (failed) return { name, status: failed.status };
        return { name, waited: (await stack.mock.seen(key)).at(-1).at >= begun + 1000 };
      };
      const met = CLIENTS.filter(({ name }) => Object.hasOwn(MEET_A_LIMIT, name)).map(async (client) => {
        const { name, ...result } = await limited(client);
        return [name, result];
      });
      assert.deepEqual(Object.fromEntries(await Promise.all(met)), MEET_A_LIMIT);
    });

    for (const { provider, path, ask, answer, read, isRefused = true } of SERVICES) {
      describe(provider, () => {
        const asked = (key) => ask(`${stack.relay}/${provider}${path}`, key);
        const refusalOf = async (key) => read(await asked(key).then(assert.fail, (error) => error));

        it("gets an answer", async () => {
          assert.deepEqual(await asked(randomKey(provider)), answer);
        });

        it("raises for a bad key the same, whoever refuses it", async () => {
          const expected = await refusalOf(randomKey(provider, "invalid"));
          assert.equal(expected.status, badKeyStatus(provider));
          if (!isRefused) return;
          const { text, ...refused } = await refusalOf(randomKey("google"));
          assert.deepEqual(refused, { class: expected.class, status: expected.status });
          assert.match(text, /This looks like a key of Google Gemini, so it was not sent/);
        });
      });
    }

    it("@google/genai uploads a file, both legs of it through the relay and with the key", async () => {
      const key = randomKey("google");
      const { files } = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: `${stack.relay}/google` } });
      const { name, sizeBytes } = await files.upload({ file: new Blob(["Grüße"]), config: { mimeType: "text/plain" } });
      assert.deepEqual([name, sizeBytes], ["files/mock", "7"]);
      const legs = (await stack.mock.seen(key)).map(({ url, headers, violations }) => {
        const { "x-goog-api-key": carried, "x-goog-upload-command": command } = Object.fromEntries(headers);
        return { url, command, carried, violations };
      });
      const leg = { carried: key, violations: [] };
      assert.deepEqual(legs, [
        { ...leg, url: "/google/upload/v1/files", command: "start" },
        { ...leg, url: "/google/upload/v1beta/files?upload_id=mock", command: "upload, finalize" },
      ]);
    });

    it("the relay describes the SDKs that are tried here, at the base URLs that they have here", async () => {
      const providers = (await described(stack.relay)).filter(({ id, key }) => id === key.vendor); // a region is like its provider
      const said = providers.flatMap(({ id, sdk_base_urls }) =>
        Object.entries(sdk_base_urls).map(([sdk, url]) => `${sdk}: ${url.replace(stack.relay, "").replace("{resource}", "my-resource")}`),
      );
      const tried = [...CLIENTS, ...SERVICES].filter(({ sdk }) => sdk).map(({ sdk, provider, path }) => `${sdk}: /${provider}${path}`);
      assert.deepEqual(said.sort(), [...new Set(tried)].sort());
    });
  });
}
