/** What the relay is meant to reach, as ratios and differences within one run on two cores. */
import { DIRECT, RELAY } from "./rows.mjs";
import { median } from "./statistics.mjs";

/** @typedef {import("./report.mjs").Rows} Rows */

const ratioOf = (name, own, other) => (rows) => paired(rows, name, own, other, (a, b) => a / b);
const differenceOf = (name, own, other) => (rows) => paired(rows, name, own, other, (a, b) => a - b);
const medianOf =
  (name, unit) =>
  ({ [RELAY]: row }) =>
    row?.samples[name] && median(row.samples[name]) / unit;

function paired(rows, name, own, other, compare) {
  const [a, b] = [rows[own]?.samples[name], rows[other]?.samples[name]];
  return a && b && median(a.map((number, round) => compare(number, b[round])));
}

/** @type {{says: string, value: (rows: Rows) => number | undefined, least?: number, most?: number}[]} */
const TARGETS = [
  { says: "requests/s at 16 connections over Express's", value: ratioOf("chat16.rate", RELAY, "express"), least: 1.25 },
  { says: "requests/s at 16 connections over CORS-Anywhere's", value: ratioOf("chat16.rate", RELAY, "cors-anywhere"), least: 1 },
  { says: "requests/s at 16 connections over Portkey's", value: ratioOf("chat16.rate", RELAY, "portkey"), least: 2 },
  { says: "requests/s at 16 connections over the bare Python Worker's", value: ratioOf("chat16.rate", RELAY, "bare-python"), least: 0.6 },
  { says: "ms over the bare JS Worker, median, 1 connection", value: differenceOf("chat1.p50", RELAY, "bare-js"), most: 0.8 },
  { says: "ms added to each chunk, median", value: differenceOf("stream.chunk50", RELAY, DIRECT), most: 0.1 },
  { says: "ms more for a sealed key, median, 1 connection", value: differenceOf("chat1.p50", "relay-sealed", RELAY), most: 2 },
  { says: "MiB more during 1 GiB", value: medianOf("download.growth", 2 ** 20), most: 20 },
  { says: "kB per open stream, of 500", value: medianOf("streams500.perStream", 1e3), most: 100 },
];

/** @param {Rows} rows @returns {string} */
export function targets(rows) {
  const lines = TARGETS.flatMap(({ says, value, least, most }) => {
    const number = value(rows);
    if (number === undefined) return [];
    const met = least === undefined ? number <= most : number >= least;
    const limit = least === undefined ? `at most ${most}` : `at least ${least}`;
    return [`${met ? "met   " : "missed"}  ${number.toFixed(2).padStart(6)}  ${limit.padEnd(13)}  ${says}`];
  });
  return `Targets\n\n${lines.join("\n")}\n`;
}
