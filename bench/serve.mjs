/**
 * `node serve.mjs NAME OPTIONS`: one of servers/ in a process of its own, with its options as JSON. Prints {"url": …} and ends when its
 * standard input does.
 */
import { writeSync } from "node:fs";

const [name, options] = process.argv.slice(2);
const { start } = await import(`./servers/${name}.mjs`);
const url = await start(JSON.parse(options));
writeSync(1, `${JSON.stringify({ url })}\n`);
process.stdin.resume().on("end", () => process.exit(0)); // and its workerd with it
