/** What this page asks of a provider through the relay. */
import { OF_AN_EMPTY_ANSWER } from "./advice.js";
import { answerTo, beginningOf, idIn, messageIn, Problem } from "./problem.js";
import { serverSentEvents } from "./sse.js";
import { wireOf } from "./wires.js";

/** How an answer ends when the model has said all it wanted to. */
const COMPLETE = new Set(["stop", "end_turn", "STOP"]);

/**
 * Asks, and hands out the answer in the pieces it comes in. Rejects with a Problem, or with an AbortError.
 *
 * @param {{relay: import("../relay.js").Relay, provider: import("../relay.js").Provider, key: string, model: string,
 *   options?: import("./wires.js").Options, turns: import("./wires.js").Turn[], signal: AbortSignal, onText: (text: string) => void,
 *   trace: import("./trace.js").Trace}} question `trace` is told what happens
 * @returns {Promise<{end: string, usage: import("./wires.js").Usage}>} `end`: why the model said no more, if not because it was done
 */
export async function ask({ relay, provider, key, model, options, turns, signal, onText, trace }) {
  const wire = wireOf(provider);
  const { path, headers: own, body } = wire.request(provider, model, turns, true, options);
  const headers = { "content-type": "application/json", ...own };
  const text = JSON.stringify(body);
  const bytes = new TextEncoder().encode(text).length;
  trace.note("request", { path: `/${provider.id}${path}`, headers, bytes, isSealed: key.startsWith("byok1.") });
  const request = relay.fetch(provider.id, path, { method: "POST", headers, body: text, key, signal });
  const response = await answerTo(request, ({ status, headers }) => trace.note("answer", { status, headers }));
  const problem = (owner, code, message, advice) => new Problem(owner, code, message, { id: idIn(response.headers), advice });
  const understood = (data) => {
    try {
      const event = wire.read(JSON.parse(data));
      for (const text of [event.text, event.end]) if (typeof (text ?? "") !== "string") throw new TypeError("not a text");
      return event;
    } catch {
      throw problem("provider", "", `The answer has an event that is none of ${provider.name}'s chat: ${data.slice(0, 100)}`);
    }
  };

  const usage = {};
  let end = "";
  let said = false;
  try {
    for await (const data of serverSentEvents(response.body, (comment) => trace.hear(comment))) {
      signal.throwIfAborted(); // what has come already is not read to its end
      const event = data === "[DONE]" ? { end: end || "stop" } : understood(data);
      if (event.error) throw problem("provider", event.error.type ?? event.error.status ?? "", messageIn(event));
      if (event.text) onText(event.text);
      said ||= Boolean(event.text);
      end = event.end ?? end;
      for (const [name, count] of Object.entries(event.usage ?? {})) usage[name] = count ?? usage[name];
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // all that a browser says of a connection that is gone
    end = "";
  }
  if (!end) throw problem("network", "", "The answer broke off before its end.");
  if (!said) throw problem("provider", end, "The answer was empty.", OF_AN_EMPTY_ANSWER);
  return { end: COMPLETE.has(end) ? "" : end, usage };
}

/** Characters of a list of models, and of a name in it. The longest list known has two million, the longest name a hundred. */
const MOST_OF_LIST = 20_000_000;
const MOST_OF_NAME = 200;

/** The provider's models that can chat. @returns {Promise<string[]>} */
export async function listModels(relay, provider, key) {
  const wire = wireOf(provider);
  const response = await answerTo(relay.fetch(provider.id, wire.modelsPath(provider), { key }));
  try {
    const names = wire.models(JSON.parse(await beginningOf(response, MOST_OF_LIST)));
    return names.filter((name) => typeof name === "string" && name.length <= MOST_OF_NAME);
  } catch {
    throw new Problem("provider", "", "The answer is no list of models.");
  }
}
