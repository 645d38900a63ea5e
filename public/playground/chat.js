/** One question to a provider through the relay, and its errors with whose they are. */
import { serverSentEvents } from "./sse.js";
import { wireOf } from "./wires.js";

/** How an answer ends when the model has said all it wanted to. */
const COMPLETE = new Set(["stop", "end_turn", "STOP"]);

/** Something went wrong, and whose error it is. */
export class Problem extends Error {
  /**
   * @param {"relay" | "provider" | "network"} owner
   * @param {string} code
   * @param {string} message
   * @param {string | null} [id] the request's, as the relay's log has it
   */
  constructor(owner, code, message, id) {
    super(message);
    this.owner = owner;
    this.code = code;
    this.id = id;
  }
}

/**
 * Asks, and hands out the answer in the pieces it comes in. Rejects with a Problem, or with an AbortError.
 *
 * @param {{relay: import("../relay.js").Relay, provider: import("../relay.js").Provider, key: string, model: string,
 *   turns: import("./wires.js").Turn[], signal: AbortSignal, onText: (text: string) => void}} question
 * @returns {Promise<string>} why the model said no more, if not because it was done
 */
export async function ask({ relay, provider, key, model, turns, signal, onText }) {
  const wire = wireOf(provider);
  const { path, headers: own, body } = wire.request(provider, model, turns, true);
  const headers = { "content-type": "application/json", ...own };
  const request = relay.fetch(provider.id, path, { method: "POST", headers, body: JSON.stringify(body), key, signal });
  const { body: stream, headers: answered } = await answerTo(request);
  let end = "";
  let said = false;
  const reading = async () => {
    for await (const data of serverSentEvents(stream)) {
      signal.throwIfAborted(); // what has come already is not read to its end
      const event = data === "[DONE]" ? { end: end || "stop" } : wire.read(JSON.parse(data));
      if (event.error) throw new Problem("provider", event.error.type ?? event.error.status ?? "", messageIn(event), idIn(answered));
      if (event.text) onText(event.text);
      said ||= Boolean(event.text);
      end = event.end ?? end;
    }
  };
  await reached(reading());
  if (!end) throw new Problem("network", "", "The answer broke off before its end.", idIn(answered));
  if (!said) throw new Problem("provider", end, "The answer was empty.", idIn(answered));
  return COMPLETE.has(end) ? "" : end;
}

/** The provider's models that can chat. @returns {Promise<string[]>} */
export async function listModels(relay, provider, key) {
  const wire = wireOf(provider);
  const response = await answerTo(relay.fetch(provider.id, wire.modelsPath(provider), { key }));
  const list = await response.json();
  try {
    return wire.models(list);
  } catch {
    throw new Problem("provider", "", "the answer is no list of models");
  }
}

/** The answer to a request, if it is a good one. @param {Promise<Response>} request @returns {Promise<Response>} */
export async function answerTo(request) {
  const response = await reached(request);
  if (response.ok) return response;
  const code = response.headers.get("x-relay-error");
  const text = await response.text();
  throw new Problem(code ? "relay" : "provider", `${response.status} ${code ?? ""}`.trim(), messageFrom(text), idIn(response.headers));
}

const idIn = (headers) => headers.get("x-relay-request-id");

/** What the browser itself says of a connection is a TypeError. */
const reached = (promise) =>
  promise.catch((error) => {
    throw error instanceof TypeError ? new Problem("network", "", `The connection failed: ${error.message}.`) : error;
  });

function messageFrom(text) {
  try {
    return messageIn(JSON.parse(text));
  } catch {
    return text.slice(0, 500); // a page of a proxy's, perhaps
  }
}

/** The message in any provider's error body. */
function messageIn(body) {
  const { error, message, detail } = Array.isArray(body) ? body[0] : body;
  const found = error?.message ?? message ?? detail ?? error ?? body;
  return typeof found === "string" ? found : JSON.stringify(found);
}
