"""Prints the variables in wrangler.toml as JSON: those of the environment that is named, or else those of the top level.

They are texts, as the Worker reads them (src/workers_boundary/environment.py). A binding of [[ratelimits]] is among them by its name, as
what it counts to: `{"limit": 60, "period": 60}`.
"""

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

configuration = tomllib.loads(Path("wrangler.toml").read_text("utf-8"))
name = sys.argv[1]
environments = {"": configuration, **configuration.get("env", {})}
if name not in environments:
    sys.exit(f"byok-relay: there is no [env.{name}] in wrangler.toml")


def text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


chosen = environments[name]
variables = {setting: text(value) for setting, value in chosen.get("vars", {}).items()}
limits = {binding["name"]: binding.get("simple", {}) for binding in chosen.get("ratelimits", [])}
json.dump(variables | limits, sys.stdout)
