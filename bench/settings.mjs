/**
 * `node settings.mjs [--rounds=100] [--boundary=Worker]`: the CPU time that limits, the audit line and the metering of tokens take, at
 * both boundaries: each setting in turn, round after round, beside the relay without any. Prints a table, in microseconds.
 */
import { parseArgs } from "node:util";
import { chat, chunks } from "./measures.mjs";
import { startProcess } from "./processes.mjs";
import { serve, worker } from "./rows.mjs";
import { startSubject } from "./subject.mjs";

const AUDIT = { AUDIT: "true" };

/** `over` is what each is compared with. */
const SETTINGS = [
  { id: "none", says: "none of them" },
  { id: "limit", says: "RATE_LIMIT_PER_MINUTE, in memory", over: "none", settings: { RATE_LIMIT_PER_MINUTE: "100000" } },
  { id: "audit", says: "AUDIT", over: "none", settings: AUDIT },
  { id: "fingerprint", says: "AUDIT_SECRET beside AUDIT", over: "audit", settings: { ...AUDIT, AUDIT_SECRET: "0123456789abcdef" } },
  { id: "ends", says: "AUDIT_ENDS beside AUDIT", over: "audit", settings: { ...AUDIT, AUDIT_ENDS: "true" } },
  { id: "meter", says: "METER_USAGE beside AUDIT", over: "audit", settings: { ...AUDIT, METER_USAGE: "true" } },
];
const BOUNDARIES = { Worker: worker, serve: (settings) => serve(1, settings) };

const CONNECTIONS = 16;
const WARM_UP_SECONDS = 4;
const SECONDS = 0.25; // short, so that what slows the machine down slows all of them
const STREAMS = 8;
const STREAM = { count: 100, gap: 2 };
const MICROSECONDS = 1000;

const { values: flags } = parseArgs({ options: { rounds: { type: "string" }, boundary: { type: "string" } } });
const rounds = Number(flags.rounds ?? 100);
const boundaries = Object.entries(BOUNDARIES).filter(([name]) => name === (flags.boundary ?? name));

/** @typedef {{cpuMs: number, count: number}} Spent */

const chats = async (subject, seconds = SECONDS) => (await chat(subject, { connections: CONNECTIONS, seconds })).requests;
const streams = async (subject) => {
  await Promise.all(Array.from({ length: STREAMS }, () => chunks(subject, STREAM)));
  return STREAMS * STREAM.count;
};

const mock = await startProcess("mock.mjs");
console.log(`\n| CPU µs, over ${rounds} rounds | a request | ± | a chunk | ± |\n|---|---:|---:|---:|---:|`);
for (const [boundary, row] of boundaries) {
  const subjects = await Promise.all(SETTINGS.map(({ settings }) => startSubject(row(settings), mock)));
  for (const subject of subjects) await chats(subject, WARM_UP_SECONDS);
  const spent = [chats, streams].map((what) => ({ what, of: subjects.map(() => []) }));
  for (let round = 0; round < rounds; round++) {
    for (const { what, of } of spent) for (const at of subjects.keys()) of[at].push(await spend(subjects[at], what));
  }
  for (const [at, { says, over }] of SETTINGS.entries()) {
    const beside = SETTINGS.findIndex(({ id }) => id === over);
    const cells = spent.flatMap(({ of }) => difference(of[at], of[beside])).map((cell) => cell.toFixed(0));
    console.log(`| ${boundary}, ${says} | ${cells.join(" | ")} |`);
  }
  await Promise.all(subjects.map(({ close }) => close()));
}
await mock.close();

/** @returns {Promise<Spent>} */
async function spend(subject, what) {
  const before = subject.process.cpuMs();
  const count = await what(subject);
  return { cpuMs: subject.process.cpuMs() - before, count };
}

/** CPU time for each, over that beside it, and half the distance between what the even rounds say and the odd ones. */
function difference(spent, beside) {
  const each = (rounds) => (cost(spent.filter(rounds)) - (beside ? cost(beside.filter(rounds)) : 0)) * MICROSECONDS;
  const [even, odd] = [0, 1].map((rest) => each((_, round) => round % 2 === rest));
  return [each(() => true), Math.abs(even - odd) / 2];
}

/** @param {Spent[]} spent */
function cost(spent) {
  return spent.reduce((total, { cpuMs }) => total + cpuMs, 0) / spent.reduce((total, { count }) => total + count, 0);
}
