/** The chat on the page. It is kept nowhere else. */
import { ask } from "./chat.js";
import { $, element } from "./dom.js";
import { problemView } from "./problem-view.js";

const NEAR = 60; // pixels from the end of the log that still count as being there
const PART = 16_384; // characters in one block of an answer: the browser lays out the whole block again for each addition

/**
 * @param {import("../relay.js").Relay} relay
 * @param {() => {provider: import("../relay.js").Provider, key?: string, model: string}} choice
 * @param {{askForKey: () => void, failed: (problem: import("./problem.js").Problem, id: string) => void}} events
 */
export function startConversation(relay, choice, { askForKey, failed }) {
  const turns = [];
  let answering; // the AbortController of the answer that is coming in

  /** Changes the log, and keeps its end in view if it was. */
  function follow(change) {
    const log = $("log");
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
    change(log);
    if (atEnd) log.scrollTop = log.scrollHeight;
  }

  function add(turn) {
    follow((log) => log.append(turn));
    $("welcome").hidden = true;
    $("clear").hidden = false;
  }

  function say(className, who, text, code = "") {
    const head = element("h3", {}, who, ...(code ? [element("code", {}, code)] : []));
    const words = element("p", { className: "words" }, text);
    const turn = element("article", { className }, head, words);
    add(turn);
    return { turn, words, note: (text) => head.append(element("small", {}, text)) };
  }

  /** @param {import("./problem.js").Problem} problem */
  const showProblem = (problem, provider) => add(problemView(problem, provider));

  async function send() {
    const { provider, key, model } = choice();
    const text = $("prompt").value.trim();
    if (answering || !provider) return;
    if (!key) return askForKey();
    if (!model) return $("model").focus();
    if (!text) return $("prompt").focus();

    $("prompt").value = "";
    const question = say("user", "You", text);
    const answer = say("answer", provider.name, newPart(), model);
    answer.turn.ariaBusy = "true";
    $("log").scrollTop = $("log").scrollHeight;
    const began = performance.now();
    const words = gather((text) => follow(() => append(answer.words, text)));
    const onText = (piece) => {
      if (!words.all) answer.note(`first words after ${((performance.now() - began) / 1000).toFixed(2)} s`);
      words.add(piece);
    };

    answering = new AbortController();
    showAnswering(true, `${provider.name} is answering`);
    let outcome = "Answer complete";
    try {
      const { signal } = answering;
      const earlier = turns.filter((turn) => turn.provider === provider.id); // what one provider was told is not another's business
      const end = await ask({ relay, provider, key, model, turns: [...earlier, { role: "user", text }], signal, onText });
      if (end) answer.note(`ended by ${end}`);
    } catch (error) {
      outcome = error.name === "AbortError" ? "Stopped" : "";
      if (outcome) answer.note("stopped");
      else {
        showProblem(error, provider);
        failed(error, provider.id);
      }
    }
    words.show();
    answering = undefined;
    answer.turn.ariaBusy = "false";
    showAnswering(false, outcome);

    if (!answer.turn.isConnected) return; // a new chat has begun
    const said = words.all;
    if (said) turns.push({ provider: provider.id, role: "user", text }, { provider: provider.id, role: "assistant", text: said });
    else {
      question.turn.remove(); // it got no answer, so it is given back
      answer.turn.remove();
      $("prompt").value ||= text;
    }
  }

  /** Swaps Send and Stop; the keyboard's focus goes along. */
  function showAnswering(now, progress) {
    const [shown, gone] = now ? [$("stop"), $("send")] : [$("send"), $("stop")];
    const focused = document.activeElement === gone;
    shown.hidden = false;
    gone.hidden = true;
    if (focused) (now ? shown : $("prompt")).focus();
    $("progress").textContent = progress;
    $("route").className = now ? "busy" : "";
  }

  $("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  $("prompt").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  $("stop").addEventListener("click", () => answering?.abort());
  document.addEventListener("keydown", ({ key }) => key === "Escape" && answering?.abort());
  $("clear").addEventListener("click", () => {
    answering?.abort();
    turns.length = 0;
    $("log").replaceChildren();
    $("welcome").hidden = false;
    $("clear").hidden = true;
    $("prompt").focus();
  });
  return { showProblem };
}

/** A block of an answer's lines. */
const newPart = (text = "") => element("span", { className: "part" }, text);

/** Adds text to an answer. A part that is long enough ends with its line. */
function append(words, text) {
  const { firstChild } = words.lastChild;
  const end = firstChild.length < PART ? -1 : text.indexOf("\n");
  firstChild.appendData(end < 0 ? text : text.slice(0, end));
  if (end >= 0) words.append(newPart(text.slice(end + 1)));
}

/**
 * Collects pieces of text and shows those that came since the last frame at once: they can come thousands of times faster.
 *
 * @param {(text: string) => void} append
 */
function gather(append) {
  let waiting = "";
  let frame = 0;
  const words = {
    all: "",
    add(piece) {
      words.all += piece;
      waiting += piece;
      frame ||= requestAnimationFrame(words.show);
    },
    /** Shows what is waiting now. */
    show() {
      cancelAnimationFrame(frame);
      frame = 0;
      if (waiting) append(waiting);
      waiting = "";
    },
  };
  return words;
}
