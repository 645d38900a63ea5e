/**
 * Writing an answer: at once, at a pace, step by step when it is held, or broken off when a test wants that.
 * How a connection ends is this module's business; what is said on it is not.
 */
import { setTimeout } from "node:timers";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";

/** @import { ServerResponse } from "node:http" */
/** @import { Answer, Behaviour } from "./types.mjs" */

/** How long a connection may take no more before it counts as not being read. Only a test of just that waits for it. */
const STALLED_AFTER_MS = 500;

/**
 * How long a connection stays whole after the first chunk when it is going to be broken and no release decides the
 * moment. Broken in the same instant, the other side may see the break before the chunk.
 */
const BREAK_AFTER_MS = 50;

/**
 * @typedef {object} Stage
 * @property {ServerResponse} res
 * @property {number} pace                         ms between the chunks of a stream
 * @property {() => Promise<boolean>} released     one step of a held answer; false: the connection is gone
 * @property {() => void} begun                    called when the first chunk is written
 * @property {() => void} stalled                  called when nobody reads what is written
 * @property {() => void} broken                   called before the mock breaks the connection itself
 */

/**
 * @param {Stage} stage
 * @param {Answer} answer
 * @param {Behaviour} behaviour
 */
export async function play(stage, answer, behaviour) {
  const { res, released, begun } = stage;
  const { hold, late, reset, truncate, endless } = behaviour;
  if (late && !(await released())) return;
  if (reset === "before_headers") return breakOff(stage, reset);

  res.writeHead(answer.status, answer.headers);
  if (hold && !answer.stream) {
    res.flushHeaders();
    if (!(await released())) return;
  }

  const [first, ...rest] = answer.chunks;
  if (reset || truncate) {
    // A plain body has one chunk only: half of it makes it stop short of its content-length.
    const beginning = first && !answer.stream ? first.subarray(0, first.length >> 1) : first;
    if (beginning) res.write(beginning);
    begun();
    if (hold && answer.stream ? !(await released()) : !(await stillOpen(res, BREAK_AFTER_MS))) return;
    return breakOff(stage, reset);
  }

  if (!answer.stream) {
    res.end(first);
    return begun();
  }
  res.write(first);
  begun();
  for (const chunk of endless ? again(first) : rest) {
    if (!(await (hold ? released() : stillOpen(res, stage.pace)))) return;
    res.write(chunk);
  }
  res.end();
}

function* again(/** @type {Buffer} */ chunk) {
  while (true) yield chunk;
}

/**
 * Exact bytes, below HTTP: what may be said on the connection is up to the test.
 *
 * @param {Stage} stage
 * @param {Behaviour} behaviour   with a `wire`
 */
export async function playWire(stage, { wire, hold, late }) {
  const { res, released, begun } = stage;
  const { socket } = res;
  if (late && !(await released())) return;
  const pieces = wire.pieces.flatMap((piece) => {
    const [base64, times] = Array.isArray(piece) ? piece : [piece, 1];
    return Array(times).fill(Buffer.from(base64, "base64"));
  });
  for (const [index, piece] of pieces.entries()) {
    if (index > 0 && hold && !(await released())) return;
    const taken = socket.write(piece);
    if (index === 0) begun();
    if (!taken) await drained(stage);
    await nextTurn();
    if (res.closed) return;
  }
  if (wire.then === "stay") return;
  if (wire.then === "reset" && pieces.length > 0 && !(await stillOpen(res, BREAK_AFTER_MS))) return;
  breakOff(stage, wire.then === "reset" ? "mid_stream" : undefined);
}

/** @param {Stage} stage */
async function drained({ res, stalled }) {
  const timer = setTimeout(stalled, STALLED_AFTER_MS);
  await drainOrClose(res.socket, res);
  clearTimeout(timer);
}

/**
 * Between two chunks: gives the first its own packet, waits at the mock's pace, and until the reader has caught up.
 *
 * @returns {Promise<boolean>}   false when nobody reads any more
 */
async function stillOpen(/** @type {ServerResponse} */ res, /** @type {number} */ ms) {
  await (ms > 0 ? sleep(ms) : nextTurn());
  if (res.writableNeedDrain && !res.closed) await drainOrClose(res, res);
  return !res.closed;
}

/** Leaves no listener behind: a long answer to a slow reader waits many times. An error ends in a close as well. */
function drainOrClose(/** @type {import("node:stream").Writable} */ writable, /** @type {ServerResponse} */ res) {
  return new Promise((resolve) => {
    const over = () => {
      writable.off("drain", over);
      res.off("close", over);
      resolve(undefined);
    };
    writable.on("drain", over);
    res.on("close", over);
  });
}

/** @param {Stage} stage @param {Behaviour["reset"]} reset */
function breakOff({ res, broken }, reset) {
  broken();
  // FIN after what has been written, without the terminating chunk; or RST.
  if (reset) res.socket?.resetAndDestroy();
  else res.socket?.end();
}
