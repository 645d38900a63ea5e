/** What a test of the whole relay stands on: the relay in front of the mock provider, and the canary rule (watch.mjs). */
import { PROVIDERS as TABLE } from "./keys.mjs";
import { mockControl } from "./mock/control.mjs";
import { startMock } from "./mock/mock.mjs";
import { upstreamSettings } from "./mock/settings.mjs";
import { RUNTIMES } from "./runtimes/runtimes.mjs";
import { startTap } from "./tap.mjs";
import { together } from "./together.mjs";
import { Watch } from "./watch.mjs";

export const PROVIDERS = Object.keys(TABLE);

/** Ends a group of tests that hangs. It is no measure of any of them: a busy machine takes minutes for what takes a quiet one seconds. */
export const HUNG = { timeout: 600_000 };

/** More than any answer of the mock has chunks. */
const MOST_CHUNKS = 40;

/**
 * For how long a relay may notice that a client has gone, after each of some chunks: the first seldom tells it, and the last must. There
 * are fewer than any stream of the mock has.
 */
const SECONDS_UNTIL_NOTICED = [0.05, 0.2, 2, 10];

export { upstreamSettings };

/**
 * Starts the mock provider and the relay in front of it. Closing them fails if a key was where none belongs: in a request to the
 * provider beside the header that carries it, in an answer of the relay, or in a line that the relay or its runtime wrote.
 *
 * @param {Record<string, string>} [vars] settings of the relay
 * @param {Parameters<RUNTIMES.workerd>[0] & {runtime?: keyof RUNTIMES}} [options] where it runs, and more of startRelay's
 */
export const startStack = (vars = {}, { runtime = "workerd", ...options } = {}) =>
  together(async (open) => {
    const watch = await open(new Watch());
    const { mock, mockUrl } = await open(startWatchedMock(watch));

    /** One more relay, with other settings, in front of the same mock. @returns {Promise<string>} its origin */
    async function startRelay(vars = {}, options = {}) {
      const relay = await open(
        RUNTIMES[runtime]({
          ...options,
          vars: { ...upstreamSettings(mockUrl), ...vars },
          log: (line) => {
            watch.look("the relay's log", line);
            (options.log ?? console.error)(line);
          },
          chatter: (line) => watch.look("what the runtime says of itself", line),
        }),
      );
      return (await open(startTap(relay.url, () => watch.bytes("an answer of the relay")))).url;
    }

    /** `relay` is its origin; for an SDK, the provider's host is `${relay}/${provider}`. */
    return {
      relay: await startRelay(vars, options),
      startRelay,
      mock,
      mockUrl,
      watch,

      /** Lets all of a held stream go. */
      releaseAll: (key) => mock.release(key, MOST_CHUNKS),

      providerIsLetGo: (key) => providerIsLetGo(mock, key),
    };
  });

/** Waits until the provider is rid of a stream whose client has gone. The relay notices when it next writes to the client. */
export async function providerIsLetGo(mock, key) {
  for (const timeout of SECONDS_UNTIL_NOTICED) {
    await mock.release(key);
    const noticed = await mock.waitFor(key, "aborted", { timeout }).then(
      () => true,
      () => false,
    );
    if (noticed) return;
  }
  throw new Error("the relay kept the provider's stream open");
}

/** The mock provider, which tells the watch at its end what it has seen. */
export async function startWatchedMock(watch) {
  const { url, close } = await startMock();
  const mock = mockControl(url);
  return {
    mock,
    mockUrl: url,
    async close() {
      for (const place of (await mock.stats()).leaks) watch.note(`a request to the provider: ${place}`);
      await close();
    },
  };
}
