/** Python keeps nothing of a request, whatever comes of it: no object, and above all none of the relay's own, in which the key is. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { kindsOf } from "./kinds.mjs";
import { startStage } from "./stage.mjs";

/** How often each kind is done. One object kept of one provider's requests is found. */
const TIMES = 5;

/** Of the relay's. One kind of request waits for it; the others must not come near it on a machine that is busy with other tests. */
const TIME_LIMIT_SECONDS = 2;

/** How long it may take until Python has let go of all that it will let go of. */
const PATIENCE_MS = 10_000;

/** Between two looks: the relay works on meanwhile. */
const PAUSE_MS = 50;

/** When so many looks in a row see the same, nothing is under way any more. What one of them kept would be seen too. */
const SAME_LOOKS = TIMES;

/** With these, every request that goes up waits once more, and its answer is followed. */
const COUNTED = {
  RATE_LIMITER: { limit: 1_000_000, behaviour: "counts" },
  RATE_LIMIT_PER_MINUTE: "100000",
  AUDIT_SECRET: "0123456789abcdef",
  AUDIT_ENDS: "true",
};

/** Fewer than that come and go: timers, say. */
const isMore = (before, now) => now.own > before.own || now.all - before.all >= TIMES;

const keptNothing = (before, now) =>
  assert.ok(!isMore(before, now), `after ${TIMES} times, ${now.own - before.own} more of the relay's own, ${now.all - before.all} in all`);

/** They share nothing, so neither waits for the other. */
describe("Python keeps nothing", { concurrency: true }, () => {
  for (const runtime of ["workerd", "pyodide", "server"]) describe(`on ${runtime}`, { concurrency: false }, () => keepsNothing(runtime));
  for (const runtime of ["workerd", "pyodide"]) {
    describe(`on ${runtime}, metered`, { concurrency: false }, () => keepsNothing(runtime, { METER_USAGE: "true" }));
  }
  describe("on workerd, with a binding that counts", { concurrency: false }, () => keepsNothing("workerd", COUNTED));
});

function keepsNothing(runtime, vars = {}) {
  let stage;
  let kinds;
  before(async () => {
    stage = await startStage({ runtime, timeLimitSeconds: TIME_LIMIT_SECONDS, pace: 50, vars, onlyNew: true });
    kinds = await kindsOf(stage);
  });
  after(() => stage?.close());

  /**
   * Counts until it is `enough`, or for so long that it never will be. The last of a request is let go of after its client has gone. No
   * connection is kept for later: how many there are depends on how many requests happened to be under way at once.
   */
  async function objectsWhen(enough) {
    const end = performance.now() + PATIENCE_MS;
    stage.relay.rest();
    await stage.objects();
    let now = await stage.objects();
    while (!(await enough(now)) && performance.now() < end) {
      await setTimeout(PAUSE_MS);
      now = await stage.objects();
    }
    return now;
  }

  /** What there is when the provider has no request and the count stays as it is. */
  function settledObjects() {
    let same = 0;
    let last;
    return objectsWhen(async ({ own, all }) => {
      same = last?.own === own && last.all === all ? same + 1 : 0;
      last = { own, all };
      return same >= SAME_LOOKS && (await stage.control.stats()).open === 0;
    });
  }

  it("asking keeps nothing", async () => {
    const before = await settledObjects();
    keptNothing(before, await settledObjects());
  });

  it("whatever kind of request it was", async (t) => {
    for (const name of new Set(kinds.map((kind) => kind.name))) {
      await t.test(name, async () => {
        const named = kinds.filter((kind) => kind.name === name);
        const each = () => Promise.all(named.map(({ once }) => once())); // they have keys of their own, and most wait
        await each(); // what is kept for all requests is there by now
        const before = await settledObjects();
        for (let time = 0; time < TIMES; time++) await each();
        keptNothing(before, await objectsWhen((now) => !isMore(before, now)));
      });
    }
  });
}
