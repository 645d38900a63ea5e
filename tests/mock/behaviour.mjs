/**
 * The behaviours a test can ask for, and the check that it asked for one that exists: a misspelt behaviour would
 * otherwise be a test that passes for the wrong reason.
 */

const RESETS = ["before_headers", "mid_stream"];
const ERRORS = ["rate_limit", "overloaded", "server", "not_found", "bad_request"];

const flag = (/** @type {unknown} */ value) => typeof value === "boolean";
const count = (/** @type {unknown} */ value) => Number.isInteger(value) && Number(value) > 0;
const status = (/** @type {unknown} */ value) => Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599;

/** @type {Record<string, (value: any) => boolean>} */
const BEHAVIOURS = {
  hold: flag, // the answer begins at once and goes on step by step, a release each
  late: flag, // nothing, not even headers, before a release
  reset: (value) => RESETS.includes(value), // RST
  truncate: flag, // FIN, too early
  redirect: (value) => status(value?.status) && typeof value.location === "string",
  respond: (value) => status(value?.status),
  error: (value) => ERRORS.includes(value), // in the provider's own shape
  times: count, // for so many requests only
  echo: flag, // answer with what was received
};

/**
 * @param {Record<string, unknown>} behaviour
 * @returns {string | null}   what is wrong with it
 */
export function complaint(behaviour) {
  for (const [name, value] of Object.entries(behaviour)) {
    if (!Object.hasOwn(BEHAVIOURS, name)) return `no such behaviour: ${name} (there are ${Object.keys(BEHAVIOURS).join(", ")})`;
    if (!BEHAVIOURS[name](value)) return `not a value for ${name}: ${JSON.stringify(value)}`;
  }
  return null;
}
