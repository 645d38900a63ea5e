/** Carries out a plan: one row after the other, round after round, beginning with another row each time. */
import { importTime } from "./import-time.mjs";
import { chat } from "./measures.mjs";
import { startProcess } from "./processes.mjs";
import { startSubject } from "./subject.mjs";

/** @typedef {Record<string, number[]>} Samples by what was measured, one of each round */

/**
 * @param {import("./plan.mjs").Plan} plan
 * @param {import("./rows.mjs").Row[]} rows
 * @param {(line: string) => void} tell how far it is
 * @returns {Promise<Record<string, Samples>>} by row
 */
export async function carryOut(plan, rows, tell) {
  const samples = Object.fromEntries(rows.map((row) => [row.id, {}]));
  const keep = (row, step, numbers) => {
    for (const [name, number] of Object.entries(numbers)) (samples[row.id][`${step}.${name}`] ??= []).push(Number(number.toPrecision(5)));
  };
  const mock = await startProcess("mock.mjs");
  const subjects = [];

  const measure = async (subject, steps, place) => {
    for (const { id, run } of steps.filter(({ only }) => !only || only(subject.row))) {
      tell(`${place}: ${subject.row.label}, ${id}`);
      try {
        keep(subject.row, id, await run(subject));
      } catch (error) {
        throw new Error(`${subject.row.label}, ${id}: ${error.message}\n${subject.process.log()}`, { cause: error });
      }
    }
  };

  try {
    const servers = rows.filter(({ server }) => server);
    for (const [index, { rounds, steps }] of plan.fresh.entries()) {
      const needed = servers.filter((row) => steps.some(({ only }) => !only || only(row)));
      for (const [round, row] of inTurn(rounds, needed)) {
        if (row.slowStart && round > 0) continue;
        const place = `fresh processes, part ${index + 1} of ${plan.fresh.length}, round ${round + 1} of ${rounds}`;
        tell(`${place}: ${row.label}, start`);
        const subject = await startSubject(row, mock);
        keep(row, "start", { firstAnswer: subject.firstAnswerMs });
        await measure(subject, steps, place).finally(subject.close);
        if (row.pythonSource && index === 0) keep(row, "start", { import: await importTime(row.pythonSource) });
      }
    }
    for (const row of rows) {
      tell(`warming up: ${row.label}`);
      subjects.push(await startSubject(row, mock));
      await chat(subjects.at(-1), { connections: 16, seconds: plan.warmUpSeconds });
    }
    for (const [index, { rounds, steps }] of plan.running.entries()) {
      for (const [round, subject] of inTurn(rounds, subjects)) {
        await measure(subject, steps, `warm processes, part ${index + 1} of ${plan.running.length}, round ${round + 1} of ${rounds}`);
      }
    }
  } finally {
    await Promise.all(subjects.map((subject) => subject.close()));
    await mock.close();
  }
  return samples;
}

/** @template T @param {number} rounds @param {T[]} all @returns {Generator<[number, T]>} */
function* inTurn(rounds, all) {
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < all.length; i++) yield [round, all[(i + round) % all.length]];
  }
}
