/** Characters of a message, of a code, and of an answer that is read for them. A provider may send more than a page could ever show. */
const MOST_OF_MESSAGE = 2000;
const MOST_OF_CODE = 100;
const MOST_READ = 65_536;

/** An error, and whose it is. */
export class Problem extends Error {
  /**
   * @param {"relay" | "provider" | "network" | "socket"} owner `socket`: the relay's by the code that a WebSocket was closed with, which the
   *   provider may have said as well
   * @param {unknown} code the relay's, or the provider's own name for it
   * @param {unknown} message
   * @param {{status?: number, id?: string | null, advice?: import("./advice.js").Advice}} [more] of the answer: its status, and its
   *   request's id as the relay's log has it; and what to do, where the status does not tell
   */
  constructor(owner, code, message, { status, id, advice } = {}) {
    super(shown(message, MOST_OF_MESSAGE));
    this.owner = owner;
    this.code = shown(code, MOST_OF_CODE);
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
  const message = messageFrom(await beginningOf(response, MOST_READ).catch(() => ""));
  throw new Problem(owner, code ?? "", message, { status: response.status, id });
}

/** Whatever a provider has put there, as text. @param {unknown} value @param {number} most */
function shown(value, most) {
  const text = typeof value === "string" ? value : JSON.stringify(value ?? "");
  return text.length > most ? `${text.slice(0, most)} …` : text;
}

/**
 * A body as text, up to so many characters. The rest is not waited for.
 *
 * @param {Response} response @param {number} most
 */
export async function beginningOf({ body }, most) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let piece = await reader.read(); !piece.done && text.length < most; piece = await reader.read()) text += piece.value;
  reader.cancel().catch(() => {});
  return text.slice(0, most);
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
    return text;
  }
}

function titleOf(html) {
  const title = /<title[^>]{0,100}>([^<]{1,100})/i.exec(html)?.[1].trim();
  return title ? ` with the title “${title}”` : "";
}

/** The message in any provider's error body. */
export function messageIn(body) {
  const { error, message, detail } = Array.isArray(body) ? body[0] : body;
  return error?.message ?? message ?? detail ?? error ?? body;
}
