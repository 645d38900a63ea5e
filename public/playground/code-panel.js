/** The code for the provider and model that are chosen, by library. */
import { copies } from "./copy.js";
import { $, element, fillChoice } from "./dom.js";
import { snippetsFor } from "./snippets.js";

/**
 * @param {() => {provider: import("../relay.js").Provider, name: string, model: string, limits?: object, isLive: boolean}} choice
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
    const { provider, name, model, limits } = choice();
    const { npm, sdk, code } = snippet;
    const url = sdk ? provider.sdk_base_urls[sdk] : provider.base_url;
    const text = (npm ? `// npm install ${npm}\n` : "") + code({ provider, name, model: model || "MODEL", url, limits });
    const at = text.indexOf(url);
    $("code").replaceChildren(...(at < 0 ? [text] : [text.slice(0, at), element("mark", {}, url), text.slice(at + url.length)]));
  }

  copies(
    $("copy"),
    () => $("code").textContent,
    () => $("code"),
  );
  return { showLibraries, showCode };
}
