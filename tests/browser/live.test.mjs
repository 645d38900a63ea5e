/** The SDKs that talk over WebSockets, in a page of another origin than the relay's, with nothing changed but their base URL and key. */
import { after, before, describe } from "node:test";
import { fileURLToPath } from "node:url";
import { SEALING } from "../clients/bad-keys.mjs";
import { checkLive, withTls } from "../clients/live-checks.mjs";
import { LIVE } from "../clients/live.mjs";
import { HUNG } from "../harness.mjs";
import { bundle } from "./bundle.mjs";
import { startStage } from "./stage.mjs";

let stage;
before(async () => {
  const texts = { "/live.mjs": await bundle(fileURLToPath(new URL("live-page.mjs", import.meta.url))) };
  stage = await withTls(startStage({ vars: () => SEALING, content: { texts } }));
  await stage.page.addScriptTag({ url: "/live.mjs", type: "module" });
});
after(() => stage?.close());

const inPage = LIVE.map(({ name, ...client }) => ({
  ...client,
  name,
  async talk(...args) {
    const { answer, message } = await stage.page.evaluate((all) => live(...all), [name, ...args]);
    if (message) throw new Error(message);
    return answer;
  },
}));

describe("in a page", HUNG, () => checkLive(inPage, "page", () => stage));
