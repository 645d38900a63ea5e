/**
 * The canary rule: a key appears in the one header that carries it up to the provider, and nowhere else.
 *
 * Every key of the tests holds the word `canary`. A watch is shown all that the processes of a test say, and fails the test file at its
 * end if the word was in any of it, in clear, in hex or in base64.
 */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { holdsCanary } from "./mock/canary.mjs";

const SHOWN = 300;
const LONGEST_WRITING = 60; // of the word: in hex, with something between the bytes

export class Watch {
  #found = new Set();

  /** Looks for a key in what was said. @param {string} place where, for people @param {string | Buffer} said */
  look(place, said) {
    if (holdsCanary(said)) this.note(`${place}: ${surroundings(String(said))}`);
  }

  /** What to show the bytes that come on one connection, in the pieces they come in. */
  bytes(place) {
    let end = "";
    return (/** @type {Buffer} */ piece) => {
      const said = end + piece.toString("latin1");
      this.look(place, said);
      end = said.slice(-LONGEST_WRITING);
    };
  }

  /** A key was seen where none belongs. */
  note(sighting) {
    this.#found.add(sighting);
  }

  /** The sightings so far; they are not told twice. */
  take() {
    const found = [...this.#found];
    this.#found.clear();
    return found;
  }

  /** Fails if a key was seen. So that a watch can be closed last of all that it watches, this is called close. */
  close() {
    const found = this.take();
    assert.ok(found.length === 0, `a key was seen where none belongs:\n  ${found.join("\n  ")}`);
  }
}

/** For what only the test itself has: what a client found in an error. */
export function assertNoKey(place, said) {
  const watch = new Watch();
  watch.look(place, said);
  watch.close();
}

/** All that an error says to whoever logs it: its message and stack, and those of its causes. */
export const textOf = (error) => {
  const texts = [];
  for (let each = error; each !== undefined; each = each?.cause) texts.push(each?.stack ?? inspect(each), String(each));
  return texts.join("\n");
};

/** The part of a long text that the key is in. */
function surroundings(text) {
  const middle = text.length >> 1;
  const parts = [text.slice(0, middle + LONGEST_WRITING), text.slice(middle - LONGEST_WRITING)];
  const part = text.length > SHOWN && parts.find(holdsCanary);
  return part ? surroundings(part) : JSON.stringify(text);
}
