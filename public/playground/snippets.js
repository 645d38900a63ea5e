/**
 * The code an app needs for a provider, by library. It runs as it is where `userKey` (in a shell, `$USER_KEY`) holds the key, and
 * prints the answer.
 *
 * @typedef {import("../relay.js").Provider} Provider
 * @typedef {object} Choice
 * @property {Provider} provider
 * @property {string} name what relay.js calls it: its id, and its resource if it has one
 * @property {string} model
 * @property {string} url the base URL that the library is given
 * @property {object} [limits] of a sealed key, as relay.js takes them
 * @property {import("./wires.js").Options} [options] that the chat is asked with
 *
 * @typedef {object} Snippet
 * @property {string} title
 * @property {string} [sdk] its name in the relay's description
 * @property {string} [npm] what to install
 * @property {(provider: Provider) => boolean} [fits] where the provider's having the SDK does not tell
 * @property {(choice: Choice) => string} code
 */
import { INVISIBLE } from "./highlight.js";
import { liveUrl, opening } from "./live.js";
import { limitName } from "./wire-openai.js";
import { wireOf } from "./wires.js";

/** Characters that are not seen, or turn others around, are escaped: what is copied is what is read. */
const string = (...json) => JSON.stringify(...json).replace(INVISIBLE, (each) => each.split("").map(escaped).join(""));
const escaped = (unit) => String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
const shell = (text) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** A value as a person would write it in JavaScript, in one line. */
function literal(value) {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  return typeof value === "object" ? `{ ${members(value).join(", ")} }` : string(value);
}

/** Those of an object that are set. */
const members = (object) => Object.entries(object).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${literal(value)}`]));

/** Each in a line of its own. */
const lines = (object, indent = "  ") => members(object).join(`,\n${indent}`);

/** Two members in a line, more of them in lines. */
const braced = (all) => (all.length > 2 ? `{\n  ${all.join(",\n  ")},\n}` : `{ ${all.join(", ")} }`);

/** An object, if any of its members is set. */
const some = (object) => (members(object).length ? object : undefined);

/**
 * @typedef {{model: string, id: string, limit: string} & import("./wires.js").Options} Asked `id` is the provider's, and `limit` what
 *   `maxTokens` is called in OpenAI's API there
 * @type {(title: string, name: string, code: (url: string, asked: Asked) => string, more?: Partial<Snippet>) => Snippet}
 */
const sdk = (title, name, code, more) => ({
  title,
  npm: name,
  sdk: name,
  code: ({ url, model, provider, options }) => code(string(url), { model, id: provider.id, limit: limitName(provider), ...options }),
  ...more,
});
const WORDS = "Hello!";
const HELLO = string(WORDS);
const QUESTION = { role: "user", content: WORDS };
const TURNS = [{ role: "user", text: WORDS }];
const said = (system) => (system ? [{ role: "system", content: system }, QUESTION] : [QUESTION]);
const MAIL = `subject: ${HELLO}, text: ${HELLO}`;
const IN_BROWSERS = "dangerouslyAllowBrowser: true, // the key is your user's own";

/** Those that are made as OpenAI's is. `options` are lines. */
const openaiLike = (title, name, variable, imported, options = [IN_BROWSERS], npm = name) =>
  sdk(
    title,
    name,
    (url, { model, system, temperature, limit, maxTokens }) => `import ${imported} from "${npm}";

const ${variable} = new ${imported.replace(/\W/g, "")}({
  ${["apiKey: userKey,", `baseURL: ${url},`, ...options].join("\n  ")}
});
const stream = await ${variable}.chat.completions.create({
  ${lines({ model, messages: said(system), temperature, [limit]: maxTokens, stream: true })},
});
for await (const chunk of stream) console.log(chunk.choices[0]?.delta.content ?? "");`,
    { npm },
  );

/**
 * @param {string} provider what its package is named after
 * @param {string} create
 * @param {{name?: string, variable?: string, model?: string, isNamed?: boolean}} [more] `name` is the package's; `model` is for a
 *   provider whose description has none; what is named is told the provider's id
 */
const aiSdk = (provider, create, { name = `@ai-sdk/${provider}`, variable = provider, model: usual, isNamed } = {}) =>
  sdk(
    "AI SDK",
    name,
    (url, { model, id, system, temperature, maxTokens }) => `import { streamText } from "ai";
