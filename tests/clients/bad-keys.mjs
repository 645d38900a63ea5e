/** The keys that a relay refuses, each by the code of its refusal. */
import { randomKey } from "../keys.mjs";
import { newKey, sealToken } from "../sealing/opener.mjs";

const DAY_SECONDS = 86_400;

const own = await newKey("own");
const stranger = await newKey("own");

/** The settings of a relay that takes sealed keys. */
export const SEALING = { SEALING_KEY: JSON.stringify(own.privateJwk) };

/** A sealed key for any origin; its dates are days from now. */
export function sealed(provider, prv, { sealer = own, from = 0, until = 1, key = randomKey(provider) } = {}) {
  const [iat, exp] = [from, until].map((days) => Math.floor(Date.now() / 1000) + days * DAY_SECONDS);
  return sealToken(sealer, Buffer.from(JSON.stringify({ prv, org: [], iat, exp })), key);
}

/** `sealedAs` is the provider's name in sealed keys. @type {Record<string, (provider: string, sealedAs: string) => string | undefined | Promise<string>>} */
export const BAD_KEYS = {
  missing_key: () => undefined,
  key_malformed: (provider) => randomKey(provider, " "), // as it comes out of a document that broke the line
  key_wrong_provider: (provider) => randomKey(provider === "google" ? "anthropic" : "google"),
  sealed_key_invalid: (provider, sealedAs) => sealed(provider, sealedAs, { sealer: stranger }), // only opening it shows that it was sealed for another relay
  sealed_key_expired: (provider, sealedAs) => sealed(provider, sealedAs, { from: -2, until: -1 }),
};
