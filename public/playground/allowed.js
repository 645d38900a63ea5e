/**
 * Which models may be asked for, where ALLOWED_MODELS or a sealed key limits that.
 *
 * @param {string[] | undefined} patterns in which `*` stands for any characters but the slash; without any, all models are allowed
 * @param {string} model
 */
export const allows = (patterns, model) =>
  !patterns || patterns.some((pattern) => RegExp(`^${pattern.split("*").map(literal).join("[^/]*")}$`).test(model));

/** What a list of patterns begins with that is the name of a model. @param {string[] | undefined} patterns */
export const firstNamed = (patterns) => patterns?.find((pattern) => !pattern.includes("*"));

const literal = (text) => text.replace(/\W/g, String.raw`\$&`);
