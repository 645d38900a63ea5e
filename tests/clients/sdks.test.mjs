/** Every SDK, with nothing changed but its base URL and key, through the relay to the mock provider, on each boundary. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import OpenAI from "openai";
import { GoogleGenAI } from "@google/genai";
import { startStack } from "../harness.mjs";
import { badKeyStatus, randomKey } from "../keys.mjs";
import { SEALING } from "./bad-keys.mjs";
import { checkClients, counted, described } from "./checks.mjs";
import { CLIENTS } from "./sdks.mjs";
import { SERVICES } from "./services.mjs";

const SETTINGS = {
  ...SEALING,
  ENDPOINTS: "inference, realtime, files",
  PROVIDERS: ["all", ...SERVICES.map(({ provider }) => provider)].join(),
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
