"""Perplexity. Endpoints: perplexity-node's api.md; `agent`, `sonar` and the models from docs.perplexity.ai. Its chat
completions (Sonar) were announced to end on 2026-09-27; an OpenAI client is for responses. Browsers and sandboxes, which run code, are
left out."""

from ..carriers import BEARER
from .compatible import get, post
from .provider import Keys, Provider, Surface

PERPLEXITY = Provider(
    id="perplexity",
    name="Perplexity",
    base_url="https://api.perplexity.ai",
    surfaces=(
        Surface(
            (BEARER,),
            (
                *post("", "chat/completions search"),
                *post("/v1", "agent responses sonar embeddings contextualizedembeddings"),
                *get("/v1", "models"),
            ),
        ),
        Surface(
            (BEARER,),
            (*post("", "async/chat/completions v1/async/sonar"), *get("", "async/chat/completions/{id} v1/async/sonar/{id}")),
            "batches",
        ),
    ),
    keys=Keys(looks_like="pplx-…", url="https://www.perplexity.ai/account/api/keys", prefixes=("pplx-",), characters="A-Za-z0-9_-"),
    headers=frozenset("x-title x-source".split()),
    note="An OpenAI client is for responses here. Chat completions have no version: `/perplexity/chat/completions`.",
    model_members=frozenset({"model", "models", "preset"}),
    sdk_base_paths={"@ai-sdk/perplexity": "", "openai": "/v1"},
)
ENTRIES = (PERPLEXITY,)
