"""The user's key: where it is found, what refuses it, and which header it travels in from here.

A key is judged before it touches any header object, because runtimes log a header value that is not ASCII whole.
"""

import re

from .messages import CARRIERS
from .providers import Provider, Surface
from .refusal import Refusal
from .sealing import PREFIX, is_sealed, named_provider
from .secret import Secret

QUERY = "?key="  # the carrier that is none: some of Gemini's clients put the key into the URL

# Printable ASCII without space or comma: a comma is what two header lines make of two keys.
_KEY = re.compile(r"[!-+\--~]{8,4096}")
_BEARER = re.compile("bearer +(.+)", re.IGNORECASE | re.DOTALL)

# Where a key may begin in what was sent for one: people paste quotes, brackets, URLs and whole `NAME=key` lines along with it. Not
# after what keys and tokens are made of themselves.
_BEGINNING = r"(?<![A-Za-z0-9_.-])"

# Keys that manage an account or move money have no business in a browser.
REFUSED_PREFIXES = ("sk-admin-", "sk-ant-admin", "sk_live_", "rk_live_", "sk_prod_", "rk_prod_")
_REFUSED = re.compile(_BEGINNING + "(?:" + "|".join(REFUSED_PREFIXES) + ")")

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
    "sk-service-": "openai",
    "ek_": "openai",
    "gsk_": "groq",
    "xai-": "xai",
    "hf_": "huggingface",
    "api_org_": "huggingface",
    "nvapi-": "nvidia",
    "pplx-": "perplexity",
    "r8_": "replicate",
    "tgp_v1_": "together",
    "csk-": "cerebras",
    "fw_": "fireworks",
    "ghp_": "github",
    "gho_": "github",
    "ghu_": "github",
    "ghs_": "github",
    "ghr_": "github",
    "github_pat_": "github",
    "SG.": "sendgrid",
    "ntn_": "notion",
    "sk_test_": "stripe",
    "rk_test_": "stripe",
    "xoxb-": "slack",
    "xoxp-": "slack",
    "AKIA": "aws",
}
_OPENAI_MARK = "T3BlbkFJ"  # "OpenAI" in base64, inside every key of theirs, also those that begin with a bare `sk-`
_PREFIXES = "|".join(map(re.escape, sorted(VENDOR_PREFIXES, key=len, reverse=True)))
_VENDOR = re.compile(f"{_BEGINNING}({_PREFIXES})")
_WHOLE_KEY = re.compile(f"{_BEGINNING}(?:{_PREFIXES}|{'|'.join(REFUSED_PREFIXES)})[A-Za-z0-9_-]{{16}}")

# Query parameters that are meant to hold a credential, in letters only; so are all that end in `apikey`.
_CREDENTIAL_PARAMETERS = frozenset(
    "key xgoogapikey subscriptionkey accesskey accesstoken authtoken oauthtoken token auth authorization bearer bearertoken password"
    " passwd secret clientsecret".split()
)

# Parameters with which Google's APIs let a caller change the method or headers that were matched, or get a script back.
# https://cloud.google.com/apis/docs/system-parameters
_OVERRIDING_PARAMETERS = frozenset({"httpmethod", "httpheaders", "ct", "callback"})

MAX_PARAMETERS = 200  # each is looked at, before any key has been

_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
_NO_LETTERS = re.compile("[^a-z]+")


def keys_in_headers(headers: dict[str, str]) -> dict[str, Secret]:
    """The keys of a request by carrier. `Authorization` counts only with a Bearer token (RFC 6750 section 2.1)."""
    found = {}
    for carrier in CARRIERS:
        value = headers.get(carrier)
        if isinstance(value, Secret):
            text = value.reveal().strip(" \t")  # what RFC 9110 calls whitespace, and no more
            if carrier == "authorization":
                bearer = _BEARER.fullmatch(text)
                text = bearer[1] if bearer else ""
            if text:
                found[carrier] = Secret(text)
    return found


