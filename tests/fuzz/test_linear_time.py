"""No input costs more than its length: eight times as much of it takes about eight times as long, not sixty-four times.

The inputs are what makes a careless pattern or loop try everything twice: repetitions, with an end that fits nothing.
"""

import gc
import json
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import product

import pytest

from byok_relay import carriers, cors, guard, headers, keys, models, paths, policy, routing, sealing, settings
from byok_relay.guard import Guard
from byok_relay.messages import Request, advance
from byok_relay.origins import is_origin
from byok_relay.providers.google import GOOGLE
from byok_relay.providers.openai import OPENAI
from byok_relay.query import read_query
from byok_relay.refusal import Refusal
from byok_relay.secret import Secret
from byok_relay.settings import SettingError
from providers import PROVIDERS
from tables.settings import ACME, custom
from unit.support import APP, CHAT, NOW, SEALING_KEY, bearer, forwarded, new_key, unopened
from unit.support import request as a_request

FACTOR = 8
MOST = 20  # quadratic would be 64
MEASURABLE = 0.0003  # seconds
LIMIT = 5  # seconds, for all measurements of one case
LONGEST = 4096  # steps of a few characters: eight times as much is 128 KB, and of much more it is the machine's memory that is measured

SETTINGS = settings.parse({"SEALING_KEY": json.dumps(SEALING_KEY), "ALLOWED_ORIGINS": f"{APP}, https://*.preview.example"})
CUSTOM = settings.parse({"CUSTOM_PROVIDERS": custom(acme=ACME | {"routes": ["GET /{model_id}/{model}/{model_name}"]})}).providers["acme"]
GUARD = Guard([Secret(new_key()), Secret("a" * 50 + "b"), Secret("%41" * 20)])
FORWARD = forwarded(CHAT["openai"], bearer(new_key()))

QUERIES = "a & = ; %41 %25 a=b& x=sk-o =sk A- api key=x& limit=AIza alt=%2541"

Work = tuple[Callable[[object], object], Callable[[int], object]]  # what is done, and an input by its length

