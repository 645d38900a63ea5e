/**
 * The load generator: the same request again and again on some connections, the next one as soon as the answer to the last is there and
 * has been compared with what it must be, byte for byte.
 */
import { connect } from "node:net";

/**
 * @typedef {object} Load
 * @property {string} url
 * @property {Buffer} wire the request, from its first byte to its last
 * @property {number} connections
 * @property {number} seconds
 * @property {Buffer} expected the body of every answer
 *
 * @typedef {object} Loaded
 * @property {number} requests answered
 * @property {number} seconds
 * @property {Float64Array} milliseconds how long each took, the shortest first
 */

/** @param {Load} options @returns {Promise<Loaded>} */
export async function load({ url, wire, connections, seconds, expected }) {
  const { hostname, port } = new URL(url);
  const times = [];
  const begun = performance.now();
  const end = begun + seconds * 1000;
  let finished = begun;

  const connection = () =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      let pending;
      let sent = 0;
      const send = () => {
        sent = performance.now();
        socket.write(wire);
      };
      const fail = (problem) => {
        socket.destroy();
        reject(new Error(`${url}: ${problem}`));
      };
      socket.on("connect", send);
      socket.on("error", (error) => fail(error.message));
      socket.on("close", () => fail("the connection was closed"));
      socket.on("data", (data) => {
        if (pending) data = Buffer.concat([pending, data]);
        const body = bodyOf(data);
        pending = body ? undefined : data;
        if (!body) return;
        finished = performance.now();
        times.push(finished - sent);
        const status = data.toString("latin1", 9, 12);
        if (!status.startsWith("2")) fail(`answered ${status}: ${body.subarray(0, 300)}`);
        else if (!body.equals(expected)) fail(`answered ${status} with another body: ${body.subarray(0, 300)}`);
        else if (finished < end) send();
        else {
          resolve();
          socket.destroy();
        }
      });
    });

  await Promise.all(Array.from({ length: connections }, connection));
  return { requests: times.length, seconds: (finished - begun) / 1000, milliseconds: Float64Array.from(times).sort() };
}

/** The body of the one answer that has arrived, or undefined if it is not whole yet. @param {Buffer} data */
function bodyOf(data) {
  const end = data.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = data.toString("latin1", 0, end);
  const begin = end + 4;
  const length = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (length) {
    const last = begin + Number(length[1]);
    return data.length >= last ? data.subarray(begin, last) : undefined;
  }
  return /\r\ntransfer-encoding: *chunked/i.test(head) ? fromChunks(data, begin) : data.subarray(begin, begin);
}

/** @param {Buffer} data @param {number} at */
function fromChunks(data, at) {
  const chunks = [];
  for (;;) {
    const lineEnd = data.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const size = parseInt(data.toString("latin1", at, lineEnd), 16);
    at = lineEnd + 2;
    if (data.length < at + size + 2) return undefined;
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(data.subarray(at, at + size));
    at += size + 2;
  }
}
