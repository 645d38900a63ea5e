/**
 * What the mock remembers, one page a key: what it was told to do, what it has seen, who waits for what.
 * A load test makes millions of requests, so everything kept is bounded; the oldest goes first.
 */

/** @typedef {import("./types.mjs").Behaviour} Behaviour */
/** @typedef {import("./types.mjs").RequestRecord} RequestRecord */
/** @typedef {import("./types.mjs").Happening} Happening */

const LIMITS = {
  keys: 5000,
  requests: 10_000,
  requestsPerKey: 1000,
  bodyBytes: 1024 * 1024,
  allBodyBytes: 64 * 1024 * 1024,
  leaks: 20,
};

export class Ledger {
  /** All provider requests, with a key or without. */
  requests = 0;
  /** Exchanges whose answer is not over yet. */
  open = 0;
  /** @type {Set<string>} the first places where a key was and does not belong */
  leaks = new Set();
  /** @type {Map<string, Page>} */
  #pages = new Map();
  #records = new Records();
  #bodies = new Bodies();

  /** @param {string} key  '' for requests without one */
  page(key) {
    let page = this.#pages.get(key);
    if (!page) {
      page = new Page(this.#records, this.#bodies);
      this.#pages.set(key, page);
      if (this.#pages.size > LIMITS.keys) this.#forgetOldest();
    }
    return page;
  }

  /** @param {string[]} places */
  noteLeaks(places) {
    for (const place of places) if (this.leaks.size < LIMITS.leaks) this.leaks.add(place);
  }

  #forgetOldest() {
    const [key, page] = this.#pages.entries().next().value;
    this.#pages.delete(key);
    page.forget();
  }
}

class Page {
  /** @type {RequestRecord[]} */
  requests = [];
  /** @type {Behaviour} */
  #behaviour = {};
  #timesLeft = Infinity;
  #spareSteps = 0;
  /** @type {Set<(released: boolean) => void>} in the order they came */
  #held = new Set();
  /** @type {Record<Happening, number>} */
  #counts = { head: 0, body: 0, request: 0, first_chunk: 0, stalled: 0, finished: 0, aborted: 0, over: 0 };
  /** @type {Set<() => void>} each looks whether what it waits for has happened */
  #watchers = new Set();
  #records;
  #bodies;

  constructor(/** @type {Records} */ records, /** @type {Bodies} */ bodies) {
    this.#records = records;
    this.#bodies = bodies;
  }

  /** @param {Behaviour} behaviour */
  script({ times = Infinity, ...behaviour }) {
    this.#behaviour = behaviour;
    this.#timesLeft = times;
  }

  /** The behaviour for one more request. @returns {Behaviour} */
  takeBehaviour() {
    return this.#timesLeft-- > 0 ? this.#behaviour : {};
  }

  /** Lets the request that has waited longest take one step; remembered when none waits yet. */
  release() {
    const [longest] = this.#held;
    if (longest) longest(true);
    else this.#spareSteps += 1;
  }

  /**
   * One step of a held answer.
   *
   * @param {import("node:http").ServerResponse} res    a request whose connection is gone does not use up a release
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

  /** @param {RequestRecord} record */
  add(record) {
    this.requests.push(record);
    if (this.requests.length > LIMITS.requestsPerKey) this.forgetOldest();
    this.#records.add(record, this);
  }

  forgetOldest() {
    const oldest = this.requests.shift();
    this.#records.delete(oldest);
    this.#bodies.drop(oldest);
  }

  /** @param {RequestRecord} record @param {Buffer} body */
  keepBody(record, body) {
    this.#bodies.keep(record, body);
  }

  /** @param {Happening} what */
  note(what) {
    this.#counts[what] += 1;
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
        const happened = this.#counts[what] >= count;
        if (!happened && !signal.aborted) return;
        this.#watchers.delete(look);
        resolve(happened);
      };
      this.#watchers.add(look);
      signal.addEventListener("abort", look);
      look();
    });
  }

  forget() {
    while (this.requests.length > 0) this.forgetOldest();
  }
}

/** The requests of all keys together stay below one number. */
class Records {
  /** @type {Map<RequestRecord, Page>} in the order they came */
  #pages = new Map();

  /** @param {RequestRecord} record @param {Page} page   on which it is the newest */
  add(record, page) {
    this.#pages.set(record, page);
    if (this.#pages.size > LIMITS.requests) this.#pages.values().next().value.forgetOldest();
  }

  /** @param {RequestRecord} record */
  delete(record) {
    this.#pages.delete(record);
  }
}

/** The bodies of all requests together stay below one size. */
class Bodies {
  /** @type {Set<RequestRecord>} in the order they came */
  #records = new Set();
  #bytes = 0;

  /** @param {RequestRecord} record @param {Buffer} body */
  keep(record, body) {
    if (body.length > LIMITS.bodyBytes) return;
    record.body = body;
    this.#records.add(record);
    this.#bytes += body.length;
    while (this.#bytes > LIMITS.allBodyBytes) this.drop(this.#records.values().next().value);
  }

  /** @param {RequestRecord} record */
  drop(record) {
    if (!this.#records.delete(record)) return;
    this.#bytes -= record.body_length;
    record.body = null;
  }
}
