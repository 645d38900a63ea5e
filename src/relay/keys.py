"""The user's key: where it is found, what refuses it, and which header it travels in from here.

A key is judged before it touches any header object, because runtimes log a header value that is not ASCII whole.
"""

import re

from .errors import Refusal
from .messages import CARRIERS
from .providers import Provider, Surface
from .secret import Secret

QUERY = "?key="  # the carrier that is none: some of Gemini's clients put the key into the URL

# Printable ASCII without space or comma: a comma is what two header lines make of two keys.
_KEY = re.compile(r"[!-+\--~]{8,4096}")
_BEARER = re.compile(r"bearer +(\S+) *", re.IGNORECASE)

# Keys that manage an account or move money have no business in a browser.
REFUSED_PREFIXES = ("sk-admin-", "sk-ant-admin", "sk_live_", "rk_live_")

# Beginnings that only one vendor's keys have -> that vendor. Such a key is never sent to another one.
VENDOR_PREFIXES = {
    "sk-ant-": "anthropic",
    "AIza": "google",
    "AQ.": "google",
    "ya29.": "google",
    "sk-or-": "openrouter",
    "sk-kimi-": "kimi",
    "sk-proj-": "openai",
    "sk-svcacct-": "openai",
    "gsk_": "groq",
    "xai-": "xai",
    "hf_": "huggingface",
    "nvapi-": "nvidia",
    "pplx-": "perplexity",
    "r8_": "replicate",
    "tgp_v1_": "together",
    "csk-": "cerebras",
    "fw_": "fireworks",
    "ghp_": "github",
    "gho_": "github",
    "github_pat_": "github",
    "SG.": "sendgrid",
    "ntn_": "notion",
    "sk_test_": "stripe",
    "rk_test_": "stripe",
    "xoxb-": "slack",
}
_VENDOR = re.compile("|".join(map(re.escape, sorted(VENDOR_PREFIXES, key=len, reverse=True))))

# Query parameters that are meant to hold a credential, without the separators that spellings differ in.
_CREDENTIAL_PARAMETERS = frozenset(
    "key apikey xapikey xgoogapikey xiapikey accesskey accesstoken authtoken token authorization bearer secret".split()
)
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")


def keys_in_headers(headers: dict[str, str]) -> dict[str, Secret]:
    """The keys of a request by carrier. `Authorization` counts only with a Bearer token (RFC 6750 section 2.1)."""
    found = {}
    for carrier in CARRIERS:
        value = headers.get(carrier)
        if isinstance(value, Secret):
            text = value.reveal().strip()
            if carrier == "authorization":
                bearer = _BEARER.fullmatch(text)
                text = bearer[1] if bearer else ""
            if text:
                found[carrier] = Secret(text)
    return found


def key_in_query(query: str, provider: Provider) -> tuple[str, dict[str, Secret]]:
    """The query without `?key=`, and that key, for a provider whose clients send it. Raises Refusal: key_in_query."""
    kept: list[str] = []
    found: dict[str, Secret] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if name == "key" and provider.key_parameter:
            found = {QUERY: Secret(value)} if value else found
        elif _plain(name) in _CREDENTIAL_PARAMETERS:
            raise Refusal("key_in_query")
        else:
            kept.append(pair)
    return "&".join(kept), found


def _plain(name: str) -> str:
    decoded = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), name)
    return decoded.lower().replace("-", "").replace("_", "")


def choose(found: dict[str, Secret], surface: Surface) -> tuple[str, Secret]:
    """The one key that counts, and the carrier it came in. Raises Refusal: missing_key."""
    for carrier in ("x-api-key", *surface.carriers, *CARRIERS, QUERY):
        if carrier in found:
            return carrier, found[carrier]
    raise Refusal("missing_key")


def vendor(key: Secret) -> str | None:
    """Whose key this plainly is, if it begins like only one vendor's keys do."""
    begins = _VENDOR.match(key.reveal())
    return VENDOR_PREFIXES[begins[0]] if begins else None


def check(key: Secret, provider: Provider, check_prefix: bool) -> None:
    """Raises Refusal: key_malformed, key_refused or key_wrong_provider."""
    value = key.reveal()
    if not _KEY.fullmatch(value):
        raise Refusal("key_malformed")
    if value.startswith(REFUSED_PREFIXES):
        raise Refusal("key_refused")
    owner = vendor(key)
    if owner is not None and owner != provider.id:
        raise Refusal("key_wrong_provider")
    if check_prefix and provider.key_prefixes and not value.startswith(provider.key_prefixes):
        raise Refusal("key_malformed", f"This is not a {provider.name} API key: those look like {provider.key_hint}")


def credential(key: Secret, came_in: str, provider: Provider, surface: Surface) -> tuple[str, Secret]:
    """The header that carries the key up, and its value: where it came in if that is native there, else the main carrier."""
    carrier = came_in if came_in in surface.carriers else surface.carriers[0]
    value = key.reveal()
    if value.startswith(provider.bearer_prefixes):
        carrier = "authorization"
    return carrier, Secret(f"Bearer {value}") if carrier == "authorization" else key
