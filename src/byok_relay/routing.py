"""From a path to a provider and the provider's own path."""

import re

from . import keys
from .carriers import BEARER, Carrier
from .messages import Request
from .providers import LISTED, Provider
from .refusal import Refusal
from .secret import Secret
from .settings import Settings

MOST_HINTS = 100  # names that a wrong one is compared with, which takes a while
_BARE_PATH = re.compile("/v1(?:beta|alpha)?/")


def locate(request: Request, found: dict[Carrier, Secret], settings: Settings) -> tuple[Provider, str]:
    """The provider that a request is for, and the provider's own path.

    The path's first segment names it, or X-Relay-Provider does; else the key's vendor, else the only owner of this path, else the default.
    `found` holds the request's keys. Raises Refusal: unknown_provider, path_not_found or path_not_allowed.
    """
    head, _, rest = request.path[1:].partition("/")
    prefixed = settings.providers.get(head)
    name = request.headers.get("x-relay-provider")
    named = settings.providers.get(name) if name is not None else None
    if name is not None and named is None:
        raise Refusal("unknown_provider", _unknown(name, settings))
    if prefixed is not None and named in (None, prefixed):
        # Some SDKs make one double slash: their base URL ends in a slash and their path begins with one.
        return prefixed, "/" + rest.removeprefix("/")
    if named is not None:
        # Another provider's name at the beginning may be a part of this one's path, but no resource's name: an app may mean either then.
        if prefixed is not None and (named.resource or not _has(named, request.path, found)):
            raise Refusal("path_not_found", "This path begins with one provider's name, and X-Relay-Provider names another. Leave one out.")
        return named, _compatible(request.path, found, named)
    bare = _BARE_PATH.match(request.path)
    of_key = _provider_of_key(found, settings)
    if of_key and (bare or _has(of_key, request.path, found)):
        return of_key, _compatible(request.path, found, of_key)
    owners = settings.providers.owners_of_paths()
    if bare:
        takers = [provider for provider in owners if request.method in provider.routes.methods(request.path)]
        provider = takers[0] if len(takers) == 1 else settings.providers.default
        if _has(provider, request.path, found):
            return provider, _compatible(request.path, found, provider)
    correction = next(filter(None, (provider.correction(request.path) for provider in owners)), None)
    if correction:
        raise Refusal("path_not_found", correction)
    if bare:
        raise Refusal("path_not_allowed")
    raise Refusal("unknown_provider", _unknown(head, settings))


def _provider_of_key(found: dict[Carrier, Secret], settings: Settings) -> Provider | None:
    """The provider whose vendor the key tells. The first key counts: an app sends it on purpose."""
    vendor = keys.vendor_of(next(iter(found.values()))) if found else None
    return settings.providers.get(vendor) if vendor else None


def _has(provider: Provider, path: str, found: dict[Carrier, Secret]) -> bool:
    """Whether the provider has an endpoint at this path, which does not begin with the provider's name."""
    if provider.resource:
        return provider.routes.exists("/" + path[1:].partition("/")[2])
    return provider.routes.exists(_compatible(path, found, provider))


def _compatible(path: str, found: dict[Carrier, Secret], provider: Provider) -> str:
    """The path of an OpenAI or Anthropic client's request, where the provider has its compatible endpoints under another path."""
    of_anthropic = path.startswith("/v1/messages")
    meant = provider.anthropic_path + path if of_anthropic else provider.openai_path + path.removeprefix("/v1")
    if meant == path or not provider.routes.exists(meant):
        return path
    native = provider.routes.exists(path) and BEARER not in found
    return path if native else meant


def _unknown(head: str, settings: Settings) -> str | None:
    """What is wrong with the name of a provider that is not served, if that can be told from the table."""
    name = head.lower()
    if name in LISTED and name not in settings.providers.ids:
        return f"This relay does not serve {name}. Its operator can add it to the setting PROVIDERS."

    import difflib  # imported here, because only wrong paths need it

    ids = settings.providers.ids if len(name) <= 32 else ()
    near = difflib.get_close_matches(name, ids[:MOST_HINTS], n=1, cutoff=0.75)
    return f"This relay does not serve that provider. Did you mean /{near[0]}?" if near else None
