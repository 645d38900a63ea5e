"""xAI. Endpoints: docs.x.ai/api-reference and the AI SDK's provider; `embeddings` from other clients only. Keys and teams are managed on
another host, which is not served."""

from ..carriers import BEARER
from .compatible import get, openai, post
from .provider import Keys, Provider, Surface

XAI = Provider(
    id="xai",
    name="xAI",
    base_url="https://api.x.ai",
    surfaces=(
        Surface(
            (BEARER,),
            (
                *openai(
                    "/v1",
                    """chat/completions responses embeddings images/generations images/edits videos/generations videos/edits
                    videos/extensions tts stt tokenize-text""",
                ),
                *get("/v1", "language-models language-models/{model} image-generation-models image-generation-models/{model}"),
                *get("/v1", "videos/{id}"),
            ),
        ),
        Surface((BEARER,), get("/v1", "realtime"), "realtime"),  # OpenAI's, by docs.x.ai
        Surface((BEARER,), post("/v1", "files") + get("/v1", "files/{id} files/{id}/content"), "files"),
        Surface(
            (BEARER,),
            (
                *post("/v1", "batches batches/{id}/requests batches/{id}:cancel"),
                *get("/v1", "batches/{id} batches/{id}/results chat/deferred-completion/{id}"),
            ),
            "batches",
        ),
    ),
    keys=Keys(looks_like="xai-…", url="https://console.x.ai", prefixes=("xai-",), characters="A-Za-z0-9_-"),
    parameters=frozenset("limit model pagination_token".split()),
    bad_key_status=400,  # "Incorrect API key provided": recorded in continuedev/continue#11704 and openai/codex#1352
    sdk_base_paths={"@ai-sdk/xai": "/v1", "openai": "/v1"},
    model="grok-4.3",
)
ENTRIES = (XAI,)
