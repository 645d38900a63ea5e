"""What the coverage-guided fuzzer begins with: the attacks that are known, and the words that decide something."""

from collections.abc import Iterator, Sequence

from tables.malformed_keys import MALFORMED
from tables.paths import ATTACKS

from .choices import Wished
from .hostile import (
    CONTROLS,
    CREDENTIALS,
    LISTED_NAMES,
    NAMES,
    ODD_NAMES,
    ORIGINS,
    SPELLINGS,
    SPILLS,
    Hostile,
    hostile,
    written,
    written_header,
    written_origin,
)
from .keys import BEGINNINGS, CARRIERS, own_key, sealed_key, written_key
from .mutations import DOTS, MARKER, MUTATIONS, ODD, SLASHES, mutated
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
        made = hostile(choices)
        assert choices.granted, (options, texts)
        yield choices.input, made


def _wishes() -> Iterator[tuple[Sequence[object], Sequence[str]]]:
    yield from (([written], [path]) for path in ATTACKS)
    yield from (([written], [f"{chat}?{query}"]) for chat in CHATS for query in QUERIES)
    yield from (([written_key], [key]) for key in MALFORMED.values())
    yield from (([given, 1, written_origin], [origin]) for given in CONFIGURATIONS if "ALLOWED_ORIGINS" in given for origin in ORIGINS)
    yield from (([1, written_header], [name, "1"]) for name in (*CONTROLS, *LISTED_NAMES))
    yield from (([given, *wish], []) for given in CONFIGURATIONS for wish in ([], [sealed_key], ["OPTIONS"], ["{model}"]))
    yield from (([mutated, change, 1], []) for change in MUTATIONS)
    yield from (
        ([given, key, spill, spelling], [])
        for given in CONFIGURATIONS
        for key in (own_key, sealed_key)
        for spill in SPILLS
        for spelling in SPELLINGS
    )


def dictionary() -> str:
    """Words in libFuzzer's format."""
    words = {*NAMES, *ODD_NAMES, *DOTS, *SLASHES, *ODD, *CARRIERS, *CONTROLS, *CREDENTIALS, *BEGINNINGS}
    words |= {path for path in ATTACKS if len(path) < 60} | {value for values in CONTROLS.values() for value in values if len(value) < 60}
    escaped = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in sorted(words) if word and MARKER not in word)
    return "".join(f'"{word}"\n' for word in escaped)
