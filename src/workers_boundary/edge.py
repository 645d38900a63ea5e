"""What Cloudflare's network says of a client, in request headers that it sets itself, whatever the client sends."""

import re

_COUNTRY = re.compile("[A-Z][A-Z0-9]")  # ISO 3166-1, or T1 for Tor; https://developers.cloudflare.com/fundamentals/reference/http-headers/
_RAY = re.compile("[0-9a-f]+-([A-Z]{3})")


def client_of(headers):
    """The client's address, its country and the data centre that answers it; each may be None."""
    country, ray = headers.get("cf-ipcountry", ""), _RAY.fullmatch(headers.get("cf-ray", ""))
    return headers.get("cf-connecting-ip"), country if _COUNTRY.fullmatch(country) else None, ray[1] if ray else None
