"""No input costs more than its length: eight times as much of it takes about eight times as long, not sixty-four times.

The inputs are what makes a careless pattern or loop try everything twice: repetitions, with an end that fits nothing.
"""

import gc
import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import product

import pytest

from relay import app, cors, headers, keys, paths, sealing, settings
from relay.messages import Request
from relay.providers.google import GOOGLE
from relay.providers.openai import OPENAI
from relay.refusal import Refusal
from relay.secret import Secret
from relay.settings import SettingError
from unit.support import APP, CHAT, RELAY, SEALING_KEY, bearer, forwarded, new_key, unopened

FACTOR = 8
MOST = 20  # quadratic would be 64
MEASURABLE = 0.0003  # seconds
LIMIT = 5  # seconds, for all measurements of one case
LONGEST = 4096  # steps of a few characters: eight times as much is 128 KB, and of much more it is the machine's memory that is measured

SETTINGS = settings.parse({"SEALING_KEY": json.dumps(SEALING_KEY), "ALLOWED_ORIGINS": f"{APP}, https://*.preview.example"})
CUSTOM_ROUTES = ["GET /{model_id}/{model}/{model_id}"]
CUSTOM = settings.parse({"CUSTOM_PROVIDERS": json.dumps({"my": {"base_url": "https://my.example", "routes": CUSTOM_ROUTES}})}).by_name["my"]
FORWARD = forwarded(CHAT["openai"], bearer(new_key()))

Work = tuple[Callable[[object], object], Callable[[int], object]]  # what is done, and an input by its length

LONG_REQUESTS: dict[str, Callable[[int], Request]] = {
    "path": lambda n: request("/openai/v1/models/" + "a" * n + "!"),
    "path of slashes": lambda n: request("/" * n),
    "path of versions": lambda n: request("/openai" + "/v1" * n),
    "bare path": lambda n: request("/v1/models/" + "a:" * n + "/"),
    "query": lambda n: request(CHAT["openai"] + "?" + "a=%41&" * n),
    "host": lambda n: Request("GET", "https://" + "a." * n + "/health", {}),
    "text that is no URL": lambda n: Request("GET", ":/" * n, {}),
    "value": lambda n: request(user_agent="x" * n),
    "row of headers": lambda n: Request("POST", RELAY + CHAT["openai"], bearer(new_key()) | {f"x-stainless-{i}": "1" for i in range(n)}),
    "origin": lambda n: request(origin="https://" + "a-" * n + ".preview.example"),
    "origin of labels": lambda n: request(origin="https://" + "a." * n + "preview.example"),
    "length": lambda n: request(content_length="9" * n),
    "upgrade": lambda n: request(upgrade="webs" * n),
    "name of a provider": lambda n: request("/v1/models", x_relay_provider="a" * n),
    "key": lambda n: request(x_api_key="sk-" * n),
    "key of spaces": lambda n: request(authorization="Bearer" + " " * n + "x"),
    "key on a bare path": lambda n: request("/v1/models", x_api_key="=sk-o" * n),
    "key of dots": lambda n: request(x_api_key="byok1" + "." * n),
    "token": lambda n: request(x_api_key=unopened({"prv": "openai", "org": ["a" * n], "iat": 1, "exp": 2})),
    "kid": lambda n: request(x_api_key=unopened({}, kid="a" * n)),
    "list of headers to allow": lambda n: request(method="OPTIONS", access_control_request_headers="".join(f"x-{i}, " for i in range(n))),
    "header to allow": lambda n: request(method="OPTIONS", access_control_request_headers="x" * n),
}


def request(path: str = CHAT["openai"], *, method: str = "POST", **given: str) -> Request:
    return Request(method, RELAY + path, bearer(new_key()) | {name.replace("_", "-"): value for name, value in given.items()})