LONG_REQUESTS: dict[str, Callable[[int], Request]] = {
    "path": lambda n: request("/openai/v1/models/" + "a" * n + "!"),
    "path of slashes": lambda n: request("/" * n),
    "path of versions": lambda n: request("/openai" + "/v1" * n),
    "bare path": lambda n: request("/v1/models/" + "a:" * n + "/"),
    "query": lambda n: request(CHAT["openai"] + "?" + "a=%41&" * n),
    "query of escapes": lambda n: request(CHAT["openai"] + "?limit=" + "%25" * n),
    "query of keys": lambda n: request("/google/v1beta/models?" + "key=x&" * n),
    "host": lambda n: Request("GET", "https", "a." * n, "/health", "", {}),
    "Host header": lambda n: request(host="a." * n + "/"),
    "value": lambda n: request(user_agent="x" * n),
    "value with a key": lambda n: request(user_agent="sk-ant-" * n, x_goog_api_key="sk-ant-" * (n // 2) + "x"),
    "row of headers": lambda n: request(**{f"x-stainless-{i}": "1" for i in range(n)}),
    "origin": lambda n: request(origin="https://" + "a-" * n + ".preview.example"),
    "origin of labels": lambda n: request(origin="https://" + "a." * n + "preview.example"),
    "length": lambda n: request(content_length="9" * n),
    "place to show it": lambda n: request(sec_fetch_dest="empty" * n),
    "way to fetch it": lambda n: request(sec_fetch_mode="cors" * n, sec_fetch_site="same-origin" * n),
    "upgrade": lambda n: request(upgrade="webs" * n),
    "name of a provider": lambda n: request("/v1/models", x_relay_provider="a" * n),
    "key": lambda n: request(x_api_key="sk-" * n),
    "key of spaces": lambda n: request(authorization="Bearer" + " " * n + "x"),
    "key on a bare path": lambda n: request("/v1/models", x_api_key="=sk-o" * n),
    "key of dots": lambda n: request(x_api_key="byok1" + "." * n),
    "token": lambda n: request(x_api_key=unopened({"prv": "openai", "org": ["https://" + "a" * n], "iat": 1, "exp": 2})),
    "list of origins": lambda n: request(x_api_key=unopened({"prv": "openai", "org": [APP] * n, "iat": 1, "exp": 2})),
    "kid": lambda n: request(x_api_key=unopened({}, kid="a" * n)),
    "list of headers to allow": lambda n: request(method="OPTIONS", access_control_request_headers="".join(f"x-{i}, " for i in range(n))),
    "header to allow": lambda n: request(method="OPTIONS", access_control_request_headers="x" * n),
}


def request(path: str = CHAT["openai"], *, method: str = "POST", **given: str) -> Request:
    return a_request(path, bearer(new_key()) | {name.replace("_", "-"): value for name, value in given.items()}, method=method)


def sent(given: dict[str, str], guard: Guard = GUARD) -> dict[str, str]:
    return headers.request_headers(OPENAI, a_request("/", given), guard)


# The same without the limits that come first: a function, and texts to repeat (with an end after them).
REPEATED: dict[str, tuple[Callable[[str], object], Sequence[str], tuple[str, ...]]] = {
    "RouteTable.methods, Google's": (
        GOOGLE.routes.methods,
        ("/v1", "/v1beta/v1", "/v1/models/a", "/v1/models/" + "a." * 50, "/", "/v1beta/openai/models/a%2F"),
        ("!", ":predict"),
    ),
    "RouteTable.methods, OpenAI's": (OPENAI.routes.methods, ("/v1", "/v1/models/" + "a:" * 50), ("!", "")),
    "RouteTable.methods, a custom provider's": (CUSTOM.routes.methods, ("/a:a", "/" + "a" * 99, "/a%2Fa"), ("!",)),
    "Provider.endpoint": (
        lambda path: GOOGLE.endpoint("POST", path, SETTINGS.groups),
        ("/v1", "/v1beta/models/a", "/v1/v1"),
        ("", ":predict"),
    ),
    "every table of routes": (lambda path: [one.routes.methods(path) for one in PROVIDERS], ("/a", "a-", "/v1/models/a", "/a:b"), ("!",)),
    "Provider.correction": (GOOGLE.correction, ("/v1", "/v1/models/a", "/models"), ("",)),
    "routing.locate": (lambda path: routing.locate(a_request(path), {}, SETTINGS), ("/v1/", "/models", "/google/v1"), ("",)),
    **{
        f"the pattern of {parameter}": (paths.pattern(parameter + ":x").fullmatch, repeated.split(), ("!",))
        for parameter, repeated in {
            "{model}": "a a. - aa:",
            "{id}": "a a-",
            "{model_id}": "a a. a: %3A a%3A",
            "{model_name}": "a a. a: a%3A a%2F %2f a%2Fa:",
            "{version}": "v1",
            "{path}": "a a. a/ /a",
        }.items()
    },
    **{
        f"read_query, {one.name}'s": (lambda query, one=one: read_query(query, one), QUERIES.split(), ("",))
        for one in (OPENAI, GOOGLE, CUSTOM)
    },
    "guard.percent_decoded": (guard.percent_decoded, ("%", "%41", "%25", "%2541", "%2525", "%zz"), ("", "%41")),
    "Guard.check_url, a path": (lambda path: GUARD.check_url(path, ""), ("a", "%25", "sk-an", "/sk-ant-.", "fw_", "."), ("", "b")),
    "Guard.check_url, a query": (lambda query: GUARD.check_url("/", query), ("a", "%61", "=hf_", "%41", "T3Blbk", "byok1."), ("", "b")),
    "a header with a key": (lambda value: sent({"user-agent": value}), ("a", "sk-an", " sk-proj-", "=xai-a", "npm_", "ASIA"), ("", "b")),
    "models.allows, a name": (lambda name: models.allows(("*a*b*c*", "a*/*a"), name), ("a", "a/", "ab", "/"), ("", "!")),
    "models.allows, a pattern": (lambda pattern: models.allows((pattern,), "a" * 200), ("a*", "*", "*a*/", "**a"), ("", "b")),
    "a body": (
        lambda text: models._in_body(text.encode(), frozenset({"model"})),
        ("[", "[],", '{"a":', '"', '\\"', "\\", '"a",', "]", " "),
        ("", '"]}'),
    ),
    "what a body has beside its model": (
        lambda text: models._in_body(f'{{"model":"m","x":[{text}1]}}'.encode(), frozenset({"model"})),
        ("[],", '{"model":"m"},', '"[",', "1,", '{"tools":[{}]},', '"\\"",'),
        ("",),
    ),
    "keys.holds_a_key": (keys.holds_a_key, ("a", "_sk-an", "-", ".SG", "fw_", "a.gith", "byok1.", "sk-ant-", "github_pat_!"), ("", " ")),
    "keys.check": (
        lambda key: keys.check(Secret(key), OPENAI, check_form=True),
        "sk- =sk-ant T3BlbkF ' sk_live . -sk- a".split(),
        ("", " "),
    ),
    "keys.vendor_of": (lambda n: keys.vendor_of(Secret(n)), ("sk-", "=sk-an", "T3BlbkF", "'\"", "github_pat", "byok1.k.", "_hf"), ("",)),
    "keys_in": (lambda value: carriers.keys_in({"authorization": value}), ("bearer ", " ", "bearer", "b", "\t"), ("", "x")),
    "sealing.check": (
        lambda token: sealing.check(Secret(token), SETTINGS.sealing, "openai", APP, 0.0),
        f"byok1.k. a . byok1.{SEALING_KEY['kid']}.AAAAAAAA.".split(),
        ("",),
    ),
    "a token's claims": (lambda text: sealing._claims(text.encode()), ("[", '{"a":', '{"prv":"', "9", "\\", " ", "1,"), ("", '"]}')),
    "a token's bytes": (sealing._decode, ("AAAA", "A", "A_-"), ("", "=")),
    "sealing.parse_key": (sealing.parse_key, ('{"x":', "[", "9"), ("",)),
    "an origin": (SETTINGS.cors.headers_for, ("https://a", "a-", ".preview.example"), ("", ".preview.example")),
    "is_origin": (is_origin, ("a", "a://", "https://a", "a.", ":", "https://[a", "a:4"), ("", "!", ":443", ":80")),
    "check_page": (
        lambda text: cors.check_page(request(sec_fetch_mode=text, sec_fetch_dest=text), text, required=True),
        ("cors", "empty"),
        ("",),
    ),
    "cors.preflight": (
        lambda text: cors.preflight({}, request(access_control_request_headers=text)),
        ("x", "x,", ", ", "sec-", "İ"),
        ("",),
    ),
    **{
        f"the setting {name}={begins}": (lambda text, name=name, begins=begins: settings.parse({name: begins + text}), repeated, ("", "!"))
        for (name, begins), repeated in {
            ("ALLOWED_ORIGINS", ""): ("https://a.", "https://*.a", "https://*.a-b.c,", "a,", "*"),
            ("PROVIDERS", ""): ("openai,", "a", ","),
            ("ALLOWED_MODELS", ""): ("gpt-5*,", "a", ",", "*"),
            ("CUSTOM_PROVIDERS", ""): ("[", '{"a":', "9", " "),
            ("MAX_BODY_BYTES", ""): ("9",),
            ("UPSTREAM_OPENAI", "https://"): ("a", "a.", "a-", "a.b-"),
            ("UPSTREAM_OPENAI", "https://x.example/"): ("a", "a/", "a.", "-"),
            ("UPSTREAM_OPENAI", "http://localhost:"): ("9",),
        }.items()
    },
}

ANSWERS: dict[str, Callable[[int], dict[str, str]]] = {
    "many headers": lambda n: {f"x-ratelimit-{i}": "x" for i in range(n)},
    "many that are dropped": lambda n: {f"x-{i}": "x" for i in range(n)},
    "long ones": lambda n: dict.fromkeys(("x", "vary", "connection"), "a, " * n),
    "one that is not ASCII": lambda n: {"etag": "é" * n, "vary": "x" * n},
    "as many names in Connection": lambda n: ANSWERS["many headers"](n) | {"connection": ",".join(f"y-{i}" for i in range(n))},
}

CUSTOM_PROVIDERS: dict[str, Callable[[int], str]] = {
    "many parameters": lambda n: custom(a0=ACME | {"parameters": [f"p{i}" for i in range(n)]}),
    "many custom providers": lambda n: custom(**{f"a{i}": ACME for i in range(n // 16)}),
    "many routes": lambda n: custom(a0=ACME | {"routes": [f"GET /{i}/{{model}}" for i in range(n // 16)]}),
    "a long route": lambda n: custom(a0=ACME | {"routes": ["GET " + "/a.b{model" * n]}),
}

OTHERS: dict[str, Work] = {
    "a sealed key with many claims": (sealing._claims, lambda n: json.dumps({str(i): i for i in range(n)}).encode()),
    "headers.request_headers": (sent, lambda n: {f"openai-{i}": "x" for i in range(n)}),
    "headers.request_headers with a key": (sent, lambda n: {f"x-{i}": "a" * 20 for i in range(n)} | {"accept": new_key("anthropic")}),
    "headers.request_headers with a long key": (
        lambda texts: sent({"user-agent": texts[1]}, Guard([Secret(texts[0])])),
        lambda n: ("a" * n + "b", "a" * (3 * n)),
    ),
    "the settings with a long name": (settings.parse, lambda n: {"ALLOWED_ORIGIN" * n: "x"}),
}


def cases() -> Iterator[tuple[str, Work]]:
    for name, long in LONG_REQUESTS.items():
        yield f"a long {name}", (lambda given: advance(policy.decide(given, SETTINGS, NOW)), long)
    for name, (function, texts, ends) in REPEATED.items():
        for text, end in product(texts, ends):
            yield f"{name}: {text[:20]}…{end}", (function, lambda n, text=text, end=end: text * (4 * n // len(text) + 1) + end)
    for name, long in ANSWERS.items():
        yield f"policy.answered with {name}", (lambda given: policy.answered(FORWARD.pending, 200, given, SETTINGS), long)
    for name, long in CUSTOM_PROVIDERS.items():
        yield f"the settings with {name}", (lambda given: settings.parse({"CUSTOM_PROVIDERS": given}), long)
    yield from OTHERS.items()


CASES = dict(cases())


@pytest.fixture
def _time_limit():
    """Ends what takes more processor time than this: `re` looks for signals while it tries everything twice."""

    def end(*_: object) -> None:
        raise AssertionError(f"it takes more than {LIMIT} s")

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, LIMIT)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)


@pytest.mark.usefixtures("_time_limit")
@pytest.mark.parametrize(("function", "made"), CASES.values(), ids=CASES)
def test_eight_times_the_input_takes_about_eight_times_as_long(function, made):
    """As soon as it can be measured, where a steep growth shows before it takes for ever, and in the end, where a slight one does."""
    length = 16
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
