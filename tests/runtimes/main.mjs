/**
 * `node main.mjs workerd|pyodide [settings as JSON] [source folder]`: serves the relay for tests in other languages. Prints one line of JSON,
 * {"url": …}, and ends when its standard input does. What the Worker logs goes to standard error.
 */
const runtimes = { workerd: "../../tools/relay.mjs", pyodide: "./pyodide.mjs" };

const [runtime, settings = "{}", source] = process.argv.slice(2);
const { startRelay } = await import(runtimes[runtime]);
const relay = await startRelay({ vars: JSON.parse(settings), source });
console.log(JSON.stringify({ url: relay.url }));
process.stdin.resume().on("end", async () => {
  await relay.close();
  process.exit(0);
});
