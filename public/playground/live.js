/**
 * The same chat over a WebSocket: OpenAI's Realtime API, text in and text out. Each question has a connection of its own, which is told what
 * was said before. https://platform.openai.com/docs/guides/realtime
 */
import { OF_THE_RELAY } from "./advice.js";
import { Problem } from "./problem.js";

/** By provider: where it has that API, and its usual model for it. */
const LIVE = { openai: { path: "/v1/realtime", model: "gpt-realtime" } };

/** The kinds of content of what was said, by who said it. */
const CONTENT = { user: "input_text", assistant: "output_text" };

/** Above this is the status of a handshake that was refused: browsers tell a page nothing else of one (docs/realtime.md). */
const REFUSED = 4000;

/** @param {{id: string}} provider @returns {{path: string, model: string} | undefined} */
export const liveOf = ({ id }) => LIVE[id];

/** @param {import("../relay.js").Provider} provider @param {string} model */
export const liveUrl = (provider, model) =>
  `${provider.base_url.replace(/^http/, "ws")}${liveOf(provider).path}?model=${encodeURIComponent(model)}`;

/**
 * What is sent when the connection is open.
 *
 * @param {import("./wires.js").Turn[]} turns @param {import("./wires.js").Options} [options]
 */
export const opening = (turns, { system, maxTokens } = {}) => [
  {
    type: "session.update",
    session: {
      type: "realtime",
      output_modalities: ["text"],
      ...(system && { instructions: system }),
      ...(maxTokens && { max_output_tokens: maxTokens }),
    },
  },
  ...turns.map(({ role, text }) => ({
    type: "conversation.item.create",
    item: { type: "message", role, content: [{ type: CONTENT[role], text }] },
  })),
  { type: "response.create" },
];

/** As `ask` of chat.js, with the same question and answer. @type {typeof import("./chat.js").ask} */
export function askLive({ provider, key, model, options, turns, signal, onText }) {
  const socket = new WebSocket(liveUrl(provider, model), ["realtime", `openai-insecure-api-key.${key}`]);
  let isOpen = false;
  let isHeard = false; // who has said anything has not refused
  const answered = new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
    socket.addEventListener("open", () => {
      isOpen = true;
      for (const event of opening(turns, options)) socket.send(JSON.stringify(event));
    });
    socket.addEventListener("message", ({ data }) => {
      isHeard = true;
      try {
        const done = read(JSON.parse(data), onText);
        if (done) resolve(done);
      } catch (error) {
        reject(error instanceof Problem ? error : new Problem("provider", "", `An event is none of ${provider.name}'s Realtime API.`));
      }
    });
    socket.addEventListener("close", ({ code, reason }) => reject(closed(code, reason, { isOpen, isHeard }, provider)));
  });
  return answered.finally(() => socket.close());
}

/** @returns {{end: string, usage: import("./wires.js").Usage} | undefined} what an event says of the answer, if that is over */
function read({ type, delta, error, response }, onText) {
  if (type === "response.output_text.delta") onText(delta);
  if (type === "error") throw new Problem("provider", error.code ?? error.type, error.message);
  if (type !== "response.done") return undefined;
  const { status, status_details: details, usage } = response;
  if (status === "failed") throw new Problem("provider", details?.error?.code ?? "", details?.error?.message ?? "The answer failed.");
  return {
    end: status === "completed" ? "" : (details?.reason ?? status),
    usage: { input: usage?.input_tokens, output: usage?.output_tokens },
  };
}

/** Why a connection has closed before the answer was over. */
function closed(code, reason, { isOpen, isHeard }, { name }) {
  const status = code - REFUSED;
  if (status >= 400 && status < 600 && !isHeard) {
    const isOfRelay = reason in OF_THE_RELAY;
    return new Problem(isOfRelay ? "socket" : "provider", reason, `${isOfRelay ? "The relay" : name} refused the WebSocket.`, { status });
  }
  if (code !== 1006) return new Problem("network", String(code), reason || "The connection was closed before the answer's end.");
  if (isOpen) return new Problem("network", "", "The answer broke off before its end.");
  return new Problem(
    "network",
    "",
    navigator.onLine ? "The WebSocket could not be opened. A browser does not say why." : "This browser is offline.",
  );
}
