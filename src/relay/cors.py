"""Who may read the relay's answers from a browser (Fetch standard, "CORS protocol").

Credentials mode is never allowed: `Access-Control-Allow-Credentials` is not sent, since no cookie or client certificate means
anything to the relay. An origin that is refused gets no CORS header at all.
"""

import re
from dataclasses import dataclass

from .messages import NOT_STORED, Reply

# A request for a method that is listed here but not in the provider table gets past the preflight, so that the page can read the
# relay's 405 instead of an opaque network error.
ALLOW_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
MAX_AGE_SECONDS = "86400"

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]{1,128}")  # RFC 9110 section 5.6.2, lower-cased

# Never echoed in a preflight: what a page has no business setting, what would speak for the network in between, and `*`, which would
# allow all of these.
_NEVER_ALLOWED = frozenset(
    "* connection content-length cookie cookie2 date dnt expect forwarded host keep-alive origin referer set-cookie te trailer"
    " transfer-encoding true-client-ip upgrade via x-real-ip".split()
)
_NEVER_ALLOWED_FAMILIES = ("access-control-", "cf-", "proxy-", "sec-", "x-forwarded-")


@dataclass(frozen=True, slots=True)
class CorsPolicy:
    """The `ALLOWED_ORIGINS` setting, ready for use: any origin, or exact ones and wildcards of one label."""

    any_origin: bool
    exact: frozenset[str] = frozenset()
    wildcards: tuple[re.Pattern[str], ...] = ()

    def headers_for(self, origin: str | None) -> dict[str, str] | None:
        """The CORS headers of an answer to this origin, or None for an origin that is refused."""
        if self.any_origin:
            return {"access-control-allow-origin": "*"}
        if origin is None:
            return {"vary": "Origin"}
        if origin in self.exact or any(wildcard.fullmatch(origin) for wildcard in self.wildcards):
            return {"access-control-allow-origin": origin, "vary": "Origin"}
        return None


def preflight(cors: dict[str, str], headers: dict[str, str]) -> Reply:
    """The answer to OPTIONS: the requested headers are echoed, because a fixed list breaks with every new SDK version."""
    requested = headers.get("access-control-request-headers", "").lower().split(",")
    allowed = [name for name in map(str.strip, requested) if _may_be_sent(name)]
    vary = [*filter(None, [cors.get("vary")]), "Access-Control-Request-Headers"]
    answer = {
        **cors,
        "access-control-allow-methods": ALLOW_METHODS,
        "access-control-max-age": MAX_AGE_SECONDS,
        "cache-control": NOT_STORED,
        "vary": ", ".join(vary),
    }
    if allowed:
        answer["access-control-allow-headers"] = ", ".join(allowed)
    return Reply(204, answer)


def _may_be_sent(name: str) -> bool:
    return bool(_TOKEN.fullmatch(name)) and name not in _NEVER_ALLOWED and not name.startswith(_NEVER_ALLOWED_FAMILIES)
