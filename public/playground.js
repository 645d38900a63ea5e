/** The playground: which provider, with which key and model. The chat and the code have modules of their own. */
import { connect } from "/relay.js";
import { answerTo, listModels } from "./playground/chat.js";
import { startCodePanel } from "./playground/code-panel.js";
import { startConversation } from "./playground/conversation.js";
import { $, element } from "./playground/dom.js";
import { startKeyForm } from "./playground/key-form.js";
import { keyring } from "./playground/keys.js";
import { startPicker } from "./playground/picker.js";
import { hasResource, wireOf } from "./playground/wires.js";

const relay = connect();
const models = {}; // by provider, as the user has them; a provider without one gets the first of its list
let keys, provider, keyForm, codePanel;

/** What is chosen: the provider as it is reached, and what relay.js calls it. */
function choice() {
  const key = provider && keys.get(provider.id);
  const model = $("model").value.trim();
  if (!provider || !hasResource(provider)) return { provider, name: provider?.id, key: key?.text, model };
  const name = key?.name ?? `${provider.id}/${keyForm.resource() || "my-resource"}`;
  const reached = JSON.parse(JSON.stringify(provider).replaceAll("{resource}", name.split("/")[1]));
  return { provider: reached, name, key: key?.text, model };
}
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
  const { version, default_provider, endpoints, sealing } = await description.json();
  const providers = await relay.providers();

  keys = keyring(relay, sealing.keys.length > 0);
  keyForm = startKeyForm(keys, () => provider, showRest, endpoints);
  codePanel = startCodePanel(choice, keys.unsealed === undefined);
  startPicker(providers, providers.find(({ id }) => keys.get(id))?.id ?? default_provider, choose);
  $("mock").hidden = !["localhost", "127.0.0.1"].includes(location.hostname);
  showState("up", `Relay ${version} is up`);
}

function showState(className, text) {
  Object.assign($("relay"), { className, textContent: text });
}

function choose(chosen) {
  provider = chosen;
  const { id, name, model } = provider;
  $("target").textContent = name;
  $("model").value = models[id] ??= model ?? "";
  $("resource").value = "";
  const canChat = wireOf(provider) && !hasResource(provider);
  $("ask").hidden = !canChat;
  $("no-chat").hidden = canChat;
  $("no-chat").textContent = hasResource(provider)
    ? `This page cannot chat with ${name}: its models are deployments of your own. The code below works with them.`
    : `This page cannot chat with ${name}. The code below shows how to use it.`;
  keyForm.show();
}

/** What depends on the key, and on the resource, too. */
function showRest() {
  showModels();
  codePanel.showLibraries();
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
  $("model-row").hidden = !wireOf(asked);
  if (!wireOf(asked)) return;
  if (hasResource(asked)) return show(`A model of ${asked.name} is a deployment of your own. Type its name.`);
  show(key ? "" : `With a key, ${asked.name}'s models are listed here. Any name can be typed.`);
  if (!key) return;
  try {
    const names = await listModels(relay, asked, key);
    show(`${names.length} ${names.length === 1 ? "model" : "models"} in the list. Any name can be typed.`, names);
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