import { ${create} } from "${name}";

const ${variable} = ${create}({
  apiKey: userKey,
  baseURL: ${url},${isNamed ? `\n  name: ${string(id)},` : ""}
});${temperature === undefined ? "" : "\n// The SDK sends no temperature to a model that it knows to take none, and warns."}
const { textStream } = streamText(${braced([
      `model: ${variable}(${string(usual ?? model)})`,
      ...members({ instructions: system, prompt: WORDS, temperature, maxOutputTokens: maxTokens }),
    ])});
for await (const text of textStream) console.log(text);`,
    { npm: `ai ${name}` },
  );

/** `limit` is what it calls `maxTokens`, and `note` what to know of it. */
const langChain = (name, Chat, baseUrl, { limit = "maxTokens", note = "" } = {}) =>
  sdk(
    "LangChain",
    `@langchain/${name}`,
    (url, { model, system, temperature, maxTokens }) => `import { ${Chat} } from "@langchain/${name}";${note && `\n// ${note}`}

const chat = new ${Chat}({
  ${lines({ model, temperature, [limit]: maxTokens })},
  apiKey: userKey,
  ${baseUrl(url)},
});
for await (const chunk of await chat.stream(${literal(system ? said(system).map(Object.values) : WORDS)})) console.log(chunk.text);`,
    { npm: `@langchain/${name} @langchain/core` },
  );

const REPLICATE_MODEL = "meta/meta-llama-3-8b-instruct";
const REPLICATE_INPUT = { input: { prompt: WORDS } };

/** What is asked where nothing chats and the first endpoint does not tell, by the SDK that asks the same. */
const ASKED = {
  replicate: { path: `/v1/models/${REPLICATE_MODEL}/predictions`, headers: { Prefer: "wait" }, body: REPLICATE_INPUT },
};

/** The provider's own request: a chat where it chats, else to its first endpoint. `key` is the header that its key goes into. */
function plain({ provider, model, url, options }, stream) {
  const wire = wireOf(provider);
  const [method, path] = provider.endpoint.split(" ");
  const request = wire
    ? { method: "POST", ...wire.request(provider, model, TURNS, stream, options) }
    : { method, path: path.replace(/\{(\w+)\}/g, (_, name) => name.toUpperCase()), ...ASKED[Object.keys(provider.sdk_base_urls)[0]] };
  const headers = { ...request.headers, ...(request.body && { "Content-Type": "application/json" }) };
  const [carrier] = provider.key.headers;
  const key = { name: carrier === "authorization" ? "Authorization" : carrier, scheme: provider.key.schemes[carrier] ?? "" };
  return { ...request, headers, url: url + request.path, key, answer: wire?.answer };
}

/** What stands for a body that is not known here. */
function unknownBody({ provider }) {
  const [name] = provider.endpoint.match(/(?<=\{)\w+(?=\})/) ?? [];
  return `what ${provider.name} documents for this path${name ? `, in which ${name.toUpperCase()} is yours` : ""}, with its Content-Type`;
}

function withFetch(choice) {
  const { url, method, headers, body, key, answer } = plain(choice, false);
  const encoded = key.scheme === "Basic" ? "btoa(userKey)" : "userKey";
  const lines = [
    `const response = await fetch(${string(url)}, {`,
    ...(method === "GET" ? [] : [`  method: ${string(method)},`]),
    "  headers: {",
    `    ${string(key.name)}: ${key.scheme ? `\`${key.scheme} \${${encoded}}\`` : encoded},`,
    ...Object.entries(headers).map((header) => `    ${header.map(string).join(": ")},`),
    "  },",
    ...(body ? [`  body: JSON.stringify(${literal(body)}),`] : method === "GET" ? [] : [`  body: "", // ${unknownBody(choice)}`]),
    "});",
    "if (!response.ok) throw new Error(await response.text());",
    "const answer = await response.json();",
    `console.log(answer${answer ? `.${answer}` : ""});`,
  ];
  return lines.join("\n");
}

