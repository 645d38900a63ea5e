/** The relay's settings, checked by the relay's own rules. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * Runs one of the Python files beside this one, and reads the JSON that it prints. Throws what it complains of.
 *
 * @param {string} name
 * @param {string[]} args
 * @param {unknown} [input]
 */
export function runPython(name, args = [], input = {}) {
  const file = fileURLToPath(new URL(name, import.meta.url));
  const ran = spawnSync("python3", [file, ...args], { input: JSON.stringify(input), encoding: "utf8" });
  if (ran.error) throw new Error(`byok-relay: python3 is needed to read the settings (${ran.error.code})`);
  if (ran.status !== 0) throw new Error(ran.stderr.trim());
  return JSON.parse(ran.stdout);
}

/** The relay's own settings out of an environment that may hold much else. @param {Record<string, string>} environment */
export const settingsIn = (environment) => runPython("check_settings.py", [], environment);
