"""The query: listed parameters go up byte for byte, and keys never do."""

import re

from .guard import percent_decoded
from .keys import SHORTEST_WHOLE_KEY, holds_a_key
from .providers import Provider
from .refusal import Refusal
from .secret import Secret

MAX_PARAMETERS = 200  # limits the work that is done before any key is checked

_QUERY = re.compile('[!-"$-~]*')  # printable ASCII; a `#` would hide what follows it from the provider
_NO_LETTERS = re.compile("[^a-z]+")

# Names of parameters that hold credentials, in letters only. Every name that ends in `apikey` counts too.
_CREDENTIALS = frozenset(
    "accesskey accesstoken apisecret apitoken appkey auth authkey authorization authtoken bearer bearertoken clientsecret"
    " credential credentials idtoken jwt key licensekey oauthtoken passphrase passwd password privatekey privatetoken pwd"
    " refreshtoken secret secretkey sessionid sessiontoken sig signature subscriptionkey token xamzcredential"
    " xamzsecuritytoken xamzsignature xgoogapikey".split()
)

# Google's APIs let a caller change the matched method or headers with these, or get a script back. No provider's list has them, and a
# custom provider without a list refuses them too. https://cloud.google.com/apis/docs/system-parameters
_OVERRIDING = frozenset({"httpmethod", "httpheaders", "ct", "callback"})


def overrides_the_request(name: str) -> bool:
    """Whether a parameter of this name may change the method, the headers or the kind of answer."""
    return _letters(name) in _OVERRIDING


def _letters(name: str) -> str:
    return _NO_LETTERS.sub("", percent_decoded(percent_decoded(name)).lower())


def read_query(query: str, provider: Provider) -> tuple[str, list[Secret]]:
    """The query without its `key` parameters, and the keys in them, for a provider that has `key_parameter`.

    Raises Refusal: url_too_long, key_in_query, or path_not_allowed for other characters or parameters than the provider may get.
    """
    if not query:
        return "", []
    if not _QUERY.fullmatch(query):
        raise Refusal("path_not_allowed", "The query has characters that a URL cannot have. Percent-encode them.")
    pairs = query.split("&")
    if len(pairs) + query.count(";") > MAX_PARAMETERS:
        raise Refusal("url_too_long")
    kept: list[str] = []
    found: list[Secret] = []
    unknown = False
    for pair in pairs:
        if provider.key_parameter and pair.startswith("key="):
            found += [Secret(pair[4:])] if pair[4:] else []
            continue
        for part in pair.split(";"):  # some servers split parameters at a semicolon too
            unknown |= not _is_known(part, provider)
        kept.append(pair)
    if unknown:
        raise Refusal("path_not_allowed", _unlisted_message(provider))
    return "&".join(kept), found


def _is_known(part: str, provider: Provider) -> bool:
    """Whether the provider may get this parameter. Raises Refusal: key_in_query."""
    name = part.partition("=")[0]
    listed = not part or (provider.parameter_spellings is not None and name in provider.parameter_spellings)
    if listed and len(part) < SHORTEST_WHOLE_KEY:  # nearly always
        return True
    letters = _letters(name)
    meant_for_one = not listed and (letters in _CREDENTIALS or letters.endswith("apikey"))
    if meant_for_one or holds_a_key(part) or holds_a_key(percent_decoded(part)):
        raise Refusal("key_in_query")
    return listed or (provider.parameters is None and letters not in _OVERRIDING)


def _unlisted_message(provider: Provider) -> str:
    if provider.parameters is None:
        return "This query has a parameter that changes the method, the headers or the kind of answer. Remove it."
    names = ", ".join(sorted(provider.parameters))
    use = f"Use only these: {names}" if names else "It forwards none"
    return f"This query has a parameter that the relay does not forward to {provider.name}. {use}."
