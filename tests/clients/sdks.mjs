/**
 * The SDKs a browser app uses to talk to a provider, each told nothing but a base URL and a key. A new SDK is one more entry in
 * SDKS. Nothing here is Node's own, so that the same table also runs in a page.
 *
 * @typedef {object} Connection
 * @property {(text: string) => Promise<string>} chat one question, the whole answer
 * @property {(text: string, signal?: AbortSignal) => AsyncIterable<string>} stream one question, the answer in pieces; some may be empty
 *
 * @typedef {object} Client
 * @property {string} name
 * @property {"openai" | "anthropic" | "google" | "mistral"} provider
 * @property {(root: string, key?: string) => Connection} connect `root` stands for the provider's host; without a key, the SDK asks
 *     without one
 * @property {(error: any) => Reported | undefined} readError what an app finds in an error of the SDK's own class; nothing for any
 *     other error
 *
 * @typedef {object} Reported
 * @property {string} class
 * @property {number} status
 * @property {string} message
 * @property {boolean} asksForKey whether it is what the SDK raises for a bad key, so that an app asks its user for another one
 *
 * @typedef {Omit<Client, "readError"> & {
 *   readError: (error: any) => {status: number, message: string} | undefined,
 *   isKeyError: (error: any) => boolean,
 * }} Sdk `isKeyError` knows the SDK's authentication error; where it has none of its own, an error of its class by what is in it
 */

import OpenAI from "openai";
import Anthropic from "@anthropic-ai/sdk";
import Anthropic0 from "anthropic-sdk-0";
import { ApiError, GoogleGenAI } from "@google/genai";
import { GoogleGenerativeAI, GoogleGenerativeAIFetchError } from "@google/generative-ai";
import { Mistral } from "@mistralai/mistralai";
import { MistralError } from "@mistralai/mistralai/models/errors";
import { APICallError, generateText, streamText } from "ai";
import { createOpenAI } from "@ai-sdk/openai";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogleGenerativeAI } from "@ai-sdk/google";
import { createMistral } from "@ai-sdk/mistral";
import { ChatOpenAI } from "@langchain/openai";
import { ChatAnthropic } from "@langchain/anthropic";
import { ChatGoogleGenerativeAI } from "@langchain/google-genai";
import { ChatMistralAI } from "@langchain/mistralai";

const MODELS = {
  openai: "gpt-5-mini",
  anthropic: "claude-haiku-4-5",
  google: "gemini-2.5-flash",
  mistral: "mistral-small-latest",
};

/** What an SDK that insists on a key is given in place of none: it goes out as an empty header. */
const BLANK = " ";

/** Anthropic's SDK tells the provider when it is allowed in a browser, so it is not told so in Node. */
const IN_BROWSER = typeof window !== "undefined";

const user = (content) => [{ role: "user", content }];

/** @type {(chunks: AsyncIterable<any> | Promise<AsyncIterable<any>>, pick: (chunk: any) => string | undefined) => AsyncIterable<string>} */
async function* pieces(chunks, pick) {
  for await (const chunk of await chunks) yield pick(chunk) ?? "";
}

/** `403 The message` -> `The message`: OpenAI's and Anthropic's SDKs put the status in front. */
const withoutStatus = (error) => ({ status: error.status, message: error.message.replace(`${error.status} `, "") });

/** Anthropic's SDK sees a blank key as none, and wants to be told that none is meant. */
const NO_ANTHROPIC_KEY = { apiKey: null, defaultHeaders: { "X-Api-Key": null, Authorization: null } };

/** @type {(name: string, Sdk: any) => Sdk} */
function anthropic(name, Sdk) {
  return {
    name,
    provider: "anthropic",
    connect(root, key) {
      const credentials = key ? { apiKey: key } : NO_ANTHROPIC_KEY;
      const { messages } = new Sdk({ baseURL: root, ...credentials, dangerouslyAllowBrowser: IN_BROWSER });
      const body = (text) => ({ model: MODELS.anthropic, max_tokens: 100, messages: user(text) });
      return {
        chat: async (text) => (await messages.create(body(text))).content[0].text,
        stream: (text, signal) => pieces(messages.stream(body(text), { signal }), (event) => event.delta?.text),
      };
    },
    readError: (error) => (error instanceof Sdk.APIError ? withoutStatus(error) : undefined),
    isKeyError: (error) => error instanceof Sdk.AuthenticationError,
  };
}

