import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { forPeople, isAuditLine } from "../../tools/audit_line.mjs";

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
