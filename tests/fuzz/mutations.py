"""Texts near the border of what is accepted: real ones with a few things done to them that URL parsers disagree about."""

from collections.abc import Callable

from .choices import Choices

MARKER = "ptarmigan"  # stands for any input: no answer of the relay's own may hold it

DOTS = tuple("/. /.. /./ /../ /x/.. /x/../.. /%2e /%2E%2e /.%2e /%2e./ /..; /... /%252e%252e /..%2f /..%5c /..\\".split(" "))
SLASHES = ("//", "\\", "%2f", "%2F", "%5c", "/./", ";/", "/;x=1/", "", "///", "／", "%252f", ":", "/%2e/", "/@", "/ ", "/\t")
ODD = (
    *". .. ; : @ ? # % & = , ~ * $ ! ' ( ) | ^ ` < > [ ] { } + - _ A 0 v1 /v1 v1beta models openai %2e %2E %2f %5c %00 %0d%0a %09".split(),
    *"%20 %3A %3a %253A %2 %zz %c0%ae %u002e ;x=1 .json :443 @evil.example //evil.example https://evil.example \\evil.example".split(),
    *(" ", "\t", "\n", "\r\n", "\0", "\x7f", "\x85", "\xa0", "é", "Ω", "ｖ", "．", "\u2028", "\u200b", "🙂", '"', "\\", "/"),
    MARKER,
    f"/{MARKER}",
)


def mutated(text: str, choose: Choices) -> str:
    """The text, usually with one or two changes."""
    for _ in range(choose.pick((0, 0, 0, 1, 1, 1, 2, 3))):
        text = choose.pick(MUTATIONS)(text, choose)
    return text


def piece(choose: Choices) -> str:
    return choose.pick(ODD) if choose.number(0, 7) < 7 else choose.text(12)


def _insert(text: str, choose: Choices) -> str:
    at = choose.number(0, len(text))
    return text[:at] + piece(choose) + text[at:]


def _dots(text: str, choose: Choices) -> str:
    at = choose.number(0, len(text))
    at = at if at == len(text) else max(text.rfind("/", 0, at + 1), 0)
    return text[:at] + choose.pick(DOTS) + text[at:]


def _slash(text: str, choose: Choices) -> str:
    at = text.rfind("/", 0, choose.number(0, len(text)) + 1)
    return text[: max(at, 0)] + choose.pick(SLASHES) + text[at + 1 :]


def _cut(text: str, choose: Choices) -> str:
    at = choose.number(0, len(text))
    return text[:at] + text[at + choose.number(1, 3) :]


def _double(text: str, choose: Choices) -> str:
    at, length = choose.number(0, len(text)), choose.number(1, 8)
    return text[: at + length] + text[at:]


def _respelt(spell: Callable[[str], str]) -> Callable[[str, Choices], str]:
    """One character in another spelling."""

    def mutation(text: str, choose: Choices) -> str:
        at = choose.number(0, len(text))
        return text[:at] + "".join(map(spell, text[at : at + 1])) + text[at + 1 :]

    return mutation


def _escaped(format: str) -> Callable[[str, Choices], str]:
    return _respelt(lambda character: "".join(map(format.format, character.encode(errors="replace"))))


MUTATIONS: tuple[Callable[[str, Choices], str], ...] = (
    _insert,
    lambda text, choose: text + piece(choose),
    _dots,
    _slash,
    _cut,
    _double,
    _respelt(str.swapcase),
    _escaped("%{:02x}"),
    _escaped("%{:02X}"),
    _escaped("%25{:02x}"),
    _respelt(lambda character: chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character),  # the full-width form
)
