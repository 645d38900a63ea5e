"""OpenAI. Endpoints: openai-node's api.md; keys and headers: the SDK's client.ts."""

from .provider import Provider, Surface

OPENAI = Provider(
    id="openai",
    name="OpenAI",
    base_url="https://api.openai.com",
    surfaces=(
        Surface(
            carriers=("authorization",),
            routes=(
                "POST /v1/chat/completions",  # GET lists stored completions: not inference
                "POST /v1/responses",
                "POST /v1/responses/input_tokens",
                "POST /v1/responses/compact",
                "POST /v1/completions",
                "POST /v1/embeddings",
                "POST /v1/moderations",
                "POST /v1/images/generations",
                "POST /v1/images/edits",
                "POST /v1/images/variations",
                "POST /v1/audio/speech",
                "POST /v1/audio/transcriptions",
                "POST /v1/audio/translations",
                "GET /v1/models",
                "GET /v1/models/{model_id}",
            ),
        ),
    ),
    key_hint="sk-…",
    key_url="https://platform.openai.com/api-keys",
    key_prefixes=("sk-", "ek_"),
    header_families=("openai-",),
    sdk_base_paths={"openai": "/v1", "@ai-sdk/openai": "/v1", "@langchain/openai": "/v1"},
)
