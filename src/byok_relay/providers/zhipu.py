"""Zhipu (GLM): z.ai, and bigmodel.cn in China. Endpoints: z-ai-sdk-python; `models`, the coding plan's and the Anthropic-compatible ones
from other clients only. Versions are /v4. Assistants, agents, knowledge, voices and tuning are left out."""

from ..carriers import BEARER, X_API_KEY
from .compatible import ANTHROPIC_HEADERS, MESSAGES, get, post
from .provider import Keys, Provider, Surface

ZHIPU = Provider(
    id="zhipu",
    name="Zhipu (Z.ai)",
    base_url="https://api.z.ai",
    surfaces=(
        Surface(
            (BEARER,),
            (
                *post(
                    "/api/paas/v4",
                    """chat/completions embeddings moderations images/generations videos/generations audio/speech audio/transcriptions
                    web_search""",
                ),
                *get("/api/paas/v4", "async-result/{id}"),  # of a video
                *post("/api/coding/paas/v4", "chat/completions"),  # the endpoint of the coding plan
                *get("/api/paas/v4", "models"),
            ),
        ),
        Surface((X_API_KEY, BEARER), post("/api/anthropic", MESSAGES)),  # Anthropic-compatible
        Surface((BEARER,), post("/api/paas/v4", "files") + get("/api/paas/v4", "files/{id}/content"), "files"),
        Surface(
            (BEARER,),
            post("/api/paas/v4", "batches batches/{id}/cancel async/chat/completions") + get("/api/paas/v4", "batches/{id}"),
            "batches",
        ),
    ),
    keys=Keys(
        looks_like="32 hexadecimal digits, a dot, 16 letters and digits",
        url="https://z.ai/manage-apikey/apikey-list",
        characters="A-Za-z0-9._-",
    ),
    parameters=frozenset({"beta"}),
    headers=ANTHROPIC_HEADERS | {"x-source-channel"},
    sdk_base_paths={"openai": "/api/paas/v4", "@ai-sdk/openai-compatible": "/api/paas/v4", "@anthropic-ai/sdk": "/api/anthropic"},
    model="glm-4.7-flash",
)
ZHIPU_CN = ZHIPU.region("cn", "Zhipu (China)", "https://open.bigmodel.cn", keys_at="https://open.bigmodel.cn/usercenter/proj-mgmt/apikeys")
ENTRIES = (ZHIPU, ZHIPU_CN)
