/** Tokens that relay.js and @hpke/core make open in the relay, on each runtime. (test_sealed_keys.py does the same with pyca's.) */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { connect } from "../../public/relay.js";
import { startRelay as onWorkerd } from "../../tools/relay.mjs";
import { startStack } from "../harness.mjs";
import { PROVIDERS, randomKey } from "../keys.mjs";
import { startRelay as onPyodide } from "../runtimes/pyodide.mjs";
import { newKey, sealToken } from "./opener.mjs";

const ORIGIN = "https://app.example";

for (const [name, runtime] of Object.entries({ workerd: onWorkerd, pyodide: onPyodide })) {
  describe(`on ${name}`, () => {
    let own;
    let stack;
    before(async () => {
      own = await newKey("own");
      stack = await startStack({ SEALING_KEY: JSON.stringify(own.privateJwk) }, { runtime });
    });
    after(() => stack?.close());

    for (const [provider, { chat }] of Object.entries(PROVIDERS)) {
      it(`a token that relay.js made for ${provider} opens, and the provider sees the key`, async () => {
        const relay = connect(stack.relay);
        const plain = randomKey(provider);
        const key = await relay.seal({ provider, key: plain, origins: [ORIGIN] });
        const path = chat.slice(`/${provider}`.length);
        const answer = await relay.fetch(provider, path, { key, method: "POST", headers: { origin: ORIGIN }, body: "{}" });
        assert.equal(answer.headers.get("x-relay-error"), null);
        const [seen] = await stack.mock.seen(plain);
        assert.deepEqual(seen.violations, []);
      });
    }

    it("a token that @hpke/core made opens, and the provider sees the key", async () => {
      const plain = randomKey("openai");
      const now = Math.floor(Date.now() / 1000);
      const claims = { prv: "openai", org: [], iat: now, exp: now + 60 };
      const token = await sealToken(own, Buffer.from(JSON.stringify(claims)), plain);
      const answer = await fetch(`${stack.relay}/openai/v1/models`, { headers: { authorization: `Bearer ${token}` } });
      assert.equal(answer.status, 200);
      assert.equal((await stack.mock.seen(plain)).length, 1);
    });
  });
}
