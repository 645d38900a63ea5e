"""What an attack is: the exact bytes of a request, and what must come of them.

In the bytes, `{key}` stands for a fresh key of the provider, `{hex}` for the end of that key, `{mark}` for a word that must not come
back, `{token}` for a sealed key, `{host}` for the relay's own host and port, `{length}` for the length of what follows the head. A request
that is refused has `{mark}` wherever an attacker can write something.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from attacks.words import PAGE
from providers import CHAT, bad_key_status
from sealing.tokens import SEALED, SEALED_ONLY
from tables.errors import BAD_KEY, STATUS

# Settings by name: few, because each is a process per runtime.
SETTINGS: dict[str, dict[str, str]] = {
    "open": {},
    "listed": {
        "ALLOWED_ORIGINS": f"{PAGE}, https://*.apps.example",
        "REQUIRE_ORIGIN": "true",
        "PROVIDERS": "openai, anthropic, my-llm",
        "CUSTOM_PROVIDERS": '{"my-llm": {"base_url": "https://llm.example"}}',
        "MAX_BODY_BYTES": "10",
        "KEY_CHECK": "off",
    },
    # `{mock}` is the URL of the mock provider.
    "custom": SEALED
    | {
        "CUSTOM_PROVIDERS": json.dumps(
            {
                "acme": {"base_url": "{mock}/openai"},
                "acme-listed": {"base_url": "{mock}/openai", "parameters": ["beta", "auth"]},
                "acme-local": {"base_url": "{mock}/openai", "shortest_key": 1},
                "acme-mistral": {"base_url": "{mock}/mistral", "keys_of": "mistral"},
            }
        ),
        "UPSTREAM_GOOGLE": "",
        "UPSTREAM_GEMINI": "{mock}/google",
    },
    "models": {"ALLOWED_MODELS": "gpt-5*, gemini-pro"},
    "sealed": SEALED,
    "sealed only": SEALED_ONLY,
}


@dataclass(frozen=True)
class Expected:
    """What comes of a request. A header that is None must be absent."""

    status: int
    code: str | None = None  # of the relay's own errors
    headers: Mapping[str, str | None] = field(default_factory=dict)
    url: str | None = None  # which URL the provider must see; without one, nothing may reach any provider
    up: Mapping[str, str | None] = field(default_factory=dict)  # headers the provider must see, `{key}` in them or not, or must not
    body: bytes | None = None  # the body the provider must see


@dataclass(frozen=True)
class Attack:
    name: str
    request: bytes
    expected: Expected | Mapping[str, Expected]  # by runtime where those differ, each such case with its reason beside it
    settings: str = "open"
    provider: str = ""  # whose key `{key}` is; by itself that of the provider in the path, else OpenAI's
    key: Callable[[str], str] | None = None  # makes `{key}` of such a key
    then: Expected | Mapping[str, Expected] | None = None  # what comes of a second request in the same bytes
    token: Callable[[str], str] | None = None  # makes the sealed key `{token}` of the key
    script: Mapping[str, Any] | None = None  # what the provider does, as the mock takes it
    incident: str | None = None  # the published incident that this is a case of

    def __post_init__(self) -> None:
        head = self.request.partition(b"/")[2].partition(b"/")[0].decode("latin-1")
        object.__setattr__(self, "provider", self.provider or (head if head in CHAT else "openai"))


def each(expected: Expected | Mapping[str, Expected], requests: Mapping[str, bytes], settings: str = "open", **more: Any) -> list[Attack]:
    """Named attacks that have the same outcome."""
    return [Attack(name, data, expected, settings, **more) for name, data in requests.items()]


def request(method: str, target: str, *lines: str, body: str | bytes | None = None, host: str = "Host: {host}") -> bytes:
    """A request with these header lines. Content-Length is added for a body unless a line says how long it is."""
    return begun_by(f"{method} {target} HTTP/1.1", host, *lines, body=body)


def begun_by(line: str, *lines: str, body: str | bytes | None = None) -> bytes:
    """The same with any first line, and no header line but those given."""
    data = body.encode() if isinstance(body, str) else body
    framed = any(line.lower().startswith(("content-length:", "transfer-encoding:")) for line in lines)
    length = ["Content-Length: {length}"] if data is not None and not framed else []
    return "\r\n".join([line, *lines, *length, "", ""]).encode("latin-1") + (data or b"")


def get(target: str, *lines: str) -> bytes:
    return request("GET", target, *lines)


def post(target: str, *lines: str, body: str | bytes = "{}") -> bytes:
    return request("POST", target, *lines, body=body)


def refused(code: str, provider: str = "openai", **headers: str | None) -> Expected:
    """One of the relay's own errors, at this provider; no provider sees anything. Underscores in header names stand for dashes."""
    return Expected(bad_key_status(provider) if code in BAD_KEY else STATUS[code], code, _dashed(headers))


def relayed(url: str, *, body: bytes | None = None, status: int = 200, **up: str | None) -> Expected:
    """It goes up, as this URL and with or without these headers, whatever else the attacker wrote."""
    return Expected(status, url=url, up=_dashed(up), body=body)


def answered(status: int, **headers: str | None) -> Expected:
    """The relay's own answer, no error."""
    return Expected(status, headers=_dashed(headers))


def on(runtimes: Collection[str], these: Expected, others: Expected) -> Mapping[str, Expected]:
    """By runtime, where differences.py says why."""
    return defaultdict(lambda: others, dict.fromkeys(runtimes, these))


# What is no HTTP request gets as far as the platform's HTTP server: 4xx or 5xx or no answer at all, and no provider sees anything.
NOT_HTTP = Expected(0)

# A file under public/: the relay does not see the request.
A_FILE = Expected(200)


def answering(headers: Mapping[str, str], body: str = "{}") -> dict[str, Any]:
    """A script: the provider answers with these headers."""
    return {"respond": {"status": 200, "headers": headers, "body": body}}


def named(lines: Sequence[str]) -> dict[str, str]:
    """Header lines by their names in lower case."""
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}


def without(*lines: str) -> dict[str, None]:
    """Of `up`: the provider must see no header of these names."""
    return dict.fromkeys(named(lines))


def _dashed(headers: Mapping[str, str | None]) -> dict[str, str | None]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
