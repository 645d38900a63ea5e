"""OpenRouter. Endpoints: the OpenAPI description in OpenRouterTeam/typescript-sdk. What needs a management key is left out. So are
agents, containers and credits; `completions` is from other clients."""

from ..carriers import BEARER, X_API_KEY
from .compatible import ANTHROPIC_HEADERS, get, post
from .provider import Keys, Provider, Surface

OPENROUTER = Provider(
    id="openrouter",
    name="OpenRouter",
    base_url="https://openrouter.ai",
    surfaces=(
        Surface(
            (BEARER,),
            (
                *post(
                    "/api/v1", "chat/completions completions responses embeddings rerank images videos audio/speech audio/transcriptions"
                ),
                *get(
                    "/api/v1",
                    "models embeddings/models images/models videos/models videos/{id} videos/{id}/content providers generation",
                ),
                "GET /api/v1/models/{model}/{model_id}/endpoints",
            ),
        ),
        Surface((BEARER, X_API_KEY), post("/api/v1", "messages")),  # Anthropic-compatible
        Surface((BEARER,), post("/api/v1", "files") + get("/api/v1", "files/{id} files/{id}/content"), "files"),
        Surface((BEARER,), post("/api/v1", "batches") + get("/api/v1", "batches/{id}"), "batches"),
    ),
    keys=Keys(looks_like="sk-or-v1-…", url="https://openrouter.ai/settings/keys", prefixes=("sk-or-",), characters="A-Za-z0-9_-"),
    parameters=frozenset("id category index provider supported_parameters output_modalities workspace_id".split()),
    # `http-referer` is a name of OpenRouter's own: not the header that browsers send, which is never forwarded.
    headers=frozenset("http-referer x-title x-openrouter-title x-openrouter-categories".split()) | ANTHROPIC_HEADERS,
    answer_headers=frozenset({"x-generation-id"}),
    sdk_base_paths={
        "@openrouter/sdk": "/api/v1",
        "@openrouter/ai-sdk-provider": "/api/v1",
        "openai": "/api/v1",
        "@anthropic-ai/sdk": "/api",
    },
    model="openai/gpt-6-luna",
    model_members=frozenset({"model", "models"}),
)
ENTRIES = (OPENROUTER,)
