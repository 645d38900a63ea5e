/**
 * Python as it is when it has started, from which the next one starts in a fifth of the time. The first that wants it makes it, and
 * leaves it beside the package that it is made of.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { loadPyodide, version } from "pyodide";

const FOLDER = fileURLToPath(new URL("../node_modules/.cache/", import.meta.url));
const FILE = `${FOLDER}pyodide-${version}.snapshot`;

/** @returns {Promise<Uint8Array>} */
export const snapshot = () =>
  readFile(FILE).catch((error) => {
    if (error.code !== "ENOENT") throw error;
    return make();
  });

/** It appears whole: several processes may make it at the same time. */
async function make() {
  const memory = (await loadPyodide({ _makeSnapshot: true })).makeMemorySnapshot();
  const draft = `${FILE}.${process.pid}`;
  await mkdir(FOLDER, { recursive: true });
  await writeFile(draft, memory);
  await rename(draft, FILE);
  return memory;
}
