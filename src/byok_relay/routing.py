"""From a path to a provider and the provider's own path."""

import re

from . import keys
from .carriers import BEARER
from .messages import Request
from .providers import Provider
from .refusal import Refusal
from .secret import Secret
from .settings import Settings

_BARE_PATH = re.compile("/v1(?:beta|alpha)?/")


def locate(request: Request, found: dict[str, Secret], settings: Settings) -> tuple[Provider, str]:
    """The provider that a request is for, and the provider's own path.

    Raises Refusal: unknown_provider, path_not_found or path_not_allowed. `found` holds the request's keys: for a bare path, a key's
    vendor can tell the provider.
    """
    head, _, rest = request.path[1:].partition("/")
    prefixed = settings.by_name.get(head)
    if prefixed is not None:
        # Some SDKs make one double slash: their base URL ends in a slash and their path begins with one.
        return prefixed, "/" + rest.removeprefix("/")
    bare = _BARE_PATH.match(request.path)
    if bare:
        provider = _provider_of_bare_path(request, found, settings)
        path = _openai_compatible(request.path, found, provider)
        if provider.routes.exists(path):
            return provider, path
    correction = next(filter(None, (provider.correction(request.path) for provider in settings.providers)), None)
    if correction:
        raise Refusal("path_not_found", correction)
    raise Refusal("path_not_allowed" if bare else "unknown_provider")


def _provider_of_bare_path(request: Request, found: dict[str, Secret], settings: Settings) -> Provider:
    """The provider in X-Relay-Provider, else the key's vendor, else the only one with this path, else the default."""
    named = request.headers.get("x-relay-provider")
    if named is not None:
        if named not in settings.by_name:
            raise Refusal("unknown_provider")
        return settings.by_name[named]
    owner = keys.vendor_of(next(iter(found.values()))) if found else None  # the first key only: an app sends it on purpose
    if owner in settings.by_name:
        return settings.by_name[owner]
    takers = [provider for provider in settings.providers if request.method in provider.routes.methods(request.path)]
    return takers[0] if len(takers) == 1 else settings.default_provider


def _openai_compatible(path: str, found: dict[str, Secret], provider: Provider) -> str:
    """The path of an OpenAI client's request, where the provider has its OpenAI-compatible endpoints under another path."""
    meant = provider.openai_path + path.removeprefix("/v1")
    if meant == path or not provider.routes.exists(meant):
        return path
    native = provider.routes.exists(path) and BEARER.header not in found
    return path if native else meant
