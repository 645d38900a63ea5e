"""The audit line: one JSON object for each request that reached a provider or was refused. docs/audit.schema.json describes it.

It holds no text of the client's. A name in it comes from the provider table, the settings or a list in this module, a number is a number.
The one exception is the model's name, which the provider says: see `_model`.
It is begun when the decision is made, as a text that a boundary can keep, and ended with the answer.
"""

import hmac
import json
import re
from time import gmtime, strftime
from typing import TYPE_CHECKING, Any, Literal

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
]
_FAILURES = frozenset({"upstream_redirect", "upstream_unreachable", "upstream_timeout", "internal_error"})

_LONG_WORD = re.compile("[A-Za-z0-9]{24}")
_LENGTH = re.compile("[0-9]{1,15}")


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
    length = request.headers.get("content-length", "")
    known = {
        "time": f"{strftime('%Y-%m-%dT%H:%M:%S', gmtime(now))}.{int(now * 1000) % 1000:03}Z",
        "id": request.id,
        "provider": provider,
        "method": request.method if request.method in METHODS else "OTHER",
        "route": route,
        "origin": origin,
        "key": key,
        "sealed": sealed,
        "bytes_up": int(length) if _LENGTH.fullmatch(length) else None,
        "country": request.country,
        "colo": request.colo,
    }
    return json.dumps(known, separators=(",", ":"))[:-1]


def of_reply(reply: Reply, began: float, now: float) -> str:
    """The whole line of a request that the relay answered itself. Times are in seconds since 1970."""
    code = reply.headers["x-relay-error"]
    answer = {
        "status": reply.status,
        "by": "relay",
        "code": code,
        "outcome": code if code in _FAILURES else "refused",
        "stream": False,
        "ms_headers": None,
        "ms": _ms(began, now),
        "usage": None,
    }
    return _joined(reply.audit, answer)


def of_answer(
    begun: str,
    began: float,
    outcome: Outcome,
    status: int | None,
    stream: bool,
    headers_at: float | None,
    now: float | None,
    usage: "Usage | None" = None,
) -> str:
    """The whole line of a request that a provider answered. Without a status the client left before there was one.

    `headers_at` is when the head came, `now` when the answer ended, if that is known.
    """
    answer = {
        "status": status,
        "by": "provider",
        "code": None,
        "outcome": outcome,
        "stream": stream,
        "ms_headers": None if headers_at is None else _ms(began, headers_at),
        "ms": None if now is None else _ms(began, now),
        "usage": usage and usage._asdict() | {"model": _model(usage.model)},
    }
    return _joined(begun, answer)


def _model(name: str | None) -> str | None:
    """A model's name, unless it may be a key: providers repeat what a client sent as the model, and people paste keys anywhere.

    What makes a key hard to guess is long words without dashes, which names of models do not have.
    """
    return None if name is None or _LONG_WORD.search(name) or holds_a_key(name) else name


def _joined(begun: str, answer: dict[str, Any]) -> str:
    return f"{begun},{json.dumps(answer, separators=(',', ':'))[1:]}"


def _ms(since: float, until: float) -> float:
    return round(max(0.0, until - since) * 1000, 1)


def fingerprint(key: Secret, secret: Secret) -> str:
    """What stands for a key in the log: 12 hexadecimal digits that only who has the secret can make of it."""
    return hmac.digest(secret.reveal().encode(), key.reveal().encode("ascii"), "sha256").hex()[:12]
