/** The npm package in what apps are made with: Node, TypeScript, and bundlers for pages and for servers. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { build as bundle } from "esbuild";
import { startDocument } from "../sealing/document.mjs";
import { install, run } from "./installed.mjs";

const ROOT = new URL("../../", import.meta.url);
const TSC = fileURLToPath(new URL("../bin/tsc", import.meta.resolve("typescript")));

let app;
let relay;
before(async () => {
  relay = await startDocument();
  app = await install();
});
after(async () => {
  await app?.close();
  await relay?.close();
});

describe("the package", () => {
  it("holds the module that the relay serves, its types, what npm shows, and nothing else", async () => {
    const names = app.packed.files.map(({ path }) => path).sort();
    assert.deepEqual(names, ["LICENSE", "README.md", "package.json", "relay.d.ts", "relay.js"]);
    for (const name of ["relay.js", "relay.d.ts"]) {
      const [packed, served] = await Promise.all(
        [`${app.folder}/node_modules/byok-relay/${name}`, new URL(`public/${name}`, ROOT)].map((path) => readFile(path, "utf8")),
      );
      assert.equal(packed, served);
    }
  });

  it("has the relay's version", async () => {
    assert.ok((await readFile(new URL("src/byok_relay/__init__.py", ROOT), "utf8")).includes(`VERSION = "${app.packed.version}"`));
  });
});

/** What an app says with the relay's URL and without. */
const USE = `
  try { connect(); } catch ({ message }) { console.log(message); }
  connect(process.argv[2]).baseURL("openai").then(console.log);`;
const MODULE = `import { connect } from "byok-relay";${USE}`;

async function assertWorks(file) {
  const { stdout, stderr } = await run(process.execPath, [file, relay.url]);
  assert.equal(stderr, "");
  assert.deepEqual(stdout.trimEnd().split("\n"), [`connect() needs the relay's URL here: connect("https://…")`, `${relay.url}/openai/v1`]);
}

describe("Node", () => {
  it("imports it", async () => assertWorks(await app.write("app.mjs", MODULE)));

  it("imports it into CommonJS", async () => {
    await assertWorks(await app.write("import.cjs", `import("byok-relay").then(({ connect }) => {${USE}});`));
  });

  it("requires it, where Node can require modules", { skip: !process.features.require_module }, async () => {
    await assertWorks(await app.write("require.cjs", `const { connect } = require("byok-relay");${USE}`));
  });
});

describe("TypeScript", () => {
  const RIGHT = `
    import { connect, type Relay } from "byok-relay";
    const relay: Relay = connect("https://relay.example");
    export const url: string = await relay.baseURL("openai", "@ai-sdk/openai");`;
  const WRONG = 'import { connect } from "byok-relay"; connect(443);';
  const COMMON =
    'export const url: Promise<string> = import("byok-relay").then(({ connect }) => connect("https://r.example").baseURL("openai"));';

  for (const [module, moduleResolution] of [
    ["esnext", "bundler"],
    ["nodenext", "nodenext"],
  ]) {
    it(`finds its types with moduleResolution ${moduleResolution}`, async () => {
      const files = [await app.write("right.mts", RIGHT), await app.write("wrong.mts", WRONG), await app.write("common.cts", COMMON)];
      const options = { module, moduleResolution, target: "es2022", lib: ["es2022", "dom"], strict: true, noEmit: true, types: [] };
      await app.write("tsconfig.json", JSON.stringify({ compilerOptions: options, files }));
      const { stdout } = await run(process.execPath, [TSC, "--project", app.folder, "--pretty", "false"]).catch((error) => error);
      assert.match(stdout, /^\S*wrong\.mts\(1,47\): error TS2345: .*\n$/);
    });
  }
});

describe("a bundle", () => {
  /** What the bundler of each asks `exports` for. @type {Record<string, import("esbuild").BuildOptions>} */
  const BUNDLES = {
    "of a page": { platform: "browser", format: "esm", conditions: ["module", "production"] },
    "of a server": { platform: "node", format: "cjs", conditions: ["react-server"], logOverride: { "empty-import-meta": "silent" } },
    "of a page without modules": { platform: "browser", format: "iife", logOverride: { "empty-import-meta": "silent" } },
  };
  const bundled = async (options, contents) => {
    const { outputFiles } = await bundle({ stdin: { contents, resolveDir: app.folder }, bundle: true, write: false, ...options });
    return outputFiles[0].text;
  };

  for (const [what, options] of Object.entries(BUNDLES)) {
    it(`${what} works, and asks for the relay's URL`, async () => {
      const name = `bundle.${options.format === "esm" ? "mjs" : "cjs"}`;
      await assertWorks(await app.write(name, await bundled(options, MODULE)));
    });

    it(`${what} has nothing of it where it is not used`, async () => {
      const text = await bundled(options, 'import { connect } from "byok-relay"; console.log("app");');
      assert.ok(text.includes('console.log("app")') && !text.includes("crypto"), text);
    });
  }
});
