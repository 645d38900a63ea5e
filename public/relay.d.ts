/**
 * A byok-relay, seen from a page (or from any JavaScript with fetch and WebCrypto).
 *
 *     import { connect } from "https://my-relay.workers.dev/relay.js";
 *     const relay = connect();
 *     const apiKey = await relay.seal({ provider: "openai", key: userKey });
 *     const openai = new OpenAI({ apiKey, baseURL: await relay.baseURL("openai"), dangerouslyAllowBrowser: true });
 *
 * The npm package is the same module: `import { connect } from "byok-relay"`, then `connect("https://my-relay.workers.dev")`.
 *
 * A call that fails throws an `Error`. Its message is meant for the user and holds no key.
 */

/**
 * Throws if it cannot tell which relay to use.
 *
 * @param relay any URL of the relay. Without it, the relay is the one that served this module as `/relay.js`. Bundles and copies must
 *   pass it: their own URL is the page's, such as `https://app.example/assets/index-abc.js`, and keys would go to the page's server.
 */
export function connect(relay?: string | URL): Relay;

export interface Relay {
  /** The relay's providers, with their base URLs at this relay. The relay is asked once, and again after a failure. */
  providers(): Promise<Provider[]>;

  /**
   * The base URL to give an SDK.
   *
   * @param provider its id or an alias: `"openai"`, `"gemini"` … For Azure with the resource: `"azure/my-resource"`.
   * @param sdk the SDK's npm package, as in `sdk_base_urls`; without it, the provider's own.
   */
  baseURL(provider: string, sdk?: string): Promise<string>;

  /**
   * The key and the base URL as an SDK takes them: `createOpenAI(await relay.options({ provider: "openai", key, sdk: "@ai-sdk/openai" }))`.
   */
  options<Sdk extends keyof SdkOptions>(options: {
    /** Its id or an alias. */
    provider: string;
    /** Sealed or plain. */
    key: string;
    /** The SDK's npm package. The provider must have it in `sdk_base_urls`. */
    sdk: Sdk;
  }): Promise<SdkOptions[Sdk]>;

  /**
   * Cleans and checks a key that a user has entered, for apps that keep plain keys. `seal` does this by itself. It drops what people
   * paste with a key: spaces, quotes, `Bearer `, `NAME=`, `export NAME=`, and a final `;` or `,`.
   *
   * It fails for a key that the relay would plainly refuse: another vendor's, an admin key, or one that does not look like this
   * provider's.
   */
  check(options: { /** Its id or an alias. */ provider: string; key: string }): Promise<string>;

  /**
   * A token to use in place of an API key: only this relay can open it, and only for this provider, from these origins, within these limits,
   * until it expires.
   * It is made in the page, so the plain key does not travel. It fails where `check` fails. It needs WebCrypto, which browsers offer on
   * https and localhost only, and a relay on https or localhost: elsewhere anybody between could put another key in the place of the relay's.
   *
   * HPKE (RFC 9180) in base mode with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256 and AES-256-GCM, to the first key the relay publishes.
   */
  seal(options: SealOptions): Promise<string>;

  /**
   * Whether a sealed key that was kept is still good: the relay has the sealing key that it was made with, and it has not expired. If not,
   * ask the user for the API key again and seal that. False for anything but a sealed key. It asks the relay nothing beyond its description.
   */
  isCurrent(sealed: string | null | undefined): Promise<boolean>;

  /**
   * `fetch` without an SDK: `relay.fetch("openai", "/v1/models", { key })`. The answer is the provider's, or the relay's own error,
   * which has an `X-Relay-Error` header. The key may be as the user entered it. The relay checks whether it fits the provider.
   *
   * @param path the provider's own path, with its query.
   */
  fetch(provider: string, path: string, init: RequestInit & { /** Sealed or plain. */ key: string }): Promise<Response>;
}

