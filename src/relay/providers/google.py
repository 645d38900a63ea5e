"""Google Gemini (generativelanguage.googleapis.com). Endpoints: js-genai's API client and the public REST reference."""

from .provider import Provider, Surface

_MODEL_ACTIONS = ("generateContent", "streamGenerateContent", "countTokens", "embedContent", "batchEmbedContents", "predict")

GOOGLE = Provider(
    id="google",
    name="Google Gemini",
    base_url="https://generativelanguage.googleapis.com",
    aliases=("gemini", "generativelanguage", "google-ai-studio"),
    surfaces=(
        Surface(
            carriers=("x-goog-api-key",),
            routes=(
                *(f"POST /{{version}}/models/{{model}}:{action}" for action in _MODEL_ACTIONS),
                "POST /{version}/tunedModels/{model}:generateContent",
                "POST /{version}/tunedModels/{model}:streamGenerateContent",
                "GET /{version}/models",
                "GET /{version}/models/{model}",
                "POST /v1beta/interactions",
                "GET /v1beta/interactions/{id}",
                "POST /v1beta/interactions/{id}/cancel",
            ),
        ),
        Surface(  # OpenAI-compatible; refuses x-goog-api-key beside or instead of Bearer
            carriers=("authorization",),
            routes=(
                "POST /v1beta/openai/chat/completions",
                "POST /v1beta/openai/embeddings",
                "POST /v1beta/openai/images/generations",
                "GET /v1beta/openai/models",
                "GET /v1beta/openai/models/{model}",
            ),
        ),
    ),
    key_hint="AIza… or AQ.…",
    key_url="https://aistudio.google.com/apikey",
    key_prefixes=("AIza", "AQ.", "ya29."),
    bearer_prefixes=("ya29.",),  # OAuth access tokens
    key_parameter=True,
    headers=frozenset({"x-server-timeout", "api-revision"}),
    header_families=("x-goog-",),
    openai_prefix="/v1beta/openai",
    sdk_base_paths={
        "@google/genai": "",
        "@google/generative-ai": "",
        "@ai-sdk/google": "/v1beta",
        "@langchain/google-genai": "",
        "openai": "/v1beta/openai",
    },
)
