/** What a soak test stands on: the relay on one of its runtimes and the mock behind it, each in a process of its own, and clients. */
import { connect } from "../../public/relay.js";
import { upstreamSettings } from "../harness.mjs";
import { mockControl } from "../mock/control.mjs";
import { startMock } from "../mock/mock.mjs";
import { newKey } from "../sealing/opener.mjs";
import { together } from "../together.mjs";
import { Client } from "./client.mjs";
import { countingSource, objectsOf } from "./counting.mjs";
import { MAX_BODY_BYTES } from "./kinds.mjs";
import { startProcess } from "./processes.mjs";

/**
 * @param {object} options
 * @param {keyof import("../runtimes/runtimes.mjs").RUNTIMES} [options.runtime]
 * @param {number} options.timeLimitSeconds the relay's, until a provider begins to answer
 * @param {number} [options.pace] milliseconds between two chunks of a stream
 * @param {Record<string, unknown>} [options.vars] more of the relay's settings
 * @param {string} [options.source] the folder of another relay
 * @param {boolean} [options.onlyNew] whether only objects that are made after its start are counted
 * @param {(line: string) => void} [options.log] gets what the relay and the mock write
 */
export const startStage = ({ runtime = "workerd", timeLimitSeconds, pace = 0, vars = {}, source, onlyNew, log = console.error }) =>
  together(async (open) => {
    const mock = await open(startProcess("mock/main.mjs", ["--control", `--pace=${pace}`], (line) => log(`mock: ${line}`)));
    const sealingKey = await newKey("soak");
    const settings = JSON.stringify({
      ...upstreamSettings(mock.url),
      SEALING_KEY: JSON.stringify(sealingKey.privateJwk),
      UPSTREAM_TIMEOUT_SECONDS: String(timeLimitSeconds),
      MAX_BODY_BYTES: String(MAX_BODY_BYTES),
      ...vars,
    });
    const counting = await open(countingSource(source, onlyNew));
    const args = [runtime, settings, counting.source];
    const relay = await open(startProcess("runtimes/main.mjs", args, (line) => line.startsWith("audited: ") || log(`relay: ${line}`)));
    const direct = await open(startMock());
    const sealer = connect(relay.url);
    const client = await open(new Client(relay.url));
    return {
      runtime,
      relay: client,
      objects: () => objectsOf(client),
      control: mockControl(mock.url),
      direct: { client: await open(new Client(direct.url)), control: mockControl(direct.url) },
      sealingKey,
      seal: (provider, key, limits) => sealer.seal({ provider, key, ...limits }),
      pids: { relay: relay.pid, mock: mock.pid },
    };
  });
