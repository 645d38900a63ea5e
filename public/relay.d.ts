/**
 * A byok-relay, seen from a page (or from any JavaScript with fetch and WebCrypto).
 *
 *     import { connect } from "https://my-relay.workers.dev/relay.js";
 *     const relay = connect();
 *     const apiKey = await relay.seal({ provider: "openai", key: userKey });
 *     const openai = new OpenAI({ apiKey, baseURL: await relay.baseURL("openai"), dangerouslyAllowBrowser: true });
 *
 * Every call that fails throws an `Error` whose message says what to do and holds no key.
 */

/**
 * @param relay any URL of the relay's; without one, the URL this module was loaded from.
 */
export function connect(relay?: string | URL): Relay;

export interface Relay {
  /** What the relay's providers are. The relay is asked once, and again if that failed. */
  providers(): Promise<Provider[]>;

  /**
   * The base URL to give an SDK.
   *
   * @param provider its id or an alias: `"openai"`, `"gemini"` …
   * @param sdk the SDK's npm package, as in `sdk_base_urls`; without it, the provider's own.
   */
  baseURL(provider: string, sdk?: string): Promise<string>;

  /**
   * A token to use in place of an API key: only this relay can open it, and only for this provider, from these origins, until it expires.
   * It is made here, so the key does not travel. Needs WebCrypto, which browsers have on https and localhost only.
   *
   * HPKE (RFC 9180) in base mode with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256 and AES-256-GCM, to the first key the relay publishes.
   */
  seal(options: SealOptions): Promise<string>;

  /**
   * `fetch` without an SDK: `relay.fetch("openai", "/v1/models", { key })`. The answer is the provider's, or the relay's own error,
   * which has an `X-Relay-Error` header.
   *
   * @param path the provider's own path, with its query.
   */
  fetch(provider: string, path: string, init: RequestInit & { /** Sealed or plain. */ key: string }): Promise<Response>;
}

export interface SealOptions {
  /** Its id or an alias. */
  provider: string;
  /** The user's API key for it. Space around it is dropped. */
  key: string;
  /**
   * The pages that may use the token, at most 16, each as browsers send it in `Origin`: `"https://app.example"`. Empty: any page, and
   * programs. In a page the default is its own origin, elsewhere empty. A page from a file has no origin, so it must say `[]`.
   */
  origins?: string[];
  /** How long the token holds, up to the relay's `max_age_days`, which is the default. */
  days?: number;
}

/** What the relay says about itself at `/.well-known/byok-relay`. */
export interface Description {
  name: "byok-relay";
  version: string;
  /** Its clock, in seconds since 1970. Tokens are dated by it. */
  now: number;
  default_provider: string;
  providers: Provider[];
  sealing: {
    suite: string;
    /** Whether it takes sealed keys only. */
    required: boolean;
    max_age_days: number;
    /** The current key first; empty if the relay opens no sealed keys. */
    keys: SealingKey[];
  };
  limits: { max_body_bytes: number; upstream_timeout_seconds: number };
}

export interface Provider {
  id: string;
  name: string;
  aliases: string[];
  /** Stands for the provider's host; its own paths follow. */
  base_url: string;
  /** By npm package, the provider's own first. */
  sdk_base_urls: Record<string, string>;
  key: { headers: string[]; looks_like: string; get_one_at: string };
}

/** A public JWK (RFC 7517). */
export interface SealingKey {
  kid: string;
  kty: "EC";
  crv: "P-256";
  x: string;
  y: string;
}
