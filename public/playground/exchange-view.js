/** One question on the page, with its answer or its error, and what can be done with these. */
import { answerView } from "./answer-view.js";
import { copyButton } from "./copy.js";
import { element } from "./dom.js";
import { inspectorView } from "./inspector.js";
import { problemView } from "./problem-view.js";
import { seconds, startTrace } from "./trace.js";

/**
 * @param {{text: string, provider: import("../relay.js").Provider, model: string, follow: (change: () => Element | void) => void}} question
 * @param {{retry: () => void, edit: () => void}} actions for the last exchange only
 */
export function exchangeView({ text, provider, model, follow }, { retry, edit }) {
  const trace = startTrace();
  const facts = element("p", { className: "facts note" });
  const words = element("div", { className: "words" });
  const answer = turn("answer", provider.name, words, facts);
  answer.firstChild.append(" ", element("code", {}, model));
  answer.ariaBusy = "true";
  const actions = element("p", { className: "actions" });
  const root = element("div", { className: "exchange" }, turn("user", "You", element("p", { className: "words" }, text)), answer, actions);
  const view = answerView(words, follow);

  const note = (fact) => facts.append(facts.firstChild ? ` · ${fact}` : fact);
  const button = (word, onclick) => element("button", { type: "button", className: "quiet small again", onclick }, word);

  return {
    root,
    trace,
    get said() {
      return view.text;
    },

    add(piece) {
      trace.note("text");
      if (!view.text) note(`first words after ${seconds(trace.text.at)}`);
      view.add(piece);
    },

    /** @param {{facts?: string[], problem?: Error}} outcome */
    end({ facts = [], problem }) {
      trace.note("end");
      view.end(() => (answer.ariaBusy = "false"));
      if (view.text || !problem) for (const fact of [...facts, `${seconds(trace.end.at)} in all`]) note(fact);
      else answer.remove();
      follow(() => {
        const error = problem && problemView(problem, provider);
        if (error) actions.before(error);
        if (trace.request) actions.before(inspectorView(trace, provider));
        actions.append(...(view.text ? [copyButton("Copy answer", () => view.text)] : []), button("Retry", retry), button("Edit", edit));
        return error;
      });
    },

    /** Another exchange follows: this one is no longer to be repeated. */
    leave() {
      for (const each of actions.querySelectorAll(".again")) each.remove();
    },
  };
}

/** @param {string} className @param {string} who @param {...Node} parts */
const turn = (className, who, ...parts) => element("article", { className }, element("h3", {}, who), ...parts);
