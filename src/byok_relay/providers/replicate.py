"""Replicate. Endpoints: replicate-javascript. Accounts, trainings, deployments' owners and the list of predictions are left out.

Its answers name absolute URLs of Replicate's (`urls.get`, `urls.cancel`, `urls.stream`), which a browser cannot reach: ask for
/v1/predictions/{id} instead.
"""

from ..carriers import BEARER
from .compatible import get, post
from .provider import Keys, Provider, Surface

REPLICATE = Provider(
    id="replicate",
    name="Replicate",
    base_url="https://api.replicate.com",
    surfaces=(
        Surface(
            (BEARER,),
            (
                *post(
                    "/v1",
                    "predictions predictions/{id}/cancel models/{model}/{model}/predictions deployments/{model}/{model}/predictions",
                ),
                *get("/v1", "predictions/{id} models/{model}/{model} models/{model}/{model}/versions/{id}"),
            ),
        ),
        Surface((BEARER,), (*post("/v1", "files"), *get("/v1", "files/{id}")), "files"),
    ),
    keys=Keys(looks_like="r8_…", url="https://replicate.com/account/api-tokens", prefixes=("r8_",), characters="A-Za-z0-9_-"),
    headers=frozenset("prefer cancel-after".split()),
    note="URLs in its answers are Replicate's own. What asks those, `replicate.stream()` too, does not come through the relay.",
    model_members=frozenset({"model", "version"}),
    sdk_base_paths={"replicate": "/v1"},
)
ENTRIES = (REPLICATE,)
