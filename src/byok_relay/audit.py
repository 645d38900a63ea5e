"""The audit line: one JSON object for each request that reached a provider or was refused. docs/audit.schema.json describes it.

It holds no text of the client's. A name in it comes from the provider table, the settings or a list in this module, a number is a number.
The one exception is the model's name, which the provider says: see `_model`.
It is begun when the decision is made, as a text that a boundary can keep, and ended with the answer.
"""

import hmac
import json
import re
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from time import gmtime, strftime
from typing import TYPE_CHECKING, Literal, NamedTuple

from .keys import holds_a_key
from .messages import Reply, Request
from .secret import Secret

if TYPE_CHECKING:
    from .metering import Usage

METHODS = frozenset("GET HEAD POST PUT PATCH DELETE".split())

# How it went with an answer of a provider's; `ok` as well where only its head is known. A request that the relay answers itself is
# `refused`, or has one of the failures below.
Outcome = Literal[
    "ok",
    "client_closed",  # the client left before the end
    "upstream_closed",  # the provider broke off
    "closed",  # one of the two, where the platform does not tell which
    "idle",  # nothing passed on a WebSocket for too long
    "shutdown",  # the relay ended, and this with it
]
_FAILURES = frozenset({"upstream_redirect", "upstream_unreachable", "upstream_timeout", "internal_error"})


class Traffic(NamedTuple):
    """What has passed on a WebSocket, with the frames' own heads."""

    bytes_up: int
    frames_up: int
    bytes_down: int
    frames_down: int


_LIKE_A_KEY = re.compile("[A-Za-z0-9]{24}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")  # or a UUID, as SambaNova's are


def begun(
    request: Request,
    now: float,
    *,
    provider: str | None = None,
    route: str | None = None,
    origin: str | None = None,
    key: str | None = None,
    sealed: bool | None = None,
) -> str:
    """The beginning of a request's line. `origin` is an entry of ALLOWED_ORIGINS, `key` a fingerprint. `now` is in s since 1970."""
    length = request.content_length
    # Written without json.dumps, which makes an encoder for each line: 75 µs a request on workerd, this takes 10.
    return (
        f'{{"time":"{_second(int(now))}.{int(now * 1000) % 1000:03}Z","id":{_text(request.id)},"provider":{_text(provider)}'
        f',"method":{_text(request.method if request.method in METHODS else "OTHER")},"route":{_text(route)},"origin":{_text(origin)}'
        f',"key":{_text(key)},"sealed":{_flag(sealed)},"bytes_up":{"null" if length is None else length}'
        f',"country":{_text(request.country)},"colo":{_text(request.colo)}'
    )


def of_reply(reply: Reply, began: float, now: float) -> str:
    """The whole line of a request that the relay answered itself. Times are in seconds since 1970."""
    code = reply.headers["x-relay-error"]
    outcome = code if code in _FAILURES else "refused"
    return (
        f'{reply.audit},"status":{reply.status},"by":"relay","code":{_text(code)},"outcome":"{outcome}","stream":false'
        f',"ms_headers":null,"ms":{_ms(began, now)},"usage":null,"socket":null}}'
    )


def of_answer(
    begun: str,
    began: float,
    outcome: Outcome,
    status: int | None,
    stream: bool,
    headers_at: float | None,
    now: float | None,
    usage: "Usage | None" = None,
    socket: Traffic | None = None,
) -> str:
    """The whole line of a request that a provider answered. Without a status the client left before there was one.

    `headers_at` is when the head came, `now` when the answer ended, if that is known.
    """
    tokens = json.dumps(usage._asdict() | {"model": _model(usage.model)}, separators=(",", ":")) if usage else "null"
    traffic = json.dumps(socket._asdict(), separators=(",", ":")) if socket else "null"
    return (
        f'{begun},"status":{status or "null"},"by":"provider","code":null,"outcome":"{outcome}","stream":{_flag(stream)}'
        f',"ms_headers":{_ms(began, headers_at)},"ms":{_ms(began, now)},"usage":{tokens},"socket":{traffic}}}'
    )


def _model(name: str | None) -> str | None:
    """A model's name, unless it may be a key: providers repeat what a client sent as the model, and people paste keys anywhere.

    What makes a key hard to guess is long words without dashes, which names of models do not have.
    """
    return None if name is None or _LIKE_A_KEY.search(name) or holds_a_key(name) else name


def _text(value: str | None) -> str:
    return "null" if value is None else encode_basestring_ascii(value)


def _flag(value: bool | None) -> str:
    return "null" if value is None else "true" if value else "false"


def _ms(since: float, until: float | None) -> str:
    return "null" if until is None else f"{max(0.0, until - since) * 1000:.1f}"


@lru_cache(maxsize=1)  # most requests come within the second of the one before
def _second(seconds: int) -> str:
    return strftime("%Y-%m-%dT%H:%M:%S", gmtime(seconds))


def fingerprint(key: Secret, secret: Secret) -> str:
    """What stands for a key in the log: 12 hexadecimal digits that only who has the secret can make of it."""
    return hmac.digest(secret.reveal().encode(), key.reveal().encode("ascii"), "sha256").hex()[:12]