function withCurl(choice) {
  const { url, method, headers, body, key } = plain(choice, true);
  const encoded = key.scheme === "Basic" ? String.raw`$(printf %s "$USER_KEY" | base64 | tr -d '\n')` : "$USER_KEY";
  const isUnknown = !body && method !== "GET";
  const command = [
    `curl${body ? " --no-buffer" : ""} ${shell(url)}`,
    `--header "${key.name}: ${key.scheme && `${key.scheme} `}${encoded}"`,
    ...Object.entries(headers).map((header) => `--header ${shell(header.join(": "))}`),
    ...(body ? [`--data ${shell(string(body))}`] : isUnknown ? [`--data "$BODY"`] : []),
  ];
  return (isUnknown ? `# $BODY is ${unknownBody(choice)} in another --header.\n` : "") + command.join(" \\\n  ");
}

function sealing({ name, limits = {} }) {
  const options = members({ provider: name, ...limits }).toSpliced(1, 0, "key: userKey");
  return `import { connect } from "${location.origin}/relay.js";

// Once, when your user enters a key. Keep the sealed form only, and give it to any of these libraries as the key.
const sealedKey = await connect().seal({
  ${options.join(",\n  ")},
});
console.log(sealedKey);`;
}

const live = ({ provider, model, options }) => `const socket = new WebSocket(
  ${string(liveUrl(provider, model))},
  ["realtime", \`openai-insecure-api-key.\${userKey}\`],
);
const opening = [
  ${opening(TURNS, options)
    .map((event) => `${literal(event)},`)
    .join("\n  ")}
];
socket.onopen = () => opening.forEach((event) => socket.send(JSON.stringify(event)));
await new Promise((resolve, reject) => {
  socket.onclose = ({ code, reason }) => reject(new Error(reason || \`closed by \${code}\`));
  socket.onmessage = ({ data }) => {
    const event = JSON.parse(data);
    if (event.type === "response.output_text.delta") console.log(event.delta);
    if (event.type === "response.done") resolve();
  };
});
socket.close();`;

