/** What the page has for the tests of SDKs that talk over WebSockets: each by its name, with errors as texts, which survive the way to Node. */
import { LIVE } from "../clients/live.mjs";

const byName = new Map(LIVE.map((client) => [client.name, client]));

globalThis.live = (name, root, key, text) =>
  byName
    .get(name)
    .talk(root, key, text)
    .then(
      (answer) => ({ answer }),
      ({ message }) => ({ message }),
    );
