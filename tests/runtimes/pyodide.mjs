/**
 * The relay on the Python and the JavaScript interface of Cloudflare's current runtime (Pyodide 314), behind a small HTTP adapter.
 * The adapter plays workerd's part, so it moves bytes and header lines exactly as they are: undici's `request` neither decodes
 * bodies nor follows redirects. Where the runtime's globals are not Node's, the Worker gets the runtime's: see `globalsOf`.
 */
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { scheduler } from "node:timers/promises";
import { loadPyodide } from "pyodide";
import { Agent, request } from "undici";
import { SOURCE } from "../../tools/relay.mjs";
import { listen } from "../listen.mjs";
import bindingOf from "./rate-limiter.mjs";
import { snapshot } from "./snapshot.mjs";

const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 }); // time limits are the relay's business

/**
 * What Python's `js` module shows: the runtime's own globals where Node's differ. Sources are files of cloudflare/workerd, those of
 * src/pyodide/ as they are inside workerd 1.20261117.1.
 *
 * @param {(line: string) => void} log
 */
const globalsOf = (log) => ({
  AbortController,
  Array,
  console: { log },
  FixedLengthStream,
  Function: new Proxy(Function, { apply: refuseCode, construct: refuseCode }), // AllowCodeGenerationFromStrings(false) in src/workerd/jsg/resource.h
  IdentityTransformStream: TransformStream, // without a transformer it is one (Streams standard, section 6.2.1)
  JSON,
  Map,
  Object,
  Promise,
  ReadableStream,
  Reflect,
  Response,
  TransformStream,
  URL,
  clearTimeout,
  crypto,
  eval: refuseCode, // as Function
  fetch: fetchUpstream,
  scheduler,
  setTimeout: setTimeoutTopLevelPatch(log), // makeSetTimeout in src/pyodide/internal/python.ts; `beforeRequest` there keeps it for requests
});

/** The runtime's tells by it how long the answer is. The adapter knows that from the head. */
class FixedLengthStream extends TransformStream {
  constructor(_length) {
    super();
  }
}

function refuseCode() {
  throw new EvalError("Code generation from strings disallowed for this context");
}

/** The handler gets no arguments, no time at all means a microtask, and a timer is a number. What a handler throws is logged. */
const setTimeoutTopLevelPatch = (log) => (handler, timeout) => {
  const call = () => {
    try {
      handler();
    } catch (error) {
      log(`Uncaught (async) ${error}`);
    }
  };
  if (timeout) return Number(setTimeout(call, timeout));
  queueMicrotask(call);
  return 0;
};

/**
 * @param {{port?: number, vars?: Record<string, string>, rateLimiter?: object, source?: string, log?: (line: string) => void}} [options] as
 *   of tools/relay.mjs and runtimes.mjs
 * @returns {Promise<{url: string, close: () => Promise<void>}>}
 */
export async function startRelay({ port = 0, vars = {}, rateLimiter, source = SOURCE, log = console.error } = {}) {
  const python = await startPython(source, log, globalsOf(log));
  const { on_fetch: onFetch } = python.pyimport("entry");
  const env = rateLimiter ? { ...vars, RATE_LIMITER: bindingOf(rateLimiter) } : vars;
  const server = createServer((incoming, outgoing) => {
    serve(onFetch, env, incoming, outgoing).catch(() => outgoing.destroy()); // a body that broke breaks the client's connection too
  });
  const { url, close } = await listen(server, port);
  return { url, close: () => Promise.all([close(), agent.destroy()]) };
}

/** Python with the Worker's files where it can import them, and nothing imported yet. `jsglobals` is what its `js` module shows. */
export async function startPython(source, log, jsglobals) {
  const python = await loadPyodide({ stdout: log, stderr: log, jsglobals, _loadSnapshot: await snapshot() });
  python.FS.mkdirTree("/src");
  python.mountNodeFS("/src", source);
  python.runPython("import sys; sys.dont_write_bytecode = True; sys.path.insert(0, '/src')");
  return python;
}

async function serve(onFetch, env, incoming, outgoing) {
  const hasBody = incoming.headers["content-length"] !== undefined || incoming.headers["transfer-encoding"] !== undefined;
  const body = hasBody ? Readable.toWeb(incoming) : null;
  if (body) bodyLengths.set(body, incoming.headers["content-length"]);
  // Not a `Request`: its URL would be normalised, and workerd's is not.
  const url = `http://${incoming.headers.host}${incoming.url}`;
  // Relaxed, as the runtime calls handlers (src/pyodide/python-entrypoint-helper.ts, `doRelaxedPyCall`).
  const headers = headersOf(incoming.rawHeaders);
  const asked = { method: incoming.method, url, headers, body, arrayBuffer: () => new Response(body).arrayBuffer() };
  const context = { waitUntil() {} }; // what is promised goes on here without
  const response = await onFetch.callRelaxed(asked, env, context);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.flushHeaders();
  if (response.body) await pipeline(Readable.fromWeb(response.body), outgoing);
  else outgoing.end();
}

/** How long a client said that its body is; workerd keeps that with the stream too. */
const bodyLengths = new WeakMap();

/**
 * @param {string} url
 * @param {{method: string, headers: Record<string, string>, body?: ReadableStream | ArrayBuffer, redirect: "manual", signal: AbortSignal}} init
 */
async function fetchUpstream(url, { method, headers: sent, body, redirect, signal }) {
  if (redirect !== "manual") throw new TypeError("a redirect would be followed"); // what `fetch` does of itself; the adapter cannot
  // Request::constructor in src/workerd/api/http.c++
  if (body && ["GET", "HEAD"].includes(method)) throw new TypeError("Request with a GET or HEAD method cannot have a body.");
  const isStream = body instanceof ReadableStream;
  const length = isStream && bodyLengths.get(body);
  const upstream = await request(url, {
    method,
    headers: length ? { ...sent, "content-length": length } : sent,
    body: isStream ? Readable.fromWeb(body) : body && Buffer.from(body),
    signal,
    dispatcher: agent,
    responseHeaders: "raw",
  });
  const headers = headersOf(upstream.headers.map(String));
  const empty = [204, 205, 304].includes(upstream.statusCode);
  if (empty) {
    await upstream.body.dump();
    headers.delete("content-length"); // as workerd does: here it says how long a body would be that does not come
  }
  return {
    status: upstream.statusCode,
    statusText: upstream.statusText ?? "",
    headers,
    body: empty ? null : toWeb(upstream.body),
  };
}

/**
 * A body as the Worker has it. Not `Readable.toWeb`: given up with more on the way, Node 20's throws where nobody can catch it.
 *
 * @param {Readable} body
 */
function toWeb(body) {
  const pieces = body[Symbol.asyncIterator]();
  body.on("error", () => {}); // whoever reads is told by `pieces`
  const pull = async (controller) => {
    const { done, value } = await pieces.next();
    if (done) controller.close();
    else controller.enqueue(new Uint8Array(value.buffer, value.byteOffset, value.length)); // Python knows no `Buffer`
  };
  return new ReadableStream({ pull, cancel: () => void body.destroy() }, { highWaterMark: 0 });
}

/** @param {string[]} raw names and values in turn */
function headersOf(raw) {
  const headers = new Headers();
  for (let i = 0; i < raw.length; i += 2) headers.append(raw[i], raw[i + 1]);
  return headers;
}
