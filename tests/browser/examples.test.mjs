/**
 * The examples, each as it stands: served from another origin, with the CDN they name played by the packages that the tests pin.
 * The one thing changed is the relay's address.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { randomKey } from "../keys.mjs";
import { newKey } from "../sealing/opener.mjs";
import { bundle } from "./bundle.mjs";
import { startStage } from "./stage.mjs";

const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const EXAMPLES = file("../../examples/");
const README = file("../../README.md");
const WHEELS = file(".wheels/");
const PYODIDE = fileURLToPath(new URL("./", import.meta.resolve("pyodide")));
const ADDRESS = "http://127.0.0.1:8787"; // in the examples
const NOBODY = "http://127.0.0.1:9"; // where nobody answers

let stage;
let key;
before(async () => {
  key = await newKey("own");
  const texts = {};
  stage = await startStage({
    content: { texts },
    vars: () => ({ SEALING_KEY: JSON.stringify(key.privateJwk) }),
    options: { runtime: "front" },
  });
  for (const name of readdirSync(EXAMPLES).filter((name) => name.endsWith(".html"))) {
    const html = readFileSync(join(EXAMPLES, name), "utf8");
    assert.ok(html.includes(ADDRESS));
    texts[`/${name}`] = html.replaceAll(ADDRESS, stage.relay);
    texts[`/alone/${name}`] = html.replaceAll(ADDRESS, NOBODY);
  }
  const [, page] = /^```html\n(.*?)^```$/ms.exec(readFileSync(README, "utf8"));
  assert.ok(page.includes(ADDRESS));
  texts["/readme.html"] = page.replaceAll(ADDRESS, stage.relay);
  const context = stage.page.context();
  const headers = { "access-control-allow-origin": "*" };
  const bundles = new Map();
  // A CDN gives a package's browser bundle at its name and version.
  await context.route("https://esm.sh/**", async (route) => {
    const [, name, version] = /^\/(.+)@([\d.]+)$/.exec(new URL(route.request().url()).pathname);
    assert.equal(version, JSON.parse(readFileSync(file(`../node_modules/${name}/package.json`), "utf8")).version);
    if (!bundles.has(name)) bundles.set(name, await bundle(fileURLToPath(import.meta.resolve(name))));
    await route.fulfill({ contentType: "text/javascript", headers, body: bundles.get(name) });
  });
  await context.route("https://cdn.jsdelivr.net/pyodide/*/full/**", (route) => {
    const [, version, name] = /\/pyodide\/v([\d.]+)\/full\/(.+)$/.exec(route.request().url());
    const { version: installed } = JSON.parse(readFileSync(join(PYODIDE, "package.json"), "utf8"));
    assert.equal(version, installed);
    if (name === "pyodide-lock.json") return route.fulfill({ headers, json: lockOfOurWheels() });
    return route.fulfill({ headers, path: join(name.endsWith(".whl") ? WHEELS : PYODIDE, name) });
  });
});
after(() => stage?.close());

/** Pyodide's list of its packages, with the wheels that are here in the place of the distribution's own. */
function lockOfOurWheels() {
  const lock = JSON.parse(readFileSync(join(PYODIDE, "pyodide-lock.json"), "utf8"));
  for (const wheel of readdirSync(WHEELS).filter((name) => name.endsWith(".whl"))) {
    const [name, version] = wheel.split("-");
    const sha256 = createHash("sha256")
      .update(readFileSync(join(WHEELS, wheel)))
      .digest("hex");
    Object.assign(lock.packages[name.replaceAll("_", "-")], { version, file_name: wheel, sha256 });
  }
  return lock;
}

/** What the keys for undoing and redoing bring back of a key that is typed and sealed. */
async function broughtBack(page, key) {
  const field = page.getByLabel(/API key/);
  await field.pressSequentially(key);
  await field.press("Enter");
  const values = [];
  for (const keys of ["Control+z", "Control+Shift+z", "Control+z", "Control+y"]) {
    await field.press(keys);
    values.push(await field.inputValue());
  }
  return values.join("");
}

