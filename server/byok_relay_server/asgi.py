"""The relay for any ASGI server: `byok_relay_server.asgi:create` makes the application."""

import os

from byok_relay.settings import SettingError

from .app import App
from .files import public_files
from .limiter import limiter
from .settings import parse


def create() -> App:
    """The relay with the settings of the process's environment. With a wrong one it says so in every answer, and once on the log."""
    try:
        settings = parse(os.environ)
    except SettingError as error:
        print(f"byok-relay: {error}", flush=True)
        return App(error, public_files())
    return App(settings.relay, public_files(), settings.public_origin, limiter(settings), settings.address_header)
