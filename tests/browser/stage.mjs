/** What a browser test stands on: the relay in front of the mock provider, and a browser with a page of another origin. */
import { providerIsLetGo, startStack } from "../harness.mjs";
import { launch } from "./chromium.mjs";
import { startSite } from "./site.mjs";

/**
 * @param {object} [options]
 * @param {Parameters<typeof startSite>[0]} [options.content] of the page's own site
 * @param {(site: {url: string, localhost: string}) => Record<string, string>} [options.vars] settings of the relay
 * @param {Parameters<typeof startStack>[1]} [options.options] more of startStack's
 */
export async function startStage({ content, vars = () => ({}), options } = {}) {
  const opened = [];
  const close = async () => void (await Promise.all(opened.map((each) => each.close())));
  const open = async (opening) => {
    opened.push(await opening);
    return opened.at(-1);
  };
  try {
    const site = await open(startSite(content));
    const browser = await open(launch());
    const stack = await open(startStack(vars(site), options));
    return { ...(await stageOf(site, browser, stack)), close };
  } catch (error) {
    await close(); // or the test file would never end
    throw error;
  }
}

async function stageOf(site, browser, stack) {
  const context = await browser.newContext();
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
    page: await openPage(),
    openPage,

    /** Origins that any page has sent a request to. */
    asked: () => [...asked].filter((origin) => origin !== "null").sort(),

    /** Waits until the provider is rid of a stream. */
    providerIsLetGo: (key) => providerIsLetGo(stack.mock, key),
  };
}
