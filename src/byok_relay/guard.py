"""The last check of what goes up: the key is in its own header and nowhere else.

It covers every key in the request, the sealed token and the key inside it, and every text that is recognisably a vendor's key. A URL
with a key in it is refused. A header with a key in it is left out.
"""

import re
from collections.abc import Iterable

from .carriers import BASIC
from .keys import holds_a_key
from .refusal import Refusal
from .secret import Secret

# A shorter key is a word for a local model server. It is not a secret, and it may occur anywhere.
SHORTEST_SECRET = 8

_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
_MAX_DECODINGS = 3  # a proxy on the provider's side may decode once more than its server


def percent_decoded(text: str) -> str:
    """The text with its percent-escapes decoded once."""
    return _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text) if "%" in text else text


class Guard:
    """Knows the keys of one request.

    Of a pair, `id:secret`, the id is none: paths have it. The secret is one by itself, and so is the whole as Basic authentication has it.
    """

    __slots__ = ("_keys",)

    def __init__(self, keys: Iterable[Secret], *, are_pairs: bool = False) -> None:
        if are_pairs:
            keys = [*keys]
            ids = {key.reveal().partition(":")[0] for key in keys if ":" in key.reveal()}
            pairs = [key for key in keys if ":" in key.reveal()]
            keys = [
                *(key for key in keys if key.reveal() not in ids),
                *(Secret(key.reveal().partition(":")[2]) for key in pairs),
                *(Secret(BASIC.write(key).rpartition(" ")[2].rstrip("=")) for key in pairs),
            ]
        self._keys = [key for key in keys if len(key.reveal()) >= SHORTEST_SECRET]

    def check_url(self, path: str, query: str) -> None:
        """Refuses a URL that holds a key. Raises Refusal: key_in_query."""
        if self.finds_a_key_in(f"{path}?{query}"):
            raise Refusal("key_in_query")

    def finds_a_key_in(self, text: str) -> bool:
        """Whether the text holds a key of this request or a recognisable key of a vendor, plain or percent-encoded."""
        for _ in range(1 + _MAX_DECODINGS):
            for key in self._keys:  # a loop, since `any` of a generator takes twice as long
                if key.reveal() in text:
                    return True
            if holds_a_key(text):
                return True
            if "%" not in text:
                break
            text = percent_decoded(text)
        return False