/** Google's SDKs have no authentication error: its answer to a bad key is one 400 among others, known by its reason. */
const isGoogleKeyError = (status, details = []) => status === 400 && details.some(({ reason }) => reason === "API_KEY_INVALID");

/** @type {(provider: string, model: (root: string, apiKey: string) => import("ai").LanguageModel, isKeyError?: Sdk["isKeyError"]) => Sdk} */
function aiSdk(provider, model, isKeyError = (error) => error.statusCode === 401) {
  return {
    name: `ai with @ai-sdk/${provider}`,
    provider,
    connect: (root, key = BLANK) => ({
      chat: async (prompt) => (await generateText({ model: model(root, key), prompt })).text,
      stream: (prompt, abortSignal) => streamText({ model: model(root, key), prompt, abortSignal }).textStream,
    }),
    readError: (error) => (APICallError.isInstance(error) ? { status: error.statusCode, message: error.message } : undefined),
    isKeyError,
  };
}

/** LangChain adds a link to its own documentation to some messages. */
const withoutAdvice = ({ status, message }) => ({ status, message: message.replace(/\n\nTroubleshooting URL: .*\n$/, "") });

/** Whether an error's class, or one that it extends, has this name. */
const isNamed = (error, name) =>
  error?.constructor?.name === name || (error instanceof Error && isNamed(Object.getPrototypeOf(error), name));

const isAuthenticationError = (error) => isNamed(error, "AuthenticationError");

/** `[…]: Error fetching from URL: [401 Unauthorized] The message [details]` */
const ofLegacyGoogle = (error) => ({ status: error.status, message: error.message.replace(/^.*?: \[\d{3} .*?\] | \[.*\]$/g, "") });

const isLegacyGoogleKeyError = (error) => isGoogleKeyError(error.status, error.errorDetails);

/** The SDK's message is the whole body, too. Mistral itself says `detail` of a bad key, and `message` of all else. */
function ofMistral({ statusCode, body }) {
  const { message, detail } = JSON.parse(body);
  return { status: statusCode, message: message ?? detail };
}

const isMistralKeyError = (error) => error.statusCode === 401;

/** LangChain's package for each provider, and what it throws. */
const LANGCHAIN = {
  openai: ["@langchain/openai", "APIError", withoutStatus, isAuthenticationError],
  anthropic: ["@langchain/anthropic", "APIError", withoutStatus, isAuthenticationError],
  google: ["@langchain/google-genai", "GoogleGenerativeAIFetchError", ofLegacyGoogle, isLegacyGoogleKeyError],
  mistral: ["@langchain/mistralai", "MistralError", ofMistral, isMistralKeyError],
};

/** LangChain lets its SDKs' errors through, but brings its own copies of some SDKs, so their classes are known by name only. */
function langChain(provider, model) {
  const [name, errorClass, readError, isKeyError] = LANGCHAIN[provider];
  return {
    name,
    provider,
    connect: (root, key = BLANK) => ({
      chat: async (text) => (await model(root, key).invoke(text)).text,
      stream: (text, signal) => pieces(model(root, key).stream(text, { signal }), (chunk) => chunk.text),
    }),
    readError: (error) => (isNamed(error, errorClass) ? withoutAdvice(readError(error)) : undefined),
    isKeyError,
  };
}

