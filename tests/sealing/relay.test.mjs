/**
 * Tokens that relay.js and @hpke/core make open in the relay, on each runtime, for the private keys that the tools print.
 * (test_sealed_keys.py does the same with pyca's.)
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { connect } from "../../public/relay.js";
import { startStack } from "../harness.mjs";
import { PROVIDERS, randomKey } from "../keys.mjs";
import { COMMAND, environment } from "../runtimes/server.mjs";
import { keyPrinted, sealToken } from "./opener.mjs";

const ORIGIN = "https://app.example";

const outputOf = ([command, ...args]) => execFileSync(command, args, { env: environment(), encoding: "utf8" });
const PRINTED = {
  "byok-relay sealing-key": outputOf([...COMMAND, "sealing-key"]),
  "make sealing-key": outputOf([process.execPath, fileURLToPath(new URL("../../tools/sealing_key.mjs", import.meta.url))]),
};
const [SEALING_KEY, SEALING_KEY_PREVIOUS] = Object.values(PRINTED);

for (const runtime of ["workerd", "pyodide", "server"]) {
  describe(`on ${runtime}`, () => {
    let stack;
    before(async () => (stack = await startStack({ SEALING_KEY, SEALING_KEY_PREVIOUS }, { runtime })));
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

    it("a token that relay.js made within limits opens within them, and not beyond", async () => {
      const relay = connect(stack.relay);
      const plain = randomKey("openai");
      const key = await relay.seal({ provider: "openai", key: plain, models: ["gpt-5*"], endpoints: ["inference"], perMinute: 2 });
      const ask = async (model) => {
        const headers = { "content-type": "application/json" };
        const body = JSON.stringify({ model, messages: [{ role: "user", content: "hi" }] });
        const answer = await relay.fetch("openai", "/v1/chat/completions", { key, method: "POST", headers, body });
        return answer.headers.get("x-relay-error");
      };
      assert.deepEqual(
        [await ask("gpt-5-mini"), await ask("o3"), await ask("gpt-5"), await ask("gpt-5")],
        [null, "model_not_allowed", null, "rate_limited"],
      );
      assert.equal((await stack.mock.seen(plain)).length, 2);
    });

    for (const [tool, line] of Object.entries(PRINTED)) {
      it(`a token that @hpke/core made for the key that \`${tool}\` prints opens, and the provider sees the key in it`, async () => {
        const plain = randomKey("openai");
        const now = Math.floor(Date.now() / 1000);
        const claims = { prv: "openai", org: [], iat: now, exp: now + 60 };
        const token = await sealToken(await keyPrinted(line), Buffer.from(JSON.stringify(claims)), plain);
        const answer = await fetch(`${stack.relay}/openai/v1/models`, { headers: { authorization: `Bearer ${token}` } });
        assert.equal(answer.status, 200);
        assert.equal((await stack.mock.seen(plain)).length, 1);
      });
    }
  });
}
