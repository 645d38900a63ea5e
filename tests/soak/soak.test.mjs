/** A minute of the soak test, and that it finds what it looks for. `make soak` is the long one. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alteredSource } from "../altered.mjs";
import { problemsOf } from "./problems.mjs";
import { textOf } from "./report.mjs";
import { soak } from "./soak.mjs";

it("the relay stands a minute of everything at once", async () => {
  const report = await soak({ seconds: 60 });
  assert.deepEqual(report.problems, [], textOf(report));
});

/** One that mixes answers up, prints, adds a key to an answer, answers with an error, and keeps what it should not. */
const BROKEN = `
import js
from pyodide.ffi import to_js

_on_fetch = on_fetch
_kept = []
_refusals = 0

def on_fetch(request, env, ctx):
    global _refusals
    _kept.append("x" * 200_000)
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

it("a relay that is not well is found out", async () => {
  const altered = await alteredSource(BROKEN);
  try {
    const { problems } = await soak({ seconds: 5, warmUp: 2, streams: 8, pace: 100, source: altered.source });
    for (const problem of [
      /^\d+ × list of models: a key in the answer$/,
      /^\d+ × chat: another body than the provider's$/,
      /^\d+ × stream: another body than the provider's$/,
      /^\d+ × refused: unknown_provider: 500 instead of 404 unknown_provider$/,
      /^a line was written: relay: a request for models$/,
      /^workerd's memory grew by \d+ MB$/,
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

describe("what may not come of a soak test:", () => {
  const sample = (workerd = {}, streams = 500) => ({
    second: 0,
    rss: { workerd: 300, mock: 100, self: 100, ...workerd.rss },
    descriptors: { workerd: 1000, mock: 500, ...workerd.descriptors },
    streams,
  });
  const samples = (last) => [...Array(8).fill(sample()), last, last, last];
  const good = {
    perSecond: 200,
    requests: new Map([["chat", 1]]),
    failures: new Map(),
    idle: sample({ descriptors: { workerd: 20 } }),
    samples: samples(sample()),
    end: sample({ descriptors: { workerd: 20 } }),
    mock: { requests: 1, open: 0, leaks: [] },
    lines: [],
  };

  it("nothing of this, and all is well", () => assert.deepEqual(problemsOf(good, 500), []));

  for (const [problem, report] of Object.entries({
    "workerd has ended by itself": { end: sample({ rss: { workerd: NaN }, descriptors: { workerd: NaN } }) },
    "2 × chat: ECONNRESET": { failures: new Map([["chat: ECONNRESET", 2]]) },
    "never came out as it should: chat": { requests: new Map([["chat", 0]]) },
    "only 100 streams were open": { samples: [...good.samples, sample({}, 100)] },
    "1 exchanges with the provider were never ended": { mock: { ...good.mock, open: 1 } },
    "a key in a request to the provider: url": { mock: { ...good.mock, leaks: ["url"] } },
    "a line was written: relay: help": { lines: ["relay: help"] },
    "workerd's memory grew by 200 MB": { samples: samples(sample({ rss: { workerd: 500 } })) },
    "workerd's descriptors grew by 200": { samples: samples(sample({ descriptors: { workerd: 1200 } })) },
    "480 descriptors of workerd's are open that were not before": { end: sample({ descriptors: { workerd: 500 } }) },
  })) {
    it(problem, () => assert.deepEqual(problemsOf({ ...good, ...report }, 500), [problem]));
  }
});
