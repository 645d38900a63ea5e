/** Small helpers for the page's elements. Texts go in as text, never as HTML. */

/** @param {string} id @returns {any} */
export const $ = (id) => document.getElementById(id);

/** @param {string} tag @param {object} [properties] @param {...(Node | string)} children */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/**
 * Fills a fieldset with one radio button per choice, the first or the given one chosen.
 *
 * @param {HTMLFieldSetElement} fieldset
 * @param {string[]} titles
 * @param {number} chosen
 * @param {(index: number) => void} changed
 */
export function fillChoice(fieldset, titles, chosen, changed) {
  const radios = titles.map((title, index) => {
    const input = element("input", { type: "radio", name: fieldset.id, checked: index === chosen, onchange: () => changed(index) });
    return element("label", {}, input, element("span", {}, title));
  });
  fieldset.replaceChildren(fieldset.querySelector("legend"), ...radios);
}
