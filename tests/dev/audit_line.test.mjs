import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { forPeople, isAuditLine } from "../../tools/audit_line.mjs";
import { log } from "../../tools/terminal.mjs";

const CASES = JSON.parse(readFileSync(new URL("../audit_lines.json", import.meta.url), "utf8"));
const LINE = {
  time: "2026-11-29T23:19:34.691Z",
  id: "844b170e",
  provider: "openai",
  method: "POST",
  route: "/v1/chat/completions",
  sealed: false,
};
const MORE = { by: "provider", code: null, stream: false, ms_headers: null, usage: null };

for (const { line, shown } of CASES) {
  it(`shows ${shown}`, () => {
    const text = JSON.stringify({ ...LINE, ...MORE, ...line });
    assert.ok(isAuditLine(text));
    assert.equal(stripVTControlCharacters(forPeople(text)), `23:19:34 ${shown}`);
  });
}

it("shows any other line as a complaint, in which nothing acts on the terminal", (t) => {
  const { mock } = t.mock.method(console, "error", () => {});
  log("\x1b[31m\x9b2J\u202e\u00a0\ud800\r\n\x07\x00 é日😀");
  assert.deepEqual(mock.calls[0].arguments, [String.raw`\u001b[31m\u009b2J\u202e\u00a0\ud800\u000d\u000a\u0007\u0000 é日😀`]);
});
