/**
 * Whose an error is to mend, and how, in words for who uses this page. docs/errors.md says the same to who builds an app or runs a relay.
 *
 * @typedef {"you" | "operator" | "provider" | "network"} Whose
 * @typedef {{whose: Whose, words: string}} Advice
 */

const you = (words) => ({ whose: "you", words });
const operator = (words) => ({ whose: "operator", words });
const provider = (words) => ({ whose: "provider", words });

export const OF_AN_EMPTY_ANSWER = you("Ask in other words, or allow a longer answer.");

/** @type {Record<string, Advice>} by the relay's code */
export const OF_THE_RELAY = {
  __proto__: null,
  missing_key: you("Enter your API key."),
  key_malformed: you("Copy the key again, whole, from where you got it."),
  key_wrong_provider: you("Choose the provider that the key is from, or enter a key of this one."),
  key_refused: you("Make an ordinary API key and enter that. If this one has been in a browser before, revoke it."),
  key_in_query: you("Send the key in a header."),
  sealed_key_invalid: you("Enter your API key again: the page seals it anew."),
  sealed_key_expired: you("Enter your API key again: the page seals it anew."),
  sealed_key_required: you("Seal the key, as this page does."),
  unknown_provider: you("Load this page again: the relay has other providers now."),
  path_not_allowed: you("Use what the message names, or ask the provider without the relay."),
  path_not_found: you("Correct the base URL, as the message says."),
  method_not_allowed: you("Use another method."),
  model_not_allowed: you("Choose a model that is allowed here, or seal a key for this one."),
  origin_not_allowed: operator("The relay's operator adds this page's origin to ALLOWED_ORIGINS."),
  body_too_large: you("Begin a new chat, or say less at once."),
  url_too_long: you("Choose a model with a shorter name."),
  websocket_unsupported: you("Turn Live off, or choose another provider: not every relay and provider has WebSockets."),
  rate_limited: you("Wait a minute, then retry. The limit is the relay's, or this key was sealed with it."),
  upstream_redirect: operator("The relay's operator sets the provider's final address."),
  upstream_unreachable: provider("Retry."),
  upstream_timeout: provider("Retry, or choose a faster model."),
  misconfigured: operator("The relay's operator corrects the setting that the message names."),
  internal_error: operator("Report it to the relay's operator, with the request's id."),
};

/** @type {[(status: number) => boolean, (name: string) => Advice][]} by the status of a provider's answer */
const OF_A_PROVIDER = [
  [
    (status) => status === 401 || status === 403,
    (name) => you(`Look in your account at ${name} whether the key is valid and may do this.`),
  ],
  [(status) => status === 402, (name) => you(`Look at your credit in your account at ${name}.`)],
  [(status) => status === 404, () => you("Choose another model. The list has those that your key can use.")],
  [(status) => status === 429, (name) => you(`Wait, then retry. Your account at ${name} says what your key's limits are.`)],
  [(status) => status < 500, () => you("Change what the message names: the model, an option or the key.")],
  [() => true, (name) => provider(`Retry. If it lasts, look at ${name}'s status page.`)],
];

/**
 * @param {import("./problem.js").Problem} problem
 * @param {string} [name] the provider's
 * @returns {Advice | undefined} nothing for a defect of this page
 */
export function adviceFor({ owner, code, status }, name) {
  if (owner === "relay" || owner === "socket") return OF_THE_RELAY[code];
  if (owner === "network") return { whose: "network", words: "Look at your connection, and whether the relay runs. Then retry." };
  return owner && OF_A_PROVIDER.find(([fits]) => fits(status ?? 500))[1](name);
}
