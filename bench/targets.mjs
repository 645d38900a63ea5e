/** What the relay is meant to reach, as ratios and differences within one run on two cores. */
import { cpus } from "node:os";
import { DIRECT, SERVE, WORKER } from "./rows.mjs";
import { median } from "./statistics.mjs";

/** @typedef {import("./report.mjs").Rows} Rows */

const ratioOf = (name, own, other) => (rows) => paired(rows, name, own, other, (a, b) => a / b);
const differenceOf = (name, own, other) => (rows) => paired(rows, name, own, other, (a, b) => a - b);
const medianOf =
  (name, own, unit) =>
  ({ [own]: row }) =>
    row?.samples[name] && median(row.samples[name]) / unit;

function paired(rows, name, own, other, compare) {
  const [a, b] = [rows[own]?.samples[name], rows[other]?.samples[name]];
  return a && b && median(b.flatMap((number, round) => (round in a ? [compare(a[round], number)] : [])));
}

/** @typedef {{says: string, value: (rows: Rows) => number | undefined, least?: number, most?: number}} Target */

const MIB = 2 ** 20;

// The load generator and the provider need cores as well, so a second worker shows in the rate only where there are more than two.
// Elsewhere its CPU time has to do: with 1.25 times one worker's, two could reach 1.6 times the rate.
const TWO_WORKERS =
  cpus().length >= 4
    ? { says: "requests/s at 16 connections with two workers over one's", value: ratioOf("chat16.rate", "serve-2", SERVE), least: 1.6 }
    : {
        says: "CPU per request with two workers over one's (to see their rate takes four cores)",
        value: ratioOf("chat16.cpu", "serve-2", SERVE),
        most: 1.25,
      };

/** @type {Record<string, Target[]>} */
const TARGETS = {
  "byok-relay serve": [
    { says: "requests/s at 16 connections over Express's", value: ratioOf("chat16.rate", SERVE, "express"), least: 3.5 },
    {
      says: "requests/s at 16 connections over http-proxy-middleware's",
      value: ratioOf("chat16.rate", SERVE, "http-proxy-middleware"),
      least: 1.5,
    },
    { says: "requests/s at 16 connections over CORS-Anywhere's", value: ratioOf("chat16.rate", SERVE, "cors-anywhere"), least: 1 },
    { says: "requests/s at 16 connections over Portkey's", value: ratioOf("chat16.rate", SERVE, "portkey"), least: 5 },
    { says: "requests/s at 16 connections over LiteLLM's", value: ratioOf("chat16.rate", SERVE, "litellm"), least: 10 },
    { says: "CPU per request over CORS-Anywhere's", value: ratioOf("chat16.cpu", SERVE, "cors-anywhere"), most: 1 },
    { says: "p99 at 16 connections over CORS-Anywhere's", value: ratioOf("chat16.p99", SERVE, "cors-anywhere"), most: 1 },
    TWO_WORKERS,
    { says: "ms added, median, 1 connection", value: differenceOf("chat1.p50", SERVE, DIRECT), most: 0.5 },
    { says: "ms added, p99, 1 connection", value: differenceOf("chat1.p99", SERVE, DIRECT), most: 1 },
    { says: "ms to a stream's first byte over CORS-Anywhere", value: differenceOf("first.firstByte", SERVE, "cors-anywhere"), most: 0.1 },
    { says: "ms to each chunk over CORS-Anywhere, median", value: differenceOf("stream.chunk50", SERVE, "cors-anywhere"), most: 0.1 },
    { says: "ms more for a sealed key, median, 1 connection", value: differenceOf("chat1.p50", "serve-sealed", SERVE), most: 0.3 },
    { says: "ms more CPU for a sealed key", value: differenceOf("chat16.cpu", "serve-sealed", SERVE), most: 0.3 },
    { says: "uploads of 20 MiB/s over CORS-Anywhere's", value: ratioOf("upload.rate", SERVE, "cors-anywhere"), least: 1 },
    { says: "MiB more during 1 GiB", value: medianOf("download.growth", SERVE, MIB), most: 20 },
    { says: "kB per open stream, of 500", value: medianOf("streams500.perStream", SERVE, 1e3), most: 60 },
    { says: "MiB idle, one worker", value: medianOf("memory.idle", SERVE, MIB), most: 80 },
    { says: "MiB idle for each of two workers", value: medianOf("memory.idle", "serve-2", 2 * MIB), most: 80 },
  ],
  "byok-relay Worker": [
    { says: "requests/s at 16 connections over Express's", value: ratioOf("chat16.rate", WORKER, "express"), least: 1.25 },
    { says: "requests/s at 16 connections over CORS-Anywhere's", value: ratioOf("chat16.rate", WORKER, "cors-anywhere"), least: 1 },
    { says: "requests/s at 16 connections over Portkey's", value: ratioOf("chat16.rate", WORKER, "portkey"), least: 2 },
    {
      says: "requests/s at 16 connections over the bare Python Worker's",
      value: ratioOf("chat16.rate", WORKER, "bare-python"),
      least: 0.6,
    },
    { says: "ms over the bare JS Worker, median, 1 connection", value: differenceOf("chat1.p50", WORKER, "bare-js"), most: 0.8 },
    { says: "ms added to each chunk, median", value: differenceOf("stream.chunk50", WORKER, DIRECT), most: 0.1 },
    { says: "ms more for a sealed key, median, 1 connection", value: differenceOf("chat1.p50", "relay-sealed", WORKER), most: 2 },
    { says: "MiB more during 1 GiB", value: medianOf("download.growth", WORKER, MIB), most: 20 },
    { says: "kB per open stream, of 500", value: medianOf("streams500.perStream", WORKER, 1e3), most: 100 },
  ],
};

/** @param {Rows} rows @returns {string} */
export function targets(rows) {
  return Object.entries(TARGETS)
    .map(([boundary, all]) => [boundary, all.flatMap((target) => line(target, target.value(rows)))])
    .filter(([, lines]) => lines.length)
    .map(([boundary, lines]) => `Targets of ${boundary}\n\n${lines.join("\n")}\n`)
    .join("\n");
}

/** @param {Target} target @param {number | undefined} number @returns {string[]} none if it was not measured */
function line({ says, least, most }, number) {
  if (number === undefined) return [];
  const met = least === undefined ? number <= most : number >= least;
  const limit = least === undefined ? `at most ${most}` : `at least ${least}`;
  return [`${met ? "met   " : "missed"}  ${number.toFixed(2).padStart(6)}  ${limit.padEnd(13)}  ${says}`];
}
