/** What a test of the whole relay stands on: the relay in front of the mock provider, and keys that look real to it. */
import { randomBytes } from "node:crypto";
import { startRelay } from "../tools/relay.mjs";
import { mockControl } from "./mock/control.mjs";
import { startMock } from "./mock/mock.mjs";

export const PROVIDERS = ["openai", "anthropic", "google", "mistral"];

/** The settings that point a relay at the mock provider. */
export const upstreamSettings = (mockUrl) =>
  Object.fromEntries(PROVIDERS.map((provider) => [`UPSTREAM_${provider.toUpperCase()}`, `${mockUrl}/${provider}`]));

/**
 * Starts the mock provider and the relay in front of it.
 *
 * @param {Record<string, string>} [vars] settings of the relay
 * @param {Parameters<typeof startRelay>[0]} [options] more of startRelay's
 * @returns {Promise<{relay: string, mock: ReturnType<typeof mockControl>, mockUrl: string, close: () => Promise<void>}>} `relay` is its
 *   origin; for an SDK, the provider's host is `${relay}/${provider}`
 */
export async function startStack(vars = {}, options = {}) {
  const mock = await startMock();
  try {
    const relay = await startRelay({ ...options, vars: { ...upstreamSettings(mock.url), ...vars } });
    return {
      relay: relay.url,
      mock: mockControl(mock.url),
      mockUrl: mock.url,
      close: async () => void (await Promise.all([relay.close(), mock.close()])),
    };
  } catch (error) {
    await mock.close();
    throw error;
  }
}

const KEY_SHAPES = {
  openai: (random) => `sk-${random}`,
  anthropic: (random) => `sk-ant-api03-${random}`,
  google: (random) => `AIza${random}`.slice(0, 39),
  mistral: (random) => random.slice(0, 32),
};

/** A key that no other test has and that begins and ends like the provider's own; with `mark`, the mock finds that word in it. */
export function randomKey(provider, mark = "") {
  return KEY_SHAPES[provider](mark + randomBytes(24).toString("hex"));
}

/** More than a test needs until the relay has noticed, fewer than the chunks of any stream of the mock. */
const CHUNKS_UNTIL_NOTICED = 4;

/**
 * Waits until the provider is rid of a stream whose client has gone. The relay notices when it next writes to the client.
 *
 * @param {ReturnType<typeof mockControl>} mock
 * @param {string} key
 */
export async function providerIsLetGo(mock, key) {
  for (let chunk = 0; chunk < CHUNKS_UNTIL_NOTICED; chunk++) {
    await mock.release(key);
    const noticed = await mock.waitFor(key, "aborted", { timeout: 1 }).then(
      () => true,
      () => false,
    );
    if (noticed) return;
  }
  throw new Error("the relay kept the provider's stream open");
}
