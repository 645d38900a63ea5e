"""The relay's own documents: its health, and its description for clients."""

import json
from typing import Any

from . import VERSION
from .messages import JSON_HEADERS, Reply, Request
from .providers import CHECKED_GROUPS, LISTED, VENDORS, Provider
from .refusal import Refusal
from .sealing import SUITE
from .settings import Settings


def document(request: Request, settings: Settings, common: dict[str, str], now: float) -> Reply | None:
    """The document at the request's path, or None. `now` is in seconds since 1970. Raises Refusal: method_not_allowed."""
    if request.path == "/health":
        content: Any = {"status": "ok", "version": VERSION}
    elif request.path == "/.well-known/byok-relay":
        content = _description(request.own_origin, settings, now)
    else:
        return None
    if request.method not in ("GET", "HEAD"):
        raise Refusal("method_not_allowed", headers={"allow": "GET, HEAD"})
    return Reply(200, JSON_HEADERS | common, json.dumps(content, separators=(",", ":"), ensure_ascii=False) + "\n")


def _description(origin: str, settings: Settings, now: float) -> dict[str, Any]:
    return {
        "name": "byok-relay",
        "version": VERSION,
        "now": int(now),  # pages date sealed keys by it, because a user's clock may be wrong
        "default_provider": settings.providers.default.id,
        "endpoints": sorted(settings.groups & CHECKED_GROUPS if settings.models else settings.groups),
        "providers": [_provider(origin, provider, settings) for provider in settings.providers],
        "keys": {
            "vendors": [{"id": vendor.id, "name": vendor.name, "prefixes": [*vendor.prefixes]} for vendor in VENDORS if vendor.prefixes],
            "refused": [prefix for vendor in VENDORS for prefix in vendor.refused],
        },
        "sealing": {
            "suite": SUITE,
            "required": settings.sealing.required,
            "max_age_days": settings.sealing.max_age_days,
            "keys": [key.public_jwk for key in settings.sealing.keys],
        },
        "limits": {
            "max_body_bytes": settings.max_body_bytes,
            "upstream_timeout_seconds": settings.upstream_timeout_seconds,
            **({"allowed_models": settings.models} if settings.models else {}),
        },
    }


def _provider(origin: str, provider: Provider, settings: Settings) -> dict[str, Any]:
    root = f"{origin}/{provider.id}{'/{resource}' if provider.resource else ''}"
    carriers = [carrier for surface in provider.surfaces for carrier in surface.carriers]
    keys = provider.keys
    checked = settings.check_key_form
    return {
        "id": provider.id,
        "name": provider.name,
        "aliases": list(LISTED[provider.id].aliases) if provider.id in LISTED else [],
        "base_url": root,
        "model": provider.model,
        "endpoint": _first_endpoint(provider, settings),
        "sdk_base_urls": {sdk: root + path for sdk, path in provider.sdk_base_paths.items()},
        "key": {
            "headers": list(dict.fromkeys(carrier.header for carrier in carriers)),
            "schemes": {carrier.header: carrier.scheme for carrier in reversed(carriers) if carrier.scheme},  # the first of each
            "looks_like": keys.looks_like,
            "get_one_at": keys.url,
            "vendor": provider.vendor,
            "prefixes": list(keys.prefixes) if checked else [],
            "form": keys.form if checked else keys.any_form,
        },
        "sealed_as": provider.sealed_as,
    }


def _first_endpoint(provider: Provider, settings: Settings) -> str:
    """An open one to begin with: the first that is only read and needs no name or id, else the first of all."""
    surfaces = sorted(provider.surfaces, key=lambda surface: surface.group not in settings.groups)
    routes = [route for surface in surfaces for route in surface.routes if surface.group == surfaces[0].group]
    return next((route for route in routes if route.startswith("GET ") and "{" not in route), routes[0])
