"""What the unit tests share: made-up keys, a short way to ask the core, and a reading of its answers."""

import json
import secrets
from base64 import urlsafe_b64encode

from byok_relay import policy
from byok_relay.limits import Buckets, Count
from byok_relay.messages import Connect, Forward, Open, Read, Relayed, Reply, Request, advance
from byok_relay.settings import SettingError, Settings, parse
from providers import CHAT, new_key
from sealing.pyca import open_sealed

__all__ = ["CHAT", "new_key"]

RELAY = "https://relay.example"
APP = "https://app.example"  # the origin of a page that may use the relay
CANARY = f"canary{secrets.token_hex(8)}"  # put into requests; nothing the relay says itself may hold it
NOW = 1_800_000_000  # seconds since 1970


# Made with `make sealing-key`, for these tests only.
SEALING_KEY = {
    "kid": "bHoka7v3CSbhHIe5",
    "kty": "EC",
    "crv": "P-256",
    "x": "af7QWRLwPOLXAkzAfqtXE1JTaz0pwqVu7buPej0KH-I",
    "y": "8Gt5Mwb0XVfzCv4bbqKnoN28cxJTQ_PYiHg9iGaBGv0",
    "d": "Qmb7GYQ4Zs5nOPuceFpszseAwA3KDRCXscWppKln4R8",
}


def unopened(claims: object, kid: str = SEALING_KEY["kid"]) -> str:
    """A sealed key that no cryptography was spent on: its outside can be checked, its inside cannot be opened."""
    return f"byok1.{kid}.{_base64url(json.dumps(claims).encode())}.{_base64url(bytes(120))}"


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


# What a WebSocket's handshake has (RFC 6455 section 4.1).
HANDSHAKE = {
    "upgrade": "websocket",
    "connection": "Upgrade",
    "sec-websocket-version": "13",
    "sec-websocket-key": "MDEyMzQ1Njc4OWFiY2RlZg==",
}


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def configured(given: dict[str, str]) -> Settings | SettingError:
    try:
        return parse(given)
    except SettingError as error:
        return error


def decided(
    request: Request, settings: Settings | SettingError, now: float = NOW, buckets: Buckets | None = None, body: bytes = b""
) -> Forward | Connect | Reply:
    """What the core makes of a request in the end. Without buckets nothing is counted."""
    decision = policy.decide(request, settings, now)
    step = advance(decision)
    while isinstance(step, Open | Read | Count):
        if isinstance(step, Open):
            step = advance(decision, open_sealed(step.sealed))
        elif isinstance(step, Read):
            step = advance(decision, body if len(body) <= step.most else None)
        else:
            step = advance(decision, buckets.take(step.buckets, now) if buckets else None)
    return step


def request(path: str, headers: dict[str, str] | None = None, *, method: str = "POST", origin: str = RELAY, address: str = "") -> Request:
    """A request as a platform hands it over. `origin` is the relay's own."""
    scheme, host = origin.split("://")
    path, _, query = path.partition("?")
    return Request(method, scheme, host, path, query, headers or {}, address)


def ask(path: str, headers: dict[str, str] | None = None, *, method: str = "POST", **given: str) -> Forward | Connect | Reply:
    """The core's decision about a request, under settings given by their names."""
    return decided(request(path, headers, method=method), configured(given))


def answered(forward: Forward, status: int, headers: dict[str, str] | None = None, **given: str) -> Relayed | Reply:
    """What the core makes of a provider's answer to that, under the same settings."""
    return policy.answered(forward.pending, status, headers or {}, parse(given))


def forwarded(path: str, headers: dict[str, str] | None = None, *, method: str = "POST", **given: str) -> Forward:
    """What goes up, be it a WebSocket's handshake."""
    decision = ask(path, headers, method=method, **given)
    decision = decision.handshake if isinstance(decision, Connect) else decision
    assert isinstance(decision, Forward), decision
    return decision


def connecting(path: str, headers: dict[str, str] | None = None, **given: str) -> Connect:
    decision = ask(path, HANDSHAKE | (headers or {}), method="GET", **given)
    assert isinstance(decision, Connect), decision
    return decision


def replied(path: str, headers: dict[str, str] | None = None, *, method: str = "POST", **given: str) -> Reply:
    decision = ask(path, headers, method=method, **given)
    assert isinstance(decision, Reply), decision
    return decision


def cors_of(forward: Forward, **given: str) -> dict[str, str]:
    """The headers about origins of an answer to that, under the same settings."""
    headers = answered(forward, 200, **given).headers
    return {name: headers[name] for name in ("access-control-allow-origin", "vary") if name in headers}


def code(reply: Reply) -> str | None:
    """The relay's own error code, if this is an error."""
    return reply.headers.get("x-relay-error")


def message(reply: Reply) -> str:
    assert reply.body is not None
    return json.loads(reply.body)["error"]["message"]


def said(reply: Reply) -> str:
    """Everything that leaves the relay with an answer of its own."""
    return f"{reply.status} {reply.headers} {reply.body}"


def cors_headers(reply: Reply) -> set[str]:
    return {name for name in reply.headers if name.startswith("access-control-")}
