"""What an origin looks like in an `Origin` header, in a setting and in a sealed key."""

import re

# RFC 6454 section 6.2, and the schemes of extensions and desktop shells; no path, no trailing slash.
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")
_DEFAULT_PORT = re.compile(r"https://.*:443|http://.*:80")


def names_default_port(origin: str) -> bool:
    """Whether it names its scheme's default port. Browsers leave that out, so such an origin never matches."""
    return _DEFAULT_PORT.fullmatch(origin) is not None


def is_origin(text: str) -> bool:
    """Whether this is one origin as browsers write it. `null` does not count, because any page can have it."""
    return _ORIGIN.fullmatch(text) is not None and not names_default_port(text)
