/** `make screenshot`: draws docs/playground.png, the README's picture of the playground. */
import { fileURLToPath } from "node:url";
import { sse, startPlayground } from "./playground-stage.mjs";

const PICTURE = fileURLToPath(new URL("../../docs/playground.png", import.meta.url));

const QUESTION = "Tell me in one sentence what a relay is for.";
const ANSWER = "It carries this page's requests to the provider with your own key, and keeps neither the key nor the conversation.";

const stage = await startPlayground();
try {
  const { playground, key } = await stage.openWithKey("openai", { context: { viewport: { width: 1440, height: 900 } } });
  await stage.mock.script(key, sse([JSON.stringify({ choices: [{ delta: { content: ANSWER } }] }), "[DONE]"]));
  await playground.ask(QUESTION);
  await playground.page.screenshot({ path: PICTURE });
} finally {
  await stage.close();
}
