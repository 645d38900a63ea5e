/** An error as the page shows it: whose it is, what happened, what to do, and the id that the relay's log has its request under. */
import { adviceFor } from "./advice.js";
import { copyButton } from "./copy.js";
import { element } from "./dom.js";
import { errorLink } from "./links.js";

const OWNERS = {
  relay: "Error from the relay",
  socket: "The WebSocket was refused",
  network: "Connection error",
  page: "Error in this page",
};

/** @type {Record<import("./advice.js").Whose, (name?: string) => string>} */
const TO_MEND = {
  you: () => "Yours to mend",
  operator: () => "The relay operator's to mend",
  provider: (name) => `${name ?? "The provider"}'s to mend`,
  network: () => "On the way",
};

/** @param {import("./problem.js").Problem} problem @param {{name: string}} [provider] */
export function problemView(problem, provider) {
  const { owner = "page", code, status, message, id } = problem;
  const advice = problem.advice ?? adviceFor(problem, provider?.name);
  const named = [status, code].filter(Boolean).join(" ");
  const head = element("h3", {}, OWNERS[owner] ?? `Error from ${provider.name}`, ...(named ? [" ", element("code", {}, named)] : []));
  const view = element("article", { className: "problem" }, head, element("p", { className: "words" }, message));
  if (advice)
    view.append(element("p", { className: "advice" }, element("b", {}, `${TO_MEND[advice.whose](provider?.name)}: `), advice.words));
  const more = [
    ...(owner === "relay" || owner === "socket" ? [errorLink(code)] : []),
    ...(id ? [element("span", {}, "Request ", element("code", {}, id)), copyButton("Copy id", () => id)] : []),
  ];
  if (more.length) view.append(element("p", { className: "more note" }, ...more));
  return view;
}
