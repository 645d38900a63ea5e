"""Which headers travel. Up: constructed from an allow-list, never copied and filtered. Down: everything but a list.

Header names are lower-case throughout.
"""

from . import VERSION
from .keys import without_keys
from .messages import CARRIERS, NOT_STORED
from .providers.provider import Provider
from .secret import Secret

USER_AGENT = f"byok-relay/{VERSION}"  # Cloudflare's fetch sends none, and several providers refuse requests without one

# What any provider may be told. `content-length` is the runtime's to set; keys are added at the very end.
COMMON_HEADERS = frozenset(
    "accept accept-encoding accept-language content-encoding content-type idempotency-key user-agent x-client-request-id".split()
)
COMMON_FAMILIES = ("x-stainless-",)

# What is said when the client does not say. A client that names no encoding reads none; without this the runtime would ask for gzip.
DEFAULT_REQUEST_HEADERS = {"user-agent": USER_AGENT, "accept-encoding": "identity"}

# Inside a provider's family by name, but about the browser or the key: never sent up.
# Anthropic takes the first for a CORS request and refuses organisations that have those turned off.
NEVER_SENT = frozenset({"anthropic-dangerous-direct-browser-access", *CARRIERS})
NEVER_SENT_ENDINGS = ("api-key", "-token", "-authorization")

# RFC 9110 section 7.6.1, and what would let a provider act on the relay's origin or on other answers from it.
DROPPED = frozenset(
    "accept-ch activate-storage-access alt-svc cdn-cache-control clear-site-data cloudflare-cdn-cache-control connection"
    " content-security-policy content-security-policy-report-only expires keep-alive link location nel permissions-policy pragma"
    " proxy-authenticate proxy-connection referrer-policy refresh report-to reporting-endpoints server service-worker-allowed"
    " set-cookie set-cookie2 set-login sourcemap speculation-rules strict-transport-security te timing-allow-origin trailer"
    " transfer-encoding upgrade use-as-dictionary www-authenticate x-frame-options x-relay-error x-sendfile x-sourcemap".split()
)
DROPPED_FAMILIES = ("access-control-", "cf-", "cross-origin-", "surrogate-", "x-accel-")

# On every answer that a provider's bytes are in: not stored, not changed on the way, and inert if opened as a page of the relay's.
FIXED_RESPONSE_HEADERS = {
    "cache-control": NOT_STORED,
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
}


def request_headers(provider: Provider, headers: dict[str, str], key: Secret) -> dict[str, str]:
    """The upstream request's headers, all but the one that carries the key.

    Left out are values with a key in them, which goes up once, and those that are not printable ASCII: runtimes log these whole.
    """
    families = provider.header_families + COMMON_FAMILIES
    listed = {
        name: value
        for name, value in headers.items()
        if (name in COMMON_HEADERS or name in provider.headers or name.startswith(families))
        and name not in NEVER_SENT
        and not name.endswith(NEVER_SENT_ENDINGS)
        and value
    }
    return {**provider.default_headers, **DEFAULT_REQUEST_HEADERS, **without_keys(_printable(listed), key)}


def response_headers(upstream: dict[str, str], added: dict[str, str]) -> dict[str, str]:
    """The answer's headers: the provider's without those dropped, then the relay's. Every name left is exposed to scripts."""
    hop_by_hop = {*upstream.get("connection", "").lower().replace(" ", "").split(",")}
    passed = {
        name: value
        for name, value in upstream.items()
        if name not in DROPPED and not name.startswith(DROPPED_FAMILIES) and name not in hop_by_hop
    }
    answer = _printable(passed)
    answer["access-control-expose-headers"] = ", ".join(answer)
    if "vary" in answer and "vary" in added:
        added = {**added, "vary": f"{answer['vary']}, {added['vary']}"}
    return {**answer, **FIXED_RESPONSE_HEADERS, **added}


def _printable(headers: dict[str, str]) -> dict[str, str]:
    """The headers that are printable ASCII. Nearly always that is all of them, which one look at them together tells."""
    text = "".join([*headers, *headers.values()])
    if text.isascii() and text.isprintable():
        return headers
    return {name: value for name, value in headers.items() if name.isascii() and value.isascii() and value.isprintable()}
