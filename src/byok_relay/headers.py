"""Which headers travel. Both ways they are built from a list of names, never copied and filtered.

Header names are lower-case throughout.
"""

from . import VERSION
from .cors import EXPOSED
from .guard import Guard
from .messages import NOT_STORED, REQUEST_ID, Request
from .providers import Provider

USER_AGENT = f"byok-relay/{VERSION}"  # Cloudflare's fetch sends none, and several providers refuse requests without one

# Request headers that every provider may get. The runtime sets `content-length`. The key is added last.
COMMON_HEADERS = frozenset(
    "accept accept-encoding accept-language content-encoding content-type idempotency-key user-agent x-client-request-id"
    # How SDKs that Stainless generates describe themselves: OpenAI's, Anthropic's, Groq's …
    " x-stainless-arch x-stainless-async x-stainless-custom-event-handler x-stainless-custom-poll-interval x-stainless-helper"
    " x-stainless-helper-method x-stainless-lang x-stainless-os x-stainless-package-version x-stainless-poll-helper"
    " x-stainless-raw-response x-stainless-read-timeout x-stainless-retry-count x-stainless-runtime x-stainless-runtime-version"
    " x-stainless-stream-helper x-stainless-timeout".split()
)

MAX_VALUE_LENGTH = 1024  # characters; no client needs more, and every value is searched for keys

# Sent if the client leaves them out. Without `accept-encoding` the runtime would ask for gzip, which such a client may not read.
DEFAULT_REQUEST_HEADERS = {"user-agent": USER_AGENT, "accept-encoding": "identity"}

# Answer headers that clients get from every provider: content, validators, retry times, limits, and ids for support. A provider's own
# names are in its entry.
COMMON_ANSWER_HEADERS = frozenset(
    "accept-ranges age content-disposition content-encoding content-language content-length content-range content-type date etag"
    " last-modified retry-after retry-after-ms vary x-should-retry request-id x-request-id x-correlation-id x-trace-id"
    " ratelimit ratelimit-policy".split()
)
COMMON_ANSWER_FAMILIES = ("x-ratelimit-", "ratelimit-")

# On every relayed answer: nobody stores it, nobody changes it on the way, and it is inert when opened as a page.
FIXED_ANSWER_HEADERS = {
    "cache-control": NOT_STORED,
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
}


def request_headers(provider: Provider, request: Request, guard: Guard, *, plain: bool = False) -> dict[str, str]:
    """The upstream request's headers, without the key's. `plain`: the answer is to be read here, so it must not be compressed.

    Values that hold a key are left out, and very long ones. So are values that are not printable ASCII, because runtimes log those in full.
    """
    given = request.headers
    names = [*(given.keys() & COMMON_HEADERS), *(given.keys() & provider.headers)]
    sent = {name: given[name] for name in names if 0 < len(given[name]) <= MAX_VALUE_LENGTH}
    together = " ".join(sent.values())  # one check of all values together, which nearly always passes
    if not _is_printable(together) or guard.finds_a_key_in(together):
        sent = {name: value for name, value in sent.items() if _is_printable(value) and not guard.finds_a_key_in(value)}
    headers = dict(provider.default_headers) | DEFAULT_REQUEST_HEADERS | sent
    return headers | {"accept-encoding": "identity"} if plain else headers


def answer_headers(provider: Provider, upstream: dict[str, str], common: dict[str, str]) -> dict[str, str]:
    """The answer's headers: the provider's listed ones, which scripts may read, then the relay's own, which all of its answers have."""
    families = COMMON_ANSWER_FAMILIES + provider.answer_families
    passed = {
        name: value
        for name, value in upstream.items()
        if name in COMMON_ANSWER_HEADERS or name in provider.answer_headers or name.startswith(families)
    }
    if "transfer-encoding" in upstream:  # RFC 9112 section 6.3: it overrides a length
        passed.pop("content-length", None)
    if "connection" in upstream:  # RFC 9110 section 7.6.1: it names the headers of this connection only
        for name in {*upstream["connection"].lower().replace(" ", "").split(",")}:
            passed.pop(name, None)
    answer = passed if _is_printable("".join(passed.values())) else {name: v for name, v in passed.items() if _is_printable(v)}
    headers = {**answer, **FIXED_ANSWER_HEADERS, **common, EXPOSED: ", ".join([REQUEST_ID, *answer])}
    if "vary" in answer and "vary" in common:
        headers["vary"] = f"{answer['vary']}, {common['vary']}"
    return headers


def _is_printable(value: str) -> bool:
    return value.isascii() and value.isprintable()
