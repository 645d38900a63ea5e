"""The relay for any ASGI server: `byok_relay_server.asgi:create` makes the application."""

import os

from byok_relay.settings import SettingError

from .app import App
from .files import public_files
from .limiter import limiter
from .log import log, say
from .settings import parse


def create(metered: bool = False) -> App:
    """The relay with the settings of the process's environment. With a wrong one it says so in every answer, and once on the log.

    `metered`: it counts for Prometheus what metrics_server.py shows.
    """
    try:
        settings = parse(os.environ)
    except SettingError as error:
        say(f"byok-relay: {error}")
        return App(error, public_files())
    relay, metrics = settings.relay, None
    if metered:
        from .metrics import Metrics  # imported here, because most relays have none

        metrics = Metrics(log() if relay.audit else None)
        relay = relay._replace(audit=True)  # the numbers come from the lines, also where nobody reads those
    return App(
        relay,
        public_files(),
        settings.public_origin,
        limiter(settings),
        settings.address_header,
        metrics,
        settings.socket_idle_seconds,
    )
