"""NVIDIA NIM. Endpoints: the AI SDK's documentation; `ranking` from a public client. A browser cannot call it without a relay."""

from ..carriers import BEARER
from .compatible import openai
from .provider import Keys, Provider, Surface

NVIDIA = Provider(
    id="nvidia",
    name="NVIDIA NIM",
    base_url="https://integrate.api.nvidia.com",
    surfaces=(Surface((BEARER,), openai("/v1", "chat/completions completions embeddings ranking")),),
    keys=Keys(looks_like="nvapi-…", url="https://build.nvidia.com/settings/api-keys", prefixes=("nvapi-",), characters="A-Za-z0-9_-"),
    answer_families=("nvcf-",),
    sdk_base_paths={"openai": "/v1", "@ai-sdk/openai-compatible": "/v1"},
    model="meta/llama-3.3-70b-instruct",
)
ENTRIES = (NVIDIA,)
