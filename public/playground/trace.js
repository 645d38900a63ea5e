/**
 * What is known of a question on its way, each thing with its time in milliseconds since the question.
 *
 * @typedef {object} Trace
 * @property {(name: "request" | "answer" | "received" | "text" | "end", what?: object) => void} note the first of each counts
 * @property {(comment: string) => void} hear a comment in the answer's stream
 * @property {{at: number, path: string, headers: Record<string, string>, bytes: number, isSealed: boolean}} [request]
 * @property {{at: number, status: number, headers: Headers}} [answer] its head
 * @property {{at: number, method: string, url: string, headers: [string, string][], body_length: number}} [received] what a mock says it got
 * @property {{at: number}} [text] its first words
 * @property {{at: number}} [end]
 */

/** How the mock of the providers begins to say what it has received: a comment of the stream, which no client reads. */
const RECEIVED = "mock-received ";

/** Whether a mock may stand in a provider's place. Anywhere else what says so is a provider that pretends. */
export const isLocal = ["localhost", "127.0.0.1"].includes(location.hostname);

/** @returns {Trace} */
export function startTrace() {
  const began = performance.now();
  const trace = {
    note: (name, what) => void (trace[name] ??= { at: performance.now() - began, ...what }),

    hear(comment) {
      if (!isLocal || trace.received || !comment.startsWith(RECEIVED)) return;
      const received = parsed(comment.slice(RECEIVED.length));
      if (isReceived(received)) trace.note("received", received);
    },
  };
  return trace;
}

const isText = (value) => typeof value === "string";
const isHeader = (pair) => Array.isArray(pair) && pair.length === 2 && pair.every(isText);

/** Whether it is what a mock says. @param {any} said */
const isReceived = (said) =>
  isText(said?.method) &&
  isText(said.url) &&
  Number.isFinite(said.body_length) &&
  Array.isArray(said.headers) &&
  said.headers.every(isHeader);

/** @param {number} milliseconds */
export const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(2)} s`;

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
