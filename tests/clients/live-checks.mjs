/** What every SDK that talks over WebSockets must do through the relay, wherever it runs. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { badKeyStatus, randomKey } from "../keys.mjs";
import { startTls } from "../tls.mjs";
import { together } from "../together.mjs";
import { BAD_KEYS, sealed } from "./bad-keys.mjs";

const ANSWERS = {
  openai: "Hello from the mock! You said: Grüße",
  google: "Hello from the mock",
  deepgram: "Hello from the mock",
};

/** What an app learns of a refusal: by the handshake's status, by a close code and its reason, or that there is no connection. */
const TOLD = {
  status: (status) => `failed: Unexpected server response: ${status}`,
  closing: (status, code) => `closed: ${4000 + status} ${code}`,
  failure: () => "failed: unknown error",
  normal: () => "closed: 1000 ",
  end: () => "disconnected",
};

/** A stack with TLS in front of its relay too. @template {{relay: string}} S @param {Promise<S>} starting */
export const withTls = (starting) =>
  together(async (open) => {
    const stack = await open(starting);
    return { ...stack, tls: (await open(startTls(stack.relay))).url };
  });

/**
 * @param {import("./live.mjs").Live[]} clients
 * @param {"node" | "page"} where they run
 * @param {() => {relay: string, tls: string, mock: any}} stack asked for only when a test runs; its relay has the settings SEALING
 */
export function checkLive(clients, where, stack) {
  for (const { name, provider, told, talk } of clients) {
    const talkThrough = (key) => talk({ http: `${stack().relay}/${provider}`, tls: `${stack().tls}/${provider}` }, key, "Grüße");
    const refused = (key, code = "") => assert.rejects(talkThrough(key), { message: TOLD[told[where]](badKeyStatus(provider), code) });

    describe(name, () => {
      for (const [kind, travels] of Object.entries({
        "a key": (key) => key,
        "a sealed key": (key) => sealed(provider, provider, { key }),
      })) {
        it(`talks with ${kind}`, async () => {
          const key = randomKey(provider);
          assert.equal(await talkThrough(await travels(key)), ANSWERS[provider]);
          const [{ violations }, ...others] = await stack().mock.seen(key);
          assert.deepEqual([violations, others], [[], []]);
        });
      }

      it("tells its app what it can when the provider refuses a key", () => refused(randomKey(provider, "invalid")));

      it("tells its app what it can when the relay refuses a key", async () =>
        refused(await BAD_KEYS.sealed_key_expired(provider, provider), "sealed_key_expired"));
    });
  }
}
