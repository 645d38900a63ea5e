/**
 * The search for a key. Every test's key holds the word `canary`; wherever the word turns up, a key has come, be it in clear,
 * in hex (also with something between the bytes, as in %63%61) or in base64.
 */

const WORD = "canary";

/** Every way of writing a word in small and capital letters. @returns {string[]} */
const spellings = (/** @type {string} */ word) =>
  [...word].reduce((begun, letter) => begun.flatMap((each) => [each + letter, each + letter.toUpperCase()]), [""]);

/**
 * The characters that base64 has for a word wherever it stands in a text: those that are the word's alone, at one of the
 * three alignments.
 */
const inBase64 = (/** @type {string} */ word, /** @type {number} */ shift) =>
  Buffer.from("\0".repeat(shift) + word)
    .toString("base64url")
    .slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + word.length) * 8) / 6));

/** Either case of a letter is two hex digits of which the first differs by two. */
const inHex = [...WORD].map((letter) => {
  const [high, low] = Buffer.from(letter).toString("hex");
  return `[${Number(high) - 2}${high}]${low}`;
});

const CLEAR_OR_HEX = new RegExp(`${WORD}|${inHex.join("(?:%|\\\\x|0x|[ :,-]){0,3}")}`, "i");
const BASE64 = new RegExp([...new Set(spellings(WORD).flatMap((word) => [0, 1, 2].map((shift) => inBase64(word, shift))))].join("|"));

/**
 * @param {string | Buffer} said
 * @returns {boolean}   whether a key is in there
 */
export function holdsCanary(said) {
  // latin1 keeps every byte, and the word's letters are the same in it as in UTF-8.
  const text = typeof said === "string" ? said : said.toString("latin1");
  return CLEAR_OR_HEX.test(text) || BASE64.test(text);
}
