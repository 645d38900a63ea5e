/**
 * Every error is the provider's own.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { mockControl } from "./control.mjs";
import { startMock } from "./mock.mjs";
import { carried, CHATS, freshKey, saying, send } from "./send.mjs";

const { url, close } = await startMock();
const control = mockControl(url);
after(close);

/** Where each error says what it is. */
const kindOf = {
  openai: ({ error }) => error.code ?? error.type,
  anthropic: ({ error, type }) => type === "error" && error.type,
  google: ({ error }) => [error.status, ...(error.details ?? []).flatMap(({ reason }) => reason ?? [])].join(" "),
  mistral: ({ object, type, detail }) => detail ?? (object === "error" && type),
};
const errors = {
  openai: {
    rate_limit: [429, "rate_limit_exceeded"],
    overloaded: [503, "server_error"],
    server: [500, "server_error"],
    not_found: [404, "model_not_found"],
    bad_request: [400, "missing_required_parameter"],
    no_key: [401, "invalid_request_error"],
    wrong_key: [401, "invalid_api_key"],
  },
  anthropic: {
    rate_limit: [429, "rate_limit_error"],
    overloaded: [529, "overloaded_error"],
    server: [500, "api_error"],
    not_found: [404, "not_found_error"],
    bad_request: [400, "invalid_request_error"],
    no_key: [401, "authentication_error"],
    wrong_key: [401, "authentication_error"],
  },
  google: {
    rate_limit: [429, "RESOURCE_EXHAUSTED"],
    overloaded: [503, "UNAVAILABLE"],
    server: [500, "INTERNAL"],
    not_found: [404, "NOT_FOUND"],
    bad_request: [400, "INVALID_ARGUMENT"],
    no_key: [401, "UNAUTHENTICATED CREDENTIALS_MISSING"],
    wrong_key: [400, "INVALID_ARGUMENT API_KEY_INVALID"],
  },
  mistral: {
    rate_limit: [429, "rate_limited"],
    overloaded: [503, "unreachable_backend"],
    server: [500, "internal_server_error"],
    not_found: [404, "not_found"],
    bad_request: [400, "invalid_request_error"],
    no_key: [401, "Unauthorized"],
    wrong_key: [401, "Unauthorized"],
  },
};
for (const [provider, kinds] of Object.entries(errors)) {
  for (const [kind, [status, name]] of Object.entries(kinds)) {
    test(`${provider} says ${kind} with ${status} ${name}`, async () => {
      const key = { no_key: "", wrong_key: `invalid-${freshKey()}` }[kind] ?? freshKey();
      if (!kind.endsWith("_key")) await control.script(key, { error: kind });
      const { path, carrier, headers } = CHATS[provider];
      const answer = await send(url + path, { headers: { ...(key && carried(carrier, key)), ...headers }, body: saying("hi") });
      assert.equal(answer.status, status);
      assert.equal(kindOf[provider](await answer.json()), name);
      assert.equal(answer.headers["retry-after"], kind === "rate_limit" ? "3" : undefined);
    });
  }
}

test("Gemini's OpenAI-compatible endpoint puts its errors into an array", async () => {
  const answer = await send(`${url}/google/v1beta/openai/models`);
  assert.equal((await answer.json())[0].error.code, 401);
});
