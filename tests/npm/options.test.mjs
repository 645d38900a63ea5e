/** relay.options() with the SDKs that it knows: each asks the relay, with a sealed key, and the provider sees the key in it. */
import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogleGenerativeAI } from "@ai-sdk/google";
import { createMistral } from "@ai-sdk/mistral";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import { ChatAnthropic } from "@langchain/anthropic";
import { ChatGoogleGenerativeAI } from "@langchain/google-genai";
import { ChatMistralAI } from "@langchain/mistralai";
import { ChatOpenAI } from "@langchain/openai";
import { Mistral } from "@mistralai/mistralai";
import { generateText } from "ai";
import OpenAI from "openai";
import { connect } from "../../public/relay.js";
import { SEALING } from "../clients/bad-keys.mjs";
import { startStack } from "../harness.mjs";
import { randomKey } from "../keys.mjs";

const MODELS = {
  openai: "gpt-5-mini",
  anthropic: "claude-haiku-4-5",
  google: "gemini-2.5-flash",
  mistral: "mistral-small-latest",
  nvidia: "m",
};
const PROMPT = "Hi";
const messages = [{ role: "user", content: PROMPT }];

const aiSdk = (create) => async (options, model) => (await generateText({ model: create(options)(model), prompt: PROMPT })).text;
const langChain = (Chat) => async (options, model) => (await new Chat({ model, ...options }).invoke(PROMPT)).text;
const openai = async (options, model) =>
  (await new OpenAI(options).chat.completions.create({ model, messages })).choices[0].message.content;

/** @type {[provider: string, sdk: string, ask: (options: any, model: string) => Promise<string>][]} */
const SDKS = [
  ["openai", "@ai-sdk/openai", aiSdk(createOpenAI)],
  ["anthropic", "@ai-sdk/anthropic", aiSdk(createAnthropic)],
  ["google", "@ai-sdk/google", aiSdk(createGoogleGenerativeAI)],
  ["mistral", "@ai-sdk/mistral", aiSdk(createMistral)],
  ["nvidia", "@ai-sdk/openai-compatible", aiSdk((options) => createOpenAICompatible({ name: "nvidia", ...options }))],

  ["openai", "@langchain/openai", langChain(ChatOpenAI)],
  ["anthropic", "@langchain/anthropic", langChain(ChatAnthropic)],
  ["google", "@langchain/google-genai", langChain(ChatGoogleGenerativeAI)],
  ["mistral", "@langchain/mistralai", langChain(ChatMistralAI)],

  ["openai", "openai", openai],
  ["google", "openai", openai],
  [
    "anthropic",
    "@anthropic-ai/sdk",
    async (options, model) => (await new Anthropic(options).messages.create({ model, max_tokens: 100, messages })).content[0].text,
  ],
  [
    "google",
    "@google/genai",
    async (options, model) => (await new GoogleGenAI(options).models.generateContent({ model, contents: PROMPT })).text,
  ],
  [
    "mistral",
    "@mistralai/mistralai",
    async (options, model) => (await new Mistral(options).chat.complete({ model, messages })).choices[0].message.content,
  ],
];

let stack;
before(async () => (stack = await startStack(SEALING, { runtime: "server" })));
after(() => stack?.close());

for (const [provider, sdk, ask] of SDKS) {
  it(`${sdk} at ${provider} takes its options and gets an answer`, async () => {
    const relay = connect(stack.relay);
    const plain = randomKey(provider);
    const options = await relay.options({ provider, key: await relay.seal({ provider, key: plain }), sdk });
    assert.equal(await ask(options, MODELS[provider]), `Hello from the mock ${provider}! You said: ${PROMPT}. 🙂`);
    assert.equal((await stack.mock.seen(plain)).length, 1);
  });
}