/** @type {Sdk[]} */
const SDKS = [
  {
    name: "openai chat completions",
    provider: "openai",
    connect(root, apiKey = BLANK) {
      const { completions } = new OpenAI({ baseURL: `${root}/v1`, apiKey, dangerouslyAllowBrowser: true }).chat;
      const body = (text) => ({ model: MODELS.openai, messages: user(text) });
      return {
        chat: async (text) => (await completions.create(body(text))).choices[0].message.content,
        stream: (text, signal) =>
          pieces(completions.create({ ...body(text), stream: true }, { signal }), (chunk) => chunk.choices[0]?.delta.content),
      };
    },
    readError: (error) => (error instanceof OpenAI.APIError ? withoutStatus(error) : undefined),
    isKeyError: (error) => error instanceof OpenAI.AuthenticationError,
  },
  {
    name: "openai responses",
    provider: "openai",
    connect(root, apiKey = BLANK) {
      const { responses } = new OpenAI({ baseURL: `${root}/v1`, apiKey, dangerouslyAllowBrowser: true });
      const body = (input) => ({ model: MODELS.openai, input });
      const text = (event) => (event.type === "response.output_text.delta" ? event.delta : undefined);
      return {
        chat: async (input) => (await responses.create(body(input))).output_text,
        stream: (input, signal) => pieces(responses.create({ ...body(input), stream: true }, { signal }), text),
      };
    },
    readError: (error) => (error instanceof OpenAI.APIError ? withoutStatus(error) : undefined),
    isKeyError: (error) => error instanceof OpenAI.AuthenticationError,
  },
  anthropic("@anthropic-ai/sdk 1.x", Anthropic),
  anthropic("@anthropic-ai/sdk 0.x", Anthropic0),
  {
    name: "@google/genai",
    provider: "google",
    connect(root, apiKey = BLANK) {
      const { models } = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: root } });
      const body = (contents) => ({ model: MODELS.google, contents });
      return {
        chat: async (text) => (await models.generateContent(body(text))).text,
        stream: (text, abortSignal) =>
          pieces(models.generateContentStream({ ...body(text), config: { abortSignal } }), (chunk) => chunk.text),
      };
    },
    // The SDK's message is the whole body as JSON.
    readError: (error) =>
      error instanceof ApiError ? { status: error.status, message: JSON.parse(error.message).error.message } : undefined,
    isKeyError: (error) => isGoogleKeyError(error.status, JSON.parse(error.message).error.details),
  },
  {
    name: "@google/generative-ai",
    provider: "google",
    connect(root, apiKey = BLANK) {
      const model = new GoogleGenerativeAI(apiKey).getGenerativeModel({ model: MODELS.google }, { baseUrl: root });
      return {
        chat: async (text) => (await model.generateContent(text)).response.text(),
        stream: (text, signal) =>
          pieces(
            model.generateContentStream(text, { signal }).then(({ stream, response }) => (response.catch(() => {}), stream)),
            (chunk) => chunk.text(),
          ),
      };
    },
    readError: (error) => (error instanceof GoogleGenerativeAIFetchError ? ofLegacyGoogle(error) : undefined),
    isKeyError: isLegacyGoogleKeyError,
  },
  {
    name: "@mistralai/mistralai",
    provider: "mistral",
    connect(root, apiKey = BLANK) {
      const { chat } = new Mistral({ serverURL: root, apiKey });
      const body = (text) => ({ model: MODELS.mistral, messages: user(text) });
      return {
        chat: async (text) => (await chat.complete(body(text))).choices[0].message.content,
        stream: (text, signal) => pieces(chat.stream(body(text), { signal }), (event) => event.data.choices[0].delta.content),
      };
    },
    readError: (error) => (error instanceof MistralError ? ofMistral(error) : undefined),
    isKeyError: isMistralKeyError,
  },
  aiSdk("openai", (root, apiKey) => createOpenAI({ baseURL: `${root}/v1`, apiKey })(MODELS.openai)),
  aiSdk("anthropic", (root, apiKey) => createAnthropic({ baseURL: `${root}/v1`, apiKey })(MODELS.anthropic)),
  aiSdk(
    "google",
    (root, apiKey) => createGoogleGenerativeAI({ baseURL: `${root}/v1beta`, apiKey })(MODELS.google),
    (error) => isGoogleKeyError(error.statusCode, JSON.parse(error.responseBody).error.details),
  ),
  aiSdk("mistral", (root, apiKey) => createMistral({ baseURL: `${root}/v1`, apiKey })(MODELS.mistral)),
  langChain("openai", (root, apiKey) => new ChatOpenAI({ model: MODELS.openai, apiKey, configuration: { baseURL: `${root}/v1` } })),
  langChain("anthropic", (root, apiKey) => {
    const clientOptions = apiKey === BLANK ? NO_ANTHROPIC_KEY : {};
    return new ChatAnthropic({ model: MODELS.anthropic, apiKey, anthropicApiUrl: root, clientOptions });
  }),
  langChain("google", (root, apiKey) => new ChatGoogleGenerativeAI({ model: MODELS.google, apiKey, baseUrl: root })),
  langChain("mistral", (root, apiKey) => new ChatMistralAI({ model: MODELS.mistral, apiKey, serverURL: root })),
];

/** @type {Client[]} */
export const CLIENTS = SDKS.map(({ readError, isKeyError, ...sdk }) => ({
  ...sdk,
  readError(error) {
    const read = readError(error);
    return read && { ...read, class: error.constructor.name, asksForKey: isKeyError(error) };
  },
}));
