"""Every rule about origins: which page a request is from, whether it may use the relay, and who may read the answer.

Fetch standard, "CORS protocol" and "Fetch metadata". Credentials mode is never allowed: `Access-Control-Allow-Credentials` is not sent,
since no cookie or client certificate means anything to the relay. A refused origin gets no CORS header at all.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple, Self

from .messages import NOT_STORED, REQUEST_ID, Reply, Request
from .origins import is_origin, names_default_port
from .refusal import Refusal

EXPOSED = "access-control-expose-headers"

# CORS for any origin. It also serves answers that do without the settings: those hold nobody's data.
OPEN_CORS = {"access-control-allow-origin": "*"}

MAX_ORIGIN_LENGTH = 300  # characters; a host name has 253 at most (RFC 1035 section 2.3.4)

# More methods than the provider table has, so that a page can read the relay's 405 and not an opaque network error.
ALLOW_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
MAX_AGE_SECONDS = "86400"

# Real clients ask for 700 characters at most. The relay echoes these names before it checks anything else, so it needs a limit.
MAX_REQUESTED_HEADERS = 4096

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]{1,128}")  # RFC 9110 section 5.6.2, lower-cased

# A preflight never echoes these: headers that browsers and proxies set, and `*`, which would allow them all.
_NEVER_ALLOWED = frozenset(
    "* connection content-length cookie cookie2 date dnt expect forwarded host keep-alive origin referer set-cookie te trailer"
    " transfer-encoding true-client-ip upgrade via x-real-ip".split()
)
_NEVER_ALLOWED_FAMILIES = ("access-control-", "cf-", "proxy-", "sec-", "x-forwarded-")

# What a browser says of a script's requests and of its WebSockets: `Sec-Fetch-Mode` -> `Sec-Fetch-Dest`. Silence counts as `cors`.
SCRIPT_MODES = {"cors": ("empty",), "same-origin": ("empty",)}
SOCKET_MODES = {"websocket": ("empty", "websocket"), "cors": ("empty",)}

_WILDCARD_ORIGIN = re.compile(r"(https?)://\*\.([a-z0-9-]+(?:\.[a-z0-9-]+)+)(:[0-9]{1,5})?")


class CorsPolicy(NamedTuple):
    """The `ALLOWED_ORIGINS` setting, ready for use: any origin, or exact ones and wildcards of one label."""

    any_origin: bool
    exact: frozenset[str] = frozenset()
    wildcards: tuple[tuple[re.Pattern[str], str], ...] = ()  # each with how it is written

    @classmethod
    def parse(cls, text: str) -> Self:
        """The policy from `*` or a comma list of origins. Raises ValueError, whose text says what it must be."""
        entries = [entry for entry in map(str.strip, text.split(",")) if entry]
        if not entries:
            raise ValueError("is empty; remove it to use the default")
        if "*" in entries:
            if len(entries) > 1:
                raise ValueError("must be * alone, or a list of origins without it")
            return cls(any_origin=True)
        exact, wildcards = set(), []
        for entry in entries:
            if is_origin(entry):
                exact.add(entry)
            elif (wildcard := _WILDCARD_ORIGIN.fullmatch(entry)) and not names_default_port(entry):
                scheme, domain, port = wildcard.groups("")
                pattern = re.compile(f"{scheme}://[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\.{re.escape(domain + port)}")
                wildcards.append((pattern, entry))
            else:
                raise ValueError(
                    "must be *, or a comma list of origins such as https://app.example or https://*.app.example:"
                    " lower-case, no path, no slash"
                )
        return cls(any_origin=False, exact=frozenset(exact), wildcards=tuple(wildcards))

    def headers_for(self, origin: str | None) -> dict[str, str] | None:
        """The CORS headers of an answer to this origin, or None for an origin that is refused."""
        if self.any_origin:
            return OPEN_CORS
        if origin is None:
            return {"vary": "Origin"}
        if len(origin) > MAX_ORIGIN_LENGTH:
            return None
        if self.entry_of(origin):
            return {"access-control-allow-origin": origin, "vary": "Origin"}
        return None

    def entry_of(self, origin: str) -> str | None:
        """The entry of the list that allows this origin, as the operator wrote it."""
        if origin in self.exact:
            return origin
        return next((entry for pattern, entry in self.wildcards if pattern.fullmatch(origin)), None)


def with_id(cors: dict[str, str], id: str) -> dict[str, str]:
    """The headers that every answer to a request has: those of CORS, and its id. Scripts may read it where they may read the answer."""
    exposed = {EXPOSED: REQUEST_ID} if "access-control-allow-origin" in cors else {}
    return {**cors, REQUEST_ID: id, **exposed}


def origin_of(request: Request) -> str | None:
    """The origin that the request claims, or None.

    A page's GET or HEAD to its own origin sends no `Origin`, only `Sec-Fetch-Site` (Fetch standard, "append a request Origin header").
    """
    origin = request.headers.get("origin")
    if origin is None and request.method in ("GET", "HEAD") and request.headers.get("sec-fetch-site") == "same-origin":
        return request.own_origin
    return origin


def check_page(request: Request, origin: str | None, *, required: bool, modes: Mapping[str, tuple[str, ...]] = SCRIPT_MODES) -> None:
    """Refuses what a browser requests by other means than a script's `fetch`, or WebSocket. Raises Refusal: origin_not_allowed.

    An answer that a page embeds, imports or opens could act as the relay's origin and use its storage. Browsers declare what a request
    is for (Fetch Metadata Request Headers, W3C). Other programs declare nothing, and pass.
    """
    mode, destination = request.headers.get("sec-fetch-mode", "cors"), request.headers.get("sec-fetch-dest", "empty")
    if destination not in modes.get(mode, ()):
        words = "Call this relay from a script, with fetch in CORS mode. It does not answer links, embeds or imports."
        raise Refusal("origin_not_allowed", words)
    if required and not origin:
        raise Refusal("origin_not_allowed", "This relay needs an Origin header. Call it from a page whose origin is allowed.")


def preflight(common: dict[str, str], request: Request) -> Reply:
    """The answer to OPTIONS: the requested headers are echoed, because a fixed list breaks with every new SDK version."""
    requested = request.headers.get("access-control-request-headers", "").lower()
    names = requested.split(",") if len(requested) <= MAX_REQUESTED_HEADERS else []
    allowed = [name for name in map(str.strip, names) if may_be_sent(name)]
    vary = [*filter(None, [common.get("vary")]), "Access-Control-Request-Headers"]
    answer = {
        **common,
        "access-control-allow-methods": ALLOW_METHODS,
        "access-control-max-age": MAX_AGE_SECONDS,
        "cache-control": NOT_STORED,
        "vary": ", ".join(vary),
    }
    if allowed:
        answer["access-control-allow-headers"] = ", ".join(allowed)
    return Reply(204, answer)


def may_be_sent(name: str) -> bool:
    """Whether this is the name of a request header that clients, and not browsers or proxies, set."""
    return bool(_TOKEN.fullmatch(name)) and name not in _NEVER_ALLOWED and not name.startswith(_NEVER_ALLOWED_FAMILIES)
