/** The playground as a person has it: the page at `/` of a relay in front of the mock provider, in a browser. */
import { newSealingKey } from "../../tools/new_sealing_key.mjs";
import { ALL, randomKey } from "../keys.mjs";
import { together } from "../together.mjs";
import { startStage } from "./stage.mjs";

/** The names that the page has for those that it shows without a search. */
export const NAMES = { openai: "OpenAI", anthropic: "Anthropic", google: "Google Gemini", mistral: "Mistral" };

export const QUESTION = "Grüße, 世界";

/** What the mock says, at first and in all. */
export const greeting = (provider) => `Hello from the mock ${provider}!`;
export const answer = (provider, question = QUESTION) => `${greeting(provider)} You said: ${question}. 🙂`;

/** @param {Parameters<typeof startStage>[0] & {runtime?: "front" | "server"}} [options] `runtime` serves the page too; the server starts soonest */
export const startPlayground = ({ runtime = "server", ...options } = {}) =>
  together(async (open) => {
    const SEALING_KEY = await newSealingKey();
    const stage = await open(startStage({ ...options, vars: () => ({ SEALING_KEY, PROVIDERS: ALL.join() }), options: { runtime } }));

    const profiles = [];

    /**
     * Opens the page in a profile of its own.
     *
     * @param {{relay?: string, context?: import("playwright-core").BrowserContextOptions,
     *   prepare?: (page: import("playwright-core").Page) => Promise<void>}} [options] `prepare` comes before the page is loaded
     */
    async function openPlayground({ relay = stage.relay, context: options, prepare } = {}) {
      const context = await stage.browser.newContext({ permissions: ["clipboard-read", "clipboard-write"], ...options });
      profiles.push(context);
      const page = await context.newPage();
      const playground = new Playground(page);
      await prepare?.(page);
      await page.goto(relay);
      await page.getByText(/^Relay .* is up$/).waitFor();
      return playground;
    }

    return {
      ...stage,

      /** Of the pages that were opened. */
      profiles,

      /** The origin of a relay that opens sealed keys. */
      sealing: stage.relay,

      open: openPlayground,

      /** The same with a new key for the provider, which has that mark. */
      async openWithKey(provider, { mark, ...options } = {}) {
        const playground = await openPlayground(options);
        const key = randomKey(provider, mark);
        await playground.enter(provider, key);
        return { playground, key };
      },

      /** Sends a message whose answer stops after its first words, until `releaseAll` is called. */
      async beginAnswer(playground, provider, key) {
        await stage.mock.script(key, { hold: true });
        await playground.send(QUESTION);
        await playground.log.getByText(greeting(provider)).waitFor();
      },
    };
  });

/** What the mock has to answer with these events. */
export const sse = (events) => ({
  respond: { status: 200, headers: { "content-type": "text/event-stream" }, body: events.map((event) => `data: ${event}\n\n`).join("") },
});

/** The page's parts by the names that people, and their screen readers, find them by. */
export class Playground {
  /** @param {import("playwright-core").Page} page */
  constructor(page) {
    this.page = page;
    this.prompt = page.getByLabel("Message");
    this.other = page.getByLabel("Another provider");
    this.model = page.getByLabel("Model", { exact: true });
    this.inspector = page.locator(".inspector summary").last();
    this.live = page.getByRole("switch", { name: "Live" });
    this.options = page.locator("#options summary");
    this.limits = page.getByText("This key may only …");
    this.onlyModels = page.getByLabel("use these models");
    this.onlyRate = page.getByLabel("ask so many times a minute");
    this.sendButton = page.getByRole("button", { name: "Send" });
    this.stopButton = page.getByRole("button", { name: "Stop" });
    this.forgetButton = page.getByRole("button", { name: "Forget key" });
    this.log = page.getByRole("log");
    this.problems = page.locator("article.problem");
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

  /** One of the last exchange's. @param {string} name */
  button(name) {
    return this.log.getByRole("button", { name, exact: true }).last();
  }

  /** The words of the question that came last. */
  get question() {
    return this.log.locator(".user .words").last();
  }

  key(provider) {
    return this.page.getByLabel(`${NAMES[provider]} API key`);
  }

  choose(provider) {
    return NAMES[provider] ? this.page.getByRole("radio", { name: NAMES[provider], exact: true }).check() : this.search(provider);
  }

  /** Types into the field that finds a provider, and presses Enter. */
  async search(text) {
    await this.other.fill(text);
    await this.other.press("Enter");
  }

  library(name) {
    return this.page.getByRole("radio", { name, exact: true });
  }

  /** The code for each library, and the base URL in it. @returns {Promise<{name: string, code: string, url?: string}[]>} */
  snippets() {
    return this.page.evaluate(() =>
      [...document.querySelectorAll("#libraries label")].map((label) => {
        label.click();
        const pre = document.querySelector("pre");
        return { name: label.textContent, code: pre.textContent, url: pre.querySelector("mark")?.textContent };
      }),
    );
  }

  async typeKey(provider, key) {
    await this.key(provider).fill(key);
    await this.key(provider).press("Enter");
  }

  /** Whether a key's field has the focus. */
  keyIsFocused(provider) {
    return this.key(provider).evaluate((input) => input === document.activeElement);
  }

  /** Enters a key, and waits until the page has it. */
  async enter(provider, key) {
    await this.choose(provider);
    await this.typeKey(provider, key);
    await this.kept();
  }

  /** Waits until the page has a key for the provider. */
  kept() {
    return this.page.locator("#kept:not([hidden])").waitFor({ state: "attached" }); // folded away on a phone
  }

  /** Goes to the field for the model, and waits for the list of them. @returns {Promise<string[]>} */
  async listModels() {
    await this.model.focus();
    await this.page.getByText(/models? in the list|list of models did not come/).waitFor();
    return this.page.getByRole("option").allTextContents();
  }

  /** Opens the set-up, where it is folded into a line. */
  async unfold() {
    const line = this.page.locator("#fold[aria-expanded=false]");
    if (await line.isVisible()) await line.click();
  }

  /** What the page says of the relay. */
  status(text) {
    return this.page.locator("#relay").getByText(text);
  }

  /** What the page keeps in the browser. @returns {Promise<Record<string, string>>} */
  stored() {
    return this.page.evaluate(() => ({ ...localStorage }));
  }

  async send(text) {
    await this.prompt.fill(text);
    await this.prompt.press("Enter");
  }

  /** Sends, and waits until all of the answer has come. */
  async ask(text) {
    await this.send(text);
    await this.answered();
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
