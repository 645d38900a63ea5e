/**
 * Colours for code in any language: comments, strings, numbers and the words that most languages share. Not a grammar of each, which
 * would be many times the size of this page.
 */
import { element } from "./dom.js";

/** Longer code stays as it is: each coloured word is an element. */
const MOST = 20_000;

const WORDS =
  "abstract and as async await bool boolean break case catch char class const continue def default defer del delete do double elif else enum" +
  " except export extends extern false finally float fn for from func function go if impl implements import in int interface is lambda let" +
  " long match mod module mut new nil None not null or package pass private protected pub public raise ref return select self static string" +
  " struct super switch this throw throws trait true True False try type typeof undefined union unsafe use using val var void where while" +
  " with yield SELECT FROM WHERE INSERT UPDATE DELETE INTO VALUES JOIN ON GROUP ORDER BY CREATE TABLE NULL AND OR NOT echo fi then done esac";

/** A `#` begins a comment after a space or at the beginning, `//` not within a URL. */
const PARTS = new RegExp(
  [
    String.raw`(?<comment>(?<![:\w])\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|(?<![^\s])#(?![\w-]+[:{])[^\n]*|<!--[^]*?(?:-->|$)|(?<![^\s])--\s[^\n]*)`,
    String.raw`(?<string>"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'|${"`"}(?:[^${"`"}\\]|\\[^])*${"`"}?)`,
    String.raw`(?<number>\b(?:0x[\da-fA-F]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)\b)`,
    String.raw`(?<word>\b(?:${WORDS.replaceAll(" ", "|")})\b)`,
  ].join("|"),
  "g",
);

/** Characters that are not seen, or turn others around. One of them is part of many an emoji. */
export const INVISIBLE = /(?!\u200d)[\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Code in which none hides: where it is copied to, it may be run. @param {string} code */
export const visible = (code) => code.replace(INVISIBLE, (each) => `⟨U+${each.codePointAt(0).toString(16).toUpperCase()}⟩`);

/** @param {string} text @returns {(Node | string)[]} */
export function highlighted(text) {
  const code = visible(text);
  if (code.length > MOST) return [code];
  const nodes = [];
  let end = 0;
  for (const { 0: part, index, groups } of code.matchAll(PARTS)) {
    const [kind] = Object.entries(groups).find(([, found]) => found !== undefined);
    nodes.push(code.slice(end, index), element("span", { className: kind }, part));
    end = index + part.length;
  }
  return [...nodes, code.slice(end)].filter((node) => node !== "");
}
