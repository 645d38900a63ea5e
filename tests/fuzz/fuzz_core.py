"""The oracle under a coverage-guided fuzzer: `python -m fuzz.fuzz_core SECONDS`, or with a file that made it fail before.

Its corpus, its dictionary and what it finds are in `.fuzz/`.
"""

import hashlib
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["byok_relay"]):
    from byok_relay.messages import Forward

    from .choices import Fuzzed
    from .hostile import hostile, upstream_answer
    from .judge import judge, judge_answer
    from .seeds import dictionary, seeds

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


def main(argument: str) -> None:
    what = [argument]
    if argument.isdecimal():
        corpus, words = prepare()
        what = [str(corpus), f"-dict={words}", f"-max_total_time={argument}", f"-max_len={LONGEST}", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], f"-artifact_prefix={FINDINGS}/", *what], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1])
