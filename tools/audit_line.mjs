/** An audit line for people on a terminal, as `byok-relay serve` shows it there (server/byok_relay_server/log.py). */

const [GREEN, YELLOW, RED, DIM, PLAIN] = [32, 33, 31, 2, 0].map((code) => `\x1b[${code}m`);

/** @param {string} line a line of the Worker's log */
export const isAuditLine = (line) => line.startsWith('{"time":');

/** One coloured line: when, what, how it went, how long it took. @param {string} line */
export function forPeople(line) {
  const { time, id, method, provider, route, sealed, status, code, outcome, stream, ms_headers, ms, usage, socket } = JSON.parse(line);
  const failed = !["ok", "refused"].includes(outcome) || status >= 500;
  const colour = failed ? RED : status >= 400 ? YELLOW : GREEN;
  const begun = stream ? `, begun after ${Math.round(ms_headers)}` : "";
  const how = ["ok", "refused", code].includes(outcome) ? null : outcome;
  const words = [method, provider, route, sealed && "with a sealed key", code, how].filter(Boolean).join(" ");
  const took = [
    ms === null ? `begun after ${Math.round(ms_headers)} ms` : `${Math.round(ms)} ms${begun}`,
    usage && `${usage.input ?? 0} + ${usage.output ?? 0} tokens`,
    socket && `${socket.frames_up} frames up, ${socket.frames_down} down`,
    (failed || status >= 400) && id, // which the client has been told too
  ];
  return `${DIM}${time.slice(11, 19)}${PLAIN} ${colour}${status ?? "---"}${PLAIN} ${words} ${DIM}${took.filter(Boolean).join(", ")}${PLAIN}`;
}
