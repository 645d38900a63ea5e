/** What a TypeScript app writes, and what the types must refuse. Compiled, never run. */
import { connect, type Provider } from "../../public/relay.js";

const relay = connect("https://relay.example");
connect();
connect(new URL("https://relay.example"));

const providers: Provider[] = await relay.providers();
const hint: string = providers[0].key.looks_like;

const ofTheProvider: string = await relay.baseURL("openai");
const ofAnSdk: string = await relay.baseURL(providers[0].id, "@ai-sdk/openai");

const plain: string = await relay.check({ provider: "openai", key: hint });
const token: string = await relay.seal({ provider: "openai", key: hint });
await relay.seal({ provider: "openai", key: hint, origins: [location.origin], days: 30 });
await relay.seal({ provider: "openai", key: hint, models: ["gpt-5*"], endpoints: ["inference", "files"], perMinute: 10 });

const current: boolean = await relay.isCurrent(localStorage.getItem("key"));

const ofAiSdk: { apiKey: string; baseURL: string } = await relay.options({ provider: "openai", key: token, sdk: "@ai-sdk/openai" });
const { configuration } = await relay.options({ provider: "openai", key: token, sdk: "@langchain/openai" });
const ofLangChain: string = configuration.baseURL;

const answer: Response = await relay.fetch("openai", "/v1/models", { key: token });
await relay.fetch("openai", "/v1/responses", { key: token, method: "POST", body: "{}", signal: AbortSignal.timeout(1000) });

// @ts-expect-error
connect(443);
// @ts-expect-error
await relay.baseURL();
// @ts-expect-error
await relay.check("openai", hint);
// @ts-expect-error
await relay.seal({ provider: "openai" });
// @ts-expect-error
await relay.seal({ provider: "openai", key: hint, origins: "https://app.example" });
// @ts-expect-error
await relay.seal({ provider: "openai", key: hint, expires: 30 });
// @ts-expect-error
await relay.seal({ provider: "openai", key: hint, days: "30" });
// @ts-expect-error
await relay.seal({ provider: "openai", key: hint, model: "gpt-5*" });
// @ts-expect-error
await relay.seal({ provider: "openai", key: hint, endpoints: ["everything"] });
// @ts-expect-error
await relay.options({ provider: "openai", key: token });
// @ts-expect-error
await relay.options({ provider: "groq", key: token, sdk: "groq-sdk" });
// @ts-expect-error
(await relay.options({ provider: "openai", key: token, sdk: "@langchain/openai" })).baseURL;
// @ts-expect-error
await relay.fetch("openai", "/v1/models");
// @ts-expect-error
await relay.fetch("openai", "/v1/models", {});
// @ts-expect-error
(await import("../../public/relay.js")).sealTo;

export { ofTheProvider, ofAnSdk, ofAiSdk, ofLangChain, plain, current, answer };
