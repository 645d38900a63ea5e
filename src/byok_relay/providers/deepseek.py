"""DeepSeek. Endpoints: api-docs.deepseek.com and the AI SDK's provider; `responses` and `count_tokens` from other clients only."""

from ..carriers import BEARER, X_API_KEY
from .compatible import ANTHROPIC_HEADERS, MESSAGES, get, openai, post
from .provider import Keys, Provider, Surface

DEEPSEEK = Provider(
    id="deepseek",
    name="DeepSeek",
    base_url="https://api.deepseek.com",
    surfaces=(
        Surface(
            (BEARER,),
            (
                *openai("/v1", "chat/completions responses"),
                *post("", "chat/completions responses beta/chat/completions beta/completions"),
                *get("", "models"),
            ),
        ),
        Surface((X_API_KEY, BEARER), post("/anthropic", MESSAGES)),  # Anthropic-compatible
    ),
    keys=Keys(looks_like="sk-…", url="https://platform.deepseek.com/api_keys", prefixes=("sk-",), characters="A-Za-z0-9_-"),
    parameters=frozenset({"beta"}),
    headers=ANTHROPIC_HEADERS,
    sdk_base_paths={"@ai-sdk/deepseek": "", "openai": "/v1", "@anthropic-ai/sdk": "/anthropic"},
    model="deepseek-flash",
)
ENTRIES = (DEEPSEEK,)
