"""Groq. Endpoints: groq-typescript's api.md and src/resources; `responses` from console.groq.com/docs/api-reference."""

from ..carriers import BEARER
from .compatible import get, openai, post
from .provider import Keys, Provider, Surface

GROQ = Provider(
    id="groq",
    name="Groq",
    base_url="https://api.groq.com",
    surfaces=(
        Surface(
            (BEARER,),
            openai("/openai/v1", "chat/completions responses embeddings audio/speech audio/transcriptions audio/translations"),
        ),
        Surface((BEARER,), post("/openai/v1", "files") + get("/openai/v1", "files/{id} files/{id}/content"), "files"),
        Surface((BEARER,), post("/openai/v1", "batches batches/{id}/cancel") + get("/openai/v1", "batches/{id}"), "batches"),
    ),
    keys=Keys(looks_like="gsk_…", url="https://console.groq.com/keys", prefixes=("gsk_",), characters="A-Za-z0-9_-"),
    headers=frozenset({"groq-beta"}),
    answer_headers=frozenset({"x-groq-region"}),
    sdk_base_paths={"groq-sdk": "", "@ai-sdk/groq": "/openai/v1", "openai": "/openai/v1"},
    model="openai/gpt-oss-120b",
)
ENTRIES = (GROQ,)
