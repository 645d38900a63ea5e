"""What Vercel runs: docs/deploy.md. It installs the relay itself from pyproject.toml, files of the playground included."""

from byok_relay_server.asgi import create

app = create()
