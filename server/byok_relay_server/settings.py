"""The settings that only this boundary has, beside those of the core."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple
from urllib.parse import unquote

from byok_relay import settings as core
from byok_relay.carriers import CARRIERS
from byok_relay.origins import is_origin
from byok_relay.secret import Secret
from byok_relay.settings import AUDIT_SECRET, Setting, SettingError, number


class Store(NamedTuple):
    """A Redis server, or one that speaks like it."""

    is_encrypted: bool
    user: str | None
    password: Secret | None
    host: str
    port: int
    database: int


# Options behind a question mark are refused: clients know some that turn the check of certificates off.
_REDIS_URL = re.compile(
    r"redis(s?)://(?:([^\s:@/?#]*)(?::([^\s:@/?#]*))?@)?([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?(?:/([0-9]{0,4}))?"
)


def _store(text: str) -> Store | None:
    if text == "memory":
        return None
    found = _REDIS_URL.fullmatch(text)
    if not found or not 0 < int(found[5] or 6379) < 65536:
        raise ValueError(
            "must be memory, or redis://user:password@host:port/database (with TLS rediss://), of which only the host is needed"
        )
    encrypted, user, password, host, port, database = found.groups("")
    return Store(
        is_encrypted=encrypted == "s",
        user=unquote(user) or None,
        password=Secret(unquote(password)) if password else None,
        host=host.strip("[]"),
        port=int(port or 6379),
        database=int(database or 0),
    )


# A header's name is a token: RFC 9110 section 5.6.2.
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

# These hold keys, or more than an address (RFC 7239).
_NO_ADDRESSES = {*(carrier.header for carrier in CARRIERS), "cookie", "forwarded"}


def _address_header(text: str) -> str | None:
    if text and (not _TOKEN.fullmatch(text) or text.lower() in _NO_ADDRESSES):
        raise ValueError("must be the name of the header in which your proxy says a client's address, such as X-Real-IP")
    return text.lower() or None


def _origin(text: str) -> str | None:
    if text and not is_origin(text):
        raise ValueError("must be an origin such as https://relay.example: lower-case, no path, no slash")
    return text or None


PUBLIC_ORIGIN = Setting("PUBLIC_ORIGIN", _origin)
SHUTDOWN_SECONDS = Setting("SHUTDOWN_SECONDS", number(0, 3600), "8")
SOCKET_IDLE_SECONDS = Setting("SOCKET_IDLE_SECONDS", number(0, 86400), "600")
RATE_LIMIT_STORAGE = Setting("RATE_LIMIT_STORAGE", _store, "memory")
CLIENT_ADDRESS_HEADER = Setting("CLIENT_ADDRESS_HEADER", _address_header)
TABLE: tuple[Setting[Any], ...] = (PUBLIC_ORIGIN, SHUTDOWN_SECONDS, SOCKET_IDLE_SECONDS, RATE_LIMIT_STORAGE, CLIENT_ADDRESS_HEADER)
NAMES = tuple(setting.name for setting in TABLE)


class ServerSettings(NamedTuple):
    relay: core.Settings
    public_origin: str | None  # the relay's own, as browsers see it, where a proxy ends TLS or rewrites Host
    shutdown_seconds: int  # how long open streams may go on after the signal to end
    socket_idle_seconds: int  # after which a WebSocket is closed on which nothing passes; 0: it stays
    store: Store | None  # where requests are counted; None: in each process
    address_header: str | None  # in which a trusted proxy says the client's address; lower-case


def parse(environment: Mapping[str, str]) -> ServerSettings:
    """The settings in an environment that holds much else. Raises SettingError."""
    for name in environment.keys() - NAMES:
        for nearest in get_close_matches(name.upper(), NAMES, n=1, cutoff=0.85):
            raise SettingError(name, f"is not a setting; did you mean {nearest}?")
    given = {name: value for name, value in environment.items() if core.concerns(name) and name not in NAMES}
    settings = ServerSettings(
        relay=core.parse(given),
        public_origin=PUBLIC_ORIGIN.read(environment),
        shutdown_seconds=SHUTDOWN_SECONDS.read(environment),
        socket_idle_seconds=SOCKET_IDLE_SECONDS.read(environment),
        store=RATE_LIMIT_STORAGE.read(environment),
        address_header=CLIENT_ADDRESS_HEADER.read(environment),
    )
    if settings.store and not settings.relay.audit_secret:
        raise SettingError(RATE_LIMIT_STORAGE.name, f"needs {AUDIT_SECRET.name}, the same for all relays that share the store")
    return settings
