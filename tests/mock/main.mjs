/**
 * The mock on the command line.
 *
 *     node tests/mock/main.mjs [PORT]              for people: a steady port, streams at a pace the eye can follow
 *     node tests/mock/main.mjs --control [PORT]    for test programs: any free port, one JSON line, ends with stdin
 *
 * With --pace=MS there is that much time between the chunks of a stream.
 */
import { startMock } from "./mock.mjs";
import { KEY_LINES, KEYS, PACE_FOR_PEOPLE, PORT_FOR_PEOPLE, tryErrors, upstreamSettings } from "./settings.mjs";

const args = process.argv.slice(2);
const control = args.includes("--control");
const given = args.find((arg) => !arg.startsWith("--"));
const port = Number(given || (control ? 0 : PORT_FOR_PEOPLE)); // make gives an empty one
if (!Number.isInteger(port) || port < 0 || port > 65535) fail(`not a port: ${given}`);
const pace = Number(args.find((arg) => arg.startsWith("--pace="))?.slice("--pace=".length) ?? (control ? 0 : PACE_FOR_PEOPLE));

process.on("SIGINT", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));

const { url } = await startMock({ port, pace, tells: !control }).catch((error) =>
  fail(error.code === "EADDRINUSE" ? `port ${port} is in use; give another: make mock PORT=…` : error.message),
);

if (control) {
  console.log(JSON.stringify({ url }));
  process.stdin.resume().on("close", () => process.exit(0));
} else {
  const settings = Object.entries(upstreamSettings(url, Object.keys(KEYS))).map((setting) => setting.join("="));
  console.log(`mock provider listening on ${url}

Start the relay against it:
  ${settings.join(" ")} make serve

It stands for every provider of the table: UPSTREAM_GROQ=${url}/groq, UPSTREAM_MOONSHOT_CN=${url}/moonshot-cn …

Keys to use (made up; one with "invalid" in it is refused):
${KEY_LINES}

Have it answer 429 to the first of them (more: docs/errors.md#try-them):
  ${tryErrors(url)}`);
}

/** @returns {never} */
function fail(/** @type {string} */ why) {
  console.error(`mock provider: ${why}`);
  process.exit(1);
}