/** An option that is `undefined` counts as left out. `null`, a value of another type and a name that is not here are errors. */
export interface SealOptions {
  /** Its id or an alias; for Azure with the resource: `"azure/my-resource"`. */
  provider: string;
  /** The user's API key for it, as it was entered. */
  key: string;
  /**
   * The pages that may use the token, at most 16, each as browsers send it in `Origin`: `"https://app.example"`, without a default port.
   * Empty means any page or program. The default is the page's own origin; outside a page, empty. A `file:` page has no origin, so it must pass `[]`.
   */
  origins?: string[];
  /** How many days the token is valid. The maximum and default is the relay's `max_age_days`. */
  days?: number;
  /**
   * The models that it may be used for, 1 to 32 names or patterns: `"gpt-5*"`, `"openai/gpt-5*"`. `*` stands for any characters but `/`. The
   * default is all that the relay allows; sealing fails for a name that it does not. With models named, what a request asks for must be a
   * JSON body of at most 1 MiB, or in the URL.
   */
  models?: string[];
  /** The groups of endpoints that it may be used for. The default is all that the relay opens; sealing fails for one that it does not. */
  endpoints?: Group[];
  /** How many requests a minute may be made with it, 1 to 100000. The default is any number that the relay allows. */
  perMinute?: number;
}

/** What `options` gives, by SDK. */
export interface SdkOptions {
  [aiSdk: `@ai-sdk/${string}`]: { apiKey: string; baseURL: string };
  "@anthropic-ai/sdk": { apiKey: string; baseURL: string; dangerouslyAllowBrowser: boolean };
  "@google/genai": { apiKey: string; httpOptions: { baseUrl: string } };
  "@langchain/anthropic": { apiKey: string; anthropicApiUrl: string };
  "@langchain/google-genai": { apiKey: string; baseUrl: string };
  "@langchain/mistralai": { apiKey: string; serverURL: string };
  "@langchain/openai": { apiKey: string; configuration: { baseURL: string } };
  "@mistralai/mistralai": { apiKey: string; serverURL: string };
  openai: { apiKey: string; baseURL: string; dangerouslyAllowBrowser: boolean };
}

export type Group = "inference" | "realtime" | "files" | "batches";

/** What the relay says about itself at `/.well-known/byok-relay`. */
export interface Description {
  name: "byok-relay";
  version: string;
  /** Its clock, in seconds since 1970. Tokens are dated by it. */
  now: number;
  default_provider: string;
  /** The groups of endpoints that are open. */
  endpoints: Group[];
  providers: Provider[];
  keys: {
    /** Beginnings that only one vendor's keys have, whether or not the vendor is a provider here. */
    vendors: { id: string; name: string; prefixes: string[] }[];
    /** Beginnings of what is never relayed: admin keys, live payment keys, session secrets. */
    refused: string[];
  };
  sealing: {
    suite: string;
    /** Whether it takes sealed keys only. */
    required: boolean;
    max_age_days: number;
    /** The current key first; empty if the relay opens no sealed keys. */
    keys: SealingKey[];
  };
  limits: {
    max_body_bytes: number;
    upstream_timeout_seconds: number;
    /** Patterns of the models that may be asked for, where not all may be. */
    allowed_models?: string[];
  };
}

export interface Provider {
  id: string;
  name: string;
  aliases: string[];
  /** One that chats; empty if none is known, null for a provider that does not chat. */
  model: string | null;
  /** One to begin with, such as `"GET /v1/models"`. `{…}` in it stands for a name or an id. */
  endpoint: string;
  /** Stands in place of the provider's host. The provider's own path follows. `{resource}` in it stands for the customer's resource. */
  base_url: string;
  /** By npm package, the provider's own first. */
  sdk_base_urls: Record<string, string>;
  /** The `prv` claim of a sealed key for it. */
  sealed_as: string;
  key: {
    /** Those that a key may come in, the provider's own first. */
    headers: string[];
    /** The authentication scheme of each header that has one: `{ authorization: "Bearer" }`. A key is in base64 after `Basic`. */
    schemes: Record<string, string>;
    looks_like: string;
    get_one_at: string;
    /** Whose keys it takes: an id in `keys.vendors`, or its own. */
    vendor: string;
    /** How every key begins; empty without a rule. */
    prefixes: string[];
    /** The regular expression that a whole key matches. */
    form: string;
  };
}

/** A public JWK (RFC 7517). */
export interface SealingKey {
  kid: string;
  kty: "EC";
  crv: "P-256";
  x: string;
  y: string;
}
