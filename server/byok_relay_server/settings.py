"""The settings that only this boundary has, beside those of the core."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import NamedTuple

from byok_relay import settings as core
from byok_relay.origins import is_origin
from byok_relay.settings import Setting, SettingError, number


def _origin(text: str) -> str | None:
    if text and not is_origin(text):
        raise ValueError("must be an origin such as https://relay.example: lower-case, no path, no slash")
    return text or None


PUBLIC_ORIGIN = Setting("PUBLIC_ORIGIN", _origin)
SHUTDOWN_SECONDS = Setting("SHUTDOWN_SECONDS", number(0, 3600), "8")
TABLE = (PUBLIC_ORIGIN, SHUTDOWN_SECONDS)
NAMES = tuple(setting.name for setting in TABLE)


class ServerSettings(NamedTuple):
    relay: core.Settings
    public_origin: str | None  # the relay's own, as browsers see it, where a proxy ends TLS or rewrites Host
    shutdown_seconds: int  # how long open streams may go on after the signal to end


def parse(environment: Mapping[str, str]) -> ServerSettings:
    """The settings in an environment that holds much else. Raises SettingError."""
    for name in environment.keys() - NAMES:
        for nearest in get_close_matches(name.upper(), NAMES, n=1, cutoff=0.85):
            raise SettingError(name, f"is not a setting; did you mean {nearest}?")
    given = {name: value for name, value in environment.items() if core.concerns(name)}
    return ServerSettings(core.parse(given), PUBLIC_ORIGIN.read(environment), SHUTDOWN_SECONDS.read(environment))
