/** Keys that look real to the relay. Every one holds the word that the canary rule looks for (watch.mjs). */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";

/** @type {Record<string, {key: string, chat: string, bad_key_status: number}>} */
export const PROVIDERS = JSON.parse(readFileSync(new URL("providers.json", import.meta.url), "utf8"));

/** A key that no other test has and that begins like the provider's own; with `mark`, the mock finds that word in it. */
export const randomKey = (provider, mark = "") => PROVIDERS[provider].key + mark + randomBytes(13).toString("hex");
