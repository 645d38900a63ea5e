/** The package as an app gets it: built, packed, and installed from its tarball in an empty folder. Nothing comes from the network. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "../../npm/build.mjs";

export const run = promisify(execFile);

/**
 * @returns {Promise<{folder: string, packed: {version: string, files: {path: string}[]}, write: (name: string, text: string) => Promise<string>,
 *   close: () => Promise<void>}>} `folder` is the app's, `packed` what npm says of the tarball
 */
export async function install() {
  const folder = await mkdtemp(join(tmpdir(), "byok-relay-app-"));
  const write = async (name, text) => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const npm = (...args) => run("npm", [...args, "--offline", "--no-audit", "--no-fund", "--no-update-notifier"], { cwd: folder });

  await build(pathToFileURL(join(folder, "built/")));
  const { stdout } = await npm("pack", "./built", "--json");
  const [packed] = Object.values(JSON.parse(stdout)); // a list to some versions of npm, by name to others
  await write("package.json", '{ "private": true }');
  await npm("install", `./${packed.filename}`);
  return { folder, packed, write, close: () => rm(folder, { recursive: true }) };
}
