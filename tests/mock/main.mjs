/**
 * The mock on the command line.
 *
 *     node tests/mock/main.mjs [PORT]              for people: a steady port, streams at a pace the eye can follow
 *     node tests/mock/main.mjs --control [PORT]    for test programs: any free port, one JSON line, ends with stdin
 *
 * With --pace=MS there is that much time between the chunks of a stream.
 */
import { startMock } from "./mock.mjs";

const DEFAULT_PORT = 9301;
const PACE_FOR_PEOPLE = 60;

/** Made up, in a shape the relay's key check takes for the provider's own. */
const KEYS = {
  openai: "sk-mock-openai-key",
  anthropic: "sk-ant-mock-key",
  google: "AIza-mock-google-key",
  mistral: "mockMistralKey0123456789abcdef00",
};

const args = process.argv.slice(2);
const control = args.includes("--control");
const given = args.find((arg) => !arg.startsWith("--"));
const port = given === undefined ? (control ? 0 : DEFAULT_PORT) : Number(given);
if (!Number.isInteger(port) || port < 0 || port > 65535) fail(`not a port: ${given}`);
const pace = Number(args.find((arg) => arg.startsWith("--pace="))?.slice("--pace=".length) ?? (control ? 0 : PACE_FOR_PEOPLE));

process.on("SIGINT", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));

const { url } = await startMock({ port, pace }).catch((error) =>
  fail(error.code === "EADDRINUSE" ? `port ${port} is in use; give another: make mock PORT=…` : error.message),
);

if (control) {
  console.log(JSON.stringify({ url }));
  process.stdin.resume().on("close", () => process.exit(0));
} else {
  const settings = Object.keys(KEYS).map((id) => `UPSTREAM_${id.toUpperCase()}=${url}/${id}`);
  console.log(`mock provider listening on ${url}

Start the relay against it:
  ${settings.join(" ")} make serve

It stands for every provider of the table: UPSTREAM_GROQ=${url}/groq, UPSTREAM_MOONSHOT_CN=${url}/moonshot-cn …

Keys to use (made up; one with "invalid" in it is refused):
${Object.entries(KEYS)
  .map(([id, key]) => `  ${id.padEnd(10)} ${key}`)
  .join("\n")}`);
}

/** @returns {never} */
function fail(/** @type {string} */ why) {
  console.error(`mock provider: ${why}`);
  process.exit(1);
}
