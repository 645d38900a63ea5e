/** Copying, and the button's word for it. */
import { element } from "./dom.js";

const COPIED_MS = 2000;

/**
 * @param {HTMLButtonElement} button
 * @param {() => string} text
 * @param {() => Node | undefined} [shown] where the text is, to be selected where a page may not copy
 */
export function copies(button, text, shown = () => undefined) {
  const word = button.textContent;
  button.ariaLive = "polite";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = "Copied";
    } catch {
      if (shown()) getSelection().selectAllChildren(shown());
      button.textContent = shown() ? "Selected" : "Not copied";
    }
    setTimeout(() => (button.textContent = word), COPIED_MS);
  });
  return button;
}

/** @param {string} word on the button @param {() => string} text @param {() => Node} [shown] */
export const copyButton = (word, text, shown) => copies(element("button", { type: "button", className: "quiet small" }, word), text, shown);
