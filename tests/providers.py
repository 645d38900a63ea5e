"""What the tests know of each provider, from providers.json, which the tests in JavaScript read as well."""

import json
import secrets
from pathlib import Path

TABLE = json.loads(Path(__file__).with_name("providers.json").read_text())

CHAT: dict[str, str] = {provider: row["chat"] for provider, row in TABLE.items()}


def new_key(provider: str = "openai") -> str:
    """A key that nobody ever had, of the shape that this provider's have. It holds the word that the canary rule looks for."""
    return f"{TABLE[provider]['key']}{secrets.token_hex(13)}"


def bad_key_status(provider: str) -> int:
    """The status that this provider itself gives for a bad key."""
    return int(TABLE[provider]["bad_key_status"])
