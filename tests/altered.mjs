/** A Worker with a defect, to see that a test notices it. */
import { appendFile, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SOURCE } from "../tools/relay.mjs";

/**
 * A copy of the Worker's files.
 *
 * @param {string} code what is added at the end of one of them
 * @param {string} [file]
 * @param {string} [of] the folder that is copied
 * @returns {Promise<{source: string, close: () => Promise<void>}>}
 */
export async function alteredSource(code, file = "entry.py", of = SOURCE) {
  const source = await mkdtemp(join(tmpdir(), "byok-relay-altered-"));
  await cp(of, source, { recursive: true, filter: (path) => !path.endsWith("__pycache__") }); // others may be writing there
  await appendFile(join(source, file), `\n${code}`);
  return { source, close: () => rm(source, { recursive: true }) };
}
