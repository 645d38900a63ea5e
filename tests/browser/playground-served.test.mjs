/** The playground and relay.js as each boundary serves them: loaded under their policy, chatting, with a sealed key that is made and used. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { HUNG, PROVIDERS } from "../harness.mjs";
import { randomKey } from "../keys.mjs";
import { answer, greeting, QUESTION, startPlayground } from "./playground-stage.mjs";

// What runs with the relay's own storage, if the relay hands a provider's answer to it. Browsers ask for each in mode cors or same-origin.
const RUNNERS = {
  "a module": (url) => void import(url).catch(() => {}),
  "a worker": (url) => void new Worker(url),
  "a worker that is a module": (url) => void new Worker(url, { type: "module" }),
};

for (const runtime of ["front", "server"]) {
  describe(`on ${runtime}`, HUNG, () => {
    let stage;
    let mock;
    before(async () => {
      stage = await startPlayground({ runtime });
      mock = stage.mock;
    });
    afterEach(() => Promise.all(stage.profiles.splice(0).map((each) => each.close())));
    after(() => stage?.close());

    it("the page uses its own origin only, and gives the browser nothing to complain about", async () => {
      const playground = await stage.open();
      for (const provider of PROVIDERS) {
        await playground.enter(provider, randomKey(provider));
        await playground.send(QUESTION);
        await playground.log.getByText(answer(provider)).waitFor();
        await playground.forgetButton.click();
      }
      assert.deepEqual(playground.complaints, []);
      assert.deepEqual([...new Set(playground.requests.map((request) => new URL(request.url()).origin))], [stage.relay]);
    });

    for (const provider of PROVIDERS) {
      it(`the chat shows the first words of ${provider} before the rest is sent, then all of it`, async () => {
        const { playground, key } = await stage.openWithKey(provider);
        await stage.beginAnswer(playground, provider, key);
        assert.equal(await playground.lastWords.textContent(), greeting(provider));
        assert.equal((await mock.seen(key)).at(-1).state, "open");
        assert.equal(await playground.turns.last().getAttribute("aria-busy"), "true");

        await stage.releaseAll(key);
        await playground.answered();
        assert.equal(await playground.lastWords.textContent(), answer(provider));
        assert.equal(await playground.turns.last().getAttribute("aria-busy"), "false");
        assert.deepEqual(
          (await mock.seen(key)).flatMap(({ violations }) => violations),
          [],
        );
      });

      it(`the chat ends the answer of ${provider} with Stop, and keeps what has come`, async () => {
        const { playground, key } = await stage.openWithKey(provider);
        await stage.beginAnswer(playground, provider, key);
        await playground.stopButton.click();
        await playground.answered();
        await stage.providerIsLetGo(key);
        assert.equal(await playground.lastWords.textContent(), greeting(provider));
        await playground.turns.last().getByText("stopped").waitFor();
      });

      it(`a key for ${provider} is sealed before it is kept or sent`, async () => {
        const { playground, key } = await stage.openWithKey(provider);
        assert.equal(await playground.key(provider).inputValue(), "");
        await playground.ask(QUESTION);
        assert.equal(await playground.lastWords.textContent(), answer(provider));
        assert.ok((await mock.seen(key)).length > 0, "the provider gets the key itself");

        const kept = await playground.stored();
        assert.deepEqual(Object.keys(kept), [`byok-relay:sealed-key:${provider}`]);
        const [sealed] = Object.values(kept);
        const claims = JSON.parse(Buffer.from(sealed.split(".")[2], "base64url"));
        assert.deepEqual([claims.prv, claims.org], [provider, [stage.relay]]);

        const sent = await Promise.all(
          playground.requests.map(async (each) => `${each.url()}\n${JSON.stringify(await each.allHeaders())}\n${each.postData()}`),
        );
        assert.ok(sent.some((each) => each.includes(sealed)));
        const everything = [JSON.stringify(kept), ...sent, await playground.page.content()].join("\n");
        assert.ok(!everything.includes(key), "the key is in plain");
      });
    }

    it("relay.js seals a key in a page of another origin, which gets an answer with it", async () => {
      const plain = randomKey("openai");
      const answered = await stage.page.evaluate(
        async ([url, plain]) => {
          const { connect } = await import(`${url}/relay.js`);
          const relay = connect();
          const key = await relay.seal({ provider: "openai", key: plain });
          const { status } = await relay.fetch("openai", "/v1/models", { key });
          return { url: await relay.baseURL("openai"), sealed: key.startsWith("byok1."), status };
        },
        [stage.relay, plain],
      );
      assert.deepEqual(answered, { url: `${stage.relay}/openai/v1`, sealed: true, status: 200 });
      assert.equal((await mock.seen(plain)).length, 1);
    });

    for (const [what, run] of Object.entries(RUNNERS)) {
      it(`a provider's answer on the relay's origin is not given to ${what}`, async () => {
        const { page } = await stage.open({ context: { bypassCSP: true } }); // so that it is the relay alone that refuses
        const url = `${stage.relay}/openai/v1/models?as=${encodeURIComponent(what)}`;
        const response = page.context().waitForEvent("response", (each) => each.url() === url);
        await page.evaluate(run, url);
        assert.equal((await response).headers()["x-relay-error"], "origin_not_allowed");
      });
    }
  });
}
