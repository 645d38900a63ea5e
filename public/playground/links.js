/** Links to the project's documents, where the page is told in its head where those are. */
import { element } from "./dom.js";

/** @returns {string} the repository's address on its git host, or nothing */
const repository = () => document.querySelector('meta[name="repository"]').content.replace(/\/$/, "");

/**
 * @param {string} label
 * @param {string} [file] below docs/
 * @param {string} [line] a text that the line begins with: browsers scroll to it and mark it
 * @returns {HTMLAnchorElement[]} none where there is no repository
 */
export function docsLink(label, file, line) {
  if (!repository()) return [];
  const path = file === undefined ? "" : `/blob/HEAD/docs/${file}`;
  const fragment = line ? `#:~:text=${encodeURIComponent(line)}` : "";
  const opens = element("span", { className: "sr" }, " (opens a new tab)");
  return [element("a", { href: repository() + path + fragment, target: "_blank", rel: "noreferrer" }, label, opens)];
}
