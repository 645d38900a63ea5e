/**
 * What happened to a question on its way: what this page sent, what the relay did with it, what the provider saw, what came back. Told from
 * what the page itself knows, from the relay's description and from the answer's head. What a provider saw only that provider knows; a mock
 * in its place says it.
 *
 * @typedef {import("./trace.js").Trace} Trace
 * @typedef {import("../relay.js").Provider} Provider
 * @typedef {string | Node | (string | Node)[]} Line
 */
import { element } from "./dom.js";
import { seconds } from "./trace.js";

/** Where relay.js puts the key. */
const SENT_IN = "x-api-key";

/** What a browser adds, and a provider does not get. */
const PRIVATE = ["origin", "referer", "cookie", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest"];

/** Headers of the answer that tell something here. */
const TELLING = /^(?:content-type|.*request-id|x-ratelimit-remaining-.*|retry-after)$/;

/** @param {Trace} trace @param {Provider} provider */
export function inspectorView(trace, provider) {
  const stations = [
    station("This page sent", at(trace.request), ofPage(trace)),
    station("The relay", trace.received ? "as the mock confirms" : "by its rules", ofRelay(trace, provider)),
    station(`${provider.name} saw`, "", ofProvider(trace, provider)),
    station("Back came", trace.answer ? at(trace.answer) : "", ofAnswer(trace)),
  ];
  const title = element("summary", {}, "This page – Relay – Provider");
  const view = element("details", { className: "inspector" }, title, element("ol", {}, ...stations));
  view.addEventListener("toggle", () => view.scrollIntoView({ block: "nearest" }));
  return view;
}

/** @param {string} title @param {string} note on it @param {Line[]} lines */
function station(title, note, lines) {
  const head = element("h4", {}, title, " ", element("small", {}, note));
  return element("li", {}, head, element("ul", {}, ...lines.map((line) => element("li", {}, ...[line].flat()))));
}

const at = ({ at }) => `at ${seconds(at)}`;

const code = (text) => element("code", {}, text);
const header = ([name, value]) => code(`${name}: ${value}`);

/** @returns {Line[]} */
function ofPage({ request: { path, headers, bytes, isSealed } }) {
  const key = isSealed ? "byok1.…" : "…";
  return [
    code(`POST ${path}`),
    [header([SENT_IN, key]), isSealed ? " – your key, sealed in this page" : " – your key"],
    ...Object.entries(headers).map(header),
    [header(["origin", location.origin]), " and more, which the browser adds"],
    `${bytes} bytes of body`,
  ];
}

/** @returns {Line[]} */
function ofRelay({ request, answer, received }, provider) {
  const id = answer?.headers.get("x-relay-request-id");
  if (!id) return ["was not reached, or did not answer."];
  const named = ["gave the request the id ", code(id), "."];
  const refusal = answer.headers.get("x-relay-error");
  if (refusal) return [["answered itself: ", code(refusal), "."], named];

  const isReceived = (name) => received?.headers.some(([each]) => each === name);
  const { headers } = provider.key;
  const carrier = headers.find(isReceived) ?? (headers.includes(SENT_IN) ? SENT_IN : headers[0]);
  return [
    "checked the page's origin, the path and the key.",
    ...(request.isSealed ? ["opened the sealed key, which no other relay can."] : []),
    carrier === SENT_IN ? ["left the key in ", code(carrier), "."] : ["moved the key to ", code(carrier), "."],
    ["passed on no ", code(PRIVATE.filter((name) => !isReceived(name)).join(", ")), ", nor anything else that is not on its list."],
    "passed the body on as it was.",
    named,
  ];
}

/** @returns {Line[]} */
function ofProvider({ answer, received }, { name }) {
  if (received) {
    return [
      code(`${received.method} ${received.url}`),
      ...received.headers.map(header),
      `${received.body_length} bytes of body`,
      "So says the mock that stands for the provider. It hides the key.",
    ];
  }
  if (!answer || answer.headers.has("x-relay-error")) return ["nothing, as far as this page knows."];
  return [[`Only ${name} knows. A mock in its place says it here: `, code("make demo"), "."]];
}

/** @returns {Line[]} */
function ofAnswer({ answer, text, end }) {
  if (!answer) return ["nothing."];
  return [
    code(`HTTP ${answer.status}`),
    ...[...answer.headers].filter(([name]) => TELLING.test(name)).map(header),
    ...(text ? [`its first words at ${seconds(text.at)}, its end at ${seconds(end.at)}`] : []),
  ];
}
