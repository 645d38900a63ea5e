/**
 * `make smoke URL=https://relay.example`: checks a relay from outside, local or deployed. One line a check; it fails if a check does.
 *
 *     ORIGIN=https://app.example   an origin that may use the relay, where ALLOWED_ORIGINS is a list
 *     PROVIDER=mistral MODEL=…     another provider, or another of its models, than the relay's first choice
 *     SMOKE_KEY=…                  a real key of that provider, for the stream; it is shown nowhere
 */
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { CHECKS, Failed, LeftOut, meet, NotThere } from "./smoke_checks.mjs";
import { shown } from "./terminal.mjs";

const SECONDS_BETWEEN_TRIES = 2;
const WIDTH = Math.max(...Object.keys(CHECKS).map((name) => name.length));

/**
 * @param {import("./smoke_checks.mjs").Target & {patience?: number}} target patience: for how many seconds a relay may not answer yet
 * @returns {Promise<boolean>} whether all is well
 */
export async function smoke({ patience = 0, ...target }) {
  const results = {}; // by check

  /** Runs a check and prints its line, in which the relay's words may be. */
  const run = async (name, check) => {
    const line = (result, found) => {
      results[name] = result;
      console.log(`${result.padEnd(8)}  ${name.padEnd(WIDTH)}  ${shown(found)}`);
    };
    try {
      const { said, value } = await check();
      line("ok", said);
      return value;
    } catch (error) {
      if (error instanceof LeftOut) return void line("left out", error.message);
      if (!(error instanceof Failed)) throw error;
      line("FAILED", error.message);
    }
  };

  const relay = await run("health", () => persistently(patience, () => meet(target)));
  if (!relay) return false;
  for (const [name, check] of Object.entries(CHECKS)) await run(name, async () => ({ said: await check(relay) }));
  const count = (result) => Object.values(results).filter((each) => each === result).length;
  const isWell = !count("FAILED") && results["round trip"] === "ok"; // one that has relayed nothing is not known to be well
  console.log(`${isWell ? "All is well" : "Not well"}: ${count("ok")} ok, ${count("left out")} left out, ${count("FAILED")} failed`);
  return isWell;
}

/** A new name may take a minute until it is known everywhere. */
async function persistently(seconds, attempt) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof NotThere) || Date.now() > end) throw error;
      await setTimeout(SECONDS_BETWEEN_TRIES * 1000);
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [given] = process.argv.slice(2);
  const { ORIGIN, PROVIDER, MODEL, SMOKE_KEY } = process.env;
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol)) {
    console.error("byok-relay: say which relay, with https:// or http://: make smoke URL=https://relay.example");
    process.exit(2);
  }
  const well = await smoke({ url: new URL(given).origin, origin: ORIGIN, provider: PROVIDER, model: MODEL, key: SMOKE_KEY });
  process.exit(well ? 0 : 1);
}
