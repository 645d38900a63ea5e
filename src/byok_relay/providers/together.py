"""Together AI. Endpoints: together-typescript's api.md. What deploys, tunes or runs code is left out."""

from ..carriers import BEARER
from .compatible import get, openai, post
from .provider import Keys, Provider, Surface

TOGETHER = Provider(
    id="together",
    name="Together AI",
    base_url="https://api.together.xyz",
    surfaces=(
        Surface(
            (BEARER,),
            (
                *openai(
                    "/v1",
                    "chat/completions completions embeddings images/generations rerank"
                    " audio/speech audio/transcriptions audio/translations",
                ),
                *get("/v1", "voices"),
                "POST /v2/videos",
                "GET /v2/videos/{id}",
            ),
        ),
        Surface((BEARER,), get("/v1", "realtime"), "realtime"),  # transcription, by its OpenAPI description
        Surface((BEARER,), post("/v1", "files/upload") + get("/v1", "files/{id} files/{id}/content"), "files"),
        Surface((BEARER,), post("/v1", "batches batches/{id}/cancel") + get("/v1", "batches/{id}"), "batches"),
    ),
    keys=Keys(looks_like="tgp_v1_… or 64 hexadecimal digits", url="https://api.together.ai/settings/api-keys", characters="A-Za-z0-9_-"),
    parameters=frozenset({"dedicated", "input_audio_format", "model"}),
    answer_families=("x-tokenlimit-",),
    sdk_base_paths={"together-ai": "/v1", "@ai-sdk/togetherai": "/v1", "openai": "/v1"},
    model="openai/gpt-oss-20b",
)
ENTRIES = (TOGETHER,)
