/** The model: the provider's usual one to begin with, another from its list, or any name. */
import { allows, firstNamed } from "./allowed.js";
import { listModels } from "./chat.js";
import { combobox } from "./combobox.js";
import { $ } from "./dom.js";
import { liveOf } from "./live.js";
import { wireOf } from "./wires.js";

/**
 * @param {import("../relay.js").Relay} relay
 * @param {() => {provider: import("../relay.js").Provider, key?: string, limits: {models?: string[]}, isLive: boolean,
 *   isOwn: boolean}} choice
 * @param {string[] | undefined} ofRelay the models that the relay allows
 * @param {() => void} changed
 */
export function startModelField(relay, choice, ofRelay, changed) {
  const input = $("model");
  const chosen = {}; // by provider, as the user has them
  /** @type {Map<string, Promise<string[]>>} by key: a list is asked for once, since that counts as one of the key's requests */
  const lists = new Map();
  const box = combobox(input, $("models"), take);

  const isAllowed = (model) => allows(ofRelay, model) && allows(choice().limits.models, model);

  function usual({ model }) {
    return model && isAllowed(model) ? model : (firstNamed(choice().limits.models) ?? firstNamed(ofRelay) ?? "");
  }

  function show() {
    const { provider, key, isLive, isOwn } = choice();
    input.value = isLive ? liveOf(provider).model : (chosen[provider.id] ?? usual(provider));
    $("model-row").hidden = !wireOf(provider);
    box.offer([]);
    if (isLive) note("A realtime model is needed here.");
    else if (isOwn) note(`A model of ${provider.name} is a deployment of your own. Type its name.`);
    else if (key && (lists.has(key) || !input.value)) showList();
    else note(key ? "Go to the field for the list." : `With a key, ${provider.name}'s models are listed here.`);
  }

  function note(text) {
    const limits = ofRelay ? [`This relay allows ${ofRelay.join(", ")}.`] : [];
    $("model-note").textContent = [text, ...limits, "Any name can be typed."].filter(Boolean).join(" ");
  }

  /** Any name can be typed, so a failure is only noted. */
  async function showList() {
    const { provider, key, isLive, isOwn } = choice();
    if (!key || isLive || isOwn || !wireOf(provider)) return;
    const isCurrent = () => choice().key === key && choice().provider.id === provider.id;
    if (!lists.has(key)) {
      note(`Asking ${provider.name} for its models …`);
      lists.set(key, listModels(relay, provider, key));
    }
    try {
      const names = (await lists.get(key)).filter(isAllowed);
      if (!isCurrent()) return;
      note(`${names.length} ${names.length === 1 ? "model" : "models"} in the list.`);
      box.offer(names);
      if (names.length && !input.value) set(names[0]);
    } catch (error) {
      lists.delete(key);
      if (isCurrent()) note(`The list of models did not come. ${error.message}`);
    }
  }

  function set(model) {
    const { provider, isLive } = choice();
    input.value = model;
    if (!isLive) chosen[provider.id] = model;
    changed();
  }
  function take() {
    set(input.value.trim());
  }
  input.addEventListener("change", take);
  input.addEventListener("input", changed);
  input.addEventListener("focus", showList);
  return { show };
}
