/**
 * `make deploy [CLOUDFLARE_ENV=staging]`: puts the relay on Cloudflare's network with its secrets, in one step, and checks it there.
 *
 * The first time it asks who may use the relay, and writes that to wrangler.toml, where `npx wrangler deploy` finds it too. What is in the
 * environment is not asked for: ALLOWED_ORIGINS, PROVIDERS, SEALING=no. Secrets (SEALING_KEY, SEALING_KEY_PREVIOUS, AUDIT_SECRET) come from
 * there too, or are made the first time. They are shown nowhere, and stand on no command line.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import { endingWithProcess } from "./ending.mjs";
import { newSealingKey } from "./new_sealing_key.mjs";
import { runPython, settingsIn } from "./settings.mjs";
import { smoke } from "./smoke.mjs";
import { fail, shown } from "./terminal.mjs";
import { withVariable } from "./wrangler_toml.mjs";

/** The one that the tests know. It brings a workerd of its own, so it is fetched when it is needed: `make dev` should not wait for it. */
const WRANGLER = "wrangler@4.164.0";

const CONFIG = "wrangler.toml";
const SECRETS = ["SEALING_KEY", "SEALING_KEY_PREVIOUS", "AUDIT_SECRET"];

/** What becomes a variable in wrangler.toml, by its name there. */
const SETTINGS = [
  {
    name: "ALLOWED_ORIGINS",
    question: "Which pages may use it? Their origins, such as https://app.example, https://*.app.example; * is all",
  },
  { name: "PROVIDERS", question: "Which providers? all, or a list such as openai, anthropic", otherwise: "all" },
];
const SEALING = { name: "SEALING", question: "Shall it take sealed keys? yes or no", otherwise: "yes", problemWith: noYesOrNo };
const REPLACING = {
  question: "The Worker has a SEALING_KEY. With another one, no key opens that your users have sealed. Replace it? yes or no",
  otherwise: "no",
  problemWith: noYesOrNo,
};

/** For how long a new address may not be known everywhere. */
const PATIENCE_SECONDS = 120;

const environment = process.env.CLOUDFLARE_ENV ?? ""; // wrangler's own name for it

console.log(`Asking Cloudflare what is there, with ${WRANGLER}, which npx may have to fetch`);
const vars = orEnd(() => runPython("wrangler_vars.py", [environment]));
const there = await secretsThere();
const isFirst = there === null;
const answers = {};
for (const setting of SETTINGS) {
  const answer = process.env[setting.name] || (isFirst && !(setting.name in vars) && (await ask(setting)));
  if (answer) answers[setting.name] = answer;
}
const seals = yesOrNo(process.env.SEALING || (isFirst ? await ask(SEALING) : "no"));
const secrets = await newSecrets();
await check();
writeAnswers();
const url = await deploy();
const [origin] = (answers.ALLOWED_ORIGINS ?? vars.ALLOWED_ORIGINS ?? "*").split(",");
console.log(`\nChecking ${url}, which may not be known everywhere for two minutes`);
const isWell = await smoke({ url, origin: origin === "*" ? undefined : origin.trim().replace("*", "smoke"), patience: PATIENCE_SECONDS });
process.exit(isWell ? 0 : 1);

function orEnd(read) {
  try {
    return read();
  } catch (error) {
    fail(error.message);
  }
}

/** Runs wrangler for this environment. What is not captured is for the operator, who may be asked something. */
async function wrangler(args, { capture = false, env = {} } = {}) {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !SECRETS.includes(name)));
  const child = spawn("npx", ["--yes", WRANGLER, ...args, `--env=${environment}`], {
    env: { ...inherited, ...env },
    stdio: capture ? ["ignore", "pipe", "pipe"] : "inherit",
  });
  child.once("error", (error) => fail(`byok-relay: npx is needed, which comes with Node (${error.code})`));
  const closed = once(child, "close");
  const [out, complaint] = capture ? await Promise.all([text(child.stdout), text(child.stderr)]) : [];
  const [code] = await closed;
  return { code, out, complaint };
}

/** The names of the Worker's secrets; null where there is no such Worker yet. */
async function secretsThere() {
  const { code, out, complaint } = await wrangler(["secret", "list", "--format=json"], { capture: true });
  if (code === 0) return JSON.parse(out).map(({ name }) => name);
  if (/Worker ".*" .*not found/.test(complaint)) return null;
  const old = Number(process.versions.node.split(".")[0]) < 22 ? `. And it needs node 22: this is ${process.version}` : "";
  const words = complaint.trim().split(/\r?\n/).map(shown).join("\n"); // Cloudflare's, in part
  fail(`byok-relay: if you are not logged in: npx ${WRANGLER} login, or set CLOUDFLARE_API_TOKEN${old}. It says:\n\n${words}`);
}

/** A wrong answer is asked for again. Whoever leaves (Ctrl-C, Ctrl-D) has deployed nothing. */
async function ask({ name, question, otherwise, problemWith = (answer) => wrongSetting(name, answer) }) {
  if (!process.stdin.isTTY) {
    return otherwise ?? fail(`byok-relay: nobody can be asked here: set ${name} in ${CONFIG} or in the environment`);
  }
  const left = () => fail("\nbyok-relay: nothing was deployed");
  for (;;) {
    const terminal = createInterface({ input: process.stdin, output: process.stdout }).once("close", left);
    const answer = (await terminal.question(`${question}${otherwise ? ` [${otherwise}]` : ""}: `)).trim() || otherwise;
    terminal.off("close", left).close();
    const problem = answer && problemWith(answer);
    if (answer && !problem) return answer;
    if (problem) console.error(problem);
  }
}

/** What the relay has to say against this answer. @returns {string | undefined} */
function wrongSetting(name, answer) {
  try {
    settingsIn({ ...vars, [name]: answer });
  } catch ({ message }) {
    if (message.startsWith(`byok-relay: ${name} `)) return message; // others are told later, where they are not asked for
  }
}

function noYesOrNo(answer) {
  return ["yes", "no"].includes(answer) ? undefined : "byok-relay: answer yes or no";
}

function yesOrNo(answer) {
  if (noYesOrNo(answer)) fail("byok-relay: SEALING is yes or no");
  return answer === "yes";
}

/** A sealing key that is there stays: without it, no key that was sealed for it would open. */
async function newSecrets() {
  const secrets = Object.fromEntries(SECRETS.filter((name) => process.env[name]).map((name) => [name, process.env[name]]));
  const sealsAlready = there?.includes("SEALING_KEY");
  if (sealsAlready && secrets.SEALING_KEY && !secrets.SEALING_KEY_PREVIOUS) await confirmReplacing();
  if (sealsAlready && process.env.SEALING === "no") {
    const end = `npx ${WRANGLER} secret delete SEALING_KEY --env=${environment}`;
    console.log(`SEALING=no takes no key away: the Worker goes on taking sealed keys. To end that: ${end}`);
  }
  if (seals && !sealsAlready && !secrets.SEALING_KEY) {
    secrets.SEALING_KEY = await newSealingKey();
    console.log(
      "SEALING_KEY is made here, and Cloudflare shows it to nobody. To keep a copy, bring a key of your own: docs/deploy.md says how",
    );
  }
  if (isFirst) secrets.AUDIT_SECRET ??= newAuditSecret();
  return secrets;
}

async function confirmReplacing() {
  const words = "to keep it, unset SEALING_KEY; to rotate it, set SEALING_KEY_PREVIOUS to it; to replace it, run this on a terminal";
  if (!process.stdin.isTTY) fail(`byok-relay: the Worker has a SEALING_KEY, which your users' sealed keys need: ${words}`);
  if ((await ask(REPLACING)) === "no") fail(`byok-relay: nothing was deployed. For the next time: ${words}`);
}

function newAuditSecret() {
  return randomBytes(32).toString("base64url");
}

/** The relay would answer nothing but `misconfigured`. A secret that is there cannot be read, so another stands for it. */
async function check() {
  const unread = {};
  for (const name of SECRETS) {
    if (there?.includes(name)) unread[name] = name === "AUDIT_SECRET" ? newAuditSecret() : await newSealingKey();
  }
  orEnd(() => settingsIn({ ...vars, ...answers, ...unread, ...secrets }));
}

function writeAnswers() {
  for (const [name, value] of Object.entries(answers)) {
    if (vars[name] === value) continue;
    writeFileSync(CONFIG, withVariable(readFileSync(CONFIG, "utf8"), environment, name, value));
    console.log(`${CONFIG}: ${name} = ${value}`);
  }
}

/** Uploads the Worker, and its secrets as a part of it: it never answers without them. Returns its address. */
async function deploy() {
  const folder = mkdtempSync(join(tmpdir(), "byok-relay-deploy-")); // nobody else can look into it
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const removed = endingWithProcess(remove);
  const secretsFile = join(folder, "secrets.json");
  const output = join(folder, "output.ndjson");
  const names = Object.keys(secrets);
  if (names.length > 0) {
    writeFileSync(secretsFile, JSON.stringify(secrets), { mode: 0o600 });
    console.log(`Secrets: ${names.join(", ")}`);
  }
  const args = names.length > 0 ? [`--secrets-file=${secretsFile}`] : [];
  const { code } = await wrangler(["deploy", ...args], { env: { WRANGLER_OUTPUT_FILE_PATH: output } });
  if (code !== 0) fail("byok-relay: wrangler failed; its words are above");
  const written = readFileSync(output, "utf8").trim().split("\n");
  const [target] = written.map((line) => JSON.parse(line)).find(({ type }) => type === "deploy")?.targets ?? [];
  remove();
  removed();
  if (!target) fail("byok-relay: it is deployed, and has no address: set workers_dev or routes in wrangler.toml");
  return addressOf(target);
}

/** wrangler's targets are `https://name.workers.dev`, `relay.example (custom domain)` or `relay.example/*`. */
function addressOf(target) {
  const [first] = target.split(" ");
  return new URL(/^https?:/.test(first) ? first : `https://${first}`).origin;
}
