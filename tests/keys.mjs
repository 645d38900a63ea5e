/** Keys that look real to the relay. Every one holds the word that the canary rule looks for (watch.mjs). */
import { randomBytes } from "node:crypto";

const SHAPES = {
  openai: "sk-canary",
  anthropic: "sk-ant-api03-canary",
  google: "AIzaCanary",
  mistral: "canary",
};

/** A key that no other test has and that begins like the provider's own; with `mark`, the mock finds that word in it. */
export const randomKey = (provider, mark = "") => SHAPES[provider] + mark + randomBytes(13).toString("hex");
