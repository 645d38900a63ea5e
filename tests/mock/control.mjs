/**
 * The JavaScript client of the mock's steering API (steering.mjs).
 */

/** @import { Behaviour, Happening, RequestRecord } from "./types.mjs" */
/** @typedef {Omit<RequestRecord, 'body'> & {body_base64: string | null}} SeenRequest */

/** @param {string} url  of the mock */
export function mockControl(url) {
  const call = async (/** @type {string} */ name, /** @type {object} */ body = undefined) => {
    const response = await fetch(`${url}/_mock/${name}`, body && { method: "POST", body: JSON.stringify(body) });
    const json = /** @type {any} */ (await response.json());
    if (!response.ok) throw new Error(`mock ${name} ${JSON.stringify(body)}: ${response.status} ${JSON.stringify(json)}`);
    return json;
  };
  return {
    /** What every following request with this key gets. @param {string} key @param {Behaviour} behaviour */
    script: async (key, behaviour) => void (await call("script", { key, ...behaviour })),

    /** Lets held steps go. @param {string} key */
    release: async (key, count = 1) => void (await call("release", { key, count })),

    /** The requests that came with this key. @param {string} key @returns {Promise<SeenRequest[]>} */
    seen: async (key) => (await call("seen", { key })).requests,

    /**
     * Waits until it has happened, and throws when it does not in time.
     *
     * @param {string} key
     * @param {Happening} what
     * @param {{count?: number, timeout?: number}} [options]   timeout in seconds
     */
    waitFor: async (key, what, options = {}) => void (await call("wait", { key, for: what, ...options })),

    /** @returns {Promise<{requests: number, open: number, leaks: string[]}>} */
    stats: () => call("stats"),
  };
}
