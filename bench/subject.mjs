/** A row that is running: where it is, what to send it, and proof that its answers come through the provider. */
import { startProcess } from "./processes.mjs";
import { chatBody, chatHeaders, KEY, wire } from "./request.mjs";

export const CHAT_PATH = "/v1/chat/completions";
const NOTE = "Was this really sent to the provider? ";

/**
 * @typedef {object} Subject
 * @property {import("./rows.mjs").Row} row
 * @property {import("./processes.mjs").Process} process of the row; the provider's own for the row without a relay
 * @property {import("./processes.mjs").Process} mock
 * @property {string} root what stands for the provider's origin
 * @property {Record<string, string>} headers of a chat request
 * @property {() => Promise<void>} close
 */

/** Starts a row and asks it one thing, verified. @returns {Promise<Subject & {firstAnswerMs: number}>} */
export async function startSubject(row, mock) {
  const process = row.server ? await startProcess("serve.mjs", row.server, JSON.stringify(row.options(mock.url))) : mock;
  const close = row.server ? process.close : async () => {};
  try {
    const root = process.url + (row.prefix?.(mock.url) ?? "");
    const plain = { ...chatHeaders(KEY), ...row.headers?.(mock.url) };
    const firstAnswerMs = await firstAnswer(root, plain, process);
    const headers = row.key ? { ...plain, ...chatHeaders(await row.key(process.url)) } : plain;
    const subject = { row, process, mock, root, headers, close, firstAnswerMs };
    await verify(subject);
    return subject;
  } catch (error) {
    await close();
    throw error;
  }
}

async function firstAnswer(root, headers, process) {
  await ask(root, headers, chatBody());
  return process.ageMs();
}

/** The request as this row gets it. @param {Subject} subject @param {string} body @param {string} [path] */
export function request({ root, headers }, body, path = CHAT_PATH) {
  return { url: root + path, wire: wire("POST", root + path, headers, body) };
}

/** The right answer to a request, byte for byte: it says how long the body was that the provider got. */
export async function expectedAnswer({ root, headers }, body) {
  const answer = await ask(root, headers, body);
  const arrived = JSON.parse(answer).usage.prompt_tokens;
  if (arrived !== Buffer.byteLength(body)) throw new Error(`${root}: ${arrived} bytes of ${Buffer.byteLength(body)} arrived`);
  return answer;
}

/** What the provider got must be the path, the key and the chat of the request. */
async function verify({ root, headers }) {
  const body = chatBody(1024, { model: "echo", note: NOTE + Math.random() });
  const answer = JSON.parse(await ask(root, headers, body));
  const said = JSON.parse(answer.choices[0].message.content);
  const same = said.path === CHAT_PATH && said.authorization === `Bearer ${KEY}` && said.body === body;
  if (!same) throw new Error(`${root}: the provider got another request: ${JSON.stringify(said)}`);
}

async function ask(root, headers, body) {
  const answer = await fetch(root + CHAT_PATH, { method: "POST", headers: fetchable(headers), body });
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (answer.status !== 200) throw new Error(`${root}: answered ${answer.status}: ${bytes}`);
  return bytes;
}

/** Headers without those that `fetch` keeps for itself. */
export const fetchable = ({ Connection: _, ...headers }) => headers;
