/**
 * `make dev [PORT=8787]`: serves the relay on 127.0.0.1 and serves it anew whenever a file under src/ or public/ changes.
 * Settings come from the process environment and from .dev.vars, under their own names; the environment wins. Without a SEALING_KEY it
 * makes one for this checkout, so that sealed keys work from the first start on.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, watch, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "dotenv";
import { PUBLIC } from "./assets.mjs";
import { forPeople, isAuditLine } from "./audit_line.mjs";
import { newSealingKey } from "./new_sealing_key.mjs";
import { SOURCE, startRelay } from "./relay.mjs";

const DEV_VARS = fileURLToPath(new URL("../.dev.vars", import.meta.url));
const OWN_SEALING_KEY = fileURLToPath(new URL("../node_modules/.cache/byok-relay/sealing-key.json", import.meta.url));
const CHECK_SETTINGS = fileURLToPath(new URL("check_settings.py", import.meta.url));
const RELOAD_DELAY_MS = 100; // an editor's save is several events

/** @returns {never} */
function fail(line) {
  console.error(line);
  process.exit(1);
}

function portFrom(text) {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65535) fail("byok-relay: PORT must be a number from 0 to 65535 (0: any free port)");
  return port;
}

/** The relay's own settings out of an environment that holds much else, checked by the relay's own rules. */
function settingsFrom(environment) {
  const check = spawnSync("python3", [CHECK_SETTINGS], { input: JSON.stringify(environment), encoding: "utf8" });
  if (check.error) fail(`byok-relay: python3 is needed to check the settings (${check.error.code})`);
  if (check.status !== 0) fail(check.stderr.trim());
  return JSON.parse(check.stdout);
}

/** This checkout's own sealing key: the same at every start, so that what the playground keeps goes on opening. */
async function ownSealingKey() {
  if (!existsSync(OWN_SEALING_KEY)) {
    mkdirSync(dirname(OWN_SEALING_KEY), { recursive: true });
    writeFileSync(OWN_SEALING_KEY, await newSealingKey(), { mode: 0o600 });
  }
  return readFileSync(OWN_SEALING_KEY, "utf8");
}

/** workerd shares a port that another process listens on, and then gets some of its connections: better find out first. */
function ensureFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error) => fail(`byok-relay: cannot listen on 127.0.0.1:${port} (${error.code}); try make dev PORT=…`));
    probe.listen(port, "127.0.0.1", () => probe.close(resolve));
  });
}

/** Calls `changed` once per burst of changes there, never while an earlier call is still running. */
function watchSource(changed) {
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
}

const port = portFrom(process.argv[2] || "8787");
const vars = settingsFrom({ ...(existsSync(DEV_VARS) ? parse(readFileSync(DEV_VARS)) : {}), ...process.env });
vars.SEALING_KEY ||= await ownSealingKey();
await ensureFree(port);

// workerd ends with this process.
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));

/** Audit lines are the output, in a form for people where those look; everything else is complaints. */
function log(line) {
  if (!isAuditLine(line)) console.error(line);
  else console.log(process.stdout.isTTY ? forPeople(line) : line);
}

const relay = await startRelay({ port, vars, assets: true, log }).catch((error) => fail(`byok-relay: could not start: ${error.message}`));
console.log(`byok-relay listening on ${relay.url}`);
watchSource(async () => {
  const works = await relay.reload();
  console.log(works ? "byok-relay reloaded" : "byok-relay cannot be imported; the error is above");
});
