/** Every SDK in a page of another origin than the relay's, with nothing changed but its base URL and key. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { SEALING } from "../clients/bad-keys.mjs";
import { checkClients, counted } from "../clients/checks.mjs";
import { HUNG } from "../harness.mjs";
import { randomKey } from "../keys.mjs";
import { clientsIn, sdkScript } from "./clients-in-page.mjs";
import { PAGE } from "./site.mjs";
import { startStage } from "./stage.mjs";

let stage;
before(async () => {
  stage = await counted(startStage({ vars: () => SEALING, content: { texts: { "/sdks.mjs": await sdkScript() } } }));
  await stage.page.addScriptTag({ url: "/sdks.mjs", type: "module" });
});
after(() => stage?.close());

// An answer that a page may not read is a connection error to an SDK, and some try again for minutes.
describe("in a page", HUNG, () =>
  checkClients(
    clientsIn(() => stage.page),
    () => stage,
    () => stage.relay, // a page has the provider's answers from the relay: not every provider answers pages
  ),
);

const CHAT = { model: "gpt-5-mini", messages: [{ role: "user", content: "Hi" }] };

it("a page opened from disk, whose origin is null, gets an answer", async () => {
  const page = await stage.openPage(pathToFileURL(PAGE).href);
  const answer = await page.evaluate(
    async ([url, key, body]) => {
      const headers = { "Content-Type": "application/json", Authorization: `Bearer ${key}` };
      const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
      return { origin: globalThis.origin, status: response.status, object: (await response.json()).object };
    },
    [`${stage.relay}/openai/v1/chat/completions`, randomKey("openai"), CHAT],
  );
  assert.deepEqual(answer, { origin: "null", status: 200, object: "chat.completion" });
});

it("no SDK sends anything to anyone but the relay", () => {
  assert.deepEqual(stage.asked(), [stage.site.url, stage.relay].sort());
});
