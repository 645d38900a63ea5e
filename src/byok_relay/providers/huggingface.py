"""The router of Hugging Face's Inference Providers. Endpoints: packages/inference of huggingface.js; `responses` and `embeddings`
of the router itself from other clients only. Paths that only one of its providers has are left out. The Hub itself is another host."""

from ..carriers import BEARER
from .compatible import get, openai, post
from .provider import Keys, Provider, Surface

HUGGING_FACE = Provider(
    id="huggingface",
    name="Hugging Face",
    base_url="https://router.huggingface.co",
    surfaces=(
        Surface(
            (BEARER,),
            (
                *openai("/v1", "chat/completions responses embeddings"),
                *post("/{id}/v1", "chat/completions completions embeddings images/generations"),  # of one of its providers
                *post("/{id}/v2", "videos"),
                *get("/{id}/v2", "videos/{id}"),
                "POST /hf-inference/models/{model}/{model_id}",
                "POST /hf-inference/models/{model}/{model_id}/v1/chat/completions",
                "POST /hf-inference/models/{model}/{model_id}/v1/completions",
                "POST /hf-inference/models/{model}/{model_id}/pipeline/{id}",
            ),
        ),
    ),
    keys=Keys(looks_like="hf_…", url="https://huggingface.co/settings/tokens", prefixes=("hf_", "api_org_"), characters="A-Za-z0-9_-"),
    headers=frozenset({"x-hf-bill-to"}),
    answer_headers=frozenset("x-inference-provider x-compute-type x-compute-time".split()),
    sdk_base_paths={"@huggingface/inference": "/v1", "openai": "/v1"},
    model="openai/gpt-oss-120b",
)
ENTRIES = (HUGGING_FACE,)
