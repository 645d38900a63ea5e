/**
 * What the mock remembers, one page a key: what it was told to do, what it has seen, who waits for what.
 * A load test makes millions of requests, so everything kept is bounded; the oldest goes first.
 */

/** @import { Behaviour, Happening, RequestRecord } from "./types.mjs" */

const MOST = { keys: 5000, requests: 10_000, bodyBytes: 1024 * 1024, allBodyBytes: 64 * 1024 * 1024, leaks: 20 };

export class Ledger {
  /** All provider requests, with a key or without. */
  requests = 0;
  /** Exchanges whose answer is not over yet. */
  open = 0;
  /** @type {Set<string>} the first places where a key was and does not belong */
  leaks = new Set();
  /** @type {Map<string, Page>} */
  #pages = new Map();
  /** @type {Map<RequestRecord, Page>} the requests of all keys, in the order they came */
  #records = new Map();
  /** @type {Set<RequestRecord>} those whose body is kept, in the order these came */
  #bodies = new Set();
  #bodyBytes = 0;

  /** @param {string} key  '' for requests without one */
  page(key) {
    const known = this.#pages.get(key);
    if (known) return known;
    const page = new Page();
    this.#pages.set(key, page);
    if (this.#pages.size > MOST.keys) {
      const [oldest, { requests }] = this.#pages.entries().next().value;
      this.#pages.delete(oldest);
      for (const record of requests) this.#forget(record);
    }
    return page;
  }

  /** @param {string[]} places */
  noteLeaks(places) {
    for (const place of places) if (this.leaks.size < MOST.leaks) this.leaks.add(place);
  }

  /** @param {Page} page @param {RequestRecord} record */
  add(page, record) {
    page.requests.add(record);
    this.#records.set(record, page);
    if (this.#records.size > MOST.requests) this.#forget(this.#records.keys().next().value);
  }

  /** @param {RequestRecord} record @param {Buffer} body */
  keepBody(record, body) {
    if (body.length > MOST.bodyBytes || !this.#records.has(record)) return;
    record.body = body;
    this.#bodies.add(record);
    this.#bodyBytes += body.length;
    while (this.#bodyBytes > MOST.allBodyBytes) this.#dropBody(this.#bodies.values().next().value);
  }

  #forget(/** @type {RequestRecord} */ record) {
    this.#records.get(record).requests.delete(record);
    this.#records.delete(record);
    if (this.#bodies.has(record)) this.#dropBody(record);
  }

  #dropBody(/** @type {RequestRecord} */ record) {
    this.#bodies.delete(record);
    this.#bodyBytes -= record.body.length;
    record.body = null;
  }
}

class Page {
  /** @type {Set<RequestRecord>} in the order they came */
  requests = new Set();
  /** What every following request gets. @type {Behaviour} */
  behaviour = {};
  #spareSteps = 0;
  /** @type {Set<(released: boolean) => void>} in the order they came */
  #held = new Set();
  /** @type {Map<Happening, number>} */
  #counts = new Map();
  /** @type {Set<() => void>} each looks whether what it waits for has happened */
  #watchers = new Set();

  /** Lets the request that has waited longest take one step; remembered when none waits yet. */
  release() {
    const [longest] = this.#held;
    if (longest) longest(true);
    else this.#spareSteps += 1;
  }

  /**
   * One step of a held answer.
   *
   * @param {import("node:stream").Writable} res        a request whose connection is gone does not use up a release
   * @returns {Promise<boolean>}                        false when the connection was closed instead
   */
  released(res) {
    if (res.closed) return Promise.resolve(false);
    if (this.#spareSteps > 0) {
      this.#spareSteps -= 1;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const gone = () => step(false);
      const step = (/** @type {boolean} */ released) => {
        this.#held.delete(step);
        res.off("close", gone);
        resolve(released);
      };
      this.#held.add(step);
      res.once("close", gone);
    });
  }

  /** @param {Happening} what */
  note(what) {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
    for (const look of this.#watchers) look();
  }

  /**
   * @param {Happening} what
   * @param {number} count          how often, since the key was first heard of
   * @param {AbortSignal} signal    ends the waiting
   * @returns {Promise<boolean>}    false when it was ended
   */
  happens(what, count, signal) {
    return new Promise((resolve) => {
      const look = () => {
        const happened = (this.#counts.get(what) ?? 0) >= count;
        if (!happened && !signal.aborted) return;
        this.#watchers.delete(look);
        resolve(happened);
      };
      this.#watchers.add(look);
      signal.addEventListener("abort", look);
      look();
    });
  }
}
