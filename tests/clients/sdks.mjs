/**
 * The SDKs a browser app uses to talk to a provider, each told nothing but a base URL and a key. A new SDK is one more entry in
 * SDKS. Nothing here is Node's own, so that the same table also runs in a page.
 *
 * What chats for a provider that makes or reads audio, or runs models, is what it does: it is asked with a text, and answers with one.
 *
 * @typedef {object} Connection
 * @property {(text: string) => Promise<string>} chat one question, the whole answer
 * @property {(text: string, signal?: AbortSignal) => AsyncIterable<string>} [stream] one question, the answer in pieces; some may be empty
 *
 * @typedef {object} Client
 * @property {string} name
 * @property {string} sdk its package, as the relay describes it
 * @property {string} provider
 * @property {string} path what its base URL has behind the provider's, as the relay describes it
 * @property {boolean} [isStreamed] unless it is false
 * @property {string} [badRequest] what it says of a request that the provider cannot read, where that is not what the provider says
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
 * @typedef {Omit<Client, "connect" | "readError"> & {
 *   connect: (baseUrl: string, key?: string) => Connection,
 *   readError: (error: any) => {status: number, message: string} | undefined,
 *   isKeyError: (error: any) => boolean,
 * }} Sdk `isKeyError` knows the SDK's authentication error; where it has none of its own, an error of its class by what is in it
 */

import OpenAI, { AzureOpenAI } from "openai";
import Anthropic from "@anthropic-ai/sdk";
import Anthropic0 from "anthropic-sdk-0";
import { ApiError, GoogleGenAI } from "@google/genai";
import { GoogleGenerativeAI, GoogleGenerativeAIFetchError } from "@google/generative-ai";
import { Mistral } from "@mistralai/mistralai";
import { MistralError } from "@mistralai/mistralai/models/errors";
import { Cohere, CohereClientV2, CohereError } from "cohere-ai";
import { DeepgramClient, DeepgramError } from "@deepgram/sdk";
import { ElevenLabsClient } from "@elevenlabs/elevenlabs-js/Client.js"; // no page can load the package's main file, which needs Node
import { ElevenLabsError } from "@elevenlabs/elevenlabs-js/errors/index.js";
import Groq from "groq-sdk";
import { InferenceClient, InferenceClientProviderApiError } from "@huggingface/inference";
import { OpenRouter } from "@openrouter/sdk";
import { OpenRouterError, UnauthorizedResponseError } from "@openrouter/sdk/models/errors";
import Replicate from "replicate";
import Together from "together-ai";
import { APICallError, generateText, streamText } from "ai";
import { createOpenAI } from "@ai-sdk/openai";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogleGenerativeAI } from "@ai-sdk/google";
import { createMistral } from "@ai-sdk/mistral";
import { createAzure } from "@ai-sdk/azure";
import { createCerebras } from "@ai-sdk/cerebras";
import { createCohere } from "@ai-sdk/cohere";
import { createDeepSeek } from "@ai-sdk/deepseek";
import { createFireworks } from "@ai-sdk/fireworks";
import { createGroq } from "@ai-sdk/groq";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { createOpenRouter } from "@openrouter/ai-sdk-provider";
import { createPerplexity } from "@ai-sdk/perplexity";
import { createTogetherAI } from "@ai-sdk/togetherai";
import { createXai } from "@ai-sdk/xai";
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

/** The relay passes on what an app asks for, so the name of a model means nothing to it. */
const ANY_MODEL = "some-model";

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

/** A blank key is none to OpenAI's SDK for Azure as well. */
const NO_AZURE_KEY = { apiKey: "none", defaultHeaders: { "api-key": null } };

