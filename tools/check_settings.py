"""Reads an environment as JSON from standard input and prints the relay's settings in it as JSON.

A setting that is wrong is one line on standard error and exit code 1. The rules are the relay's own.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

from byok_relay.settings import SettingError, concerns, parse

settings = {name: value for name, value in json.load(sys.stdin).items() if concerns(name)}
try:
    parse(settings)
except SettingError as error:
    sys.exit(f"byok-relay: {error}")
json.dump(settings, sys.stdout)
