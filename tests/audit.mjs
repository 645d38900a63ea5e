/** The relay's log in tests: its audit lines are held against their schema and kept apart. Whatever else it says is for whoever asked. */
import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";
import { isAuditLine } from "../tools/audit_line.mjs";
import { holdsCanary } from "./mock/canary.mjs";

const SCHEMA = JSON.parse(readFileSync(new URL("../docs/audit.schema.json", import.meta.url), "utf8"));
const isLine = new Ajv({ allowUnionTypes: true }).compile(SCHEMA);

/**
 * @param {{log?: (line: string) => void, audit?: (line: string) => void}} options where an audit line goes, and everything else
 * @returns {(line: string) => void} what gets everything
 */
export const sortedLog =
  ({ log = console.error, audit = () => {} }) =>
  (line) =>
    isAuditLine(line) && !holdsCanary(line) && isLine(JSON.parse(line)) ? audit(line) : log(line);
