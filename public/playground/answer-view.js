/** An answer as it comes in: its markdown is rendered at most once a frame, and of what is there already only the block that still grows. */
import { element } from "./dom.js";
import { blocksOf, nodesOf } from "./markdown.js";

/** Characters of a block, and of an answer, that are rendered. What comes after is shown as it was written. Fenced code is read fast. */
const MOST_IN_BLOCK = 10_000;
const MOST_IN_CODE = 60_000;
const MOST_IN_ALL = 300_000;

/** Characters that are shown in one go. An answer can come faster than any page could lay it out. */
const MOST_RENDERED_AT_ONCE = 4096;
const MOST_AT_ONCE = 32_768;

const FENCE = /^\s*(?:```|~~~)/;

/** Characters in one block of plain text: the browser lays out the whole block again for each addition. */
const PART = 16_384;

/** @param {HTMLElement} words the element for them @param {(change: () => void) => void} follow has the end of the log stay in view */
export function answerView(words, follow) {
  let growing = ""; // the text of the block that is
  let live = []; // its nodes
  let isPlain = false;
  let waiting = "";
  let frame = 0;
  let ended; // what to call then
  let rest = 0; // nothing is shown before this time

  function render(text) {
    if (isPlain) return appendPlain(words, text);
    growing += text.replaceAll("\r", "");
    for (const node of live) node.remove();
    live = [];
    isPlain = view.text.length > MOST_IN_ALL || !renderBlocks();
    if (isPlain) appendPlain(words, growing, true);
  }

  /** @returns {boolean} false for a block that is too long, or too deep, to be rendered again and again */
  function renderBlocks() {
    try {
      const done = blocksDoneIn(growing);
      words.append(...nodesOf(done));
      growing = growing.slice(done.reduce((length, { raw }) => length + raw.length, 0));
      if (growing.length > (FENCE.test(growing) ? MOST_IN_CODE : MOST_IN_BLOCK)) return false;
      live = nodesOf(blocksOf(growing)).map((node) => (typeof node === "string" ? new Text(node) : node));
      words.append(...live);
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false; // quotes in quotes in quotes …
      throw error;
    }
  }

  /** Shows what has come, and leaves the page as much time for other things as that took. */
  function show() {
    cancelAnimationFrame(frame);
    const began = performance.now();
    const most = isPlain ? MOST_AT_ONCE : MOST_RENDERED_AT_ONCE;
    const text = waiting.slice(0, most);
    waiting = waiting.slice(most);
    if (text) follow(() => render(text));
    const now = performance.now();
    rest = now + (now - began);
    frame = waiting ? requestAnimationFrame(soon) : 0;
    if (!waiting) ended?.();
  }

  function soon() {
    if (performance.now() < rest) frame = requestAnimationFrame(soon);
    else show();
  }

  const view = {
    /** All that has come. */
    text: "",

    /** @param {string} piece */
    add(piece) {
      view.text += piece;
      waiting += piece;
      frame ||= requestAnimationFrame(soon);
    },

    /** Nothing more comes. @param {() => void} shown called when all that has come is to be seen */
    end(shown) {
      ended = shown;
      show();
    },
  };
  return view;
}

/** A block is done when a whole line after it has begun another one. Half a line may still become anything. @param {string} text */
function blocksDoneIn(text) {
  const blocks = blocksOf(text.slice(0, text.lastIndexOf("\n") + 1));
  const last = blocks.findLastIndex(({ type }) => type !== "space");
  return blocks.slice(0, Math.max(last, 0));
}

/** @param {HTMLElement} words @param {string} text @param {boolean} [anew] in a block of its own */
function appendPlain(words, text, anew = false) {
  if (anew) words.append(plainPart());
  for (let rest = text; rest;) {
    const { firstChild: part } = words.lastChild;
    const end = endOfPart(part.length, rest);
    part.appendData(rest.slice(0, end));
    if (end < Infinity) words.append(plainPart());
    rest = rest.slice(end);
  }
}

/** Where a part ends that has so many characters and gets these: with its line, if that is not too long. */
function endOfPart(length, text) {
  const newline = text.indexOf("\n", Math.max(PART - length, 0));
  const end = newline < 0 ? Infinity : newline + 1;
  const most = 2 * PART - length;
  return end <= most ? end : most < text.length ? most : Infinity;
}

const plainPart = () => element("span", { className: "part" }, new Text(""));
