"""The relay's own documents: is it up, and what does a client need to know."""

import json
import time
from typing import Any

from . import VERSION
from .messages import Reply
from .providers import Provider
from .sealing import SUITE
from .settings import Settings


def document(path: str, origin: str, settings: Settings, cors: dict[str, str]) -> Reply | None:
    """The document at a path, or None where there is none. `origin` is the relay's own, as the client addressed it."""
    if path == "/health":
        content: Any = {"status": "ok", "version": VERSION}
    elif path == "/.well-known/byok-relay":
        content = _description(origin, settings)
    else:
        return None
    headers = {"content-type": "application/json", "cache-control": "no-store", "x-content-type-options": "nosniff"}
    return Reply(200, headers | cors, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def _description(origin: str, settings: Settings) -> dict[str, Any]:
    return {
        "name": "byok-relay",
        "version": VERSION,
        "now": int(time.time()),  # pages date sealed keys by it: people's clocks are wrong more often than servers'
        "default_provider": settings.default_provider.id,
        "providers": [_provider(origin, provider) for provider in settings.providers],
        "sealing": {
            "suite": SUITE,
            "required": settings.sealing.required,
            "max_age_days": settings.sealing.max_age_days,
            "keys": [key.public_jwk for key in settings.sealing.keys],
        },
        "limits": {
            "max_body_bytes": settings.max_body_bytes,
            "upstream_timeout_seconds": settings.upstream_timeout_seconds,
        },
    }


def _provider(origin: str, provider: Provider) -> dict[str, Any]:
    root = f"{origin}/{provider.id}"
    carriers = dict.fromkeys(carrier for surface in provider.surfaces for carrier in surface.carriers)
    return {
        "id": provider.id,
        "name": provider.name,
        "aliases": list(provider.aliases),
        "base_url": root,
        "sdk_base_urls": {sdk: root + path for sdk, path in provider.sdk_base_paths.items()},
        "key": {"headers": list(carriers), "looks_like": provider.key_hint, "get_one_at": provider.key_url},
    }