# The same without the limits that come first: a function, and texts to repeat (with an end after them).
REPEATED: dict[str, tuple[Callable[[str], object], tuple[str, ...], tuple[str, ...]]] = {
    "RouteTable.match, Google's": (
        lambda path: GOOGLE.routes.match("POST", path),
        ("/v1", "/v1beta/v1", "/v1/models/a", "/v1/models/" + "a." * 50, "/"),
        ("!", ":predict"),
    ),
    "RouteTable.match, OpenAI's": (lambda path: OPENAI.routes.match("GET", path), ("/v1", "/v1/models/" + "a:" * 50), ("!", "")),
    "RouteTable.match, a custom provider's": (lambda path: CUSTOM.routes.match("GET", path), ("/a:a", "/" + "a" * 99), ("!",)),
    **{
        f"the pattern of {parameter}": (paths.pattern(parameter + ":x").fullmatch, repeated, ("!",))
        for parameter, repeated in {
            "{model}": ("a", "a.", "-", "aa:"),
            "{id}": ("a", "a-"),
            "{model_id}": ("a", "a.", "a:", "%3A", "a%3A"),
            "{version}": ("v1",),
        }.items()
    },
    "keys.key_in_query": (
        lambda query: (keys.key_in_query(query, OPENAI), keys.key_in_query(query, GOOGLE)),
        ("a", "&", "=", "%41", "a=b&", "x=sk-o", "=sk", "A-", "api"),
        ("",),
    ),
    "keys.key_in_query, Gemini's": (lambda query: keys.key_in_query(query, GOOGLE), ("key=x&",), ("",)),
    "keys.check": (lambda key: keys.check(Secret(key), OPENAI, True), ("sk-", "=sk-ant", "T3BlbkF", "'", "sk_live", "."), ("", " ")),
    "keys.vendor": (lambda key: keys.vendor(Secret(key)), ("sk-", "=sk-an", "T3BlbkF", "'\"", "github_pat", "byok1.k."), ("",)),
    "keys.keys_in_headers": (
        lambda value: keys.keys_in_headers({"authorization": Secret(value)}),
        ("bearer ", " ", "bearer", "b"),
        ("", "x"),
    ),
    "sealing.check": (
        lambda token: sealing.check(Secret(token), SETTINGS.sealing, "openai", APP, 0.0),
        ("byok1.k.", "a", ".", f"byok1.{SEALING_KEY['kid']}.AAAAAAAA."),
        ("",),
    ),
    "a token's claims": (lambda text: sealing._claims(text.encode()), ("[", '{"a":', '{"prv":"', "9", "\\", " ", "1,"), ("", '"]}')),
    "a token's bytes": (sealing._decode, ("AAAA", "A", "A_-"), ("", "=")),
    "sealing.parse_key": (sealing.parse_key, ('{"x":', "[", "9"), ("",)),
    "an origin": (SETTINGS.cors.headers_for, ("https://a", "a-", ".preview.example"), ("", ".preview.example")),
    "cors.preflight": (lambda names: cors.preflight({}, {"access-control-request-headers": names}), ("x", "x,", ", ", "sec-"), ("",)),
    **{
        f"the setting {name}": (lambda text, name=name: settings.parse({name: text}), repeated, ("", "!"))
        for name, repeated in {
            "ALLOWED_ORIGINS": ("https://a.", "https://*.a", "https://*.a-b.c,", "a,", "*"),
            "PROVIDERS": ("openai,", "a", ","),
            "CUSTOM_PROVIDERS": ("[", '{"a":', "9", " "),
            "MAX_BODY_BYTES": ("9",),
        }.items()
    },
    **{
        f"the base URL {begins}": (lambda text, begins=begins: settings.parse({"UPSTREAM_OPENAI": begins + text}), repeated, ("!", ""))
        for begins, repeated in {
            "https://": ("a", "a.", "a-", "a.b-"),
            "https://x.example/": ("a", "a/", "a.", "-"),
            "http://localhost:": ("9",),
        }.items()
    },
}

