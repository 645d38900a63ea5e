"""Mistral. Endpoints: the functions of mistralai/client-ts."""

from .provider import Provider, Surface

MISTRAL = Provider(
    id="mistral",
    name="Mistral",
    base_url="https://api.mistral.ai",
    surfaces=(
        Surface(
            carriers=("authorization",),
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
    key_hint="32 letters and digits",
    key_url="https://console.mistral.ai/api-keys",
    headers=frozenset({"x-mistral-user-agent"}),
    sdk_base_paths={"@mistralai/mistralai": "", "@ai-sdk/mistral": "/v1", "@langchain/mistralai": "", "openai": "/v1"},
)
