/**
 * Markdown as the page's own elements. A library reads it; what it has read becomes elements here, one kind after the other. No HTML is
 * ever written or parsed, so a model's words can make no element but these, and there is nothing to sanitise. Nothing is fetched.
 */
import { copyButton } from "./copy.js";
import { element } from "./dom.js";
import { highlighted, visible } from "./highlight.js";
import { Lexer, Tokenizer } from "./vendor/marked/marked.esm.js";

/** @typedef {import("./vendor/marked/marked.esm.js").Token} Token */

/**
 * Cells of a table: a longer one is shown as it was written. Each row is as wide as the first, so a few thousand characters can make
 * millions of cells.
 */
const MOST_CELLS = 2000;

/** The library's own, but for long tables. */
class Blocks extends Tokenizer {
  table(text) {
    const [lines = "", head = ""] = /^([^\n]*)\n[ |:-]+(?:\n[^]*?(?=\n[ \t]*\n|$)|$)/.exec(text) ?? [];
    return head.split("|").length * lines.split("\n").length > MOST_CELLS ? undefined : super.table(text);
  }
}

/** The blocks of a text. @param {string} text @returns {Token[]} */
export const blocksOf = (text) => new Lexer({ gfm: true, tokenizer: new Blocks() }).lex(text);

/** @param {Token[] | undefined} tokens @returns {(Node | string)[]} */
export const nodesOf = (tokens = []) => tokens.flatMap((token) => (MADE[token.type] ?? literal)(token));

/** HTML, and whatever else a page should not make, is shown as it was written. @param {Token} token */
const literal = ({ raw }) => [raw];
const nothing = () => [];
const wrapped =
  (tag) =>
  ({ tokens }) => [element(tag, {}, ...nodesOf(tokens))];

/** @type {Record<string, (token: any) => (Node | string)[]>} by what the library calls it */
const MADE = {
  space: nothing,
  def: nothing,
  heading: ({ depth, tokens }) => [element(`h${Math.min(depth + 3, 6)}`, {}, ...nodesOf(tokens))], // h3 is who speaks
  paragraph: wrapped("p"),
  blockquote: wrapped("blockquote"),
  hr: () => [element("hr")],
  code,
  list: ({ ordered, start, items }) => [element(ordered ? "ol" : "ul", ordered ? { start } : {}, ...items.flatMap(item))],
  checkbox: ({ checked }) => [
    element("input", { type: "checkbox", disabled: true, checked, ariaLabel: checked ? "done" : "not done" }),
    " ",
  ],
  table,
  text: ({ tokens, text }) => (tokens ? nodesOf(tokens) : [decoded(text)]),
  escape: ({ text }) => [text],
  codespan: ({ text }) => [element("code", {}, visible(text))],
  strong: wrapped("strong"),
  em: wrapped("em"),
  del: wrapped("del"),
  br: () => [element("br")],
  link: ({ href, tokens }) => link(href, nodesOf(tokens)),
  image: ({ href, text }) => link(href, [`Image: ${text || href}`]), // its server would learn who reads this
};

function item({ tokens }) {
  return [element("li", {}, ...nodesOf(tokens))];
}

function code({ text, lang }) {
  const [language = ""] = (lang ?? "").split(/\s/);
  const shown = element("code", {}, ...highlighted(text));
  const head = element(
    "div",
    { className: "code-head" },
    element("span", {}, language),
    copyButton(
      "Copy",
      () => text,
      () => shown,
    ),
  );
  return [element("div", { className: "code-block" }, head, element("pre", { tabIndex: 0, role: "region", ariaLabel: "Code" }, shown))];
}

function table({ header, rows }) {
  const cell = (tag) => (each) => {
    const made = element(tag, {}, ...nodesOf(each.tokens));
    if (each.align) made.className = `align-${each.align}`;
    return made;
  };
  const row = (tag) => (cells) => element("tr", {}, ...cells.map(cell(tag)));
  const body = element("table", {}, element("thead", {}, row("th")(header)), element("tbody", {}, ...rows.map(row("td"))));
  return [element("div", { className: "table", tabIndex: 0, role: "region", ariaLabel: "Table" }, body)];
}

/** A link to somewhere else: its words alone, where it leads to no page and no mailbox. */
function link(href, words) {
  if (!/^(?:https?:\/\/|mailto:)/i.test(href)) return words;
  return [element("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...words)];
}

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0" };

/** The few entities that models write. */
const decoded = (text) =>
  text.replace(/&(?:(amp|lt|gt|quot|nbsp)|#(\d{1,7}));/g, (written, name, code) => {
    if (name) return ENTITIES[name];
    return code <= 0x10ffff ? String.fromCodePoint(code) : written;
  });
