// Reads URLs as `fetch` does: a line with a JSON array of URLs comes in, one with the origin, path and whole of each goes out.
import { createInterface } from "node:readline";

const read = ({ origin, pathname, href }) => [origin, pathname, href];

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(JSON.parse(line).map((url) => read(new URL(url)))) + "\n");
}
