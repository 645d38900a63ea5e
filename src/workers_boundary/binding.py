"""What the Rate Limiting binding must be and needs. Without JavaScript, because `make deploy` asks it too."""

from byok_relay.settings import AUDIT_SECRET, RATE_LIMIT_PER_MINUTE, SettingError, Settings

BINDING = "RATE_LIMITER"


def check_binding(env: object, settings: Settings) -> None:
    """Raises SettingError, where there is a binding that cannot count what it is there for."""
    binding = getattr(env, BINDING, None)
    if binding is None:
        return
    if not hasattr(binding, "limit"):
        raise SettingError(BINDING, "must be a binding of [[ratelimits]] in wrangler.toml")
    if not settings.requests_per_minute:
        raise SettingError(BINDING, f"needs {RATE_LIMIT_PER_MINUTE.name}, the same number of requests as its limit")
    if not settings.audit_secret:
        raise SettingError(BINDING, f"needs {AUDIT_SECRET.name}: all isolates must give a key the same name")
