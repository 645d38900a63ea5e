"""Where a key may come in, and the one place in which it goes up."""

import pytest

from providers import CHAT

OPENAI, ANTHROPIC, GEMINI, MISTRAL = (("POST", CHAT[provider]) for provider in ("openai", "anthropic", "google", "mistral"))
BEARER = ("Authorization", "Bearer {}")

# provider whose key it is, request, headers it comes in -> header it goes up in
MOVES = {
    "openai, native": ("openai", OPENAI, [BEARER], "authorization"),
    "openai, in capitals": ("openai", OPENAI, [("AUTHORIZATION", "bearer {}")], "authorization"),
    "openai, from X-API-Key": ("openai", OPENAI, [("X-API-Key", "{}")], "authorization"),
    "openai, from api-key": ("openai", OPENAI, [("api-key", "{}")], "authorization"),
    "openai, from Google's": ("openai", OPENAI, [("x-goog-api-key", "{}")], "authorization"),
    "openai, from ElevenLabs'": ("openai", OPENAI, [("xi-api-key", "{}")], "authorization"),
    "openai, X-API-Key before an SDK's filler": (
        "openai",
        OPENAI,
        [("X-API-Key", "{}"), ("Authorization", "Bearer unused")],
        "authorization",
    ),
    "openai, the same key everywhere": ("openai", OPENAI, [BEARER, ("X-API-Key", "{}"), ("api-key", "{}")], "authorization"),
    "anthropic, SDK 0.x": ("anthropic", ANTHROPIC, [("X-API-Key", "{}")], "x-api-key"),
    "anthropic, SDK 1.x": ("anthropic", ANTHROPIC, [BEARER], "authorization"),
    "anthropic, from a foreign carrier": ("anthropic", ANTHROPIC, [("x-goog-api-key", "{}")], "x-api-key"),
    "anthropic, both": ("anthropic", ANTHROPIC, [("X-API-Key", "{}"), ("Authorization", "Bearer other-key")], "x-api-key"),
    "anthropic, OpenAI-compatible": ("anthropic", ("POST", "/anthropic/v1/chat/completions"), [("X-API-Key", "{}")], "authorization"),
    "google, native": ("google", GEMINI, [("x-goog-api-key", "{}")], "x-goog-api-key"),
    "google, from Bearer": ("google", GEMINI, [BEARER], "x-goog-api-key"),
    "google, OpenAI-compatible": ("google", ("POST", "/google/v1beta/openai/chat/completions"), [BEARER], "authorization"),
    "google, an alias and a double slash": (
        "google",
        ("POST", "/gemini//v1beta/models/g:generateContent"),
        [("x-goog-api-key", "{}")],
        "x-goog-api-key",
    ),
    "google, an encoded colon": ("google", ("POST", "/google/v1/models/g%3AgenerateContent"), [("x-goog-api-key", "{}")], "x-goog-api-key"),
    "mistral, native": ("mistral", MISTRAL, [BEARER], "authorization"),
    "bare, by the default": ("openai", ("POST", "/v1/chat/completions"), [BEARER], "authorization"),
    "bare, by the header": ("mistral", ("POST", "/v1/chat/completions"), [BEARER, ("X-Relay-Provider", "mistral")], "authorization"),
    "bare, by the key": ("anthropic", ("GET", "/v1/models"), [BEARER], "authorization"),
    "bare, by the path": ("anthropic", ("POST", "/v1/messages"), [("X-API-Key", "{}")], "x-api-key"),
    "bare, by a Gemini path": ("google", ("POST", "/v1beta/models/g:generateContent"), [("x-goog-api-key", "{}")], "x-goog-api-key"),
    "bare, OpenAI's path with a Gemini key": ("google", ("POST", "/v1/chat/completions"), [BEARER], "authorization"),
}


@pytest.mark.parametrize(("provider", "request_line", "carriers", "goes_up_in"), MOVES.values(), ids=MOVES.keys())
def test_the_upstream_sees_the_key_once_and_where_it_wants_it(relay, mock, new_key, provider, request_line, carriers, goes_up_in):
    key = new_key(provider)
    headers = [(name, value.format(key)) for name, value in carriers]
    answer = relay.ask(*request_line, [*headers, ("Content-Type", "application/json")], b'{"messages": []}')
    assert answer.code is None
    [seen] = mock.seen(key)
    assert seen["provider"] == provider
    assert seen["violations"] == []
    assert [name for name, value in seen["headers"] if key in value] == [goes_up_in]
    assert key not in seen["url"]
    assert key not in repr(answer)


def test_a_google_access_token_stays_a_bearer_token(relay, mock, new_key):
    key = "ya29." + new_key("google")
    relay.ask(*GEMINI, {"x-goog-api-key": key}, b"{}")
    [seen] = mock.seen(key)
    assert [name for name, value in seen["headers"] if key in value] == ["authorization"]


def test_an_anthropic_version_is_passed_through_and_added_only_when_missing(relay, mock, new_key):
    for given, expected in [({}, "2023-06-01"), ({"anthropic-version": "2026-10-21"}, "2026-10-21")]:
        key = new_key("anthropic")
        relay.ask(*ANTHROPIC, {"X-API-Key": key, **given}, b"{}")
        assert dict(mock.seen(key)[0]["headers"])["anthropic-version"] == expected
