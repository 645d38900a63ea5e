/** How long and how often each thing is measured. What comes out of a step is named `<step's id>.<number's name>`. */
import { chat, chunks, download, firstBytes, idleMemory, openStreams, preflights } from "./measures.mjs";

const KIB = 1024;

const basic = (row) => !row.variant;

/**
 * @typedef {object} Step
 * @property {string} id
 * @property {(subject: import("./subject.mjs").Subject) => Promise<Record<string, number>>} run
 * @property {(row: import("./rows.mjs").Row) => boolean} [only] for some rows
 *
 * @typedef {object} Plan
 * @property {number} warmUpSeconds
 * @property {{rounds: number, steps: Step[]}[]} fresh on processes that were started for it, which measures their start as well
 * @property {{rounds: number, steps: Step[]}[]} running on processes that all run and are warm
 */

/** @type {Plan} */
export const FULL = {
  warmUpSeconds: 8, // Express and Portkey take about as long until Node has compiled what they run
  fresh: [
    {
      rounds: 3,
      steps: [
        { id: "memory", run: (subject) => idleMemory(subject, { requests: 100 }) },
        { id: "streams500", run: (subject) => openStreams(subject, { count: 500 }) },
      ],
    },
    { rounds: 3, steps: [{ id: "download", run: (subject) => download(subject, { mebibytes: 1024 }), only: basic }] },
  ],
  running: [
    {
      rounds: 11, // many short ones: a neighbour on the machine disturbs some of them, and the median is of the others
      steps: [
        { id: "chat1", run: (subject) => chat(subject, { connections: 1, seconds: 1 }) },
        { id: "chat16", run: (subject) => chat(subject, { connections: 16, seconds: 1 }) },
      ],
    },
    {
      rounds: 5,
      steps: [
        { id: "chat64", run: (subject) => chat(subject, { connections: 64, seconds: 1.5 }) },
        { id: "long16", run: (subject) => chat(subject, { connections: 16, seconds: 1.5, size: 100 * KIB }), only: basic },
        { id: "upload", run: (subject) => chat(subject, { connections: 1, seconds: 1.5, size: 20 * KIB * KIB }), only: basic },
        {
          id: "preflights",
          run: (subject) => preflights(subject, { connections: 16, seconds: 1 }),
          only: (row) => basic(row) && row.preflights,
        },
      ],
    },
    {
      rounds: 3,
      steps: [
        { id: "first", run: (subject) => firstBytes(subject, { count: 50 }) },
        { id: "stream", run: (subject) => chunks(subject, { count: 200, gap: 20 }) },
      ],
    },
  ],
};

/** About two minutes: enough to see that nothing became much slower. @type {Plan} */
export const QUICK = {
  warmUpSeconds: 3,
  fresh: [],
  running: [
    {
      rounds: 5,
      steps: [
        { id: "chat1", run: (subject) => chat(subject, { connections: 1, seconds: 0.2 }) },
        { id: "chat16", run: (subject) => chat(subject, { connections: 16, seconds: 0.4 }) },
      ],
    },
    {
      rounds: 1,
      steps: [
        { id: "first", run: (subject) => firstBytes(subject, { count: 10 }) },
        { id: "stream", run: (subject) => chunks(subject, { count: 25, gap: 20 }) },
      ],
    },
  ],
};
