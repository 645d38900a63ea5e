/** The canary rule in a browser: wherever a page leaves a key, it is seen. */
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { randomKey } from "../keys.mjs";
import { together } from "../together.mjs";
import { Watch } from "../watch.mjs";
import { launch } from "./chromium.mjs";
import { startSite } from "./site.mjs";
import { startStage } from "./stage.mjs";
import { watchBrowser } from "./watched.mjs";

let stage;
let page;
let key;
before(async () => {
  stage = await together(async (open) => {
    const site = await open(startSite());
    const browser = await open(launch());
    const watch = new Watch();
    return { site, browser, watch, watched: watchBrowser(browser, watch, /\/spared\?key=\w+/g) };
  });
});
after(() => stage?.close());
beforeEach(async () => {
  key = randomKey("google");
  page = await stage.browser.newPage();
  await page.goto(stage.site.url);
});

afterEach(async () => {
  for (const context of stage.browser.contexts()) await context.close();
  stage.watch.take();
});

/** What the watch has seen once the page is closed, with the places only. */
async function seen() {
  await page.close();
  await stage.watched.close();
  return new Set(stage.watch.take().map((sighting) => sighting.split(" of a page: ")[0]));
}

describe("a key is seen in", () => {
  /** Each runs in the page, with the key; the place comes before, if there are several with a comma between. */
  const PLACES = {
    "the console": (key) => console.log("it is", key),
    "the console, deep in an object": (key) => console.debug({ a: { b: { c: [{ key }] } } }),
    "an error": (key) => void setTimeout(() => Promise.reject(new Error(key))),
    "a request's URL": (key) => fetch(`/some/where?q=${key}`).then(() => {}),
    "a request's URL, percent-encoded": (key) => fetch(`/%${[...key].map((c) => c.charCodeAt(0).toString(16)).join("%")}`).then(() => {}),
    "the URL": (key) => {
      history.pushState(null, "", `#${key}`);
      history.replaceState(null, "", "#");
    },
    "the history": (key) => history.replaceState({ deep: [key] }, ""),
    "the document": (key) => void (document.title = key),
    "the document, in an attribute": (key) => document.body.setAttribute("data-key", btoa(key)),
    "a field": (key) => void (document.body.appendChild(document.createElement("textarea")).value = key),
    "the window's name": (key) => void (window.name = key),
    localStorage: (key) => void (localStorage.a = key),
    "localStorage, as a name": (key) => void (localStorage[key] = 1),
    sessionStorage: (key) => void (sessionStorage.a = key),
    "a cookie": (key) => void (document.cookie = `a=${key}`),
    IndexedDB: async (key) => {
      const opening = indexedDB.open("notes", 1);
      const database = await new Promise((resolve) => {
        opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
        opening.onsuccess = () => resolve(opening.result);
      });
      const writing = database.transaction("keys", "readwrite");
      writing.objectStore("keys").put({ bytes: new TextEncoder().encode(key) }, 1);
      await new Promise((resolve) => (writing.oncomplete = resolve));
      database.close();
    },
    "the Cache API": async (key) => (await caches.open("answers")).put("/answer", new Response(key)),
  };
  for (const [place, leave] of Object.entries(PLACES)) {
    it(place, async () => {
      const [first] = place.split(",");
      const thrown = first === "an error" && page.waitForEvent("pageerror");
      await page.evaluate(leave, key);
      await thrown;
      assert.ok((await seen()).has(first));
    });
  }

  it("the console, when Chromium itself prints the URL of a request that fails", async () => {
    await page.evaluate((url) => fetch(url).catch(() => {}), `http://nowhere.example/?key=${key}`);
    assert.deepEqual(await seen(), new Set(["a request's URL", "the console"]));
  });

  it("a page that is still open at the end", async () => {
    await page.evaluate((key) => void (document.title = key), key);
    await stage.watched.close();
    assert.match(stage.watch.take().join(), /^the document of a page: /);
  });

  it("a page whose context is closed", async () => {
    await page.evaluate((key) => void (sessionStorage.a = key), key);
    await page.context().close();
    assert.match(stage.watch.take().join(), /^sessionStorage of a page: /);
  });

  it("a page that a page has opened", async () => {
    const opening = page.waitForEvent("popup");
    await page.evaluate(([url, key]) => void (open(url).name = key), [stage.site.url, key]);
    await (await opening).waitForLoadState();
    await stage.watched.close();
    assert.match(stage.watch.take().join(), /^the window's name of a page: /);
  });
});

describe("a key is where it may be", () => {
  it("in the password field that it was typed into, and in a request's header", async () => {
    await page.evaluate(() => void (document.body.appendChild(document.createElement("input")).type = "password"));
    await page.locator("input").fill(key);
    await page.evaluate((key) => fetch("/", { headers: { "x-api-key": key } }).then(() => {}), key);
    assert.deepEqual(await seen(), new Set());
  });

  it("in what the suite spares, and in nothing else", async () => {
    await page.evaluate((key) => fetch(`/spared?key=${key}`).then(() => {}), key); // a 404, which the console shows, too
    assert.deepEqual(await seen(), new Set());
    const other = await stage.browser.newPage();
    await other.goto(stage.site.url);
    await other.evaluate((key) => fetch(`/spared?key=none&other=${key}`).then(() => {}), key);
    await stage.watched.close();
    assert.match(stage.watch.take().join(), /^a request's URL of a page: /);
  });
});

it("a stage that is closed fails for a key that a page has left", async () => {
  const stage = await startStage({ options: { runtime: "server" } });
  await stage.page.evaluate((key) => void (localStorage.key = key), key);
  await stage.page.evaluate(
    ([url, key]) => fetch(url, { headers: { authorization: `Bearer ${key}` } }),
    [`${stage.relay}/google/v1/models`, key],
  );
  await assert.rejects(
    stage.close(),
    /^AssertionError \[ERR_ASSERTION\]: a key was seen where none belongs:\n {2}localStorage of a page: .*$/,
  );
});
