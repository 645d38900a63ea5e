/** One browser script of a module and all that it imports, with no CDN and nothing written to disk. */
import { build } from "esbuild";

/** @param {string} entry path of the module @returns {Promise<string>} */
export async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    external: ["node:*"], // imported by some SDKs when they find themselves in Node
    keepNames: true, // some SDKs' error classes are known by name only
    logLevel: "error",
  });
  return outputFiles[0].text;
}
