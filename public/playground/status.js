/** Whether the relay is there: the pill at the top of the page. */
import { $ } from "./dom.js";

export const RETRY_MS = 3000;

/** @param {"up" | "down" | "gone"} state @param {string} text */
export function showStatus(state, text) {
  Object.assign($("relay"), { className: state, textContent: text });
}

/**
 * Asks now, whenever the browser's connection or the user comes back, and again and again while no relay answers.
 *
 * @param {() => void} [cameBack] called when one answers again
 * @returns {() => void} asks once more
 */
export function watchStatus(cameBack = () => {}) {
  let timer;

  async function look() {
    clearTimeout(timer);
    const wasGone = $("relay").className === "gone";
    const [state, text] = await health();
    showStatus(state, text);
    if (wasGone && state !== "gone") cameBack();
    clearTimeout(timer); // another look may have ended meanwhile
    if (state === "gone") timer = setTimeout(look, RETRY_MS);
  }

  for (const event of ["online", "offline", "focus"]) addEventListener(event, look);
  look();
  return look;
}

/** @returns {Promise<["up" | "down" | "gone", string]>} */
async function health() {
  try {
    const response = await fetch("/health", { cache: "no-store" });
    if (response.ok) return ["up", `Relay ${(await response.json()).version} is up`];
    if (response.headers.has("x-relay-request-id")) return ["down", "The relay is not ready"];
  } catch {
    // no answer, or another program's
  }
  return ["gone", navigator.onLine ? "The relay cannot be reached" : "This browser is offline"]; // which reaches one on its own machine
}
