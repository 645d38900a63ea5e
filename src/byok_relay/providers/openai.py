"""OpenAI. Endpoints: openai-node's api.md; keys and headers: the SDK's client.ts; key forms: gitleaks and trufflehog."""

from ..carriers import BEARER
from . import compatible
from .provider import Keys, Provider, Surface

OPENAI = Provider(
    id="openai",
    name="OpenAI",
    base_url="https://api.openai.com",
    surfaces=(
        Surface(
            carriers=(BEARER,),
            routes=(
                # GET /v1/chat/completions is left out: it lists stored completions. Names of models have no slash here.
                *(route.replace("{model_name}", "{model_id}") for route in compatible.ROUTES),
            ),
        ),
    ),
    keys=Keys(
        looks_like="sk-…",
        url="https://platform.openai.com/api-keys",
        prefixes=("sk-", "ek_"),
        characters="A-Za-z0-9_-",
        unique_prefixes=("sk-proj-", "sk-svcacct-", "sk-service-", "ek_"),
        mark="T3BlbkFJ",  # "OpenAI" in base64
        refused_prefixes=("sk-admin-", "sess-"),
    ),
    parameters=frozenset("after before beta include include[] limit order".split()),
    headers=frozenset("openai-organization openai-project openai-beta".split()),
    answer_families=("openai-",),
    sdk_base_paths={"openai": "/v1", "@ai-sdk/openai": "/v1", "@langchain/openai": "/v1"},
)
