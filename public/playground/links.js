/** Links to the project. */
import { element } from "./dom.js";

const REPOSITORY = "https://github.com/byok-relay/byok-relay";

/** @param {string} label @param {string} [path] below the repository's address */
export function projectLink(label, path = "") {
  const opens = element("span", { className: "sr" }, " (opens a new tab)");
  return element("a", { href: REPOSITORY + path, target: "_blank", rel: "noreferrer" }, label, opens);
}

/** The line of the documents that explains an error: browsers scroll to the text and mark it. @param {string} code the relay's */
export const errorLink = (code) => projectLink(`About ${code}`, `/blob/HEAD/docs/errors.md#:~:text=${code}`);
