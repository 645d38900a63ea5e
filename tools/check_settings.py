"""Reads an environment as JSON from standard input and prints the relay's settings in it as JSON.

The Rate Limiting binding may be among them, as `{"limit": 60, "period": 60}`, which stands in wrangler.toml. A setting that is wrong is one
line on standard error and exit code 1. The rules are the relay's own; but no Worker sees the limit of its binding.
"""

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

from byok_relay.settings import RATE_LIMIT_PER_MINUTE, SettingError, Settings, concerns, parse
from workers_boundary.binding import BINDING, check_binding


def check_limit(binding: dict[str, Any], settings: Settings) -> None:
    check_binding(SimpleNamespace(**{BINDING: SimpleNamespace(**binding)}), settings)
    if binding["limit"] * 60 != settings.requests_per_minute * binding["period"]:
        number = settings.requests_per_minute
        words = f"has another limit than {RATE_LIMIT_PER_MINUTE.name}: simple = {{ limit = {number}, period = 60 }}"
        raise SettingError(BINDING, words)


environment = json.load(sys.stdin)
binding = environment.pop(BINDING) if isinstance(environment.get(BINDING), dict) else None
settings = {name: value for name, value in environment.items() if concerns(name)}
try:
    parsed = parse(settings)
    if binding:
        check_limit(binding, parsed)
except SettingError as error:
    sys.exit(f"byok-relay: {error}")
json.dump(settings, sys.stdout)