GROQ = {"base_url": "https://api.groq.com"}
OTHERS: dict[str, Work] = {
    "a sealed key with many claims": (sealing._claims, lambda n: json.dumps({str(i): i for i in range(n)}).encode()),
    "headers.request_headers": (
        lambda given: headers.request_headers(OPENAI, given, Secret("sk-canary0123456789")),
        lambda n: {f"openai-{i}": "x" for i in range(n)},
    ),
    "app.answer with many headers": (
        lambda given: app.answer(FORWARD.added_headers, 200, given),
        lambda n: {f"x-{i}": "x" for i in range(n)},
    ),
    "app.answer with long ones": (
        lambda given: app.answer(FORWARD.added_headers, 200, given),
        lambda n: dict.fromkeys(("x", "vary", "connection"), "a, " * n),
    ),
    "app.answer with as many names in Connection": (
        lambda given: app.answer(FORWARD.added_headers, 200, given),
        lambda n: {f"x-{i}": "x" for i in range(n)} | {"connection": ",".join(f"y-{i}" for i in range(n))},
    ),
    "the settings with many custom providers": (
        settings.parse,
        lambda n: {"CUSTOM_PROVIDERS": json.dumps({f"a{i}": GROQ for i in range(n // 16)})},
    ),
    "the settings with many routes": (
        settings.parse,
        lambda n: {"CUSTOM_PROVIDERS": json.dumps({"a": GROQ | {"routes": [f"GET /{i}/{{model}}" for i in range(n)]}})},
    ),
    "the settings with a long route": (
        settings.parse,
        lambda n: {"CUSTOM_PROVIDERS": json.dumps({"a": GROQ | {"routes": ["GET " + "/a.b{model" * n]}})},
    ),
    "the settings with a long name": (settings.parse, lambda n: {"ALLOWED_ORIGIN" * n: "x"}),
}


def cases() -> Iterator[tuple[str, Work]]:
    for name, long in LONG_REQUESTS.items():
        yield f"a long {name}", (lambda given: app.decide(Request(given.method, given.url, dict(given.headers)), SETTINGS), long)
    for name, (function, texts, ends) in REPEATED.items():
        for text, end in product(texts, ends):
            yield f"{name}: {text[:20]}…{end}", (function, lambda n, text=text, end=end: text * (4 * n // len(text) + 1) + end)
    yield from OTHERS.items()


CASES = dict(cases())


@pytest.mark.parametrize(("function", "made"), CASES.values(), ids=CASES)
def test_eight_times_the_input_takes_about_eight_times_as_long(function, made):
    """As soon as it can be measured, where a steep growth shows before it takes for ever, and in the end, where a slight one does."""
    length = 16
    with at_most(LIMIT):
        while length < LONGEST and seconds(function, made(length)) < MEASURABLE:
            length *= 2
        for measured in (length, LONGEST):
            few, many = made(measured), made(FACTOR * measured)
            least_few = least_many = float("inf")
            for _ in range(10):  # noise only ever adds
                least_few = min(least_few, seconds(function, few))
                least_many = min(least_many, seconds(function, many))
                if least_many < MOST * max(least_few, MEASURABLE):
                    break
            else:
                pytest.fail(f"length {measured} takes {least_few:.6f} s, {FACTOR} times as much {least_many:.6f} s")


def seconds(function: Callable[[object], object], given: object) -> float:
    gc.disable()
    try:
        start = time.thread_time()
        with suppress(Refusal, SettingError, ValueError):  # as good a result as any other
            function(given)
        return time.thread_time() - start
    finally:
        gc.enable()


@contextmanager
def at_most(limit: float) -> Iterator[None]:
    """Ends what takes more processor time than this: `re` looks for signals while it tries everything twice."""

    def end(*_: object) -> None:
        raise AssertionError(f"it takes more than {limit} s")

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
