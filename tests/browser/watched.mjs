/**
 * The canary rule in a browser: a page may send a key in a request's header and keep it in the password field that it was typed into.
 * Looked at are the URLs of all pages and of all that they ask for, all that they print and throw, and, before a page is closed, what
 * it shows and what its origin has stored.
 */

/**
 * Watches everything that happens in a browser from now on.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {import("../watch.mjs").Watch} watch
 * @param {RegExp} [spared] with the flag g: what may be said although a key is in it
 * @returns {{close: () => Promise<void>}} the last look, at the pages that are still open
 */
export function watchBrowser(browser, watch, spared) {
  const look = (place, said) => watch.look(`${place} of a page`, spared ? said.replaceAll(spared, "***") : said);
  const reading = [];

  browser.on("context", (context) => {
    beforeClosing(context, inspectAll);
    context.on("request", (request) => look("a request's URL", request.url()));
    context.on("console", (message) => {
      look("the console", `${message.text()} ${message.location().url}`);
      reading.push(...message.args().map((arg) => arg.jsonValue().then((value) => look("the console", JSON.stringify(value) ?? ""), gone)));
    });
    context.on("weberror", (webError) => look("an error", `${webError.error().stack} ${webError.error()}`));
    context.on("page", (page) => {
      beforeClosing(page, inspect);
      page.on("framenavigated", (frame) => look("the URL", frame.url()));
    });
  });

  async function inspectAll(context) {
    for (const page of context.pages()) await inspect(page);
  }

  async function inspect(page) {
    for (const cookie of await page.context().cookies()) look("a cookie", JSON.stringify(cookie));
    for (const frame of page.frames()) {
      for (const [place, said] of await frame.evaluate(everythingIn)) look(place, said);
    }
  }

  return {
    async close() {
      for (const context of browser.contexts()) await inspectAll(context);
      await Promise.all(reading);
    },
  };
}

/** What was printed is text by now; its values went with their page. */
const gone = () => {};

/** Has something done with a page or context before it is closed, whoever closes it. */
function beforeClosing(it, inspect) {
  const { close } = it;
  it.close = async (...args) => {
    await inspect(it);
    return close.apply(it, args);
  };
}

/** In the page: what it shows and what its origin has stored, as pairs of a place and a text. */
async function everythingIn() {
  const text = async (value) => {
    if (value instanceof Blob) return value.text();
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return new TextDecoder("latin1").decode(value);
    if (value instanceof Map || value instanceof Set) return text([...value]);
    if (typeof value !== "object" || value === null) return String(value);
    return (await Promise.all(Object.entries(value).map(async ([name, part]) => `${name}: ${await text(part)}`))).join("\n");
  };
  /** Origins such as that of about:blank have no storage, and say so by an error; on others it is not there at all. */
  const store = async (read) => {
    try {
      return await text(await read());
    } catch (error) {
      if (error.name === "SecurityError") return "";
      throw error;
    }
  };
  const result = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const databases = async () => {
    const found = await indexedDB.databases();
    for (const each of found) {
      const database = await result(indexedDB.open(each.name));
      each.stores = [];
      for (const name of database.objectStoreNames) {
        const content = database.transaction(name).objectStore(name);
        each.stores.push([name, await result(content.getAllKeys()), await result(content.getAll())]);
      }
      database.close();
    }
    return found;
  };
  const cached = async () => {
    const found = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const answer = await cache.match(request, { ignoreVary: true });
        found.push([name, request.url, [...request.headers], [...answer.headers], await answer.text()]);
      }
    }
    return found;
  };
  return [
    ["the document", document.documentElement.outerHTML],
    ["a field", [...document.querySelectorAll("input:not([type=password]), textarea")].map(({ value }) => value).join("\n")],
    ["the history", await text(history.state)],
    ["the window's name", globalThis.name],
    ["localStorage", await store(() => ({ ...localStorage }))],
    ["sessionStorage", await store(() => ({ ...sessionStorage }))],
    ["IndexedDB", await store(databases)],
    ["the Cache API", globalThis.caches ? await store(cached) : ""],
  ];
}
