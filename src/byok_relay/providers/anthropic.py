"""Anthropic. Endpoints: anthropic-sdk-typescript's api.md. SDK 0.x sends `x-api-key`, 1.x sends Bearer; both are native."""

from ..carriers import BEARER, X_API_KEY
from .provider import Keys, Provider, Surface

ANTHROPIC = Provider(
    id="anthropic",
    name="Anthropic",
    base_url="https://api.anthropic.com",
    aliases=("claude",),
    surfaces=(
        Surface(
            carriers=(X_API_KEY, BEARER),
            routes=(
                "POST /v1/messages",
                "POST /v1/messages/count_tokens",
                "POST /v1/complete",
                "GET /v1/models",
                "GET /v1/models/{model}",
            ),
        ),
        Surface(carriers=(BEARER,), routes=("POST /v1/chat/completions",)),  # OpenAI-compatible
    ),
    keys=Keys(
        looks_like="sk-ant-…",
        url="https://console.anthropic.com/settings/keys",
        prefixes=("sk-ant-",),
        characters="A-Za-z0-9_-",
        unique_prefixes=("sk-ant-",),
        refused_prefixes=("sk-ant-admin", "sk-ant-sid", "sk-ant-ort"),  # admin keys, session cookies, refresh tokens
        bearer_prefixes=("sk-ant-oat",),  # OAuth access tokens
    ),
    parameters=frozenset("beta before_id after_id limit".split()),
    # anthropic-dangerous-direct-browser-access is left out: Anthropic treats such a request as CORS, which an organisation can turn off.
    headers=frozenset("anthropic-version anthropic-beta anthropic-user-profile-id anthropic-workspace-id x-app".split()),
    default_headers=(("anthropic-version", "2023-06-01"),),  # required; OpenAI-style callers do not send it
    answer_families=("anthropic-",),
    sdk_base_paths={"@anthropic-ai/sdk": "", "@ai-sdk/anthropic": "/v1", "@langchain/anthropic": "", "openai": "/v1"},
)
