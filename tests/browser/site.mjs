/** The web server of a page that is not the relay's: what an app's own host is to the relay. */
import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { listen } from "../listen.mjs";

/** An empty page. */
export const PAGE = fileURLToPath(new URL("page.html", import.meta.url));

const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/**
 * Serves the page at `/`, texts at their paths, and the files of folders below paths that end in a slash.
 *
 * @param {object} [content]
 * @param {Record<string, string>} [content.texts] path -> text
 * @param {Record<string, string>} [content.folders] path -> folder
 * @param {Record<string, string>} [content.headers] sent with everything
 * @returns {Promise<{url: string, localhost: string, close: () => Promise<void>}>} one site that a browser sees as two: by address and by name
 */
export async function startSite({ texts = {}, folders = {}, headers = {} } = {}) {
  const server = createServer(({ url }, response) => {
    const [, folder, name] = /^(\/|\/.+\/)([\w.-]*)$/.exec(url) ?? [];
    const path = url === "/" ? PAGE : folder in folders && join(folders[folder], name);
    const head = { ...headers, "content-type": TYPES[extname(path || url)] ?? "application/octet-stream" };
    const notFound = () => response.writeHead(404).end();
    if (url in texts) response.writeHead(200, head).end(texts[url]);
    else if (!path) notFound();
    else {
      const file = createReadStream(path).once("error", notFound);
      file.once("open", () => file.pipe(response.writeHead(200, head)));
    }
  });
  const { url, close } = await listen(server);
  return { url, localhost: url.replace("127.0.0.1", "localhost"), close };
}
