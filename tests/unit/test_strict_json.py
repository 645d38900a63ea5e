import pytest

from byok_relay.strict_json import loads


def nested(depth, inner=""):
    return "[" * depth + inner + "]" * depth


TAKEN = {
    "as many brackets in brackets as there may be": nested(200),
    "objects among them": '{"a":' * 100 + nested(100) + "}" * 100,
    "more brackets side by side": f"[{','.join(['[]'] * 1000)}]",
    "more brackets in a text": '["' + "[" * 1000 + '"]',
    "and behind an escaped quote": r'["\"' + "{" * 1000 + '"]',
    "as many members and objects as there may be": f"[{','.join(['{}'] * 50_000)}]",
}
REFUSED = {
    "one bracket too deep": nested(201),
    "one object too deep": '{"a":' * 101 + nested(100) + "}" * 101,
    "too deep behind a text with an escaped quote": f'["\\"", {nested(200)}]',
    "one object too many": f"[{','.join(['{}'] * 50_001)}]",
    "a member twice": '{"a": 1, "a": 1}',
    "a member twice, once escaped": '{"a": 1, "\\u0061": 1}',
    "not a number": "NaN",
    "more than any number": "[-Infinity]",
    "a bracket that is left open": nested(2)[:-1],
}


@pytest.mark.parametrize("text", TAKEN.values(), ids=TAKEN.keys())
def test_a_text_is_taken_with(text):
    loads(text)


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_a_text_is_refused_with(text):
    with pytest.raises(ValueError):  # noqa: PT011
        loads(text)
