import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { newSealingKey } from "./new_sealing_key.mjs";

const FILE = fileURLToPath(new URL("../node_modules/.cache/byok-relay/sealing-key.json", import.meta.url));

/** This checkout's own sealing key: the same at every start, so that what the playground keeps goes on opening. */
export async function ownSealingKey() {
  if (!existsSync(FILE)) {
    mkdirSync(dirname(FILE), { recursive: true });
    writeFileSync(FILE, await newSealingKey(), { mode: 0o600 });
  }
  return readFileSync(FILE, "utf8");
}
