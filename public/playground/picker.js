/** The choice of a provider: radio buttons for a few; where there are more, a field that finds the others. */
import { $, element, fillChoice } from "./dom.js";

/** Of more providers than this, the first four are shown, and the others are searched for. */
const MOST_SHOWN = 8;
const SHOWN = 4;

/**
 * @param {import("../relay.js").Provider[]} providers
 * @param {string} first the id of the one that is chosen to begin with
 * @param {(provider: import("../relay.js").Provider) => void} changed
 */
export function startPicker(providers, first, changed) {
  const shown = providers.length > MOST_SHOWN ? providers.slice(0, SHOWN) : providers;
  const others = providers.slice(shown.length);
  const names = providers.map(({ id, name, aliases }) => [name, id, ...aliases].map((each) => each.toLowerCase()));
  let chosen;

  function choose(index) {
    chosen = index;
    showChosen();
    changed(providers[index]);
  }

  function showChosen() {
    for (const [index, radio] of $("providers").querySelectorAll("input").entries()) radio.checked = index === chosen;
    const isOther = chosen >= shown.length;
    $("other").value = isOther ? providers[chosen].name : "";
    $("other").className = isOther ? "chosen" : "";
  }

  function complain(text) {
    $("other-error").textContent = text;
    $("other").ariaInvalid = text ? "true" : null;
  }

  /** Takes what is typed: a name, or else the first that begins with it or has it in it. */
  function take() {
    const text = $("other").value.trim();
    if (!text) return showChosen();
    const word = text.toLowerCase();
    const tests = [(each) => each === word, (each) => each.startsWith(word), (each) => each.includes(word)];
    const found = tests.map((test) => names.findIndex((each) => each.some(test))).find((index) => index >= 0);
    if (found === undefined) complain(`This relay has no provider “${text}”. Type another name.`);
    else if (found !== chosen) choose(found);
    showChosen();
    if (document.activeElement === $("other")) $("other").select(); // so that the next name is typed over this one
  }

  fillChoice(
    $("providers"),
    shown.map(({ name }) => name),
    chosen,
    (index) => {
      complain("");
      choose(index);
    },
  );
  $("search").hidden = !others.length;
  $("other").placeholder = `Search ${others.length} more`;
  $("others").replaceChildren(...others.map(option));
  $("other").addEventListener("input", ({ target }) => {
    complain("");
    const picked = providers.findIndex(({ name }) => name === target.value); // from the list, or typed to its end
    if (picked >= 0 && picked !== chosen) choose(picked);
  });
  $("other").addEventListener("change", take);
  $("other").addEventListener("focus", ({ target }) => target.select()); // as for models
  choose(
    Math.max(
      providers.findIndex(({ id }) => id === first),
      0,
    ),
  );
}

/** What the browser's list offers, and finds it by. */
function option({ id, name, aliases }) {
  const words = [id, ...aliases].filter((each) => each !== name.toLowerCase());
  return element("option", { value: name, label: words.length ? `${name}: ${words.join(", ")}` : "" });
}