/** @type {Snippet[]} */
const SDKS = [
  sdk(
    "Anthropic SDK",
    "@anthropic-ai/sdk",
    (url, { model, system, temperature, maxTokens = 1024 }) => `import Anthropic from "@anthropic-ai/sdk";

const anthropic = new Anthropic({
  apiKey: userKey,
  baseURL: ${url},
  ${IN_BROWSERS}
});
const stream = anthropic.messages.stream({
  ${lines({ model, max_tokens: maxTokens, system, temperature, messages: said() })},
});
for await (const event of stream) console.log(event.delta?.text ?? "");`,
  ),

  sdk(
    "Google GenAI",
    "@google/genai",
    (url, { model, system, temperature, maxTokens }) => `import { GoogleGenAI } from "@google/genai";

const google = new GoogleGenAI({
  apiKey: userKey,
  httpOptions: { baseUrl: ${url} },
});
const stream = await google.models.generateContentStream({
  ${lines({ model, contents: WORDS, config: some({ systemInstruction: system, temperature, maxOutputTokens: maxTokens }) })},
});
for await (const chunk of stream) console.log(chunk.text);`,
  ),

  sdk(
    "Generative AI",
    "@google/generative-ai",
    (url, { model, system, temperature, maxTokens }) => `import { GoogleGenerativeAI } from "@google/generative-ai";

const google = new GoogleGenerativeAI(userKey);
const model = google.getGenerativeModel(
  ${literal({ model, systemInstruction: system, generationConfig: some({ temperature, maxOutputTokens: maxTokens }) })},
  { baseUrl: ${url} },
);
const { stream } = await model.generateContentStream(${HELLO});
for await (const chunk of stream) console.log(chunk.text());`,
  ),

  sdk(
    "Mistral SDK",
    "@mistralai/mistralai",
    (url, { model, system, temperature, maxTokens }) => `import { Mistral } from "@mistralai/mistralai";

const mistral = new Mistral({
  apiKey: userKey,
  serverURL: ${url},
});
const stream = await mistral.chat.stream({
  ${lines({ model, messages: said(system), temperature, maxTokens })},
});
for await (const { data } of stream) console.log(data.choices[0].delta.content);`,
  ),

  // Where a provider has OpenAI's API but no chat, it has its responses.
  sdk(
    "OpenAI SDK",
    "openai",
    (url) => `import OpenAI from "openai";

const openai = new OpenAI({
  apiKey: userKey,
  baseURL: ${url},
  ${IN_BROWSERS}
});
const stream = await openai.responses.create({
  model: "perplexity/sonar",
  input: ${HELLO},
  stream: true,
});
for await (const event of stream) console.log(event.type === "response.output_text.delta" ? event.delta : "");`,
    { fits: ({ model }) => model === null },
  ),

  openaiLike("OpenAI SDK", "openai", "openai", "OpenAI"),
  openaiLike("Groq SDK", "groq-sdk", "groq", "Groq"),
  openaiLike("Together SDK", "together-ai", "together", "Together", []),
  openaiLike("AzureOpenAI", "openai (AzureOpenAI)", "azure", "{ AzureOpenAI }", ['apiVersion: "2024-10-21",', IN_BROWSERS], "openai"),

  sdk(
    "OpenRouter SDK",
    "@openrouter/sdk",
    (url, { model, system, temperature, maxTokens }) => `import { OpenRouter } from "@openrouter/sdk";

const openrouter = new OpenRouter({
  apiKey: userKey,
  serverURL: ${url},
});
const stream = await openrouter.chat.send({
  chatRequest: {
    ${lines({ model, messages: said(system), temperature, maxTokens, stream: true }, "    ")},
  },
});
for await (const chunk of stream) console.log(chunk.choices[0]?.delta.content ?? "");`,
  ),

  sdk(
    "Cohere SDK",
    "cohere-ai",
    (url, { model, system, temperature, maxTokens }) => `import { CohereClientV2 } from "cohere-ai";

const cohere = new CohereClientV2({
  token: userKey,
  baseUrl: ${url},
});
const stream = await cohere.chatStream({
  ${lines({ model, messages: said(system), temperature, maxTokens })},
});
for await (const event of stream) console.log(event.delta?.message?.content?.text ?? "");`,
  ),

  sdk(
    "Hugging Face SDK",
    "@huggingface/inference",
    (url, { model, system, temperature, maxTokens }) => `import { InferenceClient } from "@huggingface/inference";

const huggingFace = new InferenceClient(userKey, {
  endpointUrl: ${url},
});
const stream = huggingFace.chatCompletionStream({
  ${lines({ model, messages: said(system), temperature, max_tokens: maxTokens })},
});
for await (const chunk of stream) console.log(chunk.choices[0]?.delta.content ?? "");`,
  ),

  sdk(
    "ElevenLabs SDK",
    "@elevenlabs/elevenlabs-js",
    // No page can load the package's main file, which needs Node.
    (url) => `import { ElevenLabsClient } from "@elevenlabs/elevenlabs-js/Client.js";

const elevenLabs = new ElevenLabsClient({
  apiKey: userKey,
  baseUrl: ${url},
});
const audio = await elevenLabs.textToSpeech.convert("JBFqnCbsd6RMkjVDRZzb", { text: ${HELLO} });
console.log(await new Response(audio).blob());`,
  ),

  sdk(
    "Deepgram SDK",
    "@deepgram/sdk",
    (url) => `import { DeepgramClient } from "@deepgram/sdk";

const deepgram = new DeepgramClient({
  apiKey: userKey,
  baseUrl: ${url},
});
const { results } = await deepgram.listen.v1.media.transcribeUrl({
  url: "https://dpgr.am/spacewalk.wav",
  model: "nova-3",
});
console.log(results.channels[0].alternatives[0].transcript);`,
  ),

  sdk(
    "Replicate SDK",
    "replicate",
    (url) => `import Replicate from "replicate";

const replicate = new Replicate({
  auth: userKey,
  baseUrl: ${url},
});
const output = await replicate.run(${string(REPLICATE_MODEL)}, ${literal(REPLICATE_INPUT)});
console.log(output.join(""));`,
  ),

  sdk(
    "Octokit",
    "@octokit/rest",
    (url) => `import { Octokit } from "@octokit/rest";

const octokit = new Octokit({
  auth: userKey,
  baseUrl: ${url},
});
const { data } = await octokit.rest.users.getAuthenticated();
console.log(data.login);`,
  ),

  sdk(
    "Notion SDK",
    "@notionhq/client",
    (url) => `import { Client } from "@notionhq/client";

const notion = new Client({
  auth: userKey,
  baseUrl: ${url},
});
const { id } = await notion.users.me({});
console.log(id);`,
  ),

  sdk(
    "Resend SDK",
    "resend",
    (url) => `import { Resend } from "resend";

const resend = new Resend(userKey, {
  baseUrl: ${url},
});
const message = { from: "onboarding@resend.dev", to: "delivered@resend.dev", ${MAIL} };
const { data, error } = await resend.emails.send(message);
console.log(error?.message ?? data.id);`,
  ),

  sdk(
    "SendGrid SDK",
    "@sendgrid/mail",
    (url) => `import mail from "@sendgrid/mail";

mail.setApiKey(userKey);
mail.client.setDefaultRequest("baseUrl", ${url});
const message = { from: "you@example.com", to: "them@example.com", ${MAIL} }; // from a sender that you have verified
const [{ statusCode }] = await mail.send(message);
console.log(statusCode);`,
  ),

  aiSdk("openai", "createOpenAI"),
  aiSdk("anthropic", "createAnthropic"),
  aiSdk("google", "createGoogleGenerativeAI"),
  aiSdk("mistral", "createMistral"),
  aiSdk("azure", "createAzure"),
  aiSdk("cerebras", "createCerebras"),
  aiSdk("cohere", "createCohere"),
  aiSdk("deepseek", "createDeepSeek"),
  aiSdk("fireworks", "createFireworks"),
  aiSdk("groq", "createGroq"),
  aiSdk("openrouter", "createOpenRouter", { name: "@openrouter/ai-sdk-provider" }),
  aiSdk("perplexity", "createPerplexity", { model: "sonar" }),
  aiSdk("togetherai", "createTogetherAI"),
  aiSdk("xai", "createXai"),
  aiSdk("openai-compatible", "createOpenAICompatible", { variable: "provider", isNamed: true }),
  langChain("openai", "ChatOpenAI", (url) => `configuration: { baseURL: ${url} }`),
  langChain("anthropic", "ChatAnthropic", (url) => `anthropicApiUrl: ${url}`, {
    note: "It imports modules of Node's, which no browser uses: esbuild needs --external:node:*",
  }),
  langChain("google-genai", "ChatGoogleGenerativeAI", (url) => `baseUrl: ${url}`, { limit: "maxOutputTokens" }),
  langChain("mistralai", "ChatMistralAI", (url) => `serverURL: ${url}`),
];

/** @type {Snippet[]} */
const ANY = [
  { title: "fetch", code: withFetch },
  { title: "curl", code: withCurl },
];

/** @type {Snippet} */
const LIVE = { title: "WebSocket", code: live };

/** @type {Snippet} */
const SEALING = { title: "Sealing", code: sealing };

/**
 * Those that fit a provider: its SDKs in the order that it is described with, its own first.
 *
 * @param {Provider} provider
 * @param {boolean} canSeal
 * @param {boolean} [isLive] over WebSockets
 * @returns {Snippet[]}
 */
export const snippetsFor = (provider, canSeal, isLive = false) => [
  ...(isLive ? [LIVE] : [...sdksFor(provider), ...ANY]),
  ...(canSeal ? [SEALING] : []),
];

const sdksFor = (provider) =>
  Object.keys(provider.sdk_base_urls).flatMap((name) => SDKS.find(({ sdk, fits }) => sdk === name && fits?.(provider) !== false) ?? []);
