/** What every SDK must do through the relay, wherever it runs. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomKey } from "../keys.mjs";
import { assertNoKey, textOf } from "../watch.mjs";

/** What the mock's providers say of a request they cannot read. */
const BAD_REQUEST = {
  openai: "Missing required parameter: 'messages'.",
  anthropic: "max_tokens: Field required",
  google: "contents is not specified",
  mistral: "Bad request.",
};

const QUESTION = "Grüße, 世界";
const answer = (provider) => `Hello from the mock ${provider}! You said: ${QUESTION}. 🙂`;

/** More than any answer of the mock has chunks. */
const ALL_CHUNKS = 40;

/**
 * Four tests for every client.
 *
 * @param {import("../clients/sdks.mjs").Client[]} clients
 * @param {() => Awaited<ReturnType<typeof import("../harness.mjs").startStack>>} stack asked for only when a test runs
 */
export function checkClients(clients, stack) {
  for (const { name, provider, connect, readError } of clients) {
    describe(name, () => {
      const connectWith = (key) => connect(`${stack().relay}/${provider}`, key);

      it("gets an answer", async () => {
        assert.equal(await connectWith(randomKey(provider)).chat(QUESTION), answer(provider));
      });

      it("reads the first piece of a stream before the provider has sent the second", { timeout: 10_000 }, async () => {
        const { mock } = stack();
        const key = randomKey(provider);
        await mock.script(key, { hold: true });
        const pieces = nonEmpty(connectWith(key).stream(QUESTION));

        let text = (await pieces.next()).value;
        assert.ok(answer(provider).startsWith(text) && text !== answer(provider), `the first piece is ${JSON.stringify(text)}`);
        const [request, ...others] = await mock.seen(key);
        assert.deepEqual([request.state, others], ["open", []]);

        for (let i = 0; i < ALL_CHUNKS; i++) await mock.release(key);
        for await (const piece of pieces) text += piece;
        assert.equal(text, answer(provider));
      });

      it("reports the provider's error with its status and message", async () => {
        const key = randomKey(provider);
        await stack().mock.script(key, { error: "bad_request" });
        const { status, message } = await errorOf(connectWith(key).chat(QUESTION), readError);
        assert.equal(status, 400);
        assert.ok(message.includes(BAD_REQUEST[provider]), message);
      });

      it("reports a missing key in the relay's own words", async () => {
        assert.deepEqual(await errorOf(connectWith(undefined).chat(QUESTION), readError), await missingKey(stack().relay, provider));
      });
    });
  }
}

/** The same request with no SDK: what the relay says when there is no key. */
async function missingKey(relay, provider) {
  const response = await fetch(`${relay}/${provider}/v1/models`);
  assert.equal(response.headers.get("x-relay-error"), "missing_key");
  return { status: 401, message: (await response.json()).message };
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
