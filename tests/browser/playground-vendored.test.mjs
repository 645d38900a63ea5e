/** What the playground takes from elsewhere is the pinned npm package's own, to the byte, with its licence beside it. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";

const VENDOR = new URL("../../public/playground/vendor/", import.meta.url);
const PACKAGES = new URL("../node_modules/", import.meta.url);

/** Where a package has its files. */
const FROM = { "marked.esm.js": "lib/marked.esm.js" };

const { devDependencies } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

describe("a vendored package", () => {
  for (const name of readdirSync(VENDOR)) {
    const here = new URL(`${name}/`, VENDOR);

    it(`${name} is the version that is pinned, as a file beside it says`, () => {
      assert.equal(readFileSync(new URL("VERSION", here), "utf8").trim(), devDependencies[name]);
    });

    it(`${name} has its licence, and no file that is not the package's`, () => {
      const files = readdirSync(here).filter((file) => file !== "VERSION");
      assert.ok(files.includes("LICENSE"));
      for (const file of files) {
        const there = new URL(`${name}/${FROM[file] ?? file}`, PACKAGES);
        assert.ok(readFileSync(new URL(file, here)).equals(readFileSync(there)), file);
      }
    });
  }
});
