/** The chat on the page. It is kept nowhere else. */
import { ask } from "./chat.js";
import { $ } from "./dom.js";
import { exchangeView } from "./exchange-view.js";
import { askLive } from "./live.js";
import { options, wrongOption } from "./options.js";
import { problemView } from "./problem-view.js";

const NEAR = 60; // pixels from the end of the log that still count as being there

/**
 * @param {import("../relay.js").Relay} relay
 * @param {() => {provider: import("../relay.js").Provider, key?: string, model: string, isLive: boolean}} choice
 * @param {{askForKey: () => void, failed: (problem: import("./problem.js").Problem, provider: import("../relay.js").Provider, key: string) => void}} events
 */
export function startConversation(relay, choice, { askForKey, failed }) {
  /** @type {{id: string, text: string, view: ReturnType<typeof exchangeView>}[]} `id` is the provider's */
  const exchanges = [];
  let answering; // the AbortController of the answer that is coming in

  /** Changes the log, and keeps its end in view if it was; of an error, which `change` returns, the beginning. */
  function follow(change) {
    const log = $("log");
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
    const problem = change();
    if (atEnd) log.scrollTop = log.scrollHeight;
    if (atEnd) problem?.scrollIntoView({ block: "nearest" });
  }

  function show(root) {
    $("log").append(root);
    $("welcome").hidden = true;
    $("clear").hidden = false;
  }

  /** What one provider was told is not another's business. */
  const turnsWith = (id, text) => [
    ...exchanges
      .filter((each) => each.id === id && each.view.said)
      .flatMap((each) => [
        { role: "user", text: each.text },
        { role: "assistant", text: each.view.said },
      ]),
    { role: "user", text },
  ];

  /** Whether a question can be asked now. If not, the focus goes to what is missing. */
  function isReady() {
    const { provider, key, model } = choice();
    if (answering || !provider) return false;
    if (!key) return askForKey();
    if (!model) return $("model").focus();
    const wrong = wrongOption();
    if (wrong) $("options").open = true;
    wrong?.reportValidity();
    return !wrong;
  }

  function send() {
    const text = $("prompt").value.trim();
    if (!isReady()) return;
    if (!text) return $("prompt").focus();
    $("prompt").value = "";
    put(text);
  }

  /** @param {string} text the question */
  async function put(text) {
    const { provider, key, model, isLive } = choice();
    const turns = turnsWith(provider.id, text);
    exchanges.at(-1)?.view.leave();
    const exchange = { id: provider.id, text, view: exchangeView({ text, provider, model, follow }, { retry, edit }) };
    exchanges.push(exchange);
    show(exchange.view.root);
    $("log").scrollTop = $("log").scrollHeight;

    const { signal } = (answering = new AbortController());
    showAnswering(true, `${provider.name} is answering`);
    let outcome = "Answer complete";
    try {
      const asked = {
        relay,
        provider,
        key,
        model,
        options: options(),
        turns,
        signal,
        onText: exchange.view.add,
        trace: exchange.view.trace,
      };
      const { end, usage } = await (isLive ? askLive : ask)(asked);
      exchange.view.end({ facts: [end && `ended by ${end}`, tokens(usage)].filter(Boolean) });
    } catch (error) {
      const isStopped = error.name === "AbortError";
      outcome = isStopped ? "Stopped" : "";
      exchange.view.end(isStopped ? { facts: ["stopped"] } : { problem: error });
      if (!isStopped) failed(error, provider, key);
    } finally {
      answering = undefined;
      showAnswering(false, outcome);
    }
  }

  /** Takes the last exchange away. @returns {string | undefined} its question, unless there is an answer to wait for */
  function takeBack() {
    if (answering) return undefined;
    const { view, text } = exchanges.pop();
    view.root.remove();
    return text;
  }

  function retry() {
    if (isReady()) put(takeBack());
    $("prompt").focus();
  }

  function edit() {
    $("prompt").value = takeBack() ?? $("prompt").value;
    $("prompt").focus();
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
    exchanges.length = 0;
    $("log").replaceChildren();
    $("welcome").hidden = false;
    $("clear").hidden = true;
    $("prompt").focus();
  });
  return { showProblem: (problem) => show(problemView(problem)) };
}

/** @param {import("./wires.js").Usage} usage */
function tokens({ input, output }) {
  const parts = [Number.isFinite(input) && `${input} tokens in`, Number.isFinite(output) && `${output} out`].filter(Boolean);
  return parts.join(", ");
}
