/**
 * The providers' shapes: every way to ask gives the same words.
 * That real SDKs understand them is for the tests with the SDKs to say.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startMock } from "./mock.mjs";
import { carried, CHATS, freshKey, saying, send } from "./send.mjs";

const { url, close } = await startMock();
after(close);

const SAID = "what is ☕?";
const words = (provider) => `Hello from the mock ${provider}! You said: ${SAID}. 🙂`;
const GEMINI = "/google/v1beta/models/gemini-2.5-flash";
const RESPONSES = { model: "some-model", input: [{ role: "user", content: [{ type: "input_text", text: SAID }] }] };

/** Texts of one answer's pieces, by the dialect they are in. */
const chatText = ({ choices: [choice] }) => choice?.delta?.content ?? choice?.message?.content ?? "";
const messagesText = ({ content, delta }) => content?.[0].text ?? delta?.text ?? "";
const geminiText = ({ candidates }) => candidates[0].content.parts[0].text;
const responsesText = ({ output, type, delta }) => output?.[0].content[0].text ?? (type === "response.output_text.delta" ? delta : "");

const events = (text) =>
  text
    .split(/\r?\n\r?\n/)
    .map((event) =>
      event
        .split(/\r?\n/)
        .find((line) => line.startsWith("data: "))
        ?.slice("data: ".length),
    )
    .filter((data) => data && data !== "[DONE]")
    .map((data) => JSON.parse(data));
const one = (text) => [JSON.parse(text)];
const array = (text) => JSON.parse(text);

/** @type {[string, string, string, object, (text: string) => any[], (piece: any) => string][]} */
const ways = [
  ["OpenAI chat", "openai", CHATS.openai.path, saying(SAID), one, chatText],
  ["OpenAI chat, streamed", "openai", CHATS.openai.path, saying(SAID, { stream: true }), events, chatText],
  ["OpenAI responses", "openai", "/openai/v1/responses", RESPONSES, one, responsesText],
  ["OpenAI responses, streamed", "openai", "/openai/v1/responses", { ...RESPONSES, stream: true }, events, responsesText],
  ["Anthropic messages", "anthropic", CHATS.anthropic.path, saying(SAID), one, messagesText],
  ["Anthropic messages, streamed", "anthropic", CHATS.anthropic.path, saying(SAID, { stream: true }), events, messagesText],
  ["Gemini generateContent", "google", CHATS.google.path, saying(SAID), one, geminiText],
  ["Gemini as server-sent events", "google", `${GEMINI}:streamGenerateContent?alt=sse`, saying(SAID), events, geminiText],
  ["Gemini as a growing array", "google", `${GEMINI}:streamGenerateContent`, saying(SAID), array, geminiText],
  ["Mistral chat", "mistral", CHATS.mistral.path, saying(SAID), one, chatText],
  ["Mistral chat, streamed", "mistral", CHATS.mistral.path, saying(SAID, { stream: true }), events, chatText],
];
for (const [name, provider, path, body, parse, text] of ways) {
  test(`${name}: the pieces joined are the whole answer`, async () => {
    const { carrier, headers } = CHATS[provider];
    const answer = await send(url + path, { headers: { ...carried(carrier, freshKey()), ...headers }, body });
    assert.equal(answer.status, 200);
    const pieces = parse(await answer.text());
    assert.equal(pieces.map(text).join(""), words(provider));
    if (parse !== one) assert.ok(pieces.length >= 4);
  });
}

for (const [provider, path] of [
  ["anthropic", "/anthropic/v1/chat/completions"],
  ["google", "/google/v1beta/openai/chat/completions"],
]) {
  test(`${provider} speaks OpenAI's chat, too, with a Bearer key`, async () => {
    const answer = await send(url + path, { headers: carried("authorization", freshKey()), body: saying(SAID) });
    assert.equal(chatText(await answer.json()), words(provider));
    const refused = await send(url + path, { headers: carried(CHATS[provider].carrier, freshKey()), body: saying(SAID) });
    assert.equal(refused.status, 400);
  });
}

test("Anthropic's events have their names, a ping among them", async () => {
  const { path, carrier, headers } = CHATS.anthropic;
  const body = saying(SAID, { stream: true });
  const text = await (await send(url + path, { headers: { ...carried(carrier, freshKey()), ...headers }, body })).text();
  const names = [...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name);
  assert.deepEqual(
    names,
    events(text).map(({ type }) => type),
  );
  assert.deepEqual(names.slice(0, 3), ["message_start", "content_block_start", "ping"]);
  assert.equal(names.at(-1), "message_stop");
});

test("an OpenAI stream tells the usage only when asked", async () => {
  const usage = async (options) => {
    const body = saying(SAID, { stream: true, ...options });
    const answer = await send(url + CHATS.openai.path, { headers: carried("authorization", freshKey()), body });
    return events(await answer.text()).filter((chunk) => chunk.usage).length;
  };
  assert.equal(await usage({}), 0);
  assert.equal(await usage({ stream_options: { include_usage: true } }), 1);
});

test("an embedding is the same as numbers and as base64", async () => {
  const embed = async (encoding_format) => {
    const body = { model: "e", input: ["a", "b"], encoding_format };
    const answer = await send(`${url}/openai/v1/embeddings`, { headers: carried("authorization", freshKey()), body });
    return (await answer.json()).data[1].embedding;
  };
  const bytes = Buffer.from(await embed("base64"), "base64");
  const numbers = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
  assert.deepEqual(numbers, await embed("float"));
});

const lists = [
  ["/openai/v1/models", "authorization", ({ data }) => data[0].id],
  ["/anthropic/v1/models", "x-api-key", ({ data }) => data[0].id],
  ["/google/v1/models", "x-goog-api-key", ({ models }) => models[0].name],
  ["/google/v1beta/models", "x-goog-api-key", ({ models }) => models[0].name],
  ["/google/v1beta/openai/models", "authorization", ({ data }) => data[0].id],
  ["/mistral/v1/models", "authorization", ({ data }) => data[0].id],
];
for (const [path, carrier, first] of lists) {
  test(`${path} lists models`, async () => {
    const answer = await send(url + path, { headers: carried(carrier, freshKey()) });
    assert.equal(typeof first(await answer.json()), "string");
  });
}

for (const provider of Object.keys(CHATS)) {
  test(`${provider} sends headers a relay must drop, and a path nobody knows is 404`, async () => {
    const answer = await send(`${url}/${provider}/v1/nothing`, { headers: carried(CHATS[provider].carrier, freshKey()) });
    assert.equal(answer.status, 404);
    for (const name of ["set-cookie", "access-control-allow-origin", "alt-svc", "server", "strict-transport-security"]) {
      assert.ok(answer.headers[name], name);
    }
  });
}
