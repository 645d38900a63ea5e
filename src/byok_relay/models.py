"""Which models does a request ask for, and may it? Loaded only where models are limited: by ALLOWED_MODELS or by a sealed key.

A limit is a list of patterns. In a pattern `*` stands for any characters of a name but the slash: `gpt-5*` is no `openai/gpt-5`, which is
`openai/gpt-5*` or `*/gpt-5*`. A name in other characters than names have matches nothing.

The path names the model where its route says so. Otherwise the body does, and it is read, as a server would read it who wants to pass
something by: what could be read in two ways is refused, and so is what cannot be read at all. Providers take models from more members
than one. So every member counts whose name says that it names models, wherever it stands outside of what people say.
"""

import re
from collections.abc import Generator, Iterator, Sequence
from typing import Any

from . import strict_json
from .guard import percent_decoded
from .messages import Read, Request, Result
from .paths import pattern
from .providers import CHECKED_GROUPS, Endpoint, Provider
from .refusal import Refusal

MOST_BYTES = 1 << 20  # of a body that is read
MOST_PATTERNS = 100
MOST_NAMES = 100  # that one request may ask for

_CHARACTERS = "A-Za-z0-9._:/@~#+-"
_NAME = re.compile(f"[{_CHARACTERS}]{{1,200}}")
_PATTERN = re.compile(f"[*{_CHARACTERS}]{{1,100}}")

_IN_PATH = frozenset(("{model}", "{model_id}", "{model_name}"))
_JSON = re.compile(r'application/json[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?', re.IGNORECASE)  # RFC 8259 section 8.1
_MODEL_PARAMETER = re.compile("(?:^|[&;])model=")
_NO_LETTERS = re.compile("[^a-z]+")

# Members that name models, in letters only: servers in Go read a name in any case, and by Unicode's folding. What ends like these counts
# at any depth: an image tool's `model`, Groq's `answering_model`, OpenRouter's `analysis_models`, Anthropic's `fallbacks`. The others
# count at the top, as they mean something else below: `agent` is Google's and Mistral's, `preset` Perplexity's and OpenRouter's, `version`
# Replicate's.
_ENDS = ("model", "models", "modelid", "modelids", "fallback", "fallbacks")
_AT_TOP = frozenset(("preset", "version"))
_NAMES_ONE = frozenset("agent agentid model modelid models".split())  # at the top, and nothing else than texts

# What holds what people and tools say, in which `model` may be a car's. Only tools are set there.
_SAID = frozenset("contents documents input messages metadata".split())


_NOT_HERE = (
    "This relay does not relay this model. /.well-known/byok-relay lists those that it does, which its operator set in ALLOWED_MODELS."
)
_NOT_BY_KEY = "This sealed key is not for this model. Use one of those it was sealed for, or seal the API key again."
_HOLDERS = (list, dict)
_TOO_LONG = "a body must have at most 1 MiB, to be checked."


def is_pattern(text: object) -> bool:
    return isinstance(text, str) and _PATTERN.fullmatch(text) is not None


def patterns(names: Sequence[str]) -> tuple[str, ...]:
    """These patterns, as an operator wrote them. Raises ValueError."""
    for at, name in enumerate(names, start=1):
        if not is_pattern(name):
            raise ValueError(f"has no name of a model, or pattern such as gpt-5*, at place {at}")
    if len(names) > MOST_PATTERNS:
        raise ValueError(f"must have at most {MOST_PATTERNS} patterns")
    return tuple(dict.fromkeys(names))


def allows(patterns: Sequence[str], name: str) -> bool:
    """Whether one of the patterns matches the whole name."""
    return _NAME.fullmatch(name) is not None and any(_matches(pattern.split("/"), name.split("/")) for pattern in patterns)


def _matches(pattern: list[str], name: list[str]) -> bool:
    return len(pattern) == len(name) and all(map(_matches_part, pattern, name))


def _matches_part(pattern: str, name: str) -> bool:
    """Each text between two stars is taken where it first occurs. So nothing is tried twice."""
    begin, *between = pattern.split("*")
    if not between:
        return pattern == name
    end = between.pop()
    at, last = len(begin), len(name) - len(end)
    if at > last or not name.startswith(begin) or not name.endswith(end):
        return False
    for text in between:
        found = name.find(text, at, last)
        if found < 0:
            return False
        at = found + len(text)
    return True


