/** What a browser test stands on: the relay in front of the mock provider, and a browser with a page of another origin. */
import { startStack } from "../harness.mjs";
import { together } from "../together.mjs";
import { launch } from "./chromium.mjs";
import { startSite } from "./site.mjs";
import { watchBrowser } from "./watched.mjs";

/**
 * @param {object} [options]
 * @param {Parameters<typeof startSite>[0]} [options.content] of the page's own site
 * @param {(site: {url: string, localhost: string}) => Record<string, string>} [options.vars] settings of the relay
 * @param {Parameters<typeof startStack>[1]} [options.options] more of startStack's
 * @param {(relay: string) => RegExp} [options.spared] what a page may say although a key is in it
 */
export const startStage = ({ content, vars = () => ({}), options, spared } = {}) =>
  together(async (open) => {
    const site = await open(startSite(content));
    const stack = await open(startStack(vars(site), options));
    const browser = await open(launch());
    await open(watchBrowser(browser, stack.watch, spared?.(stack.relay)));

    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const asked = new Set();
    context.on("request", (request) => asked.add(new URL(request.url()).origin));

    /** A page of the site, by address if nothing else is said. */
    async function openPage(url = site.url) {
      const page = await context.newPage();
      await page.goto(url);
      return page;
    }

    return {
      ...stack,
      site,
      browser,
      page: await openPage(),
      openPage,

      /** Origins that any page has sent a request to. */
      asked: () => [...asked].filter((origin) => origin !== "null").sort(),
    };
  });
