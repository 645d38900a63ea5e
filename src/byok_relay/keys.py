"""The user's key: whose it is, and why it may be refused.

A key is checked before it enters a header object, because runtimes log a non-ASCII header value in full.
"""

import re
from functools import cache

from .providers import VENDORS, Provider
from .refusal import Refusal
from .sealing import PREFIX, is_sealed, named_provider
from .secret import Secret

_OWNERS = {prefix: vendor for vendor in VENDORS for prefix in vendor.prefixes}
_REFUSED = [prefix for vendor in VENDORS for prefix in vendor.refused]
_MARKS = {vendor.mark: vendor for vendor in VENDORS if vendor.mark}


def _where_a_key_begins(prefixes: list[str]) -> str:
    """A pattern that finds these prefixes wherever a key may begin.

    A key begins at a word boundary, because people paste quotes, brackets, URLs and `NAME=` with it. Keys also hold dashes, dots and
    underscores, so a short prefix does not count after one of those. A long prefix does: it is not there by chance.
    """
    ordered = sorted(prefixes, key=len, reverse=True)
    long = "|".join(re.escape(text) for text in ordered if len(text) >= 6)
    short = "|".join(re.escape(text) for text in ordered if len(text) < 6)
    return f"(?:(?<![A-Za-z0-9])(?:{long})|(?<![A-Za-z0-9_.-])(?:{short}))"


_OWNED = re.compile(_where_a_key_begins([*_OWNERS]))
_REFUSED_ANYWHERE = re.compile("|".join(map(re.escape, _REFUSED)))
_REFUSED_BEGINS = f"(?<![A-Za-z0-9])(?:{_REFUSED_ANYWHERE.pattern})"  # a text: few relays ever need it compiled


@cache  # compiled for the first text with a long word
def _whole_key() -> re.Pattern[str]:
    """A pattern of a whole key anywhere in a text.

    Such a key has 12 characters in a row without a dash, unlike a model's name (xai-grok-4-fast).
    """
    rest = "(?=[A-Za-z0-9_-]{16})[A-Za-z0-9_-]{0,16}?[A-Za-z0-9_]{12}"
    return re.compile(rf"{_where_a_key_begins([*_OWNERS, *_REFUSED])}{rest}|(?<![A-Za-z0-9]){PREFIX}\.[A-Za-z0-9_.-]{{16}}")


SHORTEST_WHOLE_KEY = 19  # characters; every whole key that is searched for has at least as many
_SHORT_WORD = f"[A-Za-z0-9_.-]{{0,{SHORTEST_WHOLE_KEY - 1}}}+"
_SHORT_WORDS = re.compile(f"(?:{_SHORT_WORD}[^A-Za-z0-9_.-])*+{_SHORT_WORD}")


def vendor_of(key: Secret) -> str | None:
    """The id of the vendor whose key this is, or None. A sealed key names it; other keys show it by a unique prefix or mark."""
    if is_sealed(key):
        return named_provider(key)
    begins = _OWNED.search(key.reveal())
    if begins:
        return _OWNERS[begins[0]].id
    return next((vendor.id for mark, vendor in _MARKS.items() if mark in key.reveal()), None)


def check(key: Secret, provider: Provider, *, check_form: bool) -> None:
    """Raises Refusal: key_malformed, key_refused or key_wrong_provider. No variable holds the plain key: a traceback may show it."""
    own = provider.keys.pattern.fullmatch(key.reveal()) is not None
    if not own and not re.fullmatch(provider.keys.any_form, key.reveal()):
        raise Refusal("key_malformed")
    # The first search is cheaper and nearly always decides.
    if _REFUSED_ANYWHERE.search(key.reveal()) and re.search(_REFUSED_BEGINS, key.reveal()):
        raise Refusal("key_refused")
    owner = vendor_of(key)
    if owner is not None and owner != provider.vendor:
        name = next(vendor.name for vendor in VENDORS if vendor.id == owner)
        words = f"This looks like a key of {name}, so it was not sent to {provider.name}. Use a key of {provider.name}."
        raise Refusal("key_wrong_provider", words)
    if check_form and not own:
        words = f"This is not an API key of {provider.name}. Copy it again: those look like {provider.keys.looks_like}"
        raise Refusal("key_malformed", words)


def holds_a_key(text: str) -> bool:
    """Whether the text holds a whole key of a vendor or a sealed key."""
    if _SHORT_WORDS.fullmatch(text):  # this decides nearly always, in a tenth of the time
        return False
    return _whole_key().search(text) is not None or any(mark in text for mark in _MARKS)
