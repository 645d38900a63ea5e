/** The playground: which provider, with which key and model. Each part of the page has a module of its own. */
import { connect } from "/relay.js";
import { listModels } from "./playground/chat.js";
import { startCodePanel } from "./playground/code-panel.js";
import { startConversation } from "./playground/conversation.js";
import { copyButton } from "./playground/copy.js";
import { $, element } from "./playground/dom.js";
import { startFold } from "./playground/fold.js";
import { startKeyForm } from "./playground/key-form.js";
import { keyring } from "./playground/keys.js";
import { projectLink } from "./playground/links.js";
import { liveOf } from "./playground/live.js";
import { startModelField } from "./playground/model-field.js";
import { options, startOptions } from "./playground/options.js";
import { startPicker } from "./playground/picker.js";
import { answerTo } from "./playground/problem.js";
import { STANDARD } from "./playground/standard.js";
import { RETRY_MS, showStatus, watchStatus } from "./playground/status.js";
import { isLocal } from "./playground/trace.js";
import { hasResource, wireOf } from "./playground/wires.js";

/** Errors that a sealed key does not outlive. */
const DEAD = ["sealed_key_invalid", "sealed_key_expired"];

/** What is known of a relay that does not let its own page ask. */
const UNKNOWN = { default_provider: "openai", endpoints: ["inference"], limits: {}, sealing: { keys: [] }, providers: STANDARD };

const relay = connect();
let keys, provider, keyForm, modelField, codePanel, lookAgain;
let refused = false;
let hasSockets = false;
const showFold = startFold();
$("project").append(projectLink("Repository"), " · ", projectLink("Documents", "/tree/HEAD/docs"));

/** What is chosen: the provider as it is reached, what relay.js calls it, and whether its models are the user's own deployments. */
function choice() {
  const key = provider && keys.get(provider.id);
  const model = $("model").value.trim();
  const limits = provider && keyForm.limits();
  const isLive = $("live").checked && !$("live-row").hidden;
  const isOwn = Boolean(provider && hasResource(provider));
  const asked = $("options").hidden ? {} : options(); // what is hidden may be set, for another provider
  const chosen = { provider, name: provider?.id, key: key?.text, model, limits, isLive, isOwn, options: asked };
  if (!isOwn) return chosen;
  const name = key?.name ?? `${provider.id}/${keyForm.resource() || "my-resource"}`;
  return { ...chosen, provider: JSON.parse(JSON.stringify(provider).replaceAll("{resource}", name.split("/")[1])), name };
}

const conversation = startConversation(relay, choice, {
  askForKey: () => keyForm.complain(`Paste your ${provider.name} API key here first.`),
  async failed(problem, provider, key) {
    // What a WebSocket closes with may be the provider's word. What a request is answered with, and is said to be the relay's, is so.
    const { owner, code } = problem.owner === "socket" ? await listModels(relay, provider, key).catch((error) => error) : problem;
    if (owner === "network") lookAgain();
    if (DEAD.includes(code) && keys.get(provider.id)?.text === key) keyForm.drop(provider.id); // another may have been entered meanwhile
  },
});

try {
  await start();
} catch (error) {
  for (const form of document.forms) form.inert = true;
  if (error.owner === "network") reloadWhenBack();
  else showStatus("down", "The relay is not ready");
  conversation.showProblem(error);
}

/** There is nothing on the page yet that a reload could lose. */
function reloadWhenBack() {
  showStatus("gone", "The relay cannot be reached");
  setTimeout(watchStatus, RETRY_MS, () => location.reload());
}

async function start() {
  const { providers, default_provider, endpoints, sealing, limits } = await describe();
  const showRest = () => {
    $("live-row").hidden = !canBeLive();
    modelField.show();
    codePanel.showLibraries();
    showFold(choice());
  };
  const showChosen = () => {
    codePanel.showCode();
    showFold(choice());
  };
  hasSockets = endpoints.includes("realtime") && !limits.allowed_models; // what is said on a WebSocket is not looked at
  keys = await keyring(relay, !refused && sealing.keys.length > 0);
  keyForm = startKeyForm(keys, () => provider, showRest, endpoints);
  modelField = startModelField(relay, choice, limits.allowed_models, showChosen);
  startOptions(showChosen);
  $("live").addEventListener("change", showRest);
  codePanel = startCodePanel(choice, refused || keys.unsealed === undefined);
  $("key-area").hidden = refused;
  startPicker(providers, providers.find(({ id }) => keys.get(id) || keys.dropped.has(id))?.id ?? default_provider, choose);
  $("mock").hidden = !isLocal;
  if (refused) showStatus("down", "The relay refuses this page");
  else lookAgain = watchStatus();
}

/** The relay's description of itself. It has none for a page whose origin it does not allow, and its own may be such a one. */
async function describe() {
  try {
    const description = await (await answerTo(fetch("/.well-known/byok-relay"))).json();
    return { ...description, providers: await relay.providers() };
  } catch (error) {
    refused = error.code === "origin_not_allowed";
    if (!refused) throw error;
    return UNKNOWN;
  }
}

/** Whether the provider has a live chat, and the relay and the key are open for it. Models cannot be limited there. */
function canBeLive() {
  const { models, endpoints = ["realtime"] } = keyForm.limits();
  return hasSockets && !$("ask").hidden && liveOf(provider) && !models && endpoints.includes("realtime");
}

function choose(chosen) {
  provider = chosen;
  $("target").textContent = provider.name;
  $("resource").value = "";
  const canChat = !refused && wireOf(provider) && !hasResource(provider);
  $("ask").hidden = $("options").hidden = !canChat;
  $("no-chat").hidden = canChat;
  $("no-chat").replaceChildren(...whyNoChat(provider));
  keyForm.show();
}

/** @returns {(string | Node)[]} */
function whyNoChat({ name }) {
  if (refused) {
    const { origin } = location;
    return [
      "This relay does not let its own page use it: ALLOWED_ORIGINS does not list this page's origin. To chat here, its operator adds ",
      element("code", {}, origin),
      " ",
      copyButton("Copy", () => origin),
      " The code can be read all the same. It is for a relay with the standard settings.",
    ];
  }
  if (hasResource(provider)) {
    return [`This page cannot chat with ${name}: its models are deployments of your own. The code works with them.`];
  }
  return [`This page cannot chat with ${name}. The code shows how to use it.`];
}
