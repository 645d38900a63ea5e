/**
 * The behaviours a test can ask for, and the check that it asked for one that exists: a misspelt behaviour would
 * otherwise be a test that passes for the wrong reason.
 */

const RESETS = ["before_headers", "mid_stream"];
const THENS = ["close", "reset", "stay"];
const ERRORS = ["rate_limit", "overloaded", "server", "not_found", "bad_request"];

const flag = (/** @type {unknown} */ value) => typeof value === "boolean";
const count = (/** @type {unknown} */ value) => Number.isInteger(value) && Number(value) > 0;
const status = (/** @type {unknown} */ value) => Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599;

const base64 = (/** @type {unknown} */ value) => typeof value === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
const piece = (/** @type {unknown} */ value) => base64(value) || (Array.isArray(value) && base64(value[0]) && count(value[1]));

function wire(/** @type {any} */ value) {
  const { pieces, then, early = false, ...rest } = value ?? {};
  return Array.isArray(pieces) && pieces.every(piece) && THENS.includes(then) && flag(early) && Object.keys(rest).length === 0;
}

/** @type {Record<string, (value: any) => boolean>} */
const BEHAVIOURS = {
  hold: flag, // the answer begins at once and goes on step by step, a release each
  late: flag, // nothing, not even headers, before a release
  reset: (value) => RESETS.includes(value), // RST
  truncate: flag, // FIN, too early
  endless: flag, // a stream says its first chunk again and again
  redirect: (value) => status(value?.status) && typeof value.location === "string",
  respond: (value) => status(value?.status),
  error: (value) => ERRORS.includes(value), // in the provider's own shape
  echo: flag, // answer with what was received
  direct: flag, // the SDK itself asks, so that nothing is refused which only a relay must not send
  wire, // exact bytes
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
