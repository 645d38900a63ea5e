"""The grammar of a base URL, as an operator writes one for a provider."""

import re

from ..origins import names_default_port

# `http:` is for a mock or a model server on this machine. An IP address elsewhere is a mistake or an attack. A URL parser reads a name
# whose last label is numeric as an address (WHATWG URL, "ends in a number checker"). The runtime must read exactly what is written here,
# so forms that a parser rewrites, such as a default port, are refused. Low ports belong to other protocols.
_LOOPBACK = r"(?:localhost|127\.0\.0\.1|\[::1\])"
_HOST = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"  # labels: RFC 1035 section 2.3.4
_PORT = r"(?::(?P<port>[1-9][0-9]{0,4}))?"
_PATH = r"(?:/[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)*"
_BASE_URL = re.compile(f"(?P<origin>(?:https://{_HOST}|https?://{_LOOPBACK}){_PORT}){_PATH}")
_RULE = (
    "must be https:// and a lower-case host name with a dot (or http:// and localhost, 127.0.0.1 or [::1]), with no port or one"
    " above 1023, and a plain path"
)


def base_url(text: str) -> str:
    """The base URL without a slash at its end. Raises ValueError, whose text says what it must be."""
    text = text.strip().removesuffix("/")
    parts = _BASE_URL.fullmatch(text)
    port = int(parts["port"] or 443) if parts else 0
    if not parts or not (port in (80, 443) or 1024 <= port <= 65535) or names_default_port(parts["origin"]):
        raise ValueError(_RULE)
    return text
