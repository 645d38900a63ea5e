/** Keys that look real to the relay. Every one holds the word that the canary rule looks for (watch.mjs). */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";

const ROWS = JSON.parse(readFileSync(new URL("providers.json", import.meta.url), "utf8"));

/** @type {Record<string, {key: string, chat: string, bad_key_status: number}>} those that every test over HTTP asks */
export const PROVIDERS = Object.fromEntries(Object.entries(ROWS).filter(([, { chat }]) => chat));

/** Where each provider of the mock's takes a request: `/provider/path`. @type {Record<string, string>} */
export const ASKED = Object.fromEntries(
  Object.entries(ROWS).flatMap(([provider, { chat, asked = chat }]) => (asked ? [[provider, asked]] : [])),
);

/** All that there are. */
export const ALL = Object.keys(ROWS);

/** The status that a provider itself gives for a bad key. */
export const badKeyStatus = (provider) => ROWS[provider].bad_key_status ?? 401;

/** A key that no other test has and that begins like the provider's own; with `mark`, the mock finds that word in it. */
export const randomKey = (provider, mark = "") => ROWS[provider].key + mark + randomBytes(13).toString("hex");
