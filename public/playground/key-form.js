/** The key: entered and at once sealed or put into memory, shown, forgotten. */
import { $, element } from "./dom.js";
import { inWords, limitsOf, startLimits } from "./limits.js";
import { hasResource } from "./wires.js";

const TO_SEAL =
  "Your key is sealed in this page as soon as you enter it. The browser keeps only the sealed form. Only this relay can open that.";
const MEMORY = "Your key stays in this page's memory until you leave the page.";
const UNSEALED = {
  relay: [`This relay has no sealing key. ${MEMORY} Whoever runs the relay makes one with `, element("code", {}, "make sealing-key"), "."],
  browser: [`This browser cannot keep a sealed key here: that needs https or localhost, and storage that is on. ${MEMORY}`],
};

/** Azure's resource: its name, or the URL that its portal shows. */
const RESOURCE = /^(?:https:\/\/(?=.*\.))?([a-z\d][a-z\d-]*)(?:\.openai\.azure\.com(?:\/.*)?)?$/;

/** As many characters as its field has room for. */
const FITS = 14;

const DROPPED =
  "The sealed key that was kept here is of no use any more: it has expired, or the relay has another sealing key now. Enter your API key again.";
const DEAD = "The relay does not take the sealed key that was kept here any more. Enter your API key again.";
const GONE = "This key was forgotten in another tab.";

/**
 * @param {ReturnType<typeof import("./keys.js").keyring>} keys
 * @param {() => import("../relay.js").Provider} provider the chosen one
 * @param {() => void} changed called whenever another key, or none, is there to use
 * @param {string[]} groups of endpoints that the relay opens
 */
export function startKeyForm(keys, provider, changed, groups) {
  const limits = startLimits(groups, changed);
  $("limits").hidden = Boolean(keys.unsealed);

  function show() {
    const { id, name, key } = provider();
    const own = keys.get(id);
    $("resource-row").hidden = !hasResource(provider());
    $("resource-name").textContent = `${name} resource`;
    $("key-form").hidden = Boolean(own);
    $("kept").hidden = !own;
    $("key-name").textContent = `${name} API key`;
    const fits = key.looks_like.length <= FITS;
    empty();
    $("key").placeholder = fits ? key.looks_like : "";
    $("key-looks").hidden = own || fits;
    $("key-looks").textContent = `A key looks like this: ${key.looks_like}.`;
    Object.assign($("key-link"), { href: key.get_one_at, hidden: !key.get_one_at });
    const until = own?.until?.toLocaleDateString(undefined, { dateStyle: "medium" });
    const sealed = until ? `Kept in this browser. Only this relay can open it, for this address, until ${until}.` : TO_SEAL;
    $("key-note").replaceChildren(...(UNSEALED[keys.unsealed] ?? [sealed]));
    const [, resource] = own?.name.split("/") ?? [];
    $("kept-title").textContent = (until ? "Sealed key" : "Key in memory") + (resource ? ` for ${resource}` : "");
    $("kept-form").textContent = until ? own.text : "";
    $("kept-only").textContent = own?.claims ? inWords(own.claims) : "";
    $("kept-only").hidden = !$("kept-only").textContent;
    setError(!own && keys.dropped.has(id) ? DROPPED : "");
    changed();
  }

  /** A new field, since from an emptied one the browser's Undo and Redo bring the key back. */
  function empty() {
    const isFocused = document.activeElement === $("key");
    $("key").replaceWith(Object.assign($("key").cloneNode(), { value: "" }));
    if (isFocused) $("key").focus();
  }

  function setError(text, wrong = $("key")) {
    $("key-error").textContent = text;
    for (const input of [$("key"), $("resource"), $("only-models"), $("only-rate")])
      input.ariaInvalid = text && input === wrong ? "true" : null;
  }

  function complain(text, wrong = $("key")) {
    setError(text, wrong);
    wrong.focus();
  }

  /** The name of the resource, also where its URL is given; nothing where it is neither. Another host has another's resources. */
  const resource = () => RESOURCE.exec($("resource").value.trim().toLowerCase())?.[1] ?? "";

  async function take() {
    const { id, name } = provider();
    if (hasResource(provider()) && !resource())
      return complain(`Enter the name of your ${name} resource, or its URL: https://my-resource.openai.azure.com.`, $("resource"));
    const key = $("key").value.trim();
    empty();
    if (!key) return complain(`Paste your ${name} API key here.`);
    try {
      await keys.put(hasResource(provider()) ? `${id}/${resource()}` : id, key, limits.read());
    } catch (error) {
      return complain(error.message.replace(/[^…]$/, "$&."), limits.fieldOf(error.message));
    }
    limits.reset();
    if (id !== provider().id) return;
    show();
    ($("ask").hidden ? $("forget") : $("prompt")).focus();
  }

  $("key-form").addEventListener("submit", (event) => {
    event.preventDefault();
    take();
  });
  $("key-form").addEventListener("input", ({ target, inputType }) => {
    if (target === $("key") && (inputType === "insertFromPaste" || inputType === "insertFromDrop")) take();
  });
  $("forget").addEventListener("click", () => {
    keys.forget(provider().id);
    show();
    $("key").focus();
  });
  $("resource").addEventListener("input", changed);
  keys.watch((id) => {
    if (id !== undefined && id !== provider().id) return;
    const hadOne = !$("kept").hidden;
    show();
    if (hadOne && !$("key-form").hidden) setError(GONE);
  });

  /** Forgets a sealed key that the relay does not open, and asks for it again. @param {string} id the provider's */
  function drop(id) {
    keys.forget(id);
    if (id !== provider().id) return;
    show();
    setError(DEAD);
  }

  /** What a sealed key may only be used for: the one that is kept, or else the next one. As relay.js takes it. */
  function chosenLimits() {
    const { claims } = keys.get(provider().id) ?? {};
    return claims ? limitsOf(claims) : limits.read();
  }
  return { show, complain, resource, drop, limits: chosenLimits };
}
