/** The table of SDKs with their work done in a page: the same clients to the tests, another place to the relay. */
import { fileURLToPath } from "node:url";
import { CLIENTS } from "../clients/sdks.mjs";
import { bundle } from "./bundle.mjs";

/** What the page has to load: sdks-page.mjs. */
export const sdkScript = () => bundle(fileURLToPath(new URL("sdks-page.mjs", import.meta.url)));

/** An SDK's error, as the page read it. */
class PageError extends Error {
  constructor({ read, text }) {
    super(text);
    this.read = read;
  }
}

function unwrap({ failure, value }) {
  if (failure) throw new PageError(failure);
  return value;
}

/**
 * @param {() => import("playwright-core").Page} page asked for only when a test runs
 * @returns {import("../clients/sdks.mjs").Client[]}
 */
export const clientsIn = (page) =>
  CLIENTS.map(({ name, ...client }) => ({
    ...client,
    name,
    connect: (root, key) => ({
      chat: async (text) => unwrap(await page().evaluate((args) => sdks.chat(...args), [name, root, key, text])),
      async *stream(text, signal) {
        const pieces = await page().evaluateHandle((args) => sdks.stream(...args), [name, root, key, text]);
        signal?.addEventListener("abort", () => pieces.evaluate((each) => each.abort()));
        const next = async () => unwrap(await pieces.evaluate((each) => each.next()));
        try {
          for (let step = await next(); !step.done; step = await next()) yield step.value;
        } finally {
          await pieces.evaluate((each) => each.stop());
          await pieces.dispose();
        }
      },
    }),
    readError: (error) => error.read,
  }));
