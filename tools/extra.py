"""Prints what an extra of pyproject.toml names, for pip's --requirement: it can install those without the package itself."""

import sys
import tomllib
from pathlib import Path

EXTRAS = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]

print("\n".join(name for name in EXTRAS[sys.argv[1]] if not name.startswith("byok-relay[")))
