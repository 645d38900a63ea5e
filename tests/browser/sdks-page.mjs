/** What the page has for the SDK tests: the SDKs, behind functions whose arguments and results survive the way to Node. */
import { CLIENTS } from "../clients/sdks.mjs";

const byName = new Map(CLIENTS.map((client) => [client.name, client]));

/** Errors lose their class on the way to Node, so what an app finds in them is read here. */
async function outcome(client, work) {
  try {
    return { value: await work() };
  } catch (error) {
    return { failure: { read: client.readError(error), text: `${error?.constructor?.name}: ${error?.message}` } };
  }
}

globalThis.sdks = {
  chat(name, root, key, text) {
    const client = byName.get(name);
    return outcome(client, () => client.connect(root, key).chat(text));
  },
  stream(name, root, key, text) {
    const client = byName.get(name);
    const controller = new AbortController();
    const pieces = client.connect(root, key).stream(text, controller.signal)[Symbol.asyncIterator]();
    const read = () => outcome(client, () => pieces.next());
    // As an app does, the first read follows at once: Anthropic's SDK drops what comes while nobody reads.
    const reads = [read()];
    return { next: () => reads.pop() ?? read(), stop: () => pieces.return?.(), abort: () => controller.abort() };
  },
};
