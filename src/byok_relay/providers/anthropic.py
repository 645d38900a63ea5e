"""Anthropic. Endpoints: anthropic-sdk-typescript's api.md. SDK 0.x sends `x-api-key`, 1.x sends Bearer; both are native."""

from ..carriers import BEARER, X_API_KEY
from .compatible import get, post
from .provider import Keys, Provider, Surface

_CARRIERS = (X_API_KEY, BEARER)

ANTHROPIC = Provider(
    id="anthropic",
    name="Anthropic",
    base_url="https://api.anthropic.com",
    surfaces=(
        Surface(_CARRIERS, post("/v1", "messages messages/count_tokens complete") + get("/v1", "models models/{model}")),
        Surface((BEARER,), post("/v1", "chat/completions")),  # OpenAI-compatible
        Surface(_CARRIERS, post("/v1", "files") + get("/v1", "files/{id} files/{id}/content"), "files"),
        Surface(
            _CARRIERS,
            post("/v1", "messages/batches messages/batches/{id}/cancel")
            + get("/v1", "messages/batches/{id} messages/batches/{id}/results"),
            "batches",
        ),
    ),
    keys=Keys(
        looks_like="sk-ant-…",
        url="https://platform.claude.com/settings/keys",
        prefixes=("sk-ant-",),
        characters="A-Za-z0-9_-",
        bearer_prefixes=("sk-ant-oat",),  # OAuth access tokens
    ),
    parameters=frozenset("beta before_id after_id limit".split()),
    # anthropic-dangerous-direct-browser-access is left out: Anthropic treats such a request as CORS, which an organisation can turn off.
    headers=frozenset("anthropic-version anthropic-beta anthropic-user-profile-id anthropic-workspace-id x-app".split()),
    default_headers=(("anthropic-version", "2023-06-01"),),  # required; OpenAI-style callers do not send it
    answer_families=("anthropic-",),
    sdk_base_paths={"@anthropic-ai/sdk": "", "@ai-sdk/anthropic": "/v1", "@langchain/anthropic": "", "openai": "/v1"},
    model="claude-haiku-5-5",
)
ENTRIES = (ANTHROPIC,)
