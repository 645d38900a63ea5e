/** The streams of a soak test: always as many, each read to its end, compared with the provider's, and then replaced by the next. */
import { randomKey } from "../keys.mjs";
import { chat, CHATS, check, normal, same } from "./answers.mjs";
import { headOf, wholeOf } from "./client.mjs";

/** Of so many streams, one has a sealed key. */
const SEALED = 3;

/**
 * @param {number} count
 * @param {import("./kinds.mjs").Stage} stage
 * @returns {Promise<{open: () => number, kinds: import("./kinds.mjs").Kind[]}>} `open` is how many have begun and not ended
 */
export async function streamsOf(count, { relay, direct, seal }) {
  const expected = new Map();
  for (const each of CHATS) {
    const plain = chat(each, randomKey(each.provider), true);
    expected.set(each, normal(await direct.client.ask(plain.request), plain.text));
  }

  let open = 0;
  const kinds = [];
  for (let slot = 0; slot < count; slot++) {
    const each = CHATS[slot % CHATS.length];
    const key = randomKey(each.provider);
    const sealed = slot % SEALED === 0;
    const headers = sealed ? { "x-api-key": await seal(each.provider, key) } : each.carried(key);
    kinds.push({
      name: sealed ? "stream, sealed key" : "stream",
      every: 1000, // less than one lasts
      async once() {
        const { request, text } = chat(each, key, true, headers);
        const { body, ...head } = request;
        const sent = relay.begin(head);
        const answering = headOf(sent);
        sent.end(body);
        const incoming = await answering;
        open += 1;
        try {
          same(normal(check(await wholeOf(incoming)), text), expected.get(each));
        } finally {
          open -= 1;
        }
      },
    });
  }
  return { open: () => open, kinds };
}
