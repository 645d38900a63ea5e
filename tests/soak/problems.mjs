/** What may come of a soak test, and what may not. */

/**
 * What the relay's memory may grow by from the middle of the time to its end, in MB. V8 lets its heap grow for a minute or two before it
 * collects much: by 80 MB from the first sample to where it stays. From the middle on, 15 MB were measured in a run of a minute, and 10
 * in one of ten, where 30 are half a kilobyte for each request. CPython frees at once what is no longer used.
 */
const MOST_GROWTH_MB = { workerd: 30, front: 30, pyodide: 30, server: 5 };

/** What may differ in the number of its descriptors, measured likewise: connections that are being opened or closed. */
const MOST_MORE_DESCRIPTORS = 100;

/** The same when nothing is going on any more. */
const MOST_LEFT_DESCRIPTORS = 5;

/**
 * What Python may have more of objects at the end than before the first request: about 480 were measured. They are patterns of routes,
 * and modules that are loaded when they are first needed, of which WebSockets brought one. One object for each request is more.
 */
const MOST_KEPT_OBJECTS = 700;

/** How many of the streams are open at any moment, at least; the others are just beginning, on a machine that is busy the more. */
const LEAST_OPEN = 0.5;

/**
 * What is wrong, in words.
 *
 * @param {Omit<import("./soak.mjs").Report, "problems">} report
 * @param {number} streams how many there were to be at a time
 * @returns {string[]}
 */
export function problemsOf({ runtime, requests, failures, idle, samples, end, mock, lines }, streams) {
  const middle = Math.floor(samples.length / 2);
  const growth = (pick) => mean(samples.slice(-3).map(pick)) - mean(samples.slice(middle - 1, middle + 2).map(pick));
  const memory = growth(({ rss }) => rss.relay);
  const connections = growth(({ descriptors }) => descriptors.relay);
  const kept = end.objects?.all - idle.objects.all;
  const left = end.descriptors.relay - idle.descriptors.relay;
  return [
    ...ended(end).map((who) => `the ${who} has ended by itself`),
    ...[...failures].map(([cause, count]) => `${count} × ${cause}`),
    ...[...requests].filter(([, count]) => count === 0).map(([name]) => `never came out as it should: ${name}`),
    ...samples.filter((sample) => sample.streams < streams * LEAST_OPEN).map((sample) => `only ${sample.streams} streams were open`),
    ...(mock.open > 0 ? [`${mock.open} exchanges with the provider were never ended`] : []),
    ...mock.leaks.map((place) => `a key in a request to the provider: ${place}`),
    ...lines.map((line) => `a line was written: ${line}`),
    ...(memory > MOST_GROWTH_MB[runtime] ? [`the relay's memory grew by ${memory.toFixed(0)} MB`] : []),
    ...(kept > MOST_KEPT_OBJECTS ? [`${kept} of Python's objects were kept`] : []),
    ...(connections > MOST_MORE_DESCRIPTORS ? [`the relay's descriptors grew by ${connections.toFixed(0)}`] : []),
    ...(left > MOST_LEFT_DESCRIPTORS ? [`${left} descriptors of the relay's are open that were not before`] : []),
  ];
}

/** Which processes are no more. @param {import("./soak.mjs").Sample} sample */
export const ended = ({ rss }) => Object.keys(rss).filter((who) => Number.isNaN(rss[who]));

const mean = (numbers) => numbers.reduce((total, each) => total + each, 0) / numbers.length;
