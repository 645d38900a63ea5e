"""Anthropic. Endpoints: anthropic-sdk-typescript's api.md. SDK 0.x sends `x-api-key`, 1.x sends Bearer; both are native."""

from .provider import Provider, Surface

ANTHROPIC = Provider(
    id="anthropic",
    name="Anthropic",
    base_url="https://api.anthropic.com",
    aliases=("claude",),
    surfaces=(
        Surface(
            carriers=("x-api-key", "authorization"),
            routes=(
                "POST /v1/messages",
                "POST /v1/messages/count_tokens",
                "POST /v1/complete",
                "GET /v1/models",
                "GET /v1/models/{model}",
            ),
        ),
        Surface(carriers=("authorization",), routes=("POST /v1/chat/completions",)),  # OpenAI-compatible
    ),
    key_hint="sk-ant-…",
    key_url="https://console.anthropic.com/settings/keys",
    key_prefixes=("sk-ant-",),
    bearer_prefixes=("sk-ant-oat",),  # OAuth access tokens
    headers=frozenset({"x-app"}),
    header_families=("anthropic-",),
    default_headers={"anthropic-version": "2023-06-01"},  # required; OpenAI-style callers do not send it
    sdk_base_paths={"@anthropic-ai/sdk": "", "@ai-sdk/anthropic": "/v1", "@langchain/anthropic": "", "openai": "/v1"},
)
