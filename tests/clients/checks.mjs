/** What every SDK must do through the relay, wherever it runs. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ASKED, badKeyStatus, randomKey } from "../keys.mjs";
import { startTap } from "../tap.mjs";
import { together } from "../together.mjs";
import { assertNoKey, textOf } from "../watch.mjs";
import { BAD_KEYS } from "./bad-keys.mjs";

/** What the mock's providers say of a request they cannot read, the others as OpenAI. */
const BAD_REQUEST = {
  openai: "Missing required parameter: 'messages'.",
  anthropic: "max_tokens: Field required",
  google: "contents is not specified",
  mistral: "Bad request.",
};

/** When its stream is aborted, it rejects a promise that nobody but itself has, which ends a test in Node. */
const THROWS_BEHIND = "@langchain/google-genai";

const QUESTION = "Grüße, 世界";
const answer = (provider) => `Hello from the mock ${provider}! You said: ${QUESTION}. 🙂`;

/**
 * A stack with its relay at an address where the relay's refusals are counted.
 *
 * @template {Awaited<ReturnType<typeof import("../harness.mjs").startStack>>} S
 * @param {Promise<S>} starting
 */
export const counted = (starting) =>
  together(async (open) => {
    const stack = await open(starting);
    let refusals = 0;
    const count = (bytes) => (refusals += bytes.toString("latin1").match(/^x-relay-error:/gim)?.length ?? 0);
    const { url } = await open(startTap(stack.relay, () => count));
    return { ...stack, relay: url, refusals: () => refusals };
  });

/**
 * The same tests for every client.
 *
 * @param {import("../clients/sdks.mjs").Client[]} clients
 * @param {() => Awaited<ReturnType<typeof counted>>} stack asked for only when a test runs; its relay has the settings SEALING
 * @param {() => string} providerRoot where the clients find the provider itself
 */
export function checkClients(clients, stack, providerRoot) {
  for (const {
    name,
    provider,
    isStreamed = true,
    badRequest = BAD_REQUEST[provider] ?? BAD_REQUEST.openai,
    connect,
    readError,
  } of clients) {
    describe(name, () => {
      const itStreams = isStreamed ? it : () => {};
      const itEnds = name === THROWS_BEHIND ? () => {} : itStreams;
      const connectWith = (key) => connect(`${stack().relay}/${provider}`, key);

      it("gets an answer", async () => {
        assert.equal(await connectWith(randomKey(provider)).chat(QUESTION), answer(provider));
      });

      itStreams("reads the first piece of a stream before the provider has sent the second", { timeout: 60_000 }, async () => {
        const { mock } = stack();
        const key = randomKey(provider);
        await mock.script(key, { hold: true });
        const pieces = nonEmpty(connectWith(key).stream(QUESTION));

        let text = (await pieces.next()).value;
        assert.ok(answer(provider).startsWith(text) && text !== answer(provider), `the first piece is ${JSON.stringify(text)}`);
        const [request, ...others] = await mock.seen(key);
        assert.deepEqual([request.state, others], ["open", []]);

        await stack().releaseAll(key);
        for await (const piece of pieces) text += piece;
        assert.equal(text, answer(provider));
      });

      itEnds("ends the provider's stream when an app aborts its own", { timeout: 60_000 }, async () => {
        const key = randomKey(provider);
        const controller = new AbortController();
        await stack().mock.script(key, { hold: true });
        const pieces = nonEmpty(connectWith(key).stream(QUESTION, controller.signal));
        await pieces.next();
        const end = pieces.next().catch(() => {}); // whether that is an error is up to the SDK
        controller.abort();
        await stack().providerIsLetGo(key);
        await end;
      });

      it("reports the provider's error with its status and message", async () => {
        const key = randomKey(provider);
        await stack().mock.script(key, { error: "bad_request" });
        const { status, message, asksForKey } = await errorOf(connectWith(key).chat(QUESTION), readError);
        assert.deepEqual({ status, asksForKey }, { status: 400, asksForKey: false });
        assert.ok(message.includes(badRequest), message);
      });

      for (const [code, badKey] of Object.entries(BAD_KEYS)) {
        it(`raises for ${code} what the provider's answer to a wrong key makes it raise, with the relay's words, and does not retry`, async () => {
          const { mock, relay, refusals } = stack();
          const wrongKey = randomKey(provider, "invalid");
          await mock.script(wrongKey, { direct: true });
          const expected = await errorOf(connect(`${providerRoot()}/${provider}`, wrongKey).chat(QUESTION), readError);
          assert.deepEqual([expected.status, expected.asksForKey], [badKeyStatus(provider), true]);

          const key = await badKey(provider, await sealedAs(relay, provider));
          const message = await wordsOf(relay, provider, code, key);
          const before = refusals();
          assert.deepEqual(await errorOf(connectWith(key).chat(QUESTION), readError), { ...expected, message });
          assert.equal(refusals() - before, 1);
        });
      }
    });
  }
}

/** What the relay says of its providers. */
export async function described(relay) {
  const { providers } = await (await fetch(`${relay}/.well-known/byok-relay`)).json();
  return providers;
}

/** A provider's name in the keys that are sealed for it. */
const sealedAs = async (relay, provider) => (await described(relay)).find(({ id }) => id === provider).sealed_as;

/** What the relay says to the same request when no SDK sends it. */
async function wordsOf(relay, provider, code, key) {
  const headers = key === undefined ? {} : { "X-API-Key": key };
  const response = await fetch(relay + ASKED[provider], { method: "POST", headers });
  assert.equal(response.headers.get("x-relay-error"), code);
  return (await response.json()).message;
}

/** What an app finds in the error that `request` ends with; fails when that is not of the SDK's own class, or holds a key. */
async function errorOf(request, readError) {
  const error = await request.then(
    (text) => assert.fail(`an answer came: ${text}`),
    (reason) => reason,
  );
  assertNoKey("an SDK's error", textOf(error));
  const read = readError(error);
  if (!read) throw new Error("not an error of the SDK's own class", { cause: error });
  return read;
}

async function* nonEmpty(pieces) {
  for await (const piece of pieces) if (piece) yield piece;
}