def key_in_query(query: str, provider: Provider) -> tuple[str, dict[str, Secret]]:
    """The query without `?key=`, and that key, for a provider whose clients send it.

    Raises Refusal: key_in_query for any other credential, path_not_allowed for what would change the request that was matched.
    """
    if not query:
        return "", {}
    pairs = query.split("&")
    if len(pairs) + query.count(";") > MAX_PARAMETERS:
        raise Refusal("url_too_long")
    kept: list[str] = []
    found: dict[str, Secret] = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        if name == "key" and provider.key_parameter:
            found = {QUERY: Secret(value)} if value else found
            continue
        for part in pair.split(";"):  # where one parameter ends is the provider's to say, and some say here
            _check_parameter(*part.partition("=")[::2])
        kept.append(pair)
    return "&".join(kept), found


def _check_parameter(name: str, value: str) -> None:
    name, value = _decoded(name), _decoded(value)
    letters = _NO_LETTERS.sub("", name.lower())
    if letters in _CREDENTIAL_PARAMETERS or letters.endswith("apikey") or _looks_like_a_key(value) or _looks_like_a_key(name):
        raise Refusal("key_in_query")
    if letters in _OVERRIDING_PARAMETERS:
        raise Refusal("path_not_allowed", "This query has a parameter that would change what kind of request this is.")


def _decoded(text: str) -> str:
    return _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text)


def _looks_like_a_key(value: str) -> bool:
    return len(value) >= 20 and (value.startswith(PREFIX) or vendor(Secret(value)) is not None or _REFUSED.search(value) is not None)


def choose(found: dict[str, Secret], surface: Surface) -> tuple[str, Secret]:
    """The one key that counts, and the carrier it came in. Raises Refusal: missing_key."""
    for carrier in ("x-api-key", *surface.carriers, *CARRIERS, QUERY):
        if carrier in found:
            return carrier, found[carrier]
    raise Refusal("missing_key")


def vendor(key: Secret) -> str | None:
    """Whose key this plainly is: a sealed key says so, and some vendors' keys look like nobody else's."""
    if is_sealed(key):
        return named_provider(key)
    begins = _VENDOR.search(key.reveal())
    if begins:
        return VENDOR_PREFIXES[begins[1]]
    return "openai" if _OPENAI_MARK in key.reveal() else None


def check(key: Secret, provider: Provider, check_prefix: bool) -> None:
    """Raises Refusal: key_malformed, key_refused or key_wrong_provider. No variable here holds the value: a traceback may show those."""
    if not _KEY.fullmatch(key.reveal()):
        raise Refusal("key_malformed")
    if is_sealed(key):  # inside another one
        raise Refusal("sealed_key_invalid")
    if _REFUSED.search(key.reveal()):
        raise Refusal("key_refused")
    owner = vendor(key)
    if owner is not None and owner != provider.id:
        raise Refusal("key_wrong_provider")
    if check_prefix and provider.key_prefixes and not key.reveal().startswith(provider.key_prefixes):
        raise Refusal("key_malformed", f"This is no {provider.name} API key: those look like {provider.key_hint}")


def without_keys(headers: dict[str, str], key: Secret) -> dict[str, str]:
    """The headers in which no key is: neither the request's own, which goes up once, nor what is plainly some vendor's."""
    own = key.reveal()
    return {name: value for name, value in headers.items() if own not in value and not (len(value) >= 20 and _WHOLE_KEY.search(value))}


def credential(key: Secret, came_in: str, provider: Provider, surface: Surface) -> tuple[str, Secret]:
    """The header that carries the key up, and its value: where it came in if that is native there, else the main carrier."""
    carrier = came_in if came_in in surface.carriers else surface.carriers[0]
    if key.reveal().startswith(provider.bearer_prefixes):
        carrier = "authorization"
    return carrier, Secret(f"Bearer {key.reveal()}") if carrier == "authorization" else key
