/** What came out, as tables: for each row how it compares with the relay's server first, then how much that is. */
import { median, spread } from "./statistics.mjs";
import { DIRECT, SERVE } from "./rows.mjs";

/**
 * @typedef {Record<string, number[]>} Samples
 * @typedef {Record<string, {label: string, samples: Samples}>} Rows
 *
 * @typedef {object} Column
 * @property {string} title
 * @property {string} of the number that was measured
 * @property {boolean} [added] whether it is what the row has more than no relay
 * @property {number} [unit] what one of the unit in the title is
 * @property {boolean} [ratio] whether it is compared with the relay's server
 */

/** @type {{title: string, columns: Column[]}[]} */
const TABLES = [
  {
    title: "Throughput (more is better)",
    columns: [
      { title: "requests/s, 1 connection", of: "chat1.rate" },
      { title: "requests/s, 16", of: "chat16.rate" },
      { title: "requests/s, 64", of: "chat64.rate" },
      { title: "requests/s of 100 KiB, 16", of: "long16.rate" },
      { title: "uploads of 20 MiB/s, 1", of: "upload.rate" },
      { title: "preflights/s, 16", of: "preflights.rate" },
    ],
  },
  {
    title: "Added time in ms: what the row takes longer than no relay, on 1 connection (less is better)",
    columns: [
      { title: "answer, median", of: "chat1.p50", added: true },
      { title: "answer, p95", of: "chat1.p95", added: true },
      { title: "answer, p99", of: "chat1.p99", added: true },
      { title: "stream's first byte", of: "first.firstByte", added: true },
      { title: "each chunk, median", of: "stream.chunk50", added: true, ratio: false },
      { title: "each chunk, p99", of: "stream.chunk99", added: true, ratio: false },
    ],
  },
  {
    title: "Cost (less is better)",
    columns: [
      { title: "CPU ms/request, 16", of: "chat16.cpu" },
      { title: "MB idle", of: "memory.idle", unit: 1e6 },
      { title: "kB per open stream, of 500", of: "streams500.perStream", unit: 1e3 },
      { title: "MB more during 1 GiB", of: "download.growth", unit: 1e6, ratio: false },
      { title: "s from start to first answer", of: "start.firstAnswer", unit: 1e3 },
      { title: "ms import", of: "start.import", ratio: false },
    ],
  },
];

const CHATS = ["chat1", "chat16", "chat64"];

/** The numbers of a column, by round. @param {Rows} rows @param {string} id @param {Column} column @returns {number[] | undefined} */
export function numbers(rows, id, { of, added = false, unit = 1 }) {
  const own = rows[id]?.samples[of];
  if (!added) return own?.map((number) => number / unit);
  const direct = rows[DIRECT]?.samples[of];
  return id === DIRECT ? undefined : direct && own?.map((number, round) => (number - direct[round]) / unit);
}

/** How many times another row's a row's number is: the median over rounds, each compared with the other in the same round. */
export function ratio(rows, id, column, other = SERVE) {
  const own = numbers(rows, id, column);
  const others = numbers(rows, other, column);
  return own && others && median(own.map((number, round) => number / others[round]).filter((times) => !Number.isNaN(times)));
}

/** @param {Rows} rows @returns {string} in Markdown */
export function tables(rows) {
  return TABLES.map(({ title, columns }) => {
    const present = columns.filter((column) => Object.keys(rows).some((id) => numbers(rows, id, column)));
    const head = ["", ...present.map((column) => column.title)];
    const body = Object.entries(rows).map(([id, { label }]) => [label, ...present.map((column) => cell(rows, id, column))]);
    return present.length ? `${title}\n\n${markdown([head, ...body])}\n` : "";
  })
    .filter(Boolean)
    .join("\n");
}

function cell(rows, id, column) {
  const own = numbers(rows, id, column);
  if (!own) return "–";
  const times = column.ratio === false ? undefined : ratio(rows, id, column);
  const digits = decimals(median(own));
  const absolute = `${median(own).toFixed(digits)} ±${spread(own).toFixed(digits)}`;
  return times === undefined ? absolute : `${times.toFixed(decimals(times))}×  ${absolute}`;
}

/** Three digits that count, but no more than three behind the point. */
const decimals = (number) => Math.max(0, Math.min(3, 2 - Math.floor(Math.log10(Math.abs(number) || 1))));

/** @param {string[][]} lines */
function markdown([head, ...body]) {
  const widths = head.map((_, column) => Math.max(...[head, ...body].map((line) => line[column].length)));
  const line = (cells) => `| ${cells.map((text, i) => (i ? text.padStart(widths[i]) : text.padEnd(widths[i]))).join(" | ")} |`;
  const rule = `|${widths.map((width, i) => "-".repeat(width + 1) + (i ? ":" : "-")).join("|")}|`;
  return [line(head), rule, ...body.map(line)].join("\n");
}

/** Whether the load generator or the provider may have been what was measured: how busy they were at most, as parts of a core. */
export function busyness(rows) {
  const relayed = Object.keys(rows).filter((id) => id !== DIRECT);
  const most = (name) => Math.max(...relayed.flatMap((id) => CHATS.map((chat) => median(rows[id].samples[`${chat}.${name}`] ?? [0]))));
  const percent = (part) => `${Math.round(part * 100)} %`;
  const line = `With 1 KiB chats the load generator used at most ${percent(most("generatorBusy"))} of a core, the provider ${percent(most("mockBusy"))}`;
  const direct = rows[DIRECT]?.samples["chat16.rate"];
  return direct
    ? `${line}; alone, the two manage ${(median(direct) / most("rate")).toFixed(1)} times what the fastest row does.`
    : `${line}.`;
}
