/** A minute of the soak test, less of it on the server, and that it finds what it looks for. `make soak` is the long one. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alteredSource } from "../altered.mjs";
import { problemsOf } from "./problems.mjs";
import { textOf } from "./report.mjs";
import { soak } from "./soak.mjs";

/** The relay, and nothing wrong with it. @param {Parameters<typeof soak>[0]} options */
async function stands(options) {
  const report = await soak(options);
  assert.deepEqual(report.problems, [], textOf(report));
}

/** One that mixes answers up, prints, adds a key to an answer, answers with an error, and keeps what it should not. */
const BROKEN = `
import js
from pyodide.ffi import to_js

_on_fetch = on_fetch
_kept = []
_refusals = 0

def on_fetch(request, env, ctx):
    global _refusals
    # Much, for a machine on which few requests are made: memory, and objects. On one where many are made, it must still grow at the end.
    _kept.append(["x" * (500_000 if len(_kept) < 3000 else 1), *([] for _ in range(10))])
    if request.url.endswith("/openai/v1/models"):
        print("a request for models")
        return js.Response.new(request.headers.get("x-api-key"))
    if request.url.endswith("/anthropic/v1/messages") and request.method == "POST":
        return js.Response.new("{}", to_js({"headers": {"access-control-allow-origin": "*"}}, dict_converter=js.Object.fromEntries))
    if request.url.endswith("/nobody/v1/models"):
        _refusals += 1
        if _refusals % 2 == 0:
            return js.Response.new("", to_js({"status": 500}, dict_converter=js.Object.fromEntries))
    return _on_fetch(request, env, ctx)
`;

/** The others begin as soon as nothing more begins on workerd, whose last streams and idle connections take half a minute to end. */
describe("one load after the other", { concurrency: true }, () => {
  let begin;
  const othersBegin = new Promise((resolve) => (begin = resolve));

  it("the relay stands a minute of everything at once on workerd", () =>
    stands({ runtime: "workerd", seconds: 60, unloaded: begin }).finally(begin));

  it("the relay stands everything at once on the server, counted and metered, for a while", async () => {
    await othersBegin;
    const vars = { RATE_LIMIT_PER_MINUTE: "100000", AUDIT_SECRET: "0123456789abcdef", METER_USAGE: "true" };
    await stands({ runtime: "server", seconds: 20, warmUp: 5, streams: 250, pace: 500, vars });
  });

  it("a relay that is not well is found out", async () => {
    await othersBegin;
    const altered = await alteredSource(BROKEN);
    try {
      const { problems } = await soak({ seconds: 5, warmUp: 2, streams: 8, pace: 100, source: altered.source });
      for (const problem of [
        /^\d+ × list of models: a key in the answer$/,
        /^\d+ × chat: another body than the provider's$/,
        /^\d+ × stream: another body than the provider's$/,
        /^\d+ × refused: unknown_provider: 500 instead of 404 unknown_provider$/,
        /^a line was written: relay: a request for models$/,
        /^the relay's memory grew by \d+ MB$/,
        /^\d+ of Python's objects were kept$/,
      ]) {
        assert.ok(
          problems.some((each) => problem.test(each)),
          `${problem} is not among\n${problems.join("\n")}`,
        );
      }
    } finally {
      await altered.close();
    }
  });
});

describe("what may not come of a soak test:", () => {
  const sample = (relay = {}, streams = 500) => ({
    second: 0,
    rss: { relay: 300, mock: 100, self: 100, ...relay.rss },
    descriptors: { relay: 1000, mock: 500, ...relay.descriptors },
    streams,
  });
  const samples = (last) => [...Array(8).fill(sample()), last, last, last];
  const good = {
    runtime: "workerd",
    perSecond: 200,
    requests: new Map([["chat", 1]]),
    failures: new Map(),
    idle: { ...sample({ descriptors: { relay: 20 } }), objects: { own: 300, all: 20_000 } },
    samples: samples(sample()),
    end: { ...sample({ descriptors: { relay: 20 } }), objects: { own: 300, all: 20_300 } },
    mock: { requests: 1, open: 0, leaks: [] },
    lines: [],
  };

  it("nothing of this, and all is well", () => assert.deepEqual(problemsOf(good, 500), []));

  for (const [problem, report] of Object.entries({
    "the relay has ended by itself": { end: sample({ rss: { relay: NaN }, descriptors: { relay: NaN } }) },
    "2 × chat: ECONNRESET": { failures: new Map([["chat: ECONNRESET", 2]]) },
    "never came out as it should: chat": { requests: new Map([["chat", 0]]) },
    "only 100 streams were open": { samples: [...good.samples, sample({}, 100)] },
    "1 exchanges with the provider were never ended": { mock: { ...good.mock, open: 1 } },
    "a key in a request to the provider: url": { mock: { ...good.mock, leaks: ["url"] } },
    "a line was written: relay: help": { lines: ["relay: help"] },
    "the relay's memory grew by 200 MB": { samples: samples(sample({ rss: { relay: 500 } })) },
    "the relay's memory grew by 6 MB": { runtime: "server", samples: samples(sample({ rss: { relay: 306 } })) },
    "1000 of Python's objects were kept": { end: { ...sample({ descriptors: { relay: 20 } }), objects: { own: 300, all: 21_000 } } },
    "the relay's descriptors grew by 200": { samples: samples(sample({ descriptors: { relay: 1200 } })) },
    "480 descriptors of the relay's are open that were not before": { end: sample({ descriptors: { relay: 500 } }) },
  })) {
    it(problem, () => assert.deepEqual(problemsOf({ ...good, ...report }, 500), [problem]));
  }
});
