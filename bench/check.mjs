/** Has the relay become slower? Ratios of a new run against those of results.json, which were measured on another day and machine. */
import { ratio } from "./report.mjs";
import { PEERS, SERVE, WORKER } from "./rows.mjs";
import { median } from "./statistics.mjs";

export const TOLERANCE = 0.2;

/** What is compared, and whether more of it is better. */
const COMPARED = [
  { says: "requests/s at 16 connections", of: "chat16.rate", moreIsBetter: true },
  { says: "CPU time per request", of: "chat16.cpu", moreIsBetter: false },
  { says: "time per request, 1 connection", of: "chat1.p50", moreIsBetter: false },
];

/**
 * Each of the relay's two boundaries against the peers: each peer says by how much the relay fell back behind it, and the median of them
 * counts, so that no single row's bad moment does.
 *
 * @param {import("./report.mjs").Rows} now
 * @param {import("./report.mjs").Rows} committed
 * @returns {{ok: boolean, text: string}}
 */
export function check(now, committed) {
  const peers = PEERS.filter((id) => now[id] && committed[id]);
  const results = [SERVE, WORKER]
    .filter((own) => now[own] && committed[own])
    .flatMap((own) =>
      COMPARED.map(({ says, of, moreIsBetter }) => {
        const changes = peers.map((id) => ratio(committed, id, { of }, own) / ratio(now, id, { of }, own));
        const change = moreIsBetter ? median(changes) : 1 / median(changes);
        const ok = change >= 1 - TOLERANCE;
        return { ok, line: `${ok ? "ok    " : "SLOWER"}  ${change.toFixed(2)} times as good as committed: ${now[own].label}, ${says}` };
      }),
    );
  return { ok: results.every(({ ok }) => ok), text: results.map(({ line }) => line).join("\n") };
}
