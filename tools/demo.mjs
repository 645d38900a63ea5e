/**
 * `make demo [PORT=8787]`: the relay, and behind it a mock of the providers, with keys to paste. Ctrl-C ends both.
 * The relay is `byok-relay serve`, which is installed sooner than a workerd and starts sooner. It takes no settings from the environment.
 *
 *     node tools/demo.mjs [PORT [MOCK_PORT]]
 */
import { startMock } from "../tests/mock/mock.mjs";
import { PROVIDERS } from "../tests/mock/providers.mjs";
import { KEY_LINES, PACE_FOR_PEOPLE, PORT_FOR_PEOPLE, tryErrors, upstreamSettings } from "../tests/mock/settings.mjs";
import { startRelay } from "../tests/runtimes/server.mjs";
import { ownSealingKey } from "./own_sealing_key.mjs";
import { fail, log, portFrom } from "./terminal.mjs";

const [port = "", mockPort = ""] = process.argv.slice(2);

const mockAt = (port) => startMock({ port, pace: PACE_FOR_PEOPLE, tells: true });
const mock = await (mockPort ? mockAt(portFrom(mockPort)) : mockAt(PORT_FOR_PEOPLE).catch(() => mockAt(0))); // another demo may run
const vars = { ...upstreamSettings(mock.url), PROVIDERS: Object.keys(PROVIDERS).join(), SEALING_KEY: await ownSealingKey() };
const relay = await startRelay({ port: portFrom(port || "8787"), vars, log }).catch(() => fail("byok-relay: try make demo PORT=…"));

for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"]) {
  process.on(signal, async () => {
    await relay.close();
    process.exit(0);
  });
}

console.log(`Open ${relay.url}/ and paste one of these keys. A mock of the providers answers them:

${KEY_LINES}

Try an error (more: docs/errors.md#try-them):
  ${tryErrors(mock.url)}

Ctrl-C ends it.`);
