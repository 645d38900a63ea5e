"""Cohere. Endpoints: cohere-typescript. Data sets, connectors, tuning and embed jobs are left out."""

from ..carriers import BEARER
from .compatible import get, post
from .provider import Keys, Provider, Surface

COHERE = Provider(
    id="cohere",
    name="Cohere",
    base_url="https://api.cohere.com",
    surfaces=(
        Surface(
            (BEARER,),
            (
                *post("/v2", "chat embed rerank audio/transcriptions"),
                *post("/v1", "chat generate embed rerank classify tokenize detokenize summarize check-api-key"),
                *get("/v1", "models models/{model}"),
                *post("/compatibility/v1", "chat/completions embeddings"),  # OpenAI-compatible
            ),
        ),
    ),
    keys=Keys(looks_like="40 letters and digits", url="https://dashboard.cohere.com/api-keys", characters="A-Za-z0-9_-"),
    parameters=frozenset("page_size page_token endpoint default_only".split()),
    headers=frozenset({"x-client-name"}),
    answer_headers=frozenset("x-debug-trace-id x-endpoint-monthly-call-limit".split()),
    answer_families=("x-trial-endpoint-",),
    sdk_base_paths={"cohere-ai": "", "@ai-sdk/cohere": "/v2", "openai": "/compatibility/v1"},
    model="command-r7b-12-2024",
)
ENTRIES = (COHERE,)
