/** The Dockerfile, parsed. */
import { DockerfileParser } from "dockerfile-ast";

/**
 * @typedef {object} Instruction
 * @property {string} keyword
 * @property {string[]} flags `--from=build`
 * @property {string} text what follows, continued lines joined
 * @property {string[] | null} exec its words if it is in exec form, which no shell reads
 */

/** @param {string} source @returns {{from: string, instructions: Instruction[]}[]} the stages */
export function stagesOf(source) {
  const stages = [];
  for (const each of DockerfileParser.parse(source).getInstructions()) {
    const flags = each.getFlags?.().map(String) ?? [];
    const text = each.getArgumentsContent().replace(/\\\n\s*/g, " ");
    if (each.getKeyword() === "FROM") stages.push({ from: text, instructions: [] });
    else stages.at(-1).instructions.push({ keyword: each.getKeyword(), flags, text, exec: wordsOf(text.replace(/^CMD (?=\[)/, "")) });
  }
  return stages;
}

function wordsOf(text) {
  try {
    const words = JSON.parse(text);
    return Array.isArray(words) ? words : null;
  } catch {
    return null;
  }
}
