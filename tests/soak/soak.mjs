/**
 * A soak test: for as long as wanted, hundreds of streams at a time and every other kind of request beside them, good and bad. Nothing
 * may come of any that should not, and the relay must use no more of the machine at the end than at the beginning.
 */
import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { kindsOf } from "./kinds.mjs";
import { ended, problemsOf } from "./problems.mjs";
import { descriptors, rss } from "./processes.mjs";
import { startStage } from "./stage.mjs";
import { streamsOf } from "./streams.mjs";

const TIME_LIMIT_SECONDS = 5;

const SAMPLES = 10;

const MOST_LINES = 20;

/** How long after the last answer until nothing is left of any: idle connections are kept for up to 20 s. */
const SETTLE_SECONDS = 30;

/**
 * @typedef {object} Sample
 * @property {number} second
 * @property {{relay: number, mock: number, self: number}} rss in MB
 * @property {{relay: number, mock: number}} descriptors
 * @property {number} streams open at the moment
 * @property {{own: number, all: number}} [objects] Python's, where nothing is under way: before the load and after it
 *
 * @typedef {object} Report
 * @property {keyof import("../runtimes/runtimes.mjs").RUNTIMES} runtime
 * @property {string[]} problems none if all is well
 * @property {number} perSecond requests, after the warm-up
 * @property {Map<string, number>} requests by kind, those that came out as they should
 * @property {Map<string, number>} failures by cause
 * @property {Sample} idle before the load
 * @property {Sample[]} samples
 * @property {Sample} end after it
 * @property {{requests: number, open: number, leaks: string[]}} mock at the end
 * @property {string[]} lines that the relay and the mock wrote
 */

/**
 * @param {object} [options]
 * @param {keyof import("../runtimes/runtimes.mjs").RUNTIMES} [options.runtime]
 * @param {number} [options.seconds]
 * @param {number} [options.warmUp] seconds before these, in which streams and kinds begin one after the other, so as not to go in step
 * @param {number} [options.streams] at a time
 * @param {number} [options.pace] milliseconds between two chunks of a stream; a stream has seven to eleven
 * @param {Record<string, string>} [options.vars] more of the relay's settings
 * @param {string} [options.source] the folder of another relay
 * @param {AbortSignal} [options.signal] ends the load at once
 * @param {(sample: Sample) => void} [options.sampled]
 * @param {() => void} [options.unloaded] called when nothing more begins, and all that is left to do is to wait for the end of what has
 * @returns {Promise<Report>}
 */
export async function soak({
  runtime,
  seconds = 60,
  warmUp = 20,
  streams = 500,
  pace = 1500,
  vars,
  source,
  signal,
  sampled = () => {},
  unloaded = () => {},
} = {}) {
  const lines = [];
  const log = (line) => void (lines.length < MOST_LINES && lines.push(line));
  const stage = await startStage({ runtime, timeLimitSeconds: TIME_LIMIT_SECONDS, pace, vars, source, log });
  try {
    return await run(stage, { seconds, warmUp, streams, signal, sampled, unloaded, lines });
  } finally {
    await stage.close();
  }
}

async function run(stage, { seconds, warmUp, streams: count, signal, sampled, unloaded, lines }) {
  const { control, pids } = stage;
  const streams = await streamsOf(count, stage);
  const kinds = [...(await kindsOf(stage)), ...streams.kinds];
  const requests = new Map(kinds.map(({ name }) => [name, 0]));
  const failures = new Map();
  const over = new AbortController();
  setMaxListeners(0, over.signal);
  signal?.addEventListener("abort", () => over.abort());
  const pause = (ms) => sleep(Math.max(ms, 0), undefined, { signal: over.signal }).catch(() => {});

  const begun = performance.now() + warmUp * 1000;
  const sample = () => ({
    second: (performance.now() - begun) / 1000,
    rss: { relay: rss(pids.relay), mock: rss(pids.mock), self: rss(process.pid) },
    descriptors: { relay: descriptors(pids.relay), mock: descriptors(pids.mock) },
    streams: streams.open(),
  });

  /** Repeats one kind until the end. */
  async function repeat({ name, every, once }, delay) {
    await pause(delay);
    while (!over.signal.aborted) {
      const next = performance.now() + every;
      try {
        await once();
        requests.set(name, requests.get(name) + 1);
      } catch (error) {
        if (signal?.aborted) return;
        const cause = `${name}: ${error.code ?? error.message}`;
        failures.set(cause, (failures.get(cause) ?? 0) + 1);
      }
      await pause(next - performance.now());
    }
  }

  try {
    await kinds[0].once().catch(() => {}); // what the first one loads is no leak; should it fail, it fails again
    const idle = { ...sample(), objects: await stage.objects() };
    const repeating = Promise.all(kinds.map((kind, i) => repeat(kind, (i / kinds.length) * warmUp * 1000)));
    await pause(begun - performance.now());
    const counted = sum(requests);
    const samples = [];
    for (let i = 0; i <= SAMPLES; i++) {
      await pause(begun + (i * seconds * 1000) / SAMPLES - performance.now());
      if (signal?.aborted) break;
      samples.push(sample());
      sampled(samples.at(-1));
      if (ended(samples.at(-1)).length > 0) break; // to tell of it is all that is left to do
    }
    const perSecond = (sum(requests) - counted) / ((performance.now() - begun) / 1000);
    over.abort();
    unloaded();
    if (!signal?.aborted) {
      await repeating;
      await settled(stage, idle);
    }
    const mock = await control.stats().catch(() => ({ requests: NaN, open: NaN, leaks: [] }));
    const end = { ...sample(), objects: await stage.objects().catch(() => undefined) };
    const report = { runtime: stage.runtime, perSecond, requests, failures, idle, samples, end, mock, lines };
    return { ...report, problems: signal?.aborted ? ["it was interrupted"] : problemsOf(report, count) };
  } finally {
    over.abort();
  }
}

/** Waits until nothing is left of any request, or for so long that it never will be. */
async function settled({ control, pids }, idle) {
  const end = performance.now() + SETTLE_SECONDS * 1000;
  while (performance.now() < end && descriptors(pids.mock) >= 0) {
    if ((await control.stats()).open === 0 && descriptors(pids.relay) <= idle.descriptors.relay) return;
    await sleep(500);
  }
}

const sum = (counts) => [...counts.values()].reduce((total, each) => total + each, 0);
