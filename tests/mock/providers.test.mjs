/**
 * The providers' shapes, as far as the tests with real SDKs do not ask for them: errors, the other dialects, what a relay must drop.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { carried, CHATS, freshKey, mockForTests, saying, send } from "./send.mjs";

const { url, scripted } = await mockForTests();

const SAID = "what is ☕?";
const words = (provider) => `Hello from the mock ${provider}! You said: ${SAID}. 🙂`;
const ask = (provider, { key = freshKey(), path = CHATS[provider].path, body = saying(SAID) } = {}) =>
  send(url + path, { headers: { ...(key && carried(CHATS[provider].carrier, key)), ...CHATS[provider].headers }, body });

/** Where each provider's error says what it is. */
const kindOf = {
  openai: ({ error }) => error.code ?? error.type,
  anthropic: ({ error, type }) => type === "error" && error.type,
  google: ({ error }) => [error.status, ...(error.details ?? []).flatMap(({ reason }) => reason ?? [])].join("+"),
  mistral: ({ object, type, detail }) => detail ?? (object === "error" && type),
};
const [[, ...providers], ...errors] = `
kind         openai                         anthropic                  google                                   mistral
no_key       401 invalid_request_error      401 authentication_error   401 UNAUTHENTICATED+CREDENTIALS_MISSING  401 Unauthorized
wrong_key    401 invalid_api_key            401 authentication_error   400 INVALID_ARGUMENT+API_KEY_INVALID     401 Unauthorized
rate_limit   429 rate_limit_exceeded        429 rate_limit_error       429 RESOURCE_EXHAUSTED                   429 rate_limited
overloaded   503 server_error               529 overloaded_error       503 UNAVAILABLE                          503 unreachable_backend
server       500 server_error               500 api_error              500 INTERNAL                             500 internal_server_error
not_found    404 model_not_found            404 not_found_error        404 NOT_FOUND                            404 not_found
bad_request  400 missing_required_parameter 400 invalid_request_error  400 INVALID_ARGUMENT                     400 invalid_request_error
`
  .trim()
  .split("\n")
  .map((line) => line.split(/ +(?=\d{3} )| {2,}/));
for (const [kind, ...expected] of errors) {
  for (const [index, provider] of providers.entries()) {
    test(`${provider} says ${kind} with ${expected[index]}`, async () => {
      const ofKey = { no_key: "", wrong_key: `invalid-${freshKey()}` }[kind];
      const answer = await ask(provider, { key: ofKey ?? (await scripted({ error: kind })) });
      assert.equal(`${answer.status} ${kindOf[provider](await answer.json())}`, expected[index]);
      assert.equal(answer.headers["retry-after"], kind === "rate_limit" ? "3" : undefined);
    });
  }
}

test("Gemini's OpenAI-compatible endpoint puts its errors into an array", async () => {
  const answer = await send(`${url}/google/v1beta/openai/models`);
  assert.equal((await answer.json())[0].error.code, 401);
});

test("without alt=sse, Gemini's stream is one JSON array", async () => {
  const answer = await ask("google", { path: CHATS.google.path.replace("generateContent", "streamGenerateContent") });
  const parts = await answer.json();
  assert.equal(parts.map(({ candidates }) => candidates[0].content.parts[0].text).join(""), words("google"));
  assert.ok(parts.length >= 4);
});

for (const [provider, path] of [
  ["anthropic", "/anthropic/v1/chat/completions"],
  ["google", "/google/v1beta/openai/chat/completions"],
]) {
  test(`${provider} speaks OpenAI's chat, too, with a Bearer key`, async () => {
    const answer = await send(url + path, { headers: carried("authorization", freshKey()), body: saying(SAID) });
    assert.equal((await answer.json()).choices[0].message.content, words(provider));
    assert.equal((await ask(provider, { path })).status, 400);
  });
}

test("an OpenAI stream tells the usage only when asked", async () => {
  for (const [options, count] of [
    [{}, 0],
    [{ stream_options: { include_usage: true } }, 1],
  ]) {
    const text = await (await ask("openai", { body: saying(SAID, { stream: true, ...options }) })).text();
    assert.equal(text.match(/"usage":/g)?.length ?? 0, count);
  }
});

for (const [path, carrier, list, id] of [
  ["/openai/v1/models", "authorization", "data", "id"],
  ["/anthropic/v1/models", "x-api-key", "data", "id"],
  ["/google/v1/models", "x-goog-api-key", "models", "name"],
  ["/google/v1beta/models", "x-goog-api-key", "models", "name"],
  ["/google/v1beta/openai/models", "authorization", "data", "id"],
  ["/mistral/v1/models", "authorization", "data", "id"],
]) {
  test(`${path} lists models, and has one by its id`, async () => {
    const get = async (path) => (await send(url + path, { headers: carried(carrier, freshKey()) })).json();
    const [, second] = (await get(path))[list];
    assert.deepEqual(await get(`${path}/${second[id].replace(id === "name" ? "models/" : "", "")}`), second);
  });
}

for (const [provider, { carrier }] of Object.entries(CHATS)) {
  test(`${provider} sends headers a relay must drop, and a path nobody knows is 404`, async () => {
    const answer = await send(`${url}/${provider}/v1/nothing`, { headers: carried(carrier, freshKey()) });
    assert.equal(answer.status, 404);
    for (const name of ["set-cookie", "access-control-allow-origin", "alt-svc", "server", "strict-transport-security"]) {
      assert.ok(answer.headers[name], name);
    }
  });
}
