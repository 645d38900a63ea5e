/** Every SDK, with nothing changed but its base URL and key, through the relay to the mock provider, on each boundary. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import OpenAI from "openai";
import { startStack } from "../harness.mjs";
import { randomKey } from "../keys.mjs";
import { SEALING } from "./bad-keys.mjs";
import { checkClients, counted } from "./checks.mjs";
import { CLIENTS } from "./sdks.mjs";

for (const runtime of ["workerd", "server"]) {
  describe(`on ${runtime}`, () => {
    let stack;
    before(async () => (stack = await counted(startStack(SEALING, { runtime }))));
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
  });
}
