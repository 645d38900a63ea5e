/** What the playground makes of an answer that comes in small chunks, as fast as they can. It measures, so nothing runs beside it. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { sse, startPlayground } from "../browser/playground-stage.mjs";
import { HUNG } from "../harness.mjs";

let stage;
before(async () => (stage = await startPlayground()));
after(() => stage?.close());

const CHUNK = "Some words. ";
const LINE = 40; // chunks

/** A text as it is read: how it is broken into lines is up to Markdown. */
const words = (text) => text.split(/\s+/).filter(Boolean).join(" ");

/** Has the mock answer with so many bytes of text. @returns {Promise<string>} the text */
async function scriptFast(key, bytes) {
  const chunks = Array.from({ length: bytes / CHUNK.length }, (_, index) => (index % LINE ? CHUNK : CHUNK.replace(/ $/, "\n")));
  await stage.mock.script(key, sse([...chunks.map((content) => JSON.stringify({ choices: [{ delta: { content } }] })), "[DONE]"]));
  return chunks.join("");
}

describe("an answer in small chunks, as fast as they can come,", HUNG, () => {
  it("is shown whole, a megabyte in less than 3 seconds, and the log follows it", async (t) => {
    const { playground, key } = await stage.openWithKey("openai");
    const text = await scriptFast(key, 1_000_000);
    const began = performance.now();
    await playground.ask("Hello");
    const took = performance.now() - began;
    t.diagnostic(`${Math.round(took)} ms`);
    assert.ok(words(await playground.lastWords.innerText()) === words(text), "something else is shown");
    assert.ok(took < 3000, `${took} ms`);
    const below = await playground.log.evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);
    assert.ok(Math.abs(below) < 1, `${below} pixels are below`);
  });

  it("is stopped within 100 milliseconds of a click", async (t) => {
    const { playground, key } = await stage.openWithKey("openai");
    const text = await scriptFast(key, 4_000_000);
    await playground.page.evaluate(() => {
      addEventListener("click", ({ timeStamp }) => (globalThis.clicked = timeStamp), true);
      const shown = () => document.querySelector("#send:not([hidden])") && (globalThis.stopped = performance.now());
      new MutationObserver(shown).observe(document.querySelector("#send"), { attributes: true });
    });
    await playground.send("Hello");
    await playground.log.getByText("first words after").waitFor();
    await playground.stopButton.click();
    await playground.turns.last().getByText("stopped").waitFor();
    const took = await playground.page.evaluate(() => globalThis.stopped - globalThis.clicked);
    t.diagnostic(`${Math.round(took)} ms`);
    assert.ok((await playground.lastWords.innerText()).length < text.length, "all of it had come before");
    assert.ok(took < 100, `${took} ms`);
  });
});
