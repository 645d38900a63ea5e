import { cp, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRelay } from "../tools/relay.mjs";

/** Imports the Worker when asked to: the runtime's own clock stands still while Python runs. */
const ENTRY = `
import js

def on_fetch(request, env, ctx):
    if request.url.endswith("/import"):
        import worker
    return js.Response.new("")
`;

/** Milliseconds that a Python Worker's import takes on workerd. @param {string} source the folder with its entry.py */
export async function importTime(source) {
  const folder = await mkdtemp(join(tmpdir(), "byok-relay-bench-"));
  try {
    await cp(source, folder, { recursive: true });
    await rename(join(folder, "entry.py"), join(folder, "worker.py"));
    await writeFile(join(folder, "entry.py"), ENTRY);
    const worker = await startRelay({ source: folder });
    try {
      await timed(`${worker.url}/`);
      const nothing = await timed(`${worker.url}/`);
      return (await timed(`${worker.url}/import`)) - nothing;
    } finally {
      await worker.close();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function timed(url) {
  const begun = performance.now();
  const answer = await fetch(url);
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`the Worker cannot be imported: ${answer.status}`);
  return performance.now() - begun;
}
