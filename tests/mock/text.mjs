/**
 * What the mock says, and how text becomes the pieces of a stream.
 */

const OPENING = "Hello from the mock";
const EMOJI = "🙂";
const EMOJI_BYTES = Buffer.from(EMOJI);

/**
 * The answer in pieces; joined they are the whole text.
 *
 * @param {string} provider
 * @param {string} said
 * @returns {string[]}
 */
export const greeting = (provider, said) => [`${OPENING} ${provider}!`, " You said: ", `${said}.`, ` ${EMOJI}`];

/**
 * The last thing the user said, in any provider's list of turns.
 *
 * @param {unknown} turns      OpenAI, Anthropic, Mistral: `messages`; OpenAI responses: `input`; Gemini: `contents`
 * @returns {string}
 */
export function lastUserText(turns) {
  if (typeof turns === "string") return turns;
  if (!Array.isArray(turns)) return "";
  // Gemini lets the role of a single turn out; the OpenAI responses API has items without one, which are not the user's.
  const turn = turns.findLast((each) => each?.role === "user" || (each?.parts && !each.role));
  return plainText(turn?.content ?? turn?.parts);
}

/** @param {unknown} content  a string, or parts of which some have a text */
const plainText = (content) =>
  typeof content === "string" ? content : Array.isArray(content) ? content.map((part) => part?.text ?? "").join("") : "";

/** A token is about four letters; nobody checks more than that the numbers are there. */
export const tokens = (/** @type {string} */ text) => Math.ceil(text.length / 4);

/** One server-sent event without a name. */
export const data = (/** @type {unknown} */ value, eol = "\n") => `data: ${JSON.stringify(value)}${eol}${eol}`;

/** One server-sent event that is named like its type. */
export const event = (/** @type {{type: string}} */ value) => `event: ${value.type}\n${data(value)}`;

/** The content type of most streams. */
export const STREAM = "text/event-stream; charset=utf-8";

/**
 * Frames as they go onto the wire. What comes before the first words goes with them: most SDKs tell an app nothing until
 * there are words, so no test could see a first chunk without any. An emoji is cut in the middle of its four bytes: whoever
 * decodes chunk by chunk on the way turns it into replacement characters.
 *
 * @param {string[]} frames
 * @returns {Buffer[]}
 */
export function chunksOf(frames) {
  const first = Math.max(1, frames.findIndex((frame) => frame.includes(OPENING)) + 1);
  return [frames.slice(0, first).join(""), ...frames.slice(first)].flatMap((chunk) => {
    const bytes = Buffer.from(chunk);
    const emoji = bytes.lastIndexOf(EMOJI_BYTES);
    return emoji < 0 ? [bytes] : [bytes.subarray(0, emoji + 2), bytes.subarray(emoji + 2)];
  });
}

let count = 0;

/** A new id. They are told apart by number only, so that a test that fails can be read. */
export const newId = (/** @type {string} */ prefix) => `${prefix}mock${String(++count).padStart(12, "0")}`;

export const now = () => Math.floor(Date.now() / 1000);
