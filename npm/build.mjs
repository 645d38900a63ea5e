/**
 * `node npm/build.mjs`: the npm package, ready in build/npm for `npm pack ./build/npm` or `npm publish ./build/npm`.
 *
 * What it holds is where the relay has it, so each is there once: the module that the relay serves, and the relay's version. Provenance
 * wants the repository that publishes, which GitHub's workflows name.
 */
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../", import.meta.url);
const FILES = ["public/relay.js", "public/relay.d.ts", "npm/README.md", "LICENSE"];

/** @param {URL} folder that it is written to; ends in a slash */
export async function build(folder) {
  const about = JSON.parse(await readFile(new URL("npm/package.json", ROOT), "utf8"));
  const [, version] = /^VERSION = "(.+)"$/m.exec(await readFile(new URL("src/byok_relay/__init__.py", ROOT), "utf8"));
  const { GITHUB_SERVER_URL: host, GITHUB_REPOSITORY: name } = process.env;
  const repository = name && { type: "git", url: `git+${host}/${name}.git` };

  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const file of FILES) await copyFile(new URL(file, ROOT), new URL(file.split("/").at(-1), folder));
  await writeFile(new URL("package.json", folder), JSON.stringify({ ...about, version, repository }, null, 2) + "\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build(new URL("build/npm/", ROOT));
