/**
 * The user's keys, one per provider. A key that can be sealed is kept in the browser's storage, in that form alone; one that cannot
 * stays in this page's memory.
 *
 * @typedef {object} Key
 * @property {string} name whose it is, as relay.js calls that: the provider's id, and the resource if it has one
 * @property {string} text what goes to the relay: the sealed form, or the key itself
 * @property {Date} [until] when a sealed key ends
 * @property {{mdl?: string[], grp?: string[], rpm?: number}} [claims] what a sealed key may only be used for
 */

const slot = (name) => `byok-relay:sealed-key:${name}`;

/** @param {import("../relay.js").Relay} relay @param {boolean} relayOpens */
export function keyring(relay, relayOpens) {
  const unsealed = !relayOpens ? "relay" : crypto.subtle && storage() ? undefined : "browser";
  /** @type {Map<string, Key>} */
  const memory = new Map();
  return {
    /** Why keys are not sealed here, if they are not. */
    unsealed,

    /** @param {string} id the provider's @returns {Key | undefined} */
    get(id) {
      const name = unsealed ? undefined : keptName(id);
      return name ? read(name) : memory.get(id);
    },

    /**
     * Fails, and keeps nothing, if this is no key of the provider's.
     *
     * @param {string} name @param {string} key as the user has it @param {object} limits of a sealed key, as relay.js takes them
     */
    async put(name, key, limits) {
      if (unsealed) memory.set(name.split("/")[0], { name, text: await relay.check({ provider: name, key }) });
      else localStorage.setItem(slot(name), await relay.seal({ provider: name, key, ...limits }));
    },

    /** @param {string} id */
    forget(id) {
      memory.delete(id);
      const name = keptName(id);
      if (name) storage().removeItem(slot(name));
    },
  };
}

/** Whose sealed key is kept for the provider, if one is. @param {string} id */
const keptName = (id) =>
  Object.keys(storage() ?? {})
    .filter((each) => each.startsWith(slot("")))
    .map((each) => each.slice(slot("").length))
    .find((name) => name.split("/")[0] === id);

/** @param {string} name @returns {Key | undefined} nothing for what this page did not write */
function read(name) {
  const text = localStorage.getItem(slot(name));
  try {
    const claims = JSON.parse(atob(text.split(".")[2].replaceAll("-", "+").replaceAll("_", "/")));
    return { name, text, until: new Date(claims.exp * 1000), claims };
  } catch {
    return undefined;
  }
}

/** The browser's storage, where it is not turned off. */
function storage() {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}
