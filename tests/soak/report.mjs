/** The report of a soak test, for people. */

/** @param {import("./soak.mjs").Sample} sample */
export const lineOf = ({ second, rss, descriptors, streams }) =>
  [
    `${second.toFixed(0)} s`.padStart(7),
    `${streams} streams`.padStart(12),
    `relay ${rss.relay.toFixed(0)} MB ${descriptors.relay} fds`.padStart(25),
    `mock ${rss.mock.toFixed(0)} MB ${descriptors.mock} fds`.padStart(22),
    `load ${rss.self.toFixed(0)} MB`.padStart(13),
  ].join("  ");

/** @param {import("./soak.mjs").Report} report */
export function textOf({ problems, perSecond, requests, failures, idle, samples, end, mock, lines }) {
  const total = [...requests.values()].reduce((sum, each) => sum + each, 0);
  const table = (counts) => [...counts].map(([name, count]) => `${String(count).padStart(8)}  ${name}`);
  return [
    `${total} requests that came out as they must, ${perSecond.toFixed(0)} a second:`,
    ...table(requests),
    `other outcomes: ${failures.size === 0 ? "none" : ""}`,
    ...table(failures),
    `the machine: before, at each tenth of the time, after`,
    ...[idle, ...samples, end].map(lineOf),
    `Python's objects: ${idle.objects.all} before, ${end.objects?.all} after`,
    `at the end: ${mock.open} exchanges open at the provider, ${mock.leaks.length} leaks, ${lines.length} lines written`,
    problems.length === 0 ? "all is well" : `problems:\n  ${problems.join("\n  ")}`,
  ].join("\n");
}
