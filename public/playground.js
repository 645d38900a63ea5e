/** The playground: which provider, with which key and model. The chat and the code have modules of their own. */
import { connect } from "/relay.js";
import { answerTo, listModels } from "./playground/chat.js";
import { startCodePanel } from "./playground/code-panel.js";
import { startConversation } from "./playground/conversation.js";
import { $, element, fillChoice } from "./playground/dom.js";
import { startKeyForm } from "./playground/key-form.js";
import { keyring } from "./playground/keys.js";
import { wireOf } from "./playground/wires.js";

/** Of more providers than this, the first four are shown, and the others are searched for. */
const MOST_SHOWN = 8;
const SHOWN = 4;

const relay = connect();
const models = {}; // by provider, as the user has them; a provider without one gets the first of its list
let keys, provider, keyForm, codePanel;

const choice = () => ({ provider, key: provider && keys.get(provider.id)?.text, model: $("model").value.trim() });
const conversation = startConversation(relay, choice, () => keyForm.complain(`Paste your ${provider.name} API key here first.`));

try {
  await start();
} catch (error) {
  showState("down", "The relay is not ready");
  for (const form of document.forms) form.inert = true;
  conversation.showProblem(error);
}

async function start() {
  const description = await answerTo(fetch("/.well-known/byok-relay"));
  const { version, default_provider, sealing } = await description.json();
  const providers = (await relay.providers()).filter(wireOf);
  if (!providers.length) throw new Error("This page cannot chat with any of this relay's providers.");

  keys = keyring(relay, sealing.keys.length > 0);
  keyForm = startKeyForm(keys, () => provider, showModels);
  codePanel = startCodePanel(choice, keys.unsealed === undefined);
  const usual = providers.findIndex(({ id }) => id === default_provider);
  const withKey = providers.findIndex(({ id }) => keys.get(id));
  const first = Math.max(withKey < 0 ? usual : withKey, 0);
  const shown = providers.length > MOST_SHOWN ? providers.slice(0, SHOWN) : providers;
  const others = providers.slice(shown.length);
  const choose = (index) => {
    provider = providers[index];
    $("target").textContent = provider.name;
    $("model").value = models[provider.id] ??= provider.model;
    const other = index >= shown.length;
    $("other").value = other ? provider.name : "";
    if (other) for (const radio of $("providers").querySelectorAll(":checked")) radio.checked = false;
    keyForm.show();
    codePanel.showLibraries();
  };
  fillChoice(
    $("providers"),
    shown.map(({ name }) => name),
    first,
    choose,
  );
  $("other").hidden = !others.length;
  $("other").placeholder = `Another of ${providers.length}: ${others.slice(0, 2).map(({ name }) => name)} …`;
  $("others").replaceChildren(...others.map(({ name }) => element("option", { value: name })));
  $("other").addEventListener("input", ({ target }) => {
    const name = target.value.trim().toLowerCase();
    const found = providers.findIndex((each) => [each.name, each.id, ...each.aliases].some((one) => one.toLowerCase() === name));
    if (found >= 0) choose(found);
  });
  $("other").addEventListener("focus", ({ target }) => target.select()); // as for models
  choose(first);
  $("mock").hidden = !["localhost", "127.0.0.1"].includes(location.hostname);
  showState("up", `Relay ${version} is up`);
}

function showState(className, text) {
  Object.assign($("relay"), { className, textContent: text });
}

/** Offers the provider's models. Any name can be typed, so a failure is only noted. */
async function showModels() {
  const asked = provider;
  const { key } = choice();
  const show = (note, names = []) => {
    if (asked !== provider) return;
    $("model-note").textContent = note;
    $("models").replaceChildren(...names.map((value) => element("option", { value })));
    if (names.length && !$("model").value) setModel(names[0]);
  };
  show(key ? "" : `With a key, ${asked.name}'s models are listed here. Any name can be typed.`);
  if (!key) return;
  try {
    const names = await listModels(relay, asked, key);
    show(`${names.length} models in the list. Any name can be typed.`, names);
  } catch (error) {
    show(`The list of models did not come: ${[error.code, error.message].filter(Boolean).join(", ")}`);
  }
}

function setModel(name) {
  $("model").value = models[provider.id] = name;
  codePanel.showCode();
}

$("model").addEventListener("change", ({ target }) => setModel(target.value.trim()));
$("model").addEventListener("input", () => codePanel?.showCode());
$("model").addEventListener("focus", ({ target }) => target.select()); // the list offers what matches: all of it once this is typed over
