/** The playground as a person has it: the page at `/` of a relay in front of the mock provider, in a browser. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { startRelay } from "../../tools/relay.mjs";
import { upstreamSettings } from "../harness.mjs";
import { mockControl } from "../mock/control.mjs";
import { startMock } from "../mock/mock.mjs";
import { launch } from "./chromium.mjs";

const MAKE_SEALING_KEY = fileURLToPath(new URL("../../tools/sealing_key.mjs", import.meta.url));

/** The names that the page has for them. */
export const NAMES = { openai: "OpenAI", anthropic: "Anthropic", google: "Google Gemini", mistral: "Mistral" };

/** @param {{pace?: number}} [options] of the mock provider */
export async function startPlayground({ pace = 0 } = {}) {
  const [browser, mock] = await Promise.all([launch(), startMock({ pace })]);
  const upstreams = upstreamSettings(mock.url);
  const SEALING_KEY = execFileSync(process.execPath, [MAKE_SEALING_KEY], { encoding: "utf8" });
  const relays = await Promise.all([
    startRelay({ assets: true, vars: { ...upstreams, SEALING_KEY } }),
    startRelay({ assets: true, vars: upstreams }),
  ]);
  const [sealing, plain] = relays.map(({ url }) => url);
  return {
    browser,
    mock: mockControl(mock.url),

    /** The origin of a relay that opens sealed keys, and of one that does not. */
    sealing,
    plain,

    /**
     * Opens the page in a profile of its own.
     *
     * @param {{relay?: string, context?: import("playwright-core").BrowserContextOptions}} [options]
     */
    async open({ relay = sealing, context: options } = {}) {
      const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"], ...options });
      const page = await context.newPage();
      const playground = new Playground(page);
      await page.goto(relay);
      await page.getByText(/^Relay .* is up$/).waitFor();
      return playground;
    },

    async close() {
      await browser.close();
      await Promise.all([...relays.map((relay) => relay.close()), mock.close()]);
    },
  };
}

/** The page's parts by the names that people, and their screen readers, find them by. */
export class Playground {
  /** @param {import("playwright-core").Page} page */
  constructor(page) {
    this.page = page;
    this.prompt = page.getByLabel("Message");
    this.model = page.getByLabel("Model");
    this.sendButton = page.getByRole("button", { name: "Send" });
    this.stopButton = page.getByRole("button", { name: "Stop" });
    this.forgetButton = page.getByRole("button", { name: "Forget key" });
    this.log = page.getByRole("log");
    this.turns = this.log.getByRole("article");
    this.libraries = page.getByRole("group", { name: "Library" }).getByRole("radio");
    this.code = page.getByRole("region", { name: "Code" });

    /** What the browser has to say about the page: errors, violations of its Content-Security-Policy. */
    this.complaints = [];
    page.on("console", (message) => message.type() === "error" && this.complaints.push(message.text()));
    page.on("pageerror", (error) => this.complaints.push(String(error)));

    /** Everything the page has sent. @type {import("playwright-core").Request[]} */
    this.requests = [];
    page.on("request", (request) => this.requests.push(request));
  }

  key(provider) {
    return this.page.getByLabel(`${NAMES[provider]} API key`);
  }

  choose(provider) {
    return this.page.getByRole("radio", { name: NAMES[provider], exact: true }).check();
  }

  library(name) {
    return this.page.getByRole("radio", { name, exact: true });
  }

  /** Enters a key, and waits until the page has asked for the models with it. */
  async enter(provider, key) {
    await this.choose(provider);
    await this.key(provider).fill(key);
    await this.key(provider).press("Enter");
    await this.page.getByText(/models in the list|list of models did not come/).waitFor();
  }

  async send(text) {
    await this.prompt.fill(text);
    await this.prompt.press("Enter");
  }

  /** The words of the answer or error that came last, as they are now. */
  get lastWords() {
    return this.turns.last().locator(".words");
  }

  /** Waits until the page takes the next message. */
  answered() {
    return this.sendButton.waitFor();
  }
}
