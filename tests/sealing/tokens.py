"""The sealing keys of the relays under test, and tokens for them. One place, so that all tests with the same settings share a relay."""

import json
import time
from collections.abc import Sequence
from typing import Any

from sealing.reference import Jwk, new_key, seal

CURRENT, PREVIOUS, RETIRED = (new_key(kid) for kid in ("current", "previous", "retired"))
SEALED = {"SEALING_KEY": json.dumps(CURRENT), "SEALING_KEY_PREVIOUS": json.dumps(PREVIOUS)}
SEALED_ONLY = {"SEALING_KEY": json.dumps(CURRENT), "REQUIRE_SEALED_KEYS": "true", "SEALED_KEY_MAX_AGE_DAYS": "1"}

APP = "https://app.example"
DAY = 86400


def sealed(
    key: str | bytes,
    provider: str = "openai",
    origins: Sequence[str] = (APP,),
    sealing_key: Jwk = CURRENT,
    iat: int = 0,
    exp: int = DAY,
    **overrides: Any,
) -> str:
    """A token; dates are relative to now."""
    now = int(time.time())
    return seal(sealing_key, provider, key, list(origins), now + iat, now + exp, **overrides)
