/** A proxy in front of a relay that spoils something, as some do. */
import { createServer, request } from "node:http";
import { buffer } from "node:stream/consumers";
import { listen } from "../listen.mjs";

/**
 * @typedef {object} Spoil
 * @property {(asked: {method: string, path: string, headers: Record<string, string>}) => void} [request] changes it on its way up
 * @property {(answer: {status: number, headers: Record<string, string>}, path: string) => void} [answer] changes its head on its way down
 * @property {boolean} [buffers] lets nothing of a body down before all of it is there
 */

/** @param {string} url @param {Spoil} spoil */
export function startSpoiling(url, { request: change = () => {}, answer: changeAnswer = () => {}, buffers = false }) {
  const server = createServer((req, res) => {
    const asked = { method: req.method, path: req.url, headers: { ...req.headers } };
    change(asked);
    const up = request(url, asked, async (answer) => {
      const given = { status: answer.statusCode, headers: { ...answer.headers } };
      delete given.headers["transfer-encoding"];
      changeAnswer(given, asked.path);
      res.writeHead(given.status, given.headers);
      if (buffers) res.end(await buffer(answer));
      else answer.pipe(res);
    });
    up.on("error", () => res.destroy());
    req.pipe(up);
  });
  return listen(server);
}