for (const provider of ["openai", "anthropic"]) {
  describe(`${provider}-chat.html`, () => {
    let page;
    let plain;
    beforeEach(async () => {
      plain = randomKey(provider);
      page = await stage.openPage(`${stage.site.url}/${provider}-chat.html`);
      await page.evaluate(() => localStorage.clear()); // of the test before, whose key looks like this one's
      await page.reload();
      await page
        .getByRole("status")
        .getByText(/sealed/)
        .waitFor();
      await page.getByLabel(/API key/).fill(plain);
      await page.getByRole("button", { name: "Seal" }).click();
      await page.getByText("Your key is sealed. Enter").waitFor();
    });
    afterEach(() => page.close());

    const send = async (text) => {
      await page.getByLabel("Message").fill(text);
      await page.getByRole("button", { name: "Send" }).click();
    };

    it("keeps the sealed key and nothing else", async () => {
      const stored = await page.evaluate(() => JSON.stringify(localStorage));
      assert.match(stored, /byok1\.own\./);
      assert.ok(!stored.includes(plain));
    });

    it("gives the key back to nobody who undoes what was typed", async () => {
      assert.equal(await broughtBack(page, plain), "");
    });

    it("says below its field what is wrong with another key, and keeps the one it has", async () => {
      const stored = await page.evaluate(() => JSON.stringify(localStorage));
      await page.getByLabel(/API key/).fill(randomKey("google"));
      await page.getByRole("button", { name: "Seal" }).click();
      await page.getByRole("status").getByText("This looks like your Google Gemini key").waitFor();
      assert.equal(await page.getByLabel(/API key/).inputValue(), "");
      assert.equal(await page.evaluate(() => JSON.stringify(localStorage)), stored);
    });

    it("shows the first words of an answer before the rest is sent", async () => {
      await stage.mock.script(plain, { hold: true });
      await send("Hello");
      await page.getByText("Hello from the").waitFor();
      await stage.releaseAll(plain);
      await page.getByText("You said: Hello. 🙂").waitFor();
    });

    it("stops", async () => {
      await stage.mock.script(plain, { hold: true });
      await send("Go on");
      await page.locator(".assistant").last().getByText("Hello").waitFor();
      await page.getByRole("button", { name: "Stop" }).click();
      await stage.providerIsLetGo(plain);
    });

    it("asks for a key before anything is sent", async () => {
      await page.evaluate(() => localStorage.clear());
      await page.reload();
      await page
        .getByRole("status")
        .getByText(/sealed/)
        .waitFor();
      await send("Hello");
      await page.getByText("Seal your API key first.").waitFor();
      assert.equal((await stage.mock.seen(plain)).length, 0);
    });

    it("shows an error", async () => {
      await stage.mock.script(plain, { error: "bad_request" });
      await send("Hello");
      await page.locator(".error").filter({ hasText: "400" }).waitFor();
    });
  });
}

for (const provider of ["openai", "anthropic"]) {
  it(`${provider}-chat.html says that the relay cannot be reached`, async () => {
    const page = await stage.openPage(`${stage.site.url}/alone/${provider}-chat.html`);
    await page
      .getByRole("status")
      .getByText(/The relay or esm\.sh cannot be reached/)
      .waitFor();
    await page.close();
  });

  it(`${provider}-chat.html chats when it is opened as a file`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "byok-relay-examples-"));
    const path = join(folder, "chat.html");
    try {
      await writeFile(path, readFileSync(join(EXAMPLES, `${provider}-chat.html`), "utf8").replaceAll(ADDRESS, stage.relay));
      const page = await stage.openPage(pathToFileURL(path).href);
      await page.getByLabel(/API key/).fill(randomKey(provider));
      await page.getByRole("button", { name: "Seal" }).click();
      await page.getByText("Your key is sealed. Enter").waitFor();
      await page.getByLabel("Message").fill("Hello");
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByText("You said: Hello. 🙂").waitFor();
      await page.close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}

