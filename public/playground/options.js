/** What a question may have besides its words: a system prompt, a temperature, a limit on the answer's length. */
import { $ } from "./dom.js";

const FIELDS = ["system", "temperature", "max-tokens"];

/** @param {() => void} changed */
export function startOptions(changed) {
  $("options").addEventListener("input", () => {
    const set = FIELDS.filter((id) => $(id).value.trim()).length;
    $("options-set").textContent = set ? `(${set} set)` : "";
    changed();
  });
}

/** What is set, the rest is the provider's own. @returns {import("./wires.js").Options} */
export function options() {
  const [system, temperature, maxTokens] = FIELDS.map((id) => $(id).value.trim());
  return {
    system: system || undefined,
    temperature: temperature === "" ? undefined : Number(temperature),
    maxTokens: maxTokens === "" ? undefined : Number(maxTokens),
  };
}

/** The field that cannot be what it is, if there is one. @returns {HTMLInputElement | undefined} */
export const wrongOption = () => FIELDS.map($).find((field) => !field.checkValidity());