def check(
    request: Request, query: str, provider: Provider, endpoint: Endpoint, path: str, of_relay: Sequence[str], of_key: Sequence[str]
) -> Generator[Read, Result, None]:
    """Each model that the request asks for must match one of the relay's patterns and one of the key's, where there are any.

    Raises Refusal: model_not_allowed.
    """
    if endpoint.group not in CHECKED_GROUPS:
        raise _refusal(f"endpoints of the group `{endpoint.group}` are closed, because what they lead to cannot be checked.")
    for name in (yield from _asked_for(request, query, provider, endpoint, path)):
        if of_relay and not allows(of_relay, name):
            raise Refusal("model_not_allowed", _NOT_HERE)
        if of_key and not allows(of_key, name):
            raise Refusal("model_not_allowed", _NOT_BY_KEY)


def _asked_for(request: Request, query: str, provider: Provider, endpoint: Endpoint, path: str) -> Generator[Read, Result, list[str]]:
    named = [*_in_path(endpoint.route, path), *_in_query(query)]
    if request.method in ("GET", "HEAD") or "{model" in endpoint.route or endpoint.route.endswith(("/cancel", ":cancel")):
        return named
    if not provider.model_members:
        if not _MODEL_PARAMETER.search(query):
            raise _refusal("a request must name one, in the parameter `model`.")
        return named
    _check_readable(request)
    body = yield Read(MOST_BYTES)
    if not isinstance(body, bytes):
        raise _refusal(_TOO_LONG)
    return named + _in_body(body, provider.model_members)


def _in_path(route: str, path: str) -> Iterator[str]:
    """The name, of which some routes have the parts apart: /models/{model}/{model}/predictions."""
    found = pattern(route, _IN_PATH).fullmatch(path) if "{model" in route else None
    if found:
        yield "/".join(map(percent_decoded, found.groups()))


def _in_query(query: str) -> Iterator[str]:
    for pair in re.split("[&;]", query):
        name, _, value = pair.partition("=")
        if _letters(percent_decoded(name)).endswith(_ENDS):
            yield percent_decoded(value)


def _check_readable(request: Request) -> None:
    """Whether a body can be checked, as far as its headers tell. So that few bytes are held, its length must be known."""
    headers = request.headers
    length = request.content_length
    if length is None or "transfer-encoding" in headers:
        raise _refusal("a body must come with a Content-Length, and not in chunks, to be checked.")
    if length > MOST_BYTES:
        raise _refusal(_TOO_LONG)
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise _refusal("a body must not be compressed, to be checked.")
    if not _JSON.fullmatch(headers.get("content-type", "")):
        raise _refusal(
            "a body must be JSON in UTF-8 and say so (Content-Type: application/json), to be checked. Forms and files cannot be."
        )


def _in_body(body: bytes, members: frozenset[str]) -> list[str]:
    try:
        content = strict_json.loads(body.decode())
    except ValueError:
        raise _refusal("this body cannot be checked: it is not JSON in UTF-8 in which each member is there once.") from None
    if not isinstance(content, dict):
        raise _refusal("this body cannot be checked: it is no JSON object.")
    if not members & content.keys():
        raise _refusal(f"a body must name one, in the member {' or '.join(f'`{name}`' for name in sorted(members))}.")
    named = [*_named_in(content, members)]
    if not all(isinstance(name, str) for name in named):
        raise _refusal("a model's name in a body must be a text, or a list of texts that is not empty.")
    names = list(dict.fromkeys(named))
    if len(names) > MOST_NAMES:
        raise _refusal(f"a body must name at most {MOST_NAMES}.")
    return names


def _named_in(content: dict[str, Any], members: frozenset[str]) -> Iterator[Any]:
    """What the members hold that name models: texts, or something else at the top, where that is a mistake."""
    waiting: list[tuple[Any, bool]] = []  # what is to be searched, and whether it is what people say
    for name, held in content.items():
        letters = _letters(name)
        if letters in _NAMES_ONE or name in members:
            yield from held if isinstance(held, list) and held else [held]
        elif isinstance(held, str) and letters in _AT_TOP:
            yield held
        else:
            yield from _texts(letters, held)
            waiting.append((held, name in _SAID))
    while waiting:
        value, is_said = waiting.pop()
        if isinstance(value, list):
            waiting += [(each, is_said) for each in value if isinstance(each, _HOLDERS)]
        elif isinstance(value, dict):
            for name, held in value.items():
                if not is_said:
                    yield from _texts(_letters(name), held)
                if isinstance(held, _HOLDERS):
                    waiting.append((held, is_said and name.casefold() != "tools"))


def _texts(letters: str, held: Any) -> Iterator[str]:
    """The texts in a member with this name, also in lists of lists, if it names models. A schema's `model` is an object, and none."""
    waiting = [held] if letters.endswith(_ENDS) else []
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            waiting += value


def _letters(name: str) -> str:
    return _NO_LETTERS.sub("", name.casefold())


def _refusal(words: str) -> Refusal:
    return Refusal("model_not_allowed", f"Only some models are allowed here: {words}")
