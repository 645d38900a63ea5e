// Reads URLs as `fetch` does: a line with a JSON array of URLs comes in, one with what each is read as goes out, null for what is no URL.
import { createInterface } from "node:readline";

const read = (url) => {
  try {
    const { origin, pathname, href } = new URL(url);
    return [origin, pathname, href];
  } catch {
    return null;
  }
};

for await (const line of createInterface({ input: process.stdin })) process.stdout.write(JSON.stringify(JSON.parse(line).map(read)) + "\n");
