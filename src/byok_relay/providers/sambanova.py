"""SambaNova. Endpoints and headers: api.md and client.ts of sambanova-typescript, which sends the key in both headers."""

from ..carriers import BEARER, X_API_KEY
from .compatible import ANTHROPIC_HEADERS, MESSAGES, openai, post
from .provider import Keys, Provider, Surface

SAMBANOVA = Provider(
    id="sambanova",
    name="SambaNova",
    base_url="https://api.sambanova.ai",
    surfaces=(
        Surface((BEARER,), openai("/v1", "chat/completions completions embeddings responses audio/transcriptions audio/translations")),
        Surface((BEARER, X_API_KEY), post("", MESSAGES)),  # Anthropic-compatible
    ),
    keys=Keys(looks_like="a UUID", url="https://cloud.sambanova.ai/apis", characters="A-Za-z0-9_-"),
    parameters=frozenset({"beta"}),
    headers=ANTHROPIC_HEADERS | {"x-integration-source"},
    sdk_base_paths={"openai": "/v1", "@ai-sdk/openai-compatible": "/v1", "@anthropic-ai/sdk": ""},
    model="Meta-Llama-3.3-70B-Instruct",
)
ENTRIES = (SAMBANOVA,)
