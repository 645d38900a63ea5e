/**
 * The user's keys, one per provider. A key that can be sealed is kept in the browser's storage, in that form alone; one that cannot
 * stays in this page's memory.
 *
 * @typedef {object} Key
 * @property {string} text what goes to the relay: the sealed form, or the key itself
 * @property {Date} [until] when a sealed key ends
 */

const slot = (id) => `byok-relay:sealed-key:${id}`;

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
      const sealed = !unsealed && localStorage.getItem(slot(id));
      return sealed ? read(sealed) : memory.get(id);
    },

    /** Fails, and keeps nothing, if this is no key of the provider's. @param {string} id @param {string} key as the user has it */
    async put(id, key) {
      if (unsealed) memory.set(id, { text: await relay.check({ provider: id, key }) });
      else localStorage.setItem(slot(id), await relay.seal({ provider: id, key }));
    },

    /** @param {string} id */
    forget(id) {
      memory.delete(id);
      storage()?.removeItem(slot(id));
    },
  };
}

/** @param {string} text @returns {Key | undefined} nothing for what this page did not write */
function read(text) {
  try {
    const claims = text.split(".")[2].replaceAll("-", "+").replaceAll("_", "/");
    return { text, until: new Date(JSON.parse(atob(claims)).exp * 1000) };
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
