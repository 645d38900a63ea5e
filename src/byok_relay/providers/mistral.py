"""Mistral. Endpoints: the functions of mistralai/client-ts."""

from ..carriers import BEARER
from .provider import Keys, Provider, Surface

MISTRAL = Provider(
    id="mistral",
    name="Mistral",
    base_url="https://api.mistral.ai",
    surfaces=(
        Surface(
            carriers=(BEARER,),
            routes=(
                "POST /v1/chat/completions",
                "POST /v1/fim/completions",
                "POST /v1/agents/completions",
                "POST /v1/embeddings",
                "POST /v1/moderations",
                "POST /v1/chat/moderations",
                "POST /v1/classifications",
                "POST /v1/chat/classifications",
                "POST /v1/ocr",
                "POST /v1/audio/transcriptions",
                "POST /v1/audio/speech",
                "GET /v1/models",
                "GET /v1/models/{model_id}",
            ),
        ),
    ),
    keys=Keys(looks_like="32 letters and digits", url="https://console.mistral.ai/api-keys", characters="A-Za-z0-9"),
    parameters=frozenset("model page page_size provider".split()),
    headers=frozenset({"x-mistral-user-agent"}),
    answer_headers=frozenset({"mistral-correlation-id", "x-model-deprecation-timestamp", "x-ratelimit-tokens-query-cost"}),
    answer_families=("ratelimitbysize-",),
    sdk_base_paths={"@mistralai/mistralai": "", "@ai-sdk/mistral": "/v1", "@langchain/mistralai": "", "openai": "/v1"},
)
