/**
 * `node main.mjs workerd|front|pyodide|server [settings as JSON] [source folder]`: serves the relay for tests in other languages. Prints one line of JSON,
 * {"url": …}, and ends when its standard input does. What the Worker logs goes to standard error, and what its runtime says besides
 * only where it holds a key, for the tests to find it there. RATE_LIMITER among the settings is what rate-limiter.mjs makes the binding of.
 */
import { holdsCanary } from "../mock/canary.mjs";
import { RUNTIMES } from "./runtimes.mjs";

const [runtime, settings = "{}", source] = process.argv.slice(2);
const chatter = (line) => void (holdsCanary(line) && console.error(line));
const audit = (line) => console.error(`audited: ${line}`);
const { RATE_LIMITER: rateLimiter, ...vars } = JSON.parse(settings);
const relay = await RUNTIMES[runtime]({ vars, ...(rateLimiter && { rateLimiter }), source, chatter, audit });
console.log(JSON.stringify({ url: relay.url }));
process.stdin.resume().on("end", async () => {
  await relay.close();
  process.exit(0);
});
