"""The provider table. It is closed: a client cannot name a host.

An entry is a module of its own, with everything that is known of the provider. It is loaded when it is first needed: all of them together
would double the time that a Worker takes to start, and most relays need a few.
"""

from importlib import import_module
from typing import NamedTuple

from .provider import CHECKED_GROUPS, Endpoint, Keys, Provider, Surface
from .vendors import VENDORS, Vendor


class Listed(NamedTuple):
    """What must be known of an entry before it is loaded."""

    module: str
    aliases: tuple[str, ...] = ()
    is_default: bool = True  # served unless the setting PROVIDERS says otherwise
    owns_paths: bool = False  # a path without a provider means this one, if it is the only one of these that has it


LISTED: dict[str, Listed] = {
    "openai": Listed("openai", owns_paths=True),
    "anthropic": Listed("anthropic", ("claude",), owns_paths=True),
    "google": Listed("google", ("gemini", "generativelanguage", "google-ai-studio"), owns_paths=True),
    "mistral": Listed("mistral", owns_paths=True),
    "groq": Listed("groq"),
    "openrouter": Listed("openrouter"),
    "deepseek": Listed("deepseek"),
    "xai": Listed("xai", ("grok",)),
    "together": Listed("together", ("togetherai",)),
    "fireworks": Listed("fireworks"),
    "cohere": Listed("cohere"),
    "perplexity": Listed("perplexity"),
    "cerebras": Listed("cerebras"),
    "sambanova": Listed("sambanova"),
    "nvidia": Listed("nvidia", ("nim",)),
    "huggingface": Listed("huggingface", ("hf",)),
    "azure": Listed("azure", ("azure-openai",)),
    "moonshot": Listed("moonshot", ("kimi",)),
    "moonshot-cn": Listed("moonshot"),
    "zhipu": Listed("zhipu", ("zai", "glm")),
    "zhipu-cn": Listed("zhipu", ("bigmodel",)),
    "dashscope": Listed("dashscope", ("qwen",)),
    "dashscope-intl": Listed("dashscope"),
    "dashscope-us": Listed("dashscope"),
    "dashscope-hk": Listed("dashscope"),
    "elevenlabs": Listed("elevenlabs"),
    "deepgram": Listed("deepgram"),
    "replicate": Listed("replicate"),
    "stability": Listed("stability"),
    "github": Listed("github", is_default=False),
    "notion": Listed("notion", is_default=False),
    "resend": Listed("resend", is_default=False),
    "sendgrid": Listed("sendgrid", is_default=False),
    "sendgrid-eu": Listed("sendgrid", is_default=False),
    "stripe": Listed("stripe", is_default=False),
    "twilio": Listed("twilio", is_default=False),
}


# Ids by every name.
IDS = {name: id for id, listed in LISTED.items() for name in (id, *listed.aliases)}


def entry(id: str) -> Provider:
    """The entry of a listed provider."""
    entries: tuple[Provider, ...] = import_module(f"{__name__}.{LISTED[id].module}").ENTRIES
    return next(provider for provider in entries if provider.id == id)


__all__ = ["CHECKED_GROUPS", "IDS", "LISTED", "VENDORS", "Endpoint", "Keys", "Listed", "Provider", "Surface", "Vendor", "entry"]
