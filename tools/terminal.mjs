/** What the commands of this folder take from a terminal, and say on it. */
import { forPeople, isAuditLine } from "./audit_line.mjs";

/** Ends the command with one line. @param {string} line @returns {never} */
export function fail(line) {
  console.error(line);
  process.exit(1);
}

/** @param {string} text */
export function portFrom(text) {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65535) fail("byok-relay: PORT must be a number from 0 to 65535 (0: any free port)");
  return port;
}

/**
 * A line from outside, with everything that is no plain character written out: nothing in it can steer the terminal, or pass for a line of
 * its own. It is `shown` of server/byok_relay_server/usage_tables.py.
 *
 * @param {string} line
 */
export const shown = (line) => line.replace(/(?! )[\p{C}\p{Z}]/gu, (each) => `\\u${each.codePointAt(0).toString(16).padStart(4, "0")}`);

/** Audit lines are the output, in a form for people where those look; everything else is complaints. @param {string} line */
export function log(line) {
  if (!isAuditLine(line)) console.error(shown(line));
  else console.log(process.stdout.isTTY ? forPeople(line) : line);
}
