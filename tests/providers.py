"""What the tests know of each provider, from providers.json, which the tests in JavaScript read as well. Those with a chat are asked by
every test over HTTP, the others by SDKs only: nothing but their entries is their own."""

import json
import secrets
import sys
from pathlib import Path

from byok_relay.providers import LISTED, entry
from missing import missing

TABLE = json.loads(Path(__file__).with_name("providers.json").read_text())

# What stands for the parameters of a route.
EXAMPLES = {
    "{version}": ["v1", "v1beta", "v1alpha"],
    "{model}": ["gemini-2.5-flash", "claude-sonnet-4-5.x_1"],
    "{id}": ["int_0123-a"],
    "{model_id}": ["gpt-4o", "ft:gpt-4o-mini:org::id", "ft%3Agpt-4o"],
    "{model_name}": ["llama-3", "meta-llama%2Fllama-3:free"],
    "{path}": ["README.md", "src/a_b/c-d.py"],
}

if lines := [*missing(TABLE, EXAMPLES)]:
    sys.exit("\n".join(lines))

CHAT: dict[str, str] = {provider: row["chat"] for provider, row in TABLE.items() if "chat" in row}

# Where each provider of the mock's takes a request.
ASKED: dict[str, str] = CHAT | {provider: row["asked"] for provider, row in TABLE.items() if "asked" in row}

PROVIDERS = [entry(id) for id in LISTED]
NAMES = {name: provider for provider in PROVIDERS for name in (provider.id, *LISTED[provider.id].aliases)}

ALL = ",".join(LISTED)  # the setting PROVIDERS for all of them, those included that are off by default


def new_key(provider: str = "openai") -> str:
    """A key that nobody ever had, of the shape that this provider's have. It holds the word that the canary rule looks for."""
    return f"{TABLE[provider]['key']}{secrets.token_hex(13)}"


def bad_key_status(provider: str) -> int:
    """The status that this provider itself gives for a bad key."""
    return int(TABLE[provider].get("bad_key_status", 401))
