/** An error, and whose it is. */
export class Problem extends Error {
  /**
   * @param {"relay" | "provider" | "network"} owner
   * @param {string} code the relay's, or the provider's own name for it
   * @param {string} message
   * @param {{status?: number, id?: string | null, advice?: import("./advice.js").Advice}} [more] of the answer: its status, and its
   *   request's id as the relay's log has it; and what to do, where the status does not tell
   */
  constructor(owner, code, message, { status, id, advice } = {}) {
    super(message);
    this.owner = owner;
    this.code = code;
    this.status = status;
    this.id = id;
    this.advice = advice;
  }
}

/**
 * The answer to a request, if it is a good one.
 *
 * @param {Promise<Response>} request
 * @param {(response: Response) => void} [onHead] called with any answer, a bad one too
 * @returns {Promise<Response>}
 */
export async function answerTo(request, onHead) {
  const response = await reached(request);
  onHead?.(response);
  if (response.ok) return response;
  const code = response.headers.get("x-relay-error");
  const id = idIn(response.headers);
  const owner = code ? "relay" : id ? "provider" : "network"; // what has no id did not come through the relay
  const message = messageFrom(await response.text().catch(() => ""));
  throw new Problem(owner, code ?? "", message, { status: response.status, id });
}

/** @param {Headers} headers */
export const idIn = (headers) => headers.get("x-relay-request-id");

/** All that a browser says of a request that did not arrive is a TypeError. */
const reached = (request) =>
  request.catch((error) => {
    if (!(error instanceof TypeError)) throw error;
    throw new Problem("network", "", navigator.onLine ? "The relay cannot be reached." : "This browser is offline.");
  });

function messageFrom(text) {
  if (!text.trim()) return "The answer says no more.";
  if (/^\s*</.test(text)) return `The answer is a web page${titleOf(text)}, not an error that a program can read.`;
  try {
    return messageIn(JSON.parse(text));
  } catch {
    return text.slice(0, 500);
  }
}

function titleOf(html) {
  const title = /<title[^>]*>([^<]+)/i.exec(html)?.[1].trim().slice(0, 100);
  return title ? ` with the title “${title}”` : "";
}

/** The message in any provider's error body. */
export function messageIn(body) {
  const { error, message, detail } = Array.isArray(body) ? body[0] : body;
  const found = error?.message ?? message ?? detail ?? error ?? body;
  return typeof found === "string" ? found : JSON.stringify(found);
}
