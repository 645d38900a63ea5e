/** relay.js in Chromium, in a page of another origin. What it makes there opens with @hpke/core and with pyca. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { after, before, it } from "node:test";
import { fileURLToPath } from "node:url";
import { launch } from "../browser/chromium.mjs";
import { startSite } from "../browser/site.mjs";
import { watchBrowser } from "../browser/watched.mjs";
import { randomKey } from "../keys.mjs";
import { together } from "../together.mjs";
import { Watch } from "../watch.mjs";
import { startDocument } from "./document.mjs";
import { newKey, openToken } from "./opener.mjs";

const SOURCE = readFileSync(new URL("../../public/relay.js", import.meta.url), "utf8");
const PYTHON = fileURLToPath(new URL("../../.venv/bin/python", import.meta.url)); // as `make test` makes it
const OPEN = fileURLToPath(new URL("open.py", import.meta.url));
const KEY = randomKey("openai");

let key;
let stage;
before(async () => {
  key = await newKey("current");
  stage = await together(async (open) => {
    const watch = await open(new Watch());
    const [site, relay, browser] = [await open(startSite()), await open(startDocument({ keys: [key.publicJwk] })), await open(launch())];
    await open(watchBrowser(browser, watch));
    return { site, relay, browser };
  });
  stage.relay.answerWith(({ url }, response) => url === "/relay.js" && response.setHeader("content-type", "text/javascript").end(SOURCE));
});
after(() => stage?.close());

/** In the page: seals with the module from `url`, and says what came of it. */
const sealIn = (page, url) =>
  page.evaluate(
    async ([url, key]) => {
      const { connect } = await import(url);
      return connect()
        .seal({ provider: "openai", key })
        .catch((error) => error.message);
    },
    [url, KEY],
  );

it("seals a key for the page's origin, with nothing said but the provider and the key", async () => {
  const page = await stage.browser.newPage();
  await page.goto(stage.site.localhost);
  const token = await sealIn(page, `${stage.relay.url}/relay.js`);
  const { claims, plaintext } = await openToken(key, token);
  assert.deepEqual(JSON.parse(claims).org, [stage.site.localhost]);
  assert.equal(plaintext, KEY);
  const input = JSON.stringify({ key: key.privateJwk, token });
  assert.equal(execFileSync(PYTHON, [OPEN], { input, encoding: "utf8" }), `${KEY}\n`);
});

it("asks for the relay's URL when it comes from a blob: URL, which has the page's own origin", async () => {
  const page = await stage.browser.newPage();
  await page.goto(stage.site.localhost);
  const message = await page.evaluate(async (source) => {
    const { connect } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
    try {
      return connect();
    } catch (error) {
      return error.message;
    }
  }, SOURCE);
  assert.equal(message, `connect() needs the relay's URL here: connect("https://…")`);
});

it("says in a page which origin the relay may leave out, where it gets no description", async () => {
  const page = await stage.browser.newPage();
  await page.goto(stage.site.localhost);
  await page.route("**/.well-known/byok-relay", (route) => route.fulfill({ status: 403, body: "{}" })); // without CORS headers
  const { url } = stage.relay;
  assert.equal(await sealIn(page, `${url}/relay.js`), `No byok-relay answers at ${url}, or ALLOWED_ORIGINS lacks ${stage.site.localhost}`);
});

it("says what is missing in a page that is not on https", async () => {
  const page = await stage.browser.newPage();
  await page.route("http://app.example/**", (route) => {
    const isModule = route.request().url().endsWith(".js");
    return route.fulfill(
      isModule ? { contentType: "text/javascript", body: SOURCE } : { contentType: "text/html", body: "<!doctype html>" },
    );
  });
  await page.goto("http://app.example/");
  assert.equal(await sealIn(page, "/relay.js"), "Sealing needs https or localhost");
});
