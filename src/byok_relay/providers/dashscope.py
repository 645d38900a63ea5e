"""DashScope, Alibaba's Model Studio (Qwen). Endpoints and regions: alibabacloud.com/help/model-studio/base-url. Keys are of one region."""

from ..carriers import BEARER, X_API_KEY
from .compatible import ANTHROPIC_HEADERS, MESSAGES, openai, post
from .provider import Keys, Provider, Surface

DASHSCOPE = Provider(
    id="dashscope",
    name="DashScope (Beijing)",
    base_url="https://dashscope.aliyuncs.com",
    surfaces=(
        Surface((BEARER,), openai("/compatible-mode/v1", "chat/completions completions embeddings responses")),
        Surface((X_API_KEY, BEARER), post("/apps/anthropic", MESSAGES)),  # Anthropic-compatible
    ),
    keys=Keys(looks_like="sk-…", url="https://bailian.console.aliyun.com/?tab=model#/api-key", prefixes=("sk-",), characters="A-Za-z0-9_-"),
    parameters=frozenset({"beta"}),
    headers=ANTHROPIC_HEADERS,
    answer_families=("x-dashscope-",),
    sdk_base_paths={
        "openai": "/compatible-mode/v1",
        "@ai-sdk/openai-compatible": "/compatible-mode/v1",
        "@anthropic-ai/sdk": "/apps/anthropic",
    },
    model="qwen-plus",
)
_ABROAD = "https://modelstudio.console.alibabacloud.com/?tab=dashboard#/api-key"
ENTRIES = (
    DASHSCOPE,
    DASHSCOPE.region("intl", "DashScope (Singapore)", "https://dashscope-intl.aliyuncs.com", keys_at=_ABROAD),
    DASHSCOPE.region("us", "DashScope (Virginia)", "https://dashscope-us.aliyuncs.com", keys_at=_ABROAD),
    DASHSCOPE.region("hk", "DashScope (Hong Kong)", "https://cn-hongkong.dashscope.aliyuncs.com", keys_at=_ABROAD),
)
