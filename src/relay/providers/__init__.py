"""The provider table: closed. No host comes from a client, ever."""

from .anthropic import ANTHROPIC
from .google import GOOGLE
from .mistral import MISTRAL
from .openai import OPENAI
from .provider import Provider, Surface

PROVIDERS: tuple[Provider, ...] = (OPENAI, ANTHROPIC, GOOGLE, MISTRAL)

__all__ = ["PROVIDERS", "Provider", "Surface"]
