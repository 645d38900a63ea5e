"""Stability AI. Endpoints: its REST reference as Portkey's table and stabilityai's crate have it. Accounts are left out."""

from ..carriers import BEARER
from .compatible import get, post
from .provider import Keys, Provider, Surface

STABILITY = Provider(
    id="stability",
    name="Stability AI",
    base_url="https://api.stability.ai",
    surfaces=(
        Surface(
            (BEARER,),
            (
                *post("/v2beta/stable-image/generate", "ultra core sd3"),
                *post(
                    "/v2beta/stable-image/edit",
                    "erase inpaint outpaint search-and-replace search-and-recolor remove-background replace-background-and-relight",
                ),
                *post("/v2beta/stable-image/upscale", "conservative creative fast"),
                *post("/v2beta/stable-image/control", "sketch structure style style-transfer"),
                *post("/v2beta/audio/stable-audio-2", "text-to-audio audio-to-audio"),
                *get("/v2beta", "results/{id}"),
                *post("/v1/generation/{model}", "text-to-image image-to-image"),
                *get("/v1", "engines/list"),
            ),
        ),
    ),
    keys=Keys(looks_like="sk-…", url="https://platform.stability.ai/account/keys", prefixes=("sk-",), characters="A-Za-z0-9_-"),
    headers=frozenset("organization stability-client-id stability-client-user-id stability-client-version".split()),
    answer_headers=frozenset("finish-reason seed".split()),
    sdk_base_paths={},
)
ENTRIES = (STABILITY,)
