"""The relay's settings among a Worker's bindings."""

import js

from byok_relay.settings import SettingError, concerns, parse
from workers_boundary.binding import BINDING, check_binding


def settings_in(env):
    """The settings, or the SettingError that answers every request. It is logged once."""
    try:
        names = [name for name in js.Object.keys(env) if concerns(name) and name != BINDING]
        settings = parse({name: _text(name, getattr(env, name)) for name in names})
        check_binding(env, settings)
        return settings
    except SettingError as error:
        print(f"byok-relay: {error}")
        return error


def _text(name, value):
    """A binding as text. wrangler.toml may hold numbers, booleans and lists as well."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int):
        return str(value)
    if js.Array.isArray(value):
        return ",".join(map(str, value))
    raise SettingError(name, "must be text, a number, true or false, or a list of texts")
