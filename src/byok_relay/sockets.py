"""WebSocket handshakes: what a client offers, and where its key is (RFC 6455 sections 4.1 and 4.2.1).

Pages can set no header of a handshake but its list of sub-protocols. So that is where their keys come, in the forms that the providers'
own clients have. A sub-protocol with a key never goes up, and never comes down as the one that was chosen.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .carriers import IN_PROTOCOL
from .messages import REQUEST_ID, Close, Request
from .refusal import Refusal
from .secret import Secret

PROTOCOLS = IN_PROTOCOL.header

MOST_PROTOCOLS = 16
_VERSION = "13"  # RFC 6455 section 4.1
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,4200}")  # RFC 9110 section 5.6.2; the longest is a key with its name before it

# Of openai-node, realtime/websocket.ts, and of docs.x.ai. Each is taken for any provider, in any case.
_KEYS = ("openai-insecure-api-key.", "xai-client-secret.")
_HEADERS = {"openai-organization.": "openai-organization", "openai-project.": "openai-project"}  # likewise
_SCHEMES = ("token", "bearer")  # deepgram-js-sdk, CustomClient.ts: the scheme, and then the key as another sub-protocol
_NAMES = frozenset({"x-deepgram-session-id"})  # likewise: the name of a header, and then its value
_SPOKEN = frozenset({"realtime", *_SCHEMES})  # what the relay speaks itself, to say that it refuses: no other name may be a key
_REFUSED = 4000  # and the status


class Offer(NamedTuple):
    """What a handshake offers."""

    keys: tuple[Secret, ...] = ()  # the last one counts
    words: tuple[Secret, ...] = ()  # those, and what is secret in them by itself: the ciphertexts of sealed keys
    headers: Mapping[str, str] = {}  # that stand among the sub-protocols
    protocols: tuple[str, ...] = ()  # the others, without a key
    scheme: str = ""  # the sub-protocol that said what the key is

    @property
    def told_in(self) -> str | None:
        """The sub-protocol of a `Close`: empty if none was offered, None if the relay speaks none of those."""
        names = [name for name in (self.scheme, *self.protocols) if name]
        return next((name for name in names if name.lower() in _SPOKEN), None) if names or self.keys or self.headers else ""


def offered(request: Request) -> Offer | None:
    """What a handshake offers; None for a request that is none. Raises Refusal: websocket_unsupported, for one that is not valid."""
    headers = request.headers
    upgrade = headers.get("upgrade", "").lower()
    if "websocket" not in upgrade:
        return None
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    is_valid = upgrade == "websocket" and request.method == "GET" and not has_body
    if not is_valid or headers.get("sec-websocket-version", _VERSION) != _VERSION or not request.can_switch:
        raise Refusal(
            "websocket_unsupported",
            "This is no WebSocket handshake that can be answered here (RFC 6455 section 4.2.1). Does a proxy in front change it?",
        )
    names = [name.strip(" \t") for name in headers[PROTOCOLS].split(",")] if PROTOCOLS in headers else []
    if len(names) > MOST_PROTOCOLS or not all(map(_TOKEN.fullmatch, names)):
        raise Refusal("websocket_unsupported", "This handshake offers too many sub-protocols, or one with other characters than they have.")
    keys, named, others, scheme, is_taken = [], {}, [], "", False
    for name, following in zip(names, [*names[1:], ""], strict=False):
        lower = name.lower()
        if is_taken:
            is_taken = False
        elif lower in _SCHEMES and following:
            scheme, is_taken = scheme or name, True
            keys.append(following)
        elif lower in _NAMES and following.lower() not in _SCHEMES:
            named[lower], is_taken = following, True
        elif prefix := next(filter(lower.startswith, _KEYS), ""):
            keys.append(name[len(prefix) :])
        elif prefix := next(filter(lower.startswith, _HEADERS), ""):
            named[_HEADERS[prefix]] = name[len(prefix) :]
        else:
            others.append(name)
    words = [*keys, *(key.rpartition(".")[2] for key in keys)]
    return Offer(tuple(map(Secret, keys)), tuple(map(Secret, words)), named, tuple(others), scheme)


def chosen(offer: Sequence[str], scheme: str, answer: str | None) -> str | None:
    """The sub-protocol to answer with. A browser that offered some ends a connection for which none was chosen.

    Raises ValueError, where the provider has chosen what was not offered (RFC 6455 section 4.1).
    """
    if answer is not None and answer not in offer:
        raise ValueError
    return answer or scheme or next(iter(offer), None)


def closing(status: int, headers: Mapping[str, str], told_in: str) -> Close:
    """How a page's WebSocket is told an answer with this status and these headers."""
    protocol = {PROTOCOLS: told_in} if told_in else {}
    return Close(_REFUSED + status, headers.get("x-relay-error", ""), protocol | {REQUEST_ID: headers[REQUEST_ID]})
