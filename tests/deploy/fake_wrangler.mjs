/**
 * What stands for `npx` in a PATH, and behind it for wrangler: notes what it was given, and answers as wrangler 4.164.0 does. FAKE says where
 * to note it and what there is at Cloudflare: `{log, secrets, url, failure}`, with `secrets: null` where there is no Worker yet.
 */
import { appendFileSync, readFileSync, statSync, writeFileSync } from "node:fs";

const { log, secrets, url, failure } = JSON.parse(process.env.FAKE);
const [, , ...args] = process.argv;
const file = args.find((arg) => arg.startsWith("--secrets-file="))?.slice("--secrets-file=".length);
const given = file && { file, secrets: JSON.parse(readFileSync(file, "utf8")), mode: statSync(file).mode & 0o777 };
appendFileSync(log, `${JSON.stringify({ args, environment: process.env, ...given })}\n`);

if (failure) fail(failure);
if (args.includes("secret")) {
  if (secrets === null) fail('Worker "byok-relay" not found.\n\nIf this is a new Worker, run `wrangler deploy` first to create it.');
  const list = secrets.map((name) => ({ name, type: "secret_text" }));
  console.log(JSON.stringify(list, null, "  "));
} else {
  const session = { type: "wrangler-session", version: 1, wrangler_version: "4.164.0", command_line_args: args };
  const deploy = { type: "deploy", version: 1, worker_name: "byok-relay", targets: url ? [url] : [] };
  writeFileSync(process.env.WRANGLER_OUTPUT_FILE_PATH, `${JSON.stringify(session)}\n${JSON.stringify(deploy)}\n`);
}

/** @returns {never} */
function fail(words) {
  console.error(`✘ [ERROR] ${words}`);
  process.exit(1);
}
