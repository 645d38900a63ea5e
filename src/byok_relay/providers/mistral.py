"""Mistral. Endpoints: the functions of mistralai/client-ts."""

from ..carriers import BEARER
from .compatible import get, post
from .provider import Keys, Provider, Surface

MISTRAL = Provider(
    id="mistral",
    name="Mistral",
    base_url="https://api.mistral.ai",
    surfaces=(
        Surface(
            (BEARER,),
            (
                *post(
                    "/v1",
                    """chat/completions fim/completions agents/completions embeddings moderations chat/moderations classifications
                    chat/classifications ocr audio/transcriptions audio/speech""",
                ),
                *get("/v1", "models models/{model_id}"),
            ),
        ),
        # docs.mistral.ai, "Realtime transcription"
        Surface((BEARER,), get("/v1", "audio/transcriptions/realtime"), "realtime"),
        Surface((BEARER,), post("/v1", "files") + get("/v1", "files/{id} files/{id}/content files/{id}/url"), "files"),
        Surface((BEARER,), post("/v1", "batch/jobs batch/jobs/{id}/cancel") + get("/v1", "batch/jobs/{id}"), "batches"),
    ),
    keys=Keys(looks_like="32 letters and digits", url="https://console.mistral.ai/api-keys", characters="A-Za-z0-9"),
    parameters=frozenset("expiry inline model page page_size provider".split()),
    headers=frozenset({"x-mistral-user-agent"}),
    answer_headers=frozenset({"mistral-correlation-id", "x-model-deprecation-timestamp", "x-ratelimit-tokens-query-cost"}),
    answer_families=("ratelimitbysize-",),
    model_members=frozenset({"model", "agent_id"}),
    sdk_base_paths={"@mistralai/mistralai": "", "@ai-sdk/mistral": "/v1", "@langchain/mistralai": "", "openai": "/v1"},
    model="mistral-small-latest",
)
ENTRIES = (MISTRAL,)
