"""What the coverage-guided fuzzer begins with: the attacks that are known, and the words that decide something."""

from collections.abc import Iterator, Sequence
from itertools import chain, product

from tables.malformed_keys import MALFORMED
from tables.paths import ATTACKS

from . import hostile, keys, mutations
from .choices import Wished
from .hostile import Hostile
from .worlds import CONFIGURATIONS

QUERIES = (
    *"key=AIza alt=sse&key=AIza0123456789&x=1 api_key=x %61pi%5fkey=x access_token=x $httpMethod=DELETE %24httpHeaders=a:b".split(),
    *"callback=x x=sk-ant-0123456789abcdef a=1#b &&&= KEY=x".split(),
)
CHATS = ("/openai/v1/chat/completions", "/gemini/v1beta/models/gemini-pro:generateContent", "/v1/messages")


def seeds() -> Iterator[tuple[bytes, Hostile]]:
    """Inputs, and the request that each of them is to make."""
    for options, texts in _wishes():
        choices = Wished(options, texts)
        made = hostile.hostile(choices)
        assert choices.granted, (options, texts)
        yield choices.input, made


def _wishes() -> Iterator[tuple[Sequence[object], Sequence[str]]]:
    yield from (([hostile.written], [path]) for path in ATTACKS)
    yield from (([hostile.written], [f"{chat}?{query}"]) for chat in CHATS for query in QUERIES)
    yield from (([keys.written_key], [key]) for key in MALFORMED.values())
    listed = [given for given in CONFIGURATIONS if "ALLOWED_ORIGINS" in given]
    yield from (([given, 1, hostile.written_origin], [origin]) for given in listed for origin in hostile.ORIGINS)
    yield from (([1, hostile.written_header], [name, "1"]) for name in (*hostile.CONTROLS, *hostile.LISTED_NAMES))
    yield from (([given, *wish], []) for given in CONFIGURATIONS for wish in ([], [keys.sealed_key], ["OPTIONS"], ["{model}"]))
    yield from (([mutations.mutated, change, 1], []) for change in mutations.MUTATIONS)
    yield from ((wishes, []) for wishes in product(CONFIGURATIONS, (keys.own_key, keys.sealed_key), hostile.SPILLS, hostile.SPELLINGS))


def dictionary() -> str:
    """Words in libFuzzer's format."""
    words = {*hostile.NAMES, *hostile.ODD_NAMES, *hostile.CONTROLS, *hostile.CREDENTIALS, *keys.CARRIERS, *keys.BEGINNINGS}
    words |= {*mutations.DOTS, *mutations.SLASHES, *mutations.ODD}
    words |= {text for text in chain(ATTACKS, *hostile.CONTROLS.values()) if len(text) < 60}
    escaped = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in sorted(words) if word and mutations.MARKER not in word)
    return "".join(f'"{word}"\n' for word in escaped)
