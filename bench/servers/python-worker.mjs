import { startRelay } from "../../tools/relay.mjs";

/** A Worker in Python: the relay, or another one. */
export async function start({ source, vars }) {
  return (await startRelay({ source, vars })).url;
}
