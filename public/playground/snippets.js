/**
 * The code an app needs for a provider, by library. It runs as it is where `userKey` (in a shell, `$USER_KEY`) holds the key, and
 * prints the answer.
 *
 * @typedef {object} Snippet
 * @property {string} title
 * @property {string} [sdk] its name in the relay's description
 * @property {string} [npm] what to install
 * @property {(choice: {provider: import("../relay.js").Provider, model: string, url: string}) => string} code `url` is the base URL that
 *   the library is given
 */
import { wireOf } from "./wires.js";

const string = JSON.stringify;
const shell = (text) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** A value as a person would write it in JavaScript, in one line. */
const literal = (value) =>
  string(value, null, 1)
    .replace(/\n\s*/g, " ")
    .replace(/(?<!\\)"(\w+)": /g, "$1: ")
    .replace(/(?<=\[) (?=\{)|(?<=\}) (?=\])/g, "");

/** @returns {Snippet} */
const sdk = (title, name, code, npm = name) => ({
  title,
  npm,
  sdk: name,
  code: ({ url, model }) => code(string(url), string(model)),
});
const HELLO = '"Hello!"';
const MESSAGES = `messages: [{ role: "user", content: ${HELLO} }]`;
const IN_BROWSERS = "dangerouslyAllowBrowser: true, // the key is your user's own";

const aiSdk = (provider, create) =>
  sdk(
    "AI SDK",
    `@ai-sdk/${provider}`,
    (url, model) => `import { streamText } from "ai";
import { ${create} } from "@ai-sdk/${provider}";

const ${provider} = ${create}({
  apiKey: userKey,
  baseURL: ${url},
});
const { textStream } = streamText({ model: ${provider}(${model}), prompt: ${HELLO} });
for await (const text of textStream) console.log(text);`,
    `ai @ai-sdk/${provider}`,
  );

const langChain = (name, Chat, baseUrl) =>
  sdk(
    "LangChain",
    `@langchain/${name}`,
    (url, model) => `import { ${Chat} } from "@langchain/${name}";

const chat = new ${Chat}({
  model: ${model},
  apiKey: userKey,
  ${baseUrl(url)},
});
for await (const chunk of await chat.stream(${HELLO})) console.log(chunk.text);`,
    `@langchain/${name} @langchain/core`,
  );

/** The provider's own request, and the header that its key goes into. */
function plain({ provider, model, url }, stream) {
  const { path, headers, body } = wireOf(provider).request(provider, model, [{ role: "user", text: JSON.parse(HELLO) }], stream);
  const [carrier] = provider.key.headers;
  const [name, scheme] = carrier === "authorization" ? ["Authorization", "Bearer "] : [carrier, ""];
  return { url: url + path, headers: { ...headers, "Content-Type": "application/json" }, body, name, scheme };
}

function withFetch(choice) {
  const { url, headers, body, name, scheme } = plain(choice, false);
  return `const response = await fetch(${string(url)}, {
  method: "POST",
  headers: {
    ${string(name)}: ${scheme ? `\`${scheme}\${userKey}\`` : "userKey"},
${Object.entries(headers)
  .map((header) => `    ${header.map(string).join(": ")},\n`)
  .join("")}  },
  body: JSON.stringify(${literal(body)}),
});
if (!response.ok) throw new Error(await response.text());
const answer = await response.json();
console.log(answer.${wireOf(choice.provider).answer});`;
}

function withCurl(choice) {
  const { url, headers, body, name, scheme } = plain(choice, true);
  return [
    `curl --no-buffer ${shell(url)}`,
    `--header "${name}: ${scheme}$USER_KEY"`,
    ...Object.entries(headers).map((header) => `--header ${shell(header.join(": "))}`),
    `--data ${shell(string(body))}`,
  ].join(" \\\n  ");
}

const sealing = ({ provider: { id } }) => `import { connect } from "${location.origin}/relay.js";

// Once, when your user enters a key. Keep the sealed form only, and give it to any of these libraries as the key.
const sealedKey = await connect().seal({ provider: ${string(id)}, key: userKey });
console.log(sealedKey);`;

/** @type {Snippet[]} */
const SNIPPETS = [
  sdk(
    "Anthropic SDK",
    "@anthropic-ai/sdk",
    (url, model) => `import Anthropic from "@anthropic-ai/sdk";

const anthropic = new Anthropic({
  apiKey: userKey,
  baseURL: ${url},
  ${IN_BROWSERS}
});
const stream = anthropic.messages.stream({
  model: ${model},
  max_tokens: 1024,
  ${MESSAGES},
});
for await (const event of stream) console.log(event.delta?.text ?? "");`,
  ),

  sdk(
    "Google GenAI",
    "@google/genai",
    (url, model) => `import { GoogleGenAI } from "@google/genai";

const google = new GoogleGenAI({
  apiKey: userKey,
  httpOptions: { baseUrl: ${url} },
});
const stream = await google.models.generateContentStream({
  model: ${model},
  contents: ${HELLO},
});
for await (const chunk of stream) console.log(chunk.text);`,
  ),

  sdk(
    "Mistral SDK",
    "@mistralai/mistralai",
    (url, model) => `import { Mistral } from "@mistralai/mistralai";

const mistral = new Mistral({
  apiKey: userKey,
  serverURL: ${url},
});
const stream = await mistral.chat.stream({
  model: ${model},
  ${MESSAGES},
});
for await (const { data } of stream) console.log(data.choices[0].delta.content);`,
  ),

  sdk(
    "OpenAI SDK",
    "openai",
    (url, model) => `import OpenAI from "openai";

const openai = new OpenAI({
  apiKey: userKey,
  baseURL: ${url},
  ${IN_BROWSERS}
});
const stream = await openai.chat.completions.create({
  model: ${model},
  ${MESSAGES},
  stream: true,
});
for await (const chunk of stream) console.log(chunk.choices[0]?.delta.content ?? "");`,
  ),

  aiSdk("openai", "createOpenAI"),
  aiSdk("anthropic", "createAnthropic"),
  aiSdk("google", "createGoogleGenerativeAI"),
  aiSdk("mistral", "createMistral"),
  langChain("openai", "ChatOpenAI", (url) => `configuration: { baseURL: ${url} }`),
  langChain("anthropic", "ChatAnthropic", (url) => `anthropicApiUrl: ${url}`),
  langChain("google-genai", "ChatGoogleGenerativeAI", (url) => `baseUrl: ${url}`),
  langChain("mistralai", "ChatMistralAI", (url) => `serverURL: ${url}`),
  { title: "fetch", code: withFetch },
  { title: "curl", code: withCurl },
  { title: "Sealing", code: sealing },
];

/**
 * Those that fit a provider, its own SDK first.
 *
 * @param {import("../relay.js").Provider} provider
 * @param {boolean} canSeal
 */
export const snippetsFor = ({ sdk_base_urls }, canSeal) =>
  SNIPPETS.filter(({ sdk, code }) => (sdk ? Object.hasOwn(sdk_base_urls, sdk) : code !== sealing || canSeal));
