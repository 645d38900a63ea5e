"""OpenAI. Endpoints: openai-node's api.md; keys and headers: the SDK's client.ts; key forms: gitleaks and trufflehog."""

from ..carriers import BEARER
from . import compatible
from .provider import Keys, Provider, Surface

OPENAI = Provider(
    id="openai",
    name="OpenAI",
    base_url="https://api.openai.com",
    surfaces=(
        # GET /v1/chat/completions is left out: it lists stored completions. Names of models have no slash here.
        Surface((BEARER,), tuple(route.replace("{model_name}", "{model_id}") for route in compatible.ROUTES)),
        Surface((BEARER,), ("GET /v1/realtime",), "realtime"),  # openai-node's realtime/websocket.ts
        Surface((BEARER,), compatible.FILES, "files"),
        Surface((BEARER,), compatible.BATCHES, "batches"),
    ),
    keys=Keys(
        looks_like="sk-…",
        url="https://platform.openai.com/api-keys",
        prefixes=("sk-", "ek_"),
        characters="A-Za-z0-9_-",
    ),
    parameters=frozenset("after before beta call_id include include[] intent limit model order".split()),
    headers=frozenset("openai-organization openai-project openai-beta".split()),
    answer_families=("openai-",),
    sdk_base_paths={"openai": "/v1", "@ai-sdk/openai": "/v1", "@langchain/openai": "/v1"},
    model="gpt-6-luna",
)
ENTRIES = (OPENAI,)