/** @type {(name: string, Sdk: any, provider?: string, path?: string) => Sdk} */
function anthropic(name, Sdk, provider = "anthropic", path = "") {
  return {
    name,
    sdk: "@anthropic-ai/sdk",
    provider,
    path,
    badRequest: "max_tokens: Field required",
    connect(baseURL, key) {
      const credentials = key ? { apiKey: key } : NO_ANTHROPIC_KEY;
      const { messages } = new Sdk({ baseURL, ...credentials, dangerouslyAllowBrowser: IN_BROWSER });
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

/**
 * @param {string} provider
 * @param {string} sdk
 * @param {string} path
 * @param {(baseURL: string, apiKey: string) => import("ai").LanguageModel} model
 * @param {Sdk["isKeyError"]} [isKeyError]
 * @returns {Sdk}
 */
function aiSdk(provider, sdk, path, model, isKeyError = (error) => error.statusCode === 401) {
  return {
    name: `ai with ${sdk} at ${provider}`,
    sdk,
    provider,
    path,
    connect: (baseUrl, key = BLANK) => ({
      chat: async (prompt) => (await generateText({ model: model(baseUrl, key), prompt })).text,
      stream: (prompt, abortSignal) => streamText({ model: model(baseUrl, key), prompt, abortSignal }).textStream,
    }),
    readError: (error) => (APICallError.isInstance(error) ? { status: error.statusCode, message: error.message } : undefined),
    isKeyError,
  };
}

/** The AI SDK at an API like OpenAI's of a provider that has no package there. @type {(name: string, path: string) => Sdk} */
const compatible = (name, path) =>
  aiSdk(name, "@ai-sdk/openai-compatible", path, (baseURL, apiKey) => createOpenAICompatible({ name, baseURL, apiKey })(ANY_MODEL));

/** OpenAI's SDK finds no error in Google's array of one, so its message is the array itself. */
const isCompatibleGoogleKeyError = ({ status, message, error }) =>
  status === 400 && JSON.stringify([message, error]).includes("API_KEY_INVALID");

/** xAI's answer to a bad key is one 400 among others, known by its words. */
const isXaiKeyError = ({ status, statusCode = status, message }) => statusCode === 400 && /\bkey\b/.test(message);

/**
 * The SDKs that are made as OpenAI's is, at an API like OpenAI's.
 *
 * @param {string} sdk
 * @param {any} Sdk
 * @param {string} provider
 * @param {string} path
 * @param {Partial<Sdk> & {options?: object, withoutKey?: object, model?: string}} [more] `options` are those of the SDK,
 *   `withoutKey` those that make it ask without one
 * @returns {Sdk}
 */
const chatCompletions = (sdk, Sdk, provider, path, { options, withoutKey = { apiKey: BLANK }, model = ANY_MODEL, ...more } = {}) => ({
  name: `${sdk} at ${provider}`,
  sdk,
  provider,
  path,
  connect(baseURL, apiKey) {
    const credentials = apiKey ? { apiKey } : withoutKey;
    const { completions } = new Sdk({ baseURL, ...credentials, dangerouslyAllowBrowser: true, ...options }).chat;
    const body = (text) => ({ model, messages: user(text) });
    return {
      chat: async (text) => (await completions.create(body(text))).choices[0].message.content,
      stream: (text, signal) =>
        pieces(completions.create({ ...body(text), stream: true }, { signal }), (chunk) => chunk.choices[0]?.delta.content),
    };
  },
  readError: (error) => (error instanceof Sdk.APIError ? withoutStatus(error) : undefined),
  isKeyError: (error) => error instanceof Sdk.AuthenticationError,
  ...more,
});

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

/** LangChain's package for each provider, what its base URL ends in, and what it throws. */
const LANGCHAIN = {
  openai: ["@langchain/openai", "/v1", "APIError", withoutStatus, isAuthenticationError],
  anthropic: ["@langchain/anthropic", "", "APIError", withoutStatus, isAuthenticationError],
  google: ["@langchain/google-genai", "", "GoogleGenerativeAIFetchError", ofLegacyGoogle, isLegacyGoogleKeyError],
  mistral: ["@langchain/mistralai", "", "MistralError", ofMistral, isMistralKeyError],
};

/** LangChain lets its SDKs' errors through, but brings its own copies of some SDKs, so their classes are known by name only. */
function langChain(provider, model) {
  const [sdk, path, errorClass, readError, isKeyError] = LANGCHAIN[provider];
  return {
    name: sdk,
    sdk,
    provider,
    path,
    connect: (baseUrl, key = BLANK) => ({
      chat: async (text) => (await model(baseUrl, key).invoke(text)).text,
      stream: (text, signal) => pieces(model(baseUrl, key).stream(text, { signal }), (chunk) => chunk.text),
    }),
    readError: (error) => (isNamed(error, errorClass) ? withoutAdvice(readError(error)) : undefined),
    isKeyError,
  };
}

/** @type {(name: string, provider: string, model: string) => Sdk} */
const openaiResponses = (name, provider, model) =>
  chatCompletions("openai", OpenAI, provider, "/v1", {
    name,
    connect(baseURL, apiKey = BLANK) {
      const { responses } = new OpenAI({ baseURL, apiKey, dangerouslyAllowBrowser: true });
      const body = (input) => ({ model, input });
      const text = (event) => (event.type === "response.output_text.delta" ? event.delta : undefined);
      return {
        chat: async (input) => (await responses.create(body(input))).output_text,
        stream: (input, signal) => pieces(responses.create({ ...body(input), stream: true }, { signal }), text),
      };
    },
  });

/** @type {Sdk[]} */
const SDKS = [
  chatCompletions("openai", OpenAI, "openai", "/v1", { name: "openai chat completions", model: MODELS.openai }),
  openaiResponses("openai responses", "openai", MODELS.openai),
  anthropic("@anthropic-ai/sdk 1.x", Anthropic),
  anthropic("@anthropic-ai/sdk 0.x", Anthropic0),
  {
    name: "@google/genai",
    sdk: "@google/genai",
    provider: "google",
    path: "",
    connect(baseUrl, apiKey = BLANK) {
      const { models } = new GoogleGenAI({ apiKey, httpOptions: { baseUrl } });
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
    sdk: "@google/generative-ai",
    provider: "google",
    path: "",
    connect(baseUrl, apiKey = BLANK) {
      const model = new GoogleGenerativeAI(apiKey).getGenerativeModel({ model: MODELS.google }, { baseUrl });
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
    sdk: "@mistralai/mistralai",
    provider: "mistral",
    path: "",
    connect(serverURL, apiKey = BLANK) {
      const { chat } = new Mistral({ serverURL, apiKey });
      const body = (text) => ({ model: MODELS.mistral, messages: user(text) });
      return {
        chat: async (text) => (await chat.complete(body(text))).choices[0].message.content,
        stream: (text, signal) => pieces(chat.stream(body(text), { signal }), (event) => event.data.choices[0].delta.content),
      };
    },
    readError: (error) => (error instanceof MistralError ? ofMistral(error) : undefined),
    isKeyError: isMistralKeyError,
  },
  aiSdk("openai", "@ai-sdk/openai", "/v1", (baseURL, apiKey) => createOpenAI({ baseURL, apiKey })(MODELS.openai)),
  aiSdk("anthropic", "@ai-sdk/anthropic", "/v1", (baseURL, apiKey) => createAnthropic({ baseURL, apiKey })(MODELS.anthropic)),
  aiSdk(
    "google",
    "@ai-sdk/google",
    "/v1beta",
    (baseURL, apiKey) => createGoogleGenerativeAI({ baseURL, apiKey })(MODELS.google),
    (error) => isGoogleKeyError(error.statusCode, JSON.parse(error.responseBody).error.details),
  ),
  aiSdk("mistral", "@ai-sdk/mistral", "/v1", (baseURL, apiKey) => createMistral({ baseURL, apiKey })(MODELS.mistral)),
  langChain("openai", (baseURL, apiKey) => new ChatOpenAI({ model: MODELS.openai, apiKey, configuration: { baseURL } })),
  langChain("anthropic", (anthropicApiUrl, apiKey) => {
    const clientOptions = apiKey === BLANK ? NO_ANTHROPIC_KEY : {};
    return new ChatAnthropic({ model: MODELS.anthropic, apiKey, anthropicApiUrl, clientOptions });
  }),
  langChain("google", (baseUrl, apiKey) => new ChatGoogleGenerativeAI({ model: MODELS.google, apiKey, baseUrl })),
  langChain("mistral", (serverURL, apiKey) => new ChatMistralAI({ model: MODELS.mistral, apiKey, serverURL })),

  chatCompletions("openai", OpenAI, "anthropic", "/v1", { badRequest: "Missing required parameter: 'messages'." }),
  chatCompletions("openai", OpenAI, "google", "/v1beta/openai", { isKeyError: isCompatibleGoogleKeyError }),
  chatCompletions("openai", OpenAI, "mistral", "/v1"),
  chatCompletions("openai", OpenAI, "groq", "/openai/v1"),
  chatCompletions("openai", OpenAI, "openrouter", "/api/v1"),
  chatCompletions("openai", OpenAI, "deepseek", "/v1"),
  chatCompletions("openai", OpenAI, "xai", "/v1", { isKeyError: isXaiKeyError }),
  chatCompletions("openai", OpenAI, "together", "/v1"),
  chatCompletions("openai", OpenAI, "fireworks", "/inference/v1"),
  chatCompletions("openai", OpenAI, "cohere", "/compatibility/v1"),
  openaiResponses("openai responses at perplexity", "perplexity", ANY_MODEL),
  chatCompletions("openai", OpenAI, "cerebras", "/v1"),
  chatCompletions("openai", OpenAI, "sambanova", "/v1"),
  chatCompletions("openai", OpenAI, "nvidia", "/v1"),
  chatCompletions("openai", OpenAI, "huggingface", "/v1"),
  chatCompletions("openai", OpenAI, "azure", "/my-resource/openai/v1"),
  chatCompletions("openai", OpenAI, "moonshot", "/v1"),
  chatCompletions("openai", OpenAI, "zhipu", "/api/paas/v4"),
  chatCompletions("openai", OpenAI, "dashscope", "/compatible-mode/v1"),
  chatCompletions("openai (AzureOpenAI)", AzureOpenAI, "azure", "/my-resource/openai", {
    options: { apiVersion: "2024-10-21" },
    withoutKey: NO_AZURE_KEY,
  }),
  chatCompletions("groq-sdk", Groq, "groq", ""),
  chatCompletions("together-ai", Together, "together", "/v1"),

  anthropic("@anthropic-ai/sdk at openrouter", Anthropic, "openrouter", "/api"),
  anthropic("@anthropic-ai/sdk at deepseek", Anthropic, "deepseek", "/anthropic"),
  anthropic("@anthropic-ai/sdk at fireworks", Anthropic, "fireworks", "/inference"),
  anthropic("@anthropic-ai/sdk at sambanova", Anthropic, "sambanova", ""),
  anthropic("@anthropic-ai/sdk at moonshot", Anthropic0, "moonshot", "/anthropic"),
  anthropic("@anthropic-ai/sdk at zhipu", Anthropic0, "zhipu", "/api/anthropic"),
  anthropic("@anthropic-ai/sdk at dashscope", Anthropic0, "dashscope", "/apps/anthropic"),

  aiSdk("groq", "@ai-sdk/groq", "/openai/v1", (baseURL, apiKey) => createGroq({ baseURL, apiKey })(ANY_MODEL)),
  aiSdk("openrouter", "@openrouter/ai-sdk-provider", "/api/v1", (baseURL, apiKey) => createOpenRouter({ baseURL, apiKey })(ANY_MODEL)),
  aiSdk("deepseek", "@ai-sdk/deepseek", "", (baseURL, apiKey) => createDeepSeek({ baseURL, apiKey })(ANY_MODEL)),
  aiSdk("xai", "@ai-sdk/xai", "/v1", (baseURL, apiKey) => createXai({ baseURL, apiKey })(ANY_MODEL), isXaiKeyError),
  aiSdk("together", "@ai-sdk/togetherai", "/v1", (baseURL, apiKey) => createTogetherAI({ baseURL, apiKey })(ANY_MODEL)),
  aiSdk("fireworks", "@ai-sdk/fireworks", "/inference/v1", (baseURL, apiKey) => createFireworks({ baseURL, apiKey })(ANY_MODEL)),
  aiSdk("cohere", "@ai-sdk/cohere", "/v2", (baseURL, apiKey) => createCohere({ baseURL, apiKey })(ANY_MODEL)),
  aiSdk("perplexity", "@ai-sdk/perplexity", "", (baseURL, apiKey) => createPerplexity({ baseURL, apiKey })(ANY_MODEL)),
  aiSdk("cerebras", "@ai-sdk/cerebras", "/v1", (baseURL, apiKey) => createCerebras({ baseURL, apiKey })(ANY_MODEL)),
  aiSdk("azure", "@ai-sdk/azure", "/my-resource/openai/v1", (baseURL, apiKey) => createAzure({ baseURL, apiKey })(ANY_MODEL)),
  {
    ...compatible("nvidia", "/v1"),
    badRequest: "Bad Request", // it finds no words in an error that is not written as OpenAI writes it
  },
  ...Object.entries({
    sambanova: "/v1",
    moonshot: "/v1",
    zhipu: "/api/paas/v4",
    dashscope: "/compatible-mode/v1",
  }).map(([provider, path]) => compatible(provider, path)),

  {
    name: "@openrouter/sdk",
    sdk: "@openrouter/sdk",
    provider: "openrouter",
    path: "/api/v1",
    connect(serverURL, apiKey = BLANK) {
      const { chat } = new OpenRouter({ serverURL, apiKey });
      const body = (text, more) => ({ chatRequest: { model: ANY_MODEL, messages: user(text), ...more } });
      return {
        chat: async (text) => (await chat.send(body(text))).choices[0].message.content,
        stream: (text, signal) =>
          pieces(chat.send(body(text, { stream: true }), { fetchOptions: { signal } }), (chunk) => chunk.choices[0]?.delta.content),
      };
    },
    readError: (error) => (error instanceof OpenRouterError ? { status: error.statusCode, message: error.message } : undefined),
    isKeyError: (error) => error instanceof UnauthorizedResponseError,
  },
  {
    name: "cohere-ai",
    sdk: "cohere-ai",
    provider: "cohere",
    path: "",
    connect(baseUrl, token = BLANK) {
      const client = new CohereClientV2({ baseUrl, token });
      const body = (text) => ({ model: ANY_MODEL, messages: user(text) });
      return {
        chat: async (text) => (await client.chat(body(text))).message.content[0].text,
        stream: (text, abortSignal) =>
          pieces(client.chatStream(body(text), { abortSignal }), (event) => event.delta?.message?.content?.text),
      };
    },
    readError: (error) => (error instanceof CohereError ? { status: error.statusCode, message: error.body.message } : undefined),
    isKeyError: (error) => error instanceof Cohere.UnauthorizedError,
  },
  {
    name: "@huggingface/inference",
    sdk: "@huggingface/inference",
    provider: "huggingface",
    path: "/v1",
    connect(endpointUrl, key = "") {
      const client = new InferenceClient(key, { endpointUrl });
      const body = (text) => ({ model: ANY_MODEL, messages: user(text) });
      return {
        chat: async (text) => (await client.chatCompletion(body(text))).choices[0].message.content,
        stream: (text, signal) => pieces(client.chatCompletionStream(body(text), { signal }), (chunk) => chunk.choices[0]?.delta.content),
      };
    },
    // Its own message holds only errors that are a text.
    readError(error) {
      if (!(error instanceof InferenceClientProviderApiError)) return undefined;
      const { status, body } = error.httpResponse;
      return { status, message: body.message ?? body.error };
    },
    isKeyError: (error) => error.httpResponse.status === 401,
  },
  {
    name: "@elevenlabs/elevenlabs-js",
    sdk: "@elevenlabs/elevenlabs-js",
    provider: "elevenlabs",
    path: "",
    connect(baseUrl, apiKey = BLANK) {
      const { textToSpeech } = new ElevenLabsClient({ baseUrl, apiKey });
      return {
        chat: async (text) => new Response(await textToSpeech.convert("voice", { text })).text(),
        stream(text, abortSignal) {
          const decoder = new TextDecoder();
          return pieces(textToSpeech.stream("voice", { text }, { abortSignal }), (bytes) => decoder.decode(bytes, { stream: true }));
        },
      };
    },
    readError: (error) =>
      error instanceof ElevenLabsError ? { status: error.statusCode, message: error.body.message ?? error.body.detail.message } : undefined,
    isKeyError: (error) => error.statusCode === 401,
  },
  {
    name: "@deepgram/sdk",
    sdk: "@deepgram/sdk",
    provider: "deepgram",
    path: "",
    isStreamed: false, // what it streams, it does over a WebSocket
    connect(baseUrl, apiKey = BLANK) {
      const { media } = new DeepgramClient({ baseUrl, apiKey }).listen.v1;
      return {
        async chat(text) {
          const { results } = await media.transcribeFile(new Blob([text]), { model: "nova-3" });
          return results.channels[0].alternatives[0].transcript;
        },
      };
    },
    readError: (error) =>
      error instanceof DeepgramError ? { status: error.statusCode, message: error.body.message ?? error.body.err_msg } : undefined,
    isKeyError: (error) => error.statusCode === 401,
  },
  {
    name: "replicate",
    sdk: "replicate",
    provider: "replicate",
    path: "/v1",
    isStreamed: false, // a stream of its is at a URL that the provider names
    connect(baseUrl, auth = BLANK) {
      const replicate = new Replicate({ baseUrl, auth });
      return {
        chat: async (prompt) => (await replicate.run("owner/model", { input: { prompt }, wait: { interval: 1 } })).join(""),
      };
    },
    // `Request to {url} failed with status 401 Unauthorized: {body}.`
    readError(error) {
      if (!isNamed(error, "ApiError")) return undefined;
      const { message, detail } = JSON.parse(error.message.replace(/^.*? failed with status [^:]*: |\.$/g, ""));
      return { status: error.response.status, message: message ?? detail };
    },
    isKeyError: (error) => error.response.status === 401,
  },
];

/** @type {Client[]} */
export const CLIENTS = SDKS.map(({ connect, readError, isKeyError, ...sdk }) => ({
  ...sdk,
  connect: (root, key) => connect(root + sdk.path, key),
  readError(error) {
    const read = readError(error);
    return read && { ...read, class: error.constructor.name, asksForKey: isKeyError(error) };
  },
}));
