/** The code for the provider and model that are chosen, by library. */
import { copies } from "./copy.js";
import { $, element, fillChoice } from "./dom.js";
import { highlighted } from "./highlight.js";
import { snippetsFor } from "./snippets.js";

/**
 * @param {() => {provider: import("../relay.js").Provider, name: string, model: string, limits?: object, isLive: boolean,
 *   options: import("./wires.js").Options}} choice
 * @param {boolean} canSeal
 */
export function startCodePanel(choice, canSeal) {
  let snippet;
  let picked; // the library that the user wants to see, where a provider has it

  function showLibraries() {
    const { provider, isLive } = choice();
    const snippets = snippetsFor(provider, canSeal, isLive);
    const titles = snippets.map(({ title }) => title);
    const shown = Math.max(titles.indexOf(picked), 0);
    fillChoice($("libraries"), titles, shown, (index) => {
      picked = titles[index];
      snippet = snippets[index];
      showCode();
    });
    snippet = snippets[shown];
    showCode();
  }

  function showCode() {
    const { provider, name, model, limits, options } = choice();
    const { npm, sdk, code } = snippet;
    const url = sdk ? provider.sdk_base_urls[sdk] : provider.base_url;
    const text = (npm ? `// npm install ${npm}\n` : "") + code({ provider, name, model: model || "MODEL", url, limits, options });
    const parts = highlighted(text);
    markIn(parts, url);
    $("code").replaceChildren(...parts);
  }

  copies(
    $("copy"),
    () => $("code").textContent,
    () => $("code"),
  );
  return { showLibraries, showCode };
}

/** Marks the base URL, in the string that begins with it. @param {(Node | string)[]} parts of the code @param {string} url */
function markIn(parts, url) {
  const string = parts.find((part) => part.className === "string" && part.textContent.startsWith(url, 1));
  if (!string) return;
  const text = string.textContent;
  string.replaceChildren(text[0], element("mark", {}, url), text.slice(url.length + 1));
}
