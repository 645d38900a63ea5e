"""Cerebras. Endpoints: cerebras-cloud-sdk-node's api.md. Its SDK asks for `tcp_warming` when it is created."""

from ..carriers import BEARER
from .compatible import get, openai
from .provider import Keys, Provider, Surface

CEREBRAS = Provider(
    id="cerebras",
    name="Cerebras",
    base_url="https://api.cerebras.ai",
    surfaces=(Surface((BEARER,), openai("/v1", "chat/completions completions") + get("/v1", "tcp_warming")),),
    keys=Keys(looks_like="csk-…", url="https://cloud.cerebras.ai", prefixes=("csk-",), characters="A-Za-z0-9_-"),
    sdk_base_paths={"@ai-sdk/cerebras": "/v1", "openai": "/v1"},
    model="gpt-oss-120b",
)
ENTRIES = (CEREBRAS,)
