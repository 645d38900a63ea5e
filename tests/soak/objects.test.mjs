/** Python keeps nothing of a request, whatever comes of it: no object, and above all none of the relay's own, in which the key is. */
import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { alteredSource } from "../altered.mjs";
import { together } from "../together.mjs";
import { kindsOf } from "./kinds.mjs";
import { startStage } from "./stage.mjs";

const TIMES = 5;
const LOOKS = 50;

/**
 * What asyncio keeps where the runtime stops its timers together with the request: not the request's objects, but the timer's. Only
 * sealed keys take asyncio.
 */
const OF_ASYNCIO = { "client resets before the headers, sealed key": 20 };

/** A Worker that can be asked how many objects Python has: of the relay's own, and in all. */
const COUNTING = `
_on_fetch = on_fetch

def _is_own(value):
    named = value if isinstance(value, type(on_fetch)) else type(value)
    return (named.__module__ or "").split(".")[0] in ("entry", "relay")

def on_fetch(request, env, ctx):
    if request.url.endswith("/objects"):
        import gc
        gc.collect()
        every = gc.get_objects()
        return js.Response.new(f'{{"own": {sum(map(_is_own, every))}, "all": {len(every)}}}')
    return _on_fetch(request, env, ctx)
`;

let stage;
let kinds;
before(async () => {
  stage = await together(async (open) => {
    const { source } = await open(alteredSource(COUNTING));
    return open(startStage({ timeLimitSeconds: 1, pace: 50, source }));
  });
  kinds = await kindsOf(stage);
});
after(() => stage?.close());

const objects = async () => JSON.parse(String((await stage.relay.ask({ path: "/objects" })).body));

it("asking changes nothing", async () => {
  await objects();
  assert.deepEqual(await objects(), await objects());
});

it("whatever kind of request it was", async (t) => {
  for (const name of new Set(kinds.map((kind) => kind.name))) {
    await t.test(name, async () => {
      const { once } = kinds.find((kind) => kind.name === name);
      await once(); // what is kept for all requests is there by now
      const before = await objects();
      for (let time = 0; time < TIMES; time++) await once();
      const most = TIMES * (OF_ASYNCIO[name] ?? 1);
      const kept = ({ own, all }) => own > before.own || all - before.all >= most;
      let now = await objects();
      // The last of a request is let go of after its client has gone.
      for (let again = 0; again < LOOKS && kept(now); again++) now = await objects();
      assert.ok(!kept(now), `after ${TIMES} requests, ${now.own - before.own} more of the relay's own, ${now.all - before.all} in all`);
    });
  }
});
