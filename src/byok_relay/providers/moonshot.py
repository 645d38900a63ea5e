"""Moonshot (Kimi). Endpoints: platform.kimi.ai/docs and platform.kimi.com/docs. Keys are of one region and do not work in the other."""

from ..carriers import BEARER, X_API_KEY
from .compatible import ANTHROPIC_HEADERS, get, openai, post
from .provider import Keys, Provider, Surface

MOONSHOT = Provider(
    id="moonshot",
    name="Moonshot",
    base_url="https://api.moonshot.ai",
    surfaces=(
        Surface((BEARER,), openai("/v1", "chat/completions responses") + post("/v1", "tokenizers/estimate-token-count signatures/verify")),
        Surface((X_API_KEY, BEARER), post("/anthropic", "v1/messages")),  # Anthropic-compatible
        Surface((BEARER,), post("/v1", "files") + get("/v1", "files/{id} files/{id}/content"), "files"),  # images are named by file
    ),
    keys=Keys(looks_like="sk-…", url="https://platform.kimi.ai/console/api-keys", prefixes=("sk-",), characters="A-Za-z0-9_-"),
    parameters=frozenset({"beta"}),
    headers=ANTHROPIC_HEADERS | {"x-msh-request-nonce"},  # asks for a signature of the request
    answer_headers=frozenset("msh-request-timestamp msh-request-signature".split()),
    sdk_base_paths={"openai": "/v1", "@ai-sdk/openai-compatible": "/v1", "@anthropic-ai/sdk": "/anthropic"},
    model="kimi-k2.6",
)
MOONSHOT_CN = MOONSHOT.region("cn", "Moonshot (China)", "https://api.moonshot.cn", keys_at="https://platform.kimi.com/console/api-keys")
ENTRIES = (MOONSHOT, MOONSHOT_CN)