describe("openai-voice.html", () => {
  let page;
  let plain;
  beforeEach(async () => {
    plain = randomKey("openai");
    page = await stage.openPage(`${stage.site.url}/openai-voice.html`);
    await page.evaluate(() => localStorage.clear());
    await page.reload();
    await page.getByLabel(/API key/).fill(plain);
    await page.getByRole("button", { name: "Seal" }).click();
    await page.getByText("Your key is sealed. Enter").waitFor();
  });
  afterEach(() => page.close());

  it("gives the key back to nobody who undoes what was typed", async () => {
    assert.equal(await broughtBack(page, plain), "");
  });

  it("sends the microphone's sound, and plays the answer", async () => {
    await page.evaluate(() => {
      const { start } = AudioBufferSourceNode.prototype;
      globalThis.played = 0;
      AudioBufferSourceNode.prototype.start = function (when) {
        globalThis.played += this.buffer.getChannelData(0).some((sample) => Math.abs(sample) > 0.01) ? this.buffer.length : 0;
        start.call(this, when);
      };
    });
    const sent = [];
    page.once("websocket", (socket) => socket.on("framesent", ({ payload }) => sent.push(JSON.parse(payload).audio)));
    await page.getByRole("button", { name: "Talk" }).click();
    await page.getByText("Hello from the mock").first().waitFor();
    await page.waitForFunction(() => globalThis.played >= 12_000); // samples that are not silence
    await page.getByRole("button", { name: "Stop" }).click();
    const rate = await page.evaluate(() => new AudioContext().sampleRate);
    const sounds = sent.filter((audio) => typeof audio === "string").map((audio) => Buffer.from(audio, "base64"));
    const samples = sounds.reduce((total, { length }) => total + length / 2, 0);
    const SAMPLES_AT_ONCE = 128; // of a worklet, at the machine's rate
    assert.ok(
      samples > 0 && Math.abs(samples - (sounds.length * SAMPLES_AT_ONCE * 24_000) / rate) < 2,
      `${samples} samples of ${sounds.length} × 128 at ${rate} Hz`,
    );
    await stage.mock.waitFor(plain, "finished");
    const [{ headers }] = await stage.mock.seen(plain);
    assert.equal(Object.fromEntries(headers).authorization, `Bearer ${plain}`);
    assert.equal(await page.locator(".error").count(), 0);
  });

  it("says who refuses, and why", async () => {
    await stage.mock.script(plain, { error: "rate_limit" });
    await page.getByRole("button", { name: "Talk" }).click();
    await page.getByText("There is no connection: OpenAI answers 429.").waitFor();
    await page.evaluate(() => localStorage.setItem("sealed-key:openai-realtime", "byok1.broken"));
    await page.reload();
    await page.getByRole("button", { name: "Talk" }).click();
    await page.getByText("There is no connection: the relay says sealed_key_invalid.").waitFor();
  });
});

it("the README's page asks for a key, and streams an answer", async () => {
  const page = await stage.openPage();
  page.once("dialog", (dialog) => dialog.accept(randomKey("openai")));
  await page.goto(`${stage.site.url}/readme.html`);
  await page.getByText("Hello from the mock openai! You said: Hi. 🙂").waitFor();
  await page.close();
});

it("python.html says that the relay cannot be reached", async () => {
  const page = await stage.openPage(`${stage.site.url}/alone/python.html`);
  await page.getByLabel(/API key/).fill(randomKey("openai"));
  await page.getByRole("button", { name: "Ask" }).click();
  await page.getByText(/^The relay cannot be reached/).waitFor();
  await page.close();
});

it("python.html shows the relay's errors, and gets an answer with requests", async () => {
  const page = await stage.openPage(`${stage.site.url}/python.html`);
  for (const [key, answer] of [
    ["YOUR_API_KEY", "401: This is not an API key of OpenAI"],
    [randomKey("openai"), "Hello from the mock openai! You said: Say hello. 🙂"],
  ]) {
    await page.getByLabel(/API key/).fill(key);
    await page.getByRole("button", { name: "Ask" }).click();
    await page.getByText(answer).waitFor();
  }
});
