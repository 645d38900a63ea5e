"""The oracle under a coverage-guided fuzzer: `SECONDS=60 python -m fuzz.fuzz_core`, or with a file that made it fail before.

Its corpus, its dictionary and what it finds are in `.fuzz/`.
"""

import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from itertools import chain, product
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["byok_relay"]):
    from byok_relay.messages import Forward
    from tables.malformed_keys import MALFORMED
    from tables.paths import ATTACKS

    from . import hostile as make
    from . import keys, mutations
    from .choices import Fuzzed, Wished
    from .hostile import Hostile, hostile, upstream_answer
    from .judge import judge, judge_answer
    from .worlds import CONFIGURATIONS

FOLDER = Path(".fuzz")
FINDINGS = FOLDER / "findings"
LONGEST = 1024  # bytes of an input


def one_input(data: bytes) -> None:
    choose = Fuzzed(atheris.FuzzedDataProvider(data))
    request = hostile(choose)
    try:
        decision = judge(request)
        if isinstance(decision, Forward):
            judge_answer(decision, request, *upstream_answer(choose))
    except BaseException:
        file = FINDINGS / f"crash-{hashlib.sha1(data).hexdigest()}"
        print(f"\nWhat is wrong comes of this request:\n    {request!r}", file=sys.stderr)
        print(f"Again: PYTHONPATH=src:tests .venv/bin/python -m fuzz.fuzz_core {file}\n", file=sys.stderr)
        raise


# What it begins with: the attacks that are known, and the words that decide something.

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
    yield from (([make.written], [path]) for path in ATTACKS)
    yield from (([make.written], [f"{chat}?{query}"]) for chat in CHATS for query in QUERIES)
    yield from (([keys.written_key], [key]) for key in MALFORMED.values())
    listed = [given for given in CONFIGURATIONS if "ALLOWED_ORIGINS" in given]
    yield from (([given, 1, make.written_origin], [origin]) for given in listed for origin in make.ORIGINS)
    yield from (([1, make.written_header], [name, "1"]) for name in (*make.CONTROLS, *make.LISTED_NAMES))
    yield from (([given, *wish], []) for given in CONFIGURATIONS for wish in ([], [keys.sealed_key], ["OPTIONS"], ["{model}"]))
    yield from (([mutations.mutated, change, 1], []) for change in mutations.MUTATIONS)
    yield from ((wishes, []) for wishes in product(CONFIGURATIONS, (keys.own_key, keys.sealed_key), make.SPILLS, make.SPELLINGS))


def dictionary() -> str:
    """Words in libFuzzer's format."""
    words = {*make.NAMES, *make.ODD_NAMES, *make.CONTROLS, *make.CREDENTIALS, *keys.CARRIERS, *keys.BEGINNINGS}
    words |= {*mutations.DOTS, *mutations.SLASHES, *mutations.ODD}
    words |= {text for text in chain(ATTACKS, *make.CONTROLS.values()) if len(text) < 60}
    escaped = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in sorted(words) if word and mutations.MARKER not in word)
    return "".join(f'"{word}"\n' for word in escaped)


def prepare() -> tuple[Path, Path]:
    """The corpus and the dictionary. Raises AssertionError if an input does not make the request that it was made for."""
    corpus, words = FOLDER / "corpus", FOLDER / "words.dict"
    for folder in (corpus, FINDINGS):
        folder.mkdir(parents=True, exist_ok=True)
    for data, request in seeds():
        assert hostile(Fuzzed(atheris.FuzzedDataProvider(data))) == request
        (corpus / f"seed-{hashlib.sha1(data).hexdigest()}").write_bytes(data)
    words.write_text(dictionary())
    return corpus, words


def main(what: list[str]) -> None:
    if not what:
        corpus, words = prepare()
        seconds = int(os.environ.get("SECONDS") or 60)
        what = [str(corpus), f"-dict={words}", f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], f"-artifact_prefix={FINDINGS}/", *what], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
