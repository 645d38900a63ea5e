/** On a narrow screen the set-up is one line once there is a key, so that the chat has the room. Where there is room, it is always open. */
import { $ } from "./dom.js";

/** @returns {(choice: {provider: {name: string}, key?: string, model: string}) => void} to be called when another one is made */
export function startFold() {
  let hadKey = false;

  function fold(folded) {
    $("setup").classList.toggle("folded", folded);
    $("fold").ariaExpanded = String(!folded);
  }

  $("fold").addEventListener("click", () => fold($("fold").ariaExpanded === "true"));
  return ({ provider, key, model }) => {
    $("fold").hidden = !key;
    $("fold").textContent = [provider.name, model].filter(Boolean).join(" · ");
    if (Boolean(key) !== hadKey) fold(Boolean(key));
    hadKey = Boolean(key);
  };
}
