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
  const changed = ({ method, url: path, headers }) => {
    const asked = { method, path, headers: { ...headers } };
    change(asked);
    return asked;
  };
  const server = createServer((req, res) => {
    const asked = changed(req);
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
  server.on("upgrade", (req, socket) => {
    const asked = changed(req);
    const begin = ({ statusCode, rawHeaders }) => {
      const lines = rawHeaders.map((text, at) => text + (at % 2 ? "\r\n" : ": ")).join("");
      socket.write(`HTTP/1.1 ${statusCode} Spoiled\r\n${lines}\r\n`);
    };
    const up = request(url, asked);
    up.on("upgrade", (answer, joined, head) => {
      begin(answer);
      socket.write(head);
      joined.pipe(socket).pipe(joined);
      joined.on("error", () => socket.destroy());
    });
    up.on("response", (answer) => {
      begin(answer);
      answer.pipe(socket);
    });
    socket.on("error", () => up.destroy());
    up.on("error", () => socket.destroy());
    up.end();
  });
  return listen(server);
}
