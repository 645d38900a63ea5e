/**
 * `make dev [PORT=8787]`: serves the relay on 127.0.0.1 and serves it anew whenever a file under src/ or public/ changes, or .dev.vars.
 * Settings come from the process environment and from .dev.vars, under their own names; the environment wins. Without a SEALING_KEY it
 * makes one for this checkout, so that sealed keys work from the first start on.
 *
 *     node tools/dev.mjs [PORT [FILE]]    with another file than .dev.vars
 */
import { existsSync, readFileSync, watch } from "node:fs";
import { createServer } from "node:net";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "dotenv";
import { PUBLIC } from "./assets.mjs";
import { ownSealingKey } from "./own_sealing_key.mjs";
import { NOT_IMPORTED, SOURCE, startRelay } from "./relay.mjs";
import { settingsIn } from "./settings.mjs";
import { fail, log, portFrom } from "./terminal.mjs";

const RELOAD_DELAY_MS = 100; // an editor's save is several events

/** The relay's own settings, checked by the relay's own rules. Throws an Error with the line that says what is wrong. @param {string} file */
async function readSettings(file) {
  const settings = settingsIn({ ...(existsSync(file) ? parse(readFileSync(file)) : {}), ...process.env });
  return { ...settings, SEALING_KEY: settings.SEALING_KEY || (await ownSealingKey()) };
}

/** workerd shares a port that another process listens on, and then gets some of its connections: better find out first. */
function ensureFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error) => fail(`byok-relay: cannot listen on 127.0.0.1:${port} (${error.code}); try make dev PORT=…`));
    probe.listen(port, "127.0.0.1", () => probe.close(resolve));
  });
}

/** Calls `changed` once per burst of changes, never while an earlier call is still running. */
function watchFiles(devVars, changed) {
  let running = false;
  let again = false;
  let timer;
  const run = async () => {
    if (running) return void (again = true);
    running = true;
    do {
      again = false;
      await changed();
    } while (again);
    running = false;
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(run, RELOAD_DELAY_MS);
  };
  watch(SOURCE, { recursive: true }, (_event, name) => void (name?.endsWith(".py") && soon()));
  watch(PUBLIC, { recursive: true }, soon);
  watch(dirname(devVars), (_event, name) => void (name === basename(devVars) && soon())); // editors put another file in its place
}

const [given, devVars = fileURLToPath(new URL("../.dev.vars", import.meta.url))] = process.argv.slice(2);
const port = portFrom(given || "8787");
const vars = await readSettings(devVars).catch((error) => fail(error.message));
await ensureFree(port);

// workerd ends with this process.
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));

const relay = await startRelay({ port, vars, assets: true, log }).catch((error) => fail(`byok-relay: could not start: ${error.message}`));
watchFiles(devVars, async () => {
  const changed = await readSettings(devVars).catch((error) => void console.error(`${error.message} (the relay goes on without this)`));
  if (!changed) return;
  const works = await relay.reload(changed);
  console.log(works ? "byok-relay reloaded" : `byok-relay ${NOT_IMPORTED}`);
});
console.log(`byok-relay listening on ${relay.url} (playground: ${relay.url}/)`);
