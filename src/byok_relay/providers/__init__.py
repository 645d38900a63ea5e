"""The provider table. It is closed: a client cannot name a host."""

from .anthropic import ANTHROPIC
from .google import GOOGLE
from .mistral import MISTRAL
from .openai import OPENAI
from .provider import Endpoint, Keys, Provider, Surface
from .vendors import OTHERS, Vendor

PROVIDERS: tuple[Provider, ...] = (OPENAI, ANTHROPIC, GOOGLE, MISTRAL)

# All vendors whose keys the relay recognises, served here or not.
VENDORS: tuple[Vendor, ...] = (*(Vendor(provider.id, provider.name, provider.keys) for provider in PROVIDERS), *OTHERS)

__all__ = ["PROVIDERS", "VENDORS", "Endpoint", "Keys", "Provider", "Surface", "Vendor"]
