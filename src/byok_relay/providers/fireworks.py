"""Fireworks AI. Endpoints: fw-ai-external/python-sdk's api.md, Portkey's table and the AI SDK's provider; `responses` and `rerank` from
copies of docs.fireworks.ai, `audio` on this host from other clients only. All below /v1/accounts is an account's and is left out."""

from ..carriers import BEARER, X_API_KEY
from .compatible import ANTHROPIC_HEADERS, openai, post
from .provider import Keys, Provider, Surface

FIREWORKS = Provider(
    id="fireworks",
    name="Fireworks AI",
    base_url="https://api.fireworks.ai",
    surfaces=(
        Surface(
            (BEARER,),
            (
                *openai(
                    "/inference/v1", "chat/completions completions embeddings rerank responses audio/transcriptions audio/translations"
                ),
                "POST /inference/v1/image_generation/accounts/{id}/models/{model}",
                "POST /inference/v1/workflows/accounts/{id}/models/{model}/text_to_image",
            ),
        ),
        Surface((BEARER, X_API_KEY), post("/inference/v1", "messages")),  # Anthropic-compatible
    ),
    # A model's name has slashes: accounts/fireworks/models/…
    keys=Keys(looks_like="fw_…", url="https://app.fireworks.ai/settings/users/api-keys", prefixes=("fw_",), characters="A-Za-z0-9_-"),
    headers=frozenset("http-referer x-title".split()) | ANTHROPIC_HEADERS,
    answer_families=("fireworks-",),
    sdk_base_paths={"@ai-sdk/fireworks": "/inference/v1", "openai": "/inference/v1", "@anthropic-ai/sdk": "/inference"},
    model="accounts/fireworks/models/gpt-oss-120b",
)
ENTRIES = (FIREWORKS,)
