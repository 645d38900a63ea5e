"""Twilio: to send messages. Endpoints and authentication: twilio-node's BaseTwilio.ts. A key is `SID:token`, of an account or of an API
key; it goes into HTTP Basic authentication. Numbers, recordings and sub-accounts are left out. Its SDK takes no base URL: use fetch."""

from ..carriers import BASIC
from ..refusal import Refusal
from ..secret import Secret
from .provider import Keys, Provider, Surface

_MESSAGES = "/2010-04-01/Accounts/{id}/Messages"


def _check_account(path: str, key: Secret) -> None:
    """An account's own token works in its own account only. Raises Refusal: key_wrong_provider."""
    sid = key.reveal().partition(":")[0]
    if sid.startswith("AC") and path.split("/")[3] != sid:
        raise Refusal("key_wrong_provider", "This key is of another Twilio account than the one in the path. Use that account's key.")


TWILIO = Provider(
    id="twilio",
    name="Twilio",
    base_url="https://api.twilio.com",
    surfaces=(Surface((BASIC,), (f"POST {_MESSAGES}.json", f"GET {_MESSAGES}/{{id}}.json")),),
    keys=Keys(
        looks_like="AC… or SK…, a colon, and its token or secret",
        url="https://console.twilio.com",
        prefixes=("AC", "SK"),
        characters="A-Za-z0-9",
        are_pairs=True,
    ),
    check=_check_account,
    answer_families=("twilio-",),
    sdk_base_paths={},
)
ENTRIES = (TWILIO,)
