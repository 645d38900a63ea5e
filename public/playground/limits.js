/** What a sealed key may only be used for: asked for before it is sealed, and said of one that is. */
import { $, element } from "./dom.js";

/** @param {string[]} groups of endpoints that the relay opens @param {() => void} changed */
export function startLimits(groups, changed) {
  const boxes = groups.map((value) => element("input", { type: "checkbox", value, defaultChecked: true, checked: true }));
  $("only-endpoints").hidden = groups.length < 2;
  $("only-endpoints").append(...boxes.map((box) => element("label", {}, box, element("span", {}, box.value))));
  $("limits").addEventListener("input", changed);
  return {
    /** As relay.js takes it. What is left as it was is no limit. */
    read() {
      const models = $("only-models")
        .value.split(/[\s,]+/)
        .filter(Boolean);
      const endpoints = boxes.filter(({ checked }) => checked).map(({ value }) => value);
      return {
        models: models.length ? models : undefined,
        endpoints: endpoints.length < boxes.length ? endpoints : undefined,
        perMinute: $("only-rate").value ? Number($("only-rate").value) : undefined,
      };
    },

    /** The field that an error of relay.js is about, if it is one of these. @param {string} message */
    fieldOf(message) {
      const field = { models: $("only-models"), endpoints: boxes[0], perMinute: $("only-rate") }[message.split(":")[0]];
      if (field) $("limits").open = true;
      return field;
    },

    /** For the next key. */
    reset() {
      for (const input of [$("only-models"), $("only-rate"), ...boxes]) {
        Object.assign(input, { value: input.type === "checkbox" ? input.value : "", checked: true });
      }
      $("limits").open = false;
    },
  };
}

/** The claims of a sealed key as relay.js takes limits. @param {{mdl?: string[], grp?: string[], rpm?: number}} claims */
export const limitsOf = ({ mdl, grp, rpm }) => ({ models: mdl, endpoints: grp, perMinute: rpm });

/** A sentence about a sealed key's claims, or nothing. @param {{mdl?: string[], grp?: string[], rpm?: number}} claims */
export function inWords({ mdl, grp, rpm }) {
  const parts = [
    mdl && `use ${mdl.join(", ")}`,
    grp && `reach ${grp.join(", ")}`,
    rpm && `ask ${rpm} ${rpm === 1 ? "time" : "times"} a minute`,
  ].filter(Boolean);
  return parts.length ? `It may only ${parts.join("; ")}.` : "";
}
