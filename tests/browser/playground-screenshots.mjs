/**
 * Pictures of the playground, to be looked at:
 *
 *     node tests/browser/playground-screenshots.mjs FOLDER
 */
import { join } from "node:path";
import { newSealingKey } from "../../tools/new_sealing_key.mjs";
import { randomKey } from "../keys.mjs";
import { startMock } from "../mock/mock.mjs";
import { upstreamSettings } from "../mock/settings.mjs";
import { sse, startPlayground } from "./playground-stage.mjs";

const LOOKS = {
  desktop: { viewport: { width: 1440, height: 900 } },
  dark: { viewport: { width: 1440, height: 900 }, colorScheme: "dark" },
  laptop: { viewport: { width: 1100, height: 700 } },
  phone: { viewport: { width: 320, height: 640 }, deviceScaleFactor: 2 },
  "phone-dark": { viewport: { width: 360, height: 760 }, deviceScaleFactor: 2, colorScheme: "dark" },
  forced: { viewport: { width: 1440, height: 900 }, forcedColors: "active" },
};

const MARKDOWN = `## What a relay is for

A relay lets a page use **the user's own key** without a backend that stores it. It

1. answers the browser's CORS questions,
2. checks the key and puts it where the provider *wants* it,
   - sealed keys are opened first
3. pipes the answer back, byte for byte.

| provider | key goes into |
|---|---|
| OpenAI | \`Authorization\` |
| Anthropic | \`x-api-key\` |

\`\`\`js
// The base URL is all that changes.
const openai = new OpenAI({ apiKey: sealedKey, baseURL: "https://relay.example/openai/v1" });
console.log(await openai.models.list(), 42);
\`\`\`

> See [the documentation](https://example.com).
`;

const [folder] = process.argv.slice(2);
if (!folder) throw new Error("usage: node tests/browser/playground-screenshots.mjs FOLDER");

const stage = await startPlayground();
const telling = await startMock({ tells: true });
try {
  const plain = await stage.startRelay(); // opens no sealed keys
  const told = await stage.startRelay({ SEALING_KEY: await newSealingKey(), ...upstreamSettings(telling.url) });
  const closed = await stage.startRelay({ ALLOWED_ORIGINS: "https://app.example" });
  for (const [look, context] of Object.entries(LOOKS)) {
    const shoot = ({ page }, what) => page.screenshot({ path: join(folder, `${look}-${what}.png`), fullPage: true });
    const playground = await stage.open({ context });
    await shoot(playground, "1-new");

    await playground.send("Hello");
    await shoot(playground, "2-no-key");

    await playground.limits.click();
    await playground.onlyModels.fill("gpt-*, o3");
    await playground.onlyRate.fill("10");
    await shoot(playground, "2-limits");

    const key = randomKey("openai");
    await playground.enter("openai", key);
    await stage.mock.script(key, sse([JSON.stringify({ choices: [{ delta: { content: MARKDOWN } }] }), "[DONE]"]));
    await playground.ask("Tell me in one sentence what a relay is for.");
    await shoot(playground, "3-answer");
    await playground.unfold();
    await stage.mock.script(key, {});
    await playground.options.click();
    await playground.listModels();
    await shoot(playground, "3-options");
    await playground.model.press("Escape");
    await playground.options.click();
    await playground.prompt.focus();
    await stage.mock.script(key, { hold: true });
    await playground.send("And in two?");
    await playground.log.getByText("mock openai!").waitFor();
    await shoot(playground, "3-answering");

    await playground.stopButton.click();
    await playground.answered();
    await playground.unfold();
    await playground.enter("anthropic", randomKey("anthropic", "invalid"));
    await playground.send("What would you say?");
    await playground.log.getByText("Error from Anthropic").waitFor();
    await playground.library("curl").check();
    await shoot(playground, "4-error");

    await playground.page.context().setOffline(true);
    await playground.status("This browser is offline").waitFor();
    await playground.button("Retry").click();
    await shoot(playground, "4-offline");
    await playground.page.context().setOffline(false);

    await playground.unfold();
    await playground.search("hong kong");
    await shoot(playground, "5-another-provider");
    await playground.page.getByRole("button", { name: "New chat" }).click();
    await playground.search("azure");
    await shoot(playground, "6-resource");
    await playground.search("deepgram");
    await shoot(playground, "7-no-chat");

    await playground.choose("openai");
    await playground.unfold();
    await playground.forgetButton.click(); // it is for some models only
    await playground.enter("openai", randomKey("openai"));
    await playground.live.check();
    await playground.ask("Hello over a WebSocket");
    await shoot(playground, "7-live");

    const refused = await stage.browser.newPage(context);
    await refused.goto(closed);
    await refused.getByText("The relay refuses this page").waitFor();
    await shoot({ page: refused }, "8-refused");

    const inspected = await stage.open({ relay: told, context });
    await inspected.enter("openai", randomKey("openai"));
    await inspected.ask("Hello");
    await inspected.inspector.click();
    await shoot(inspected, "7-inspector");

    const unsealed = await stage.open({ relay: plain, context });
    await unsealed.choose("mistral");
    await unsealed.typeKey("mistral", randomKey("anthropic"));
    await unsealed.page.getByText("This looks like your Anthropic key").waitFor();
    await shoot(unsealed, "8-another-key");

    await unsealed.enter("mistral", randomKey("mistral"));
    await unsealed.ask("Hello");
    await shoot(unsealed, "9-memory");
  }
} finally {
  await stage.close();
  await telling.close();
}
