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
import { connect } from "../relay.js";

const PREFIX = "byok-relay:sealed-key:";
const slot = (name) => PREFIX + name;
const idOf = (name) => name.split("/")[0];

/** @param {import("../relay.js").Relay} relay @param {boolean} relayOpens */
export async function keyring(relay, relayOpens) {
  const unsealed = !relayOpens ? "relay" : crypto.subtle && storage() ? undefined : "browser";
  /** @type {Map<string, Key>} */
  const memory = new Map();
  const keys = {
    /** Why keys are not sealed here, if they are not. */
    unsealed,

    /** The providers whose sealed key was dropped, because it is of no use any more. @type {Set<string>} */
    dropped: new Set(),

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
      if (unsealed) memory.set(idOf(name), { name, text: await relay.check({ provider: name, key }) });
      else localStorage.setItem(slot(name), await connect().seal({ provider: name, key, ...limits })); // to the key that is published now
      keys.dropped.delete(idOf(name));
    },

    /** @param {string} id */
    forget(id) {
      memory.delete(id);
      const name = keptName(id);
      if (name) storage().removeItem(slot(name));
    },

    /** Calls back when another page of this relay has kept or forgotten a key. @param {(id: string | undefined) => void} changed */
    watch(changed) {
      addEventListener("storage", ({ key }) => {
        if (!unsealed && (key === null || key.startsWith(PREFIX))) changed(key === null ? undefined : idOf(key.slice(PREFIX.length)));
      });
    },
  };

  for (const name of unsealed === "browser" ? [] : keptNames()) {
    if (await relay.isCurrent(localStorage.getItem(slot(name)))) continue;
    localStorage.removeItem(slot(name));
    keys.dropped.add(idOf(name));
  }
  return keys;
}

const keptNames = () =>
  Object.keys(storage() ?? {})
    .filter((each) => each.startsWith(PREFIX))
    .map((each) => each.slice(PREFIX.length));

/** Whose sealed key is kept for the provider, if one is. @param {string} id */
const keptName = (id) => keptNames().find((name) => idOf(name) === id);

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
