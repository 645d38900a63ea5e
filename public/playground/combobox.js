/**
 * A text field with a list that is searched as one types: the combobox with a listbox of the ARIA Authoring Practices Guide. Any text can
 * be typed, whether or not it is in the list.
 */
import { element } from "./dom.js";

/** Nobody reads more before typing on. */
const MOST_SHOWN = 100;

/**
 * @param {HTMLInputElement} input
 * @param {HTMLUListElement} list
 * @param {() => void} taken called when an option has been taken from the list
 */
export function combobox(input, list, taken) {
  let options = [];
  let active = -1;
  list.role = "listbox";
  Object.assign(input, { role: "combobox", ariaAutoComplete: "list", ariaExpanded: "false" });
  input.setAttribute("aria-controls", list.id);

  /** Shows the options that have all the words in them. @param {string} [text] */
  function open(text = "") {
    const words = text.toLowerCase().split(/\s+/);
    const found = options.filter((option) => words.every((word) => option.toLowerCase().includes(word)));
    list.replaceChildren(...found.slice(0, MOST_SHOWN).map((text, at) => element("li", { id: `${list.id}-${at}`, role: "option" }, text)));
    list.hidden = !found.length;
    input.ariaExpanded = String(!list.hidden);
    activate(-1);
  }

  function close() {
    list.hidden = true;
    input.ariaExpanded = "false";
    activate(-1);
  }

  function activate(at) {
    active = at;
    for (const [index, option] of [...list.children].entries()) option.ariaSelected = String(index === at);
    const option = list.children[at];
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  function take(option) {
    input.value = option.textContent;
    close();
    taken();
  }

  const KEYS = {
    ArrowDown: () => (list.hidden ? open() : activate((active + 1) % list.children.length)),
    ArrowUp: () => (list.hidden ? open() : activate(active <= 0 ? list.children.length - 1 : active - 1)),
    Enter: () => (active < 0 ? close() : take(list.children[active])),
    Escape: () => !list.hidden && close(),
  };
  input.addEventListener("keydown", (event) => {
    if (!Object.hasOwn(KEYS, event.key) || event.isComposing || (list.hidden && event.key === "Escape")) return;
    event.preventDefault();
    event.stopPropagation(); // Escape is for the list alone
    KEYS[event.key]();
  });
  input.addEventListener("input", () => open(input.value));
  input.addEventListener("focus", () => {
    input.select(); // the next name is typed over this one
    open();
  });
  input.addEventListener("click", () => open());
  input.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the field keeps the focus
    const option = event.target.closest("li");
    if (option) take(option);
  });

  return {
    /** @param {string[]} texts */
    offer(texts) {
      options = texts;
      if (document.activeElement === input) open();
    },
  };
}
