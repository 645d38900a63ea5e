"""What ASGI calls a scope and messages, and header lines as the core has them."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# An extension of this server (protocol.py): it cancels the task of a client that leaves, and `has_left` says whether that was it, or the
# server, which ends. Elsewhere a second task waits for the client's leaving.
CANCELS = "byok_relay.cancels"

# Another one, of a request that asks to switch protocols: `is_ready` says whether it may, and `switch` takes the head of an answer with
# status 101, and the connection that this one is joined to from then on.
SWITCHES = "byok_relay.switches"


def joined(lines: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Header lines by their name in lower case. Repeated ones are joined (RFC 9110 section 5.3)."""
    headers: dict[str, str] = {}
    for name, value in lines:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1").strip(" \t")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers
