"""How a hostile request is made: a real one of some provider's, with things done to its path, query, headers and key.

How a provider answers is at the end. The word `canary` is in the keys and in nothing else; the marker of `mutations` may be anywhere else.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from string import ascii_letters, digits

from providers import NAMES
from tables.origins import ALLOWED, REFUSED
from unit.support import APP

from .choices import Choices
from .keys import CANARY, CARRIERS, KEY_KINDS, KEYS, NO_ORIGINS, OWN_KEYS, SEALED, TOKENS, WHOLE_KEYS, keys_that_came, own_key
from .mutations import MARKER, mutated, piece
from .worlds import CONFIGURATIONS, Given, Place, Route, world


@dataclass(frozen=True)
class Hostile:
    """A request as a platform hands it over, to a relay with these settings. Its `repr` is the call that makes it again."""

    given: Given
    method: str
    base: str  # scheme and host that it came to
    path: str
    query: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def origin(self) -> str | None:
        """The origin that its page says it is from; a GET or HEAD to the page's own origin says so in other words."""
        says_so = self.method in ("GET", "HEAD") and self.headers.get("sec-fetch-site") == "same-origin"
        return self.headers.get("origin", self.base.lower() if says_so else None)


def hostile(choose: Choices, configurations: Sequence[Given] = CONFIGURATIONS) -> Hostile:
    given = choose.pick(configurations)
    place = choose.pick(world(given).each or DEFAULT_PLACES)
    route = choose.pick(place.routes)
    method = choose.pick((*[route.method] * 60, "OPTIONS", "OPTIONS", *METHODS))
    headers = choose.pick(({"origin": APP}, {"origin": APP}, {}))
    if route.group == "realtime":
        headers = headers | _handshake(choose, place)
    for make in (choose.pick((*[_carrier] * 9, None)), *(choose.pick(HEADERS) for _ in range(choose.pick((0, 0, 1, 2, 4))))):
        headers = headers | (make(choose, place) if make else {})
    make_query = choose.pick((None, None, _query))
    query = make_query(choose, place) if make_query else ""
    path = path_of(route, choose)
    spill = choose.pick((None, None, *SPILLS))
    if spill:
        path, query, headers = spill((path, query, headers), place, route, choose)
    path = choose.pick(ADDRESSES)(path, place, choose)
    change = choose.pick((None,) * 32 + (mutated,) * 8 + (written,))
    if change and CANARY not in path:  # a key that is not whole may go anywhere
        path = change(path, choose)
    if method == "OPTIONS":
        headers = headers | {"access-control-request-headers": choose.pick(CONTROLS["access-control-request-headers"])}
    path, _, query = ("/" + (path + query).removeprefix("/")).partition("?")
    base, make_body = choose.pick(BASES), choose.pick((None, *[_body] * 3))
    body = make_body(choose) if make_body else b""
    return Hostile(given, method, base, path, query, {**choose.pick(FRAMES)(body), **headers} if body else headers, body)


DEFAULT_PLACES = world({}).each
METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "TRACE", "post", "", MARKER)
BASES = ("https://relay.example", "https://Relay.Example", APP, "http://localhost:8787", "https://api.openai.com", "http://[::1]:9301")


# The path.

NAMES = ("openai", *NAMES)
ODD_NAMES = (
    *"OpenAI openai:443 openai@evil.example openai.evil.example %6fpenai openai%2f openai; .. . v1 v1beta //openai \\openai".split(),
    *("", " openai", "x/../openai", "https://evil.example", "https:/evil.example", "ｏpenai", MARKER),
)
OTHER_PATHS = (
    *"/ /health /health/ /healthz //health /HEALTH /health/v1/models /.well-known/byok-relay /.well-known/byok-relay/ /.well-known".split(),
    *("/relay.js", "/favicon.ico", f"/{MARKER}", "/?https://evil.example/", "*", ""),
)
PARAMETERS = {
    "{model}": ("gemini-2.5-flash", "claude-sonnet-4-5", "m", "a.b_c-d.1"),
    "{model_id}": ("gpt-4o", "ft:gpt-4o:org::id", "ft%3Agpt-4o%3aorg", "x"),
    "{model_name}": ("llama", "meta-llama%2FLlama-3-8b", "a%2fb:c%2Fd", "models%2Fgemini-2.5-flash"),
    "{id}": ("int_0123-a", "r"),
    "{path}": ("README.md", "src/a_b/c-d.py"),
    "{version}": ("v1", "v1beta", "v1alpha", "v2", "v1gamma"),
}
_LETTERS = (*ascii_letters, *digits, *". - _ : %3A %3a %2F %2f .. :: v1 ~ %2e + @ %".split())


def path_of(route: Route, choose: Choices) -> str:
    """A path that the route stands for, or nearly."""
    path = route.path
    for parameter, examples in PARAMETERS.items():
        if parameter in path:
            made_up = choose.number(0, 1)
            value = "".join(choose.pick(_LETTERS) for _ in range(choose.number(0, 8))) if made_up else choose.pick(examples)
            path = path.replace(parameter, value)
    return path


ADDRESSES: tuple[Callable[[str, Place, Choices], str], ...] = (
    *[lambda path, place, choose: "/" + choose.pick(place.names) + choose.pick((*[""] * 8, "/", "/", "//")) + path] * 16,
    *[lambda path, place, choose: path] * 4,
    lambda path, place, choose: choose.pick((f"/{choose.pick(NAMES)}{path}", f"/{choose.pick(ODD_NAMES)}{path}", choose.pick(OTHER_PATHS))),
)


def written(_text: str, choose: Choices) -> str:
    """Any text at all: here a seed of the corpus puts its own."""
    return choose.text(200)


# The query.

HARMLESS = (
    *"alt=sse beta=true a=1&a=2&b $fields=a(b,c) x=%20%2F+ keyword=1 a==&&b a=1#b = a='<>\"|^`{}".split(),
    *("", f"{MARKER}={MARKER}", "x" * 9000),
)
CREDENTIALS = (
    *"key api_key api-key apiKey x-api-key x-goog-api-key access_token token auth_token authorization secret password".split(),
    *("subscription-key", "%6bey", "KEY", "api%5fkey", "%61pi_key", "%256bey", "key[]", "client_secret", "my_api_key", "XI-API-KEY"),
)
OVERRIDING = "$httpMethod=DELETE %24httpMethod=DELETE %2524httpMethod=DELETE $httpHeaders=x:y $ct=x callback=evil httpmethod=x $.xgafv=2"


def _query(choose: Choices, place: Place) -> str:
    pairs = [choose.pick(PAIRS)(choose, place) for _ in range(choose.pick((1, 2, 3, 0)))]
    return choose.pick(("?",) * 20 + ("??&", "?&", "#", ";")) + choose.pick(("&",) * 20 + ("&&", ";", "&" * 201)).join(pairs)


def _listed_parameter(choose: Choices, place: Place) -> str:
    return f"{_parameter(choose, place)}={choose.pick((*'1234567890', '', 'a=b', '%20%2F+', f'{MARKER}%41', 'x' * 40, 'x' * 8200))}"


def _parameter(choose: Choices, place: Place) -> str:
    return choose.pick((*sorted(place.parameters or ()), "x"))


def _gemini_key(choose: Choices, place: Place) -> str:
    """Of several, the last that is not empty counts. Only Gemini's clients send one."""
    if place.id != "google" and choose.number(0, 3):
        return _listed_parameter(choose, place)
    before = choose.pick(("", "", f"key={choose.pick(OWN_KEYS['acme'])}&"))
    return f"{before}key={choose.pick((*OWN_KEYS['google'], ''))}"


def _anyones_key(choose: Choices) -> str:
    """One that says whose it is, or a sealed one."""
    return choose.pick((choose.pick(WHOLE_KEYS), choose.pick(TOKENS)))


def _pair(key: str, choose: Choices, place: Place) -> str:
    """A key under any name, as the name, and escaped."""
    return choose.pick(("{name}={key}", "{name}=Bearer%20{key}", "{name}=a:{key}=", "{key}", "{key}=1", "{name}=1;{key}")).format(
        name=_parameter(choose, place), key=choose.pick(SPELLINGS)(key)
    )


def _escaped(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


SPELLINGS: tuple[Callable[[str], str], ...] = (  # each is the key itself once it is decoded often enough
    str,
    lambda key: key.replace("%", "%25"),
    lambda key: _escaped(key[0]) + key[1:].replace("%", "%25"),
    lambda key: key[:-1].replace("%", "%2525") + _escaped(_escaped(key[-1])),
    _escaped,
    lambda key: _escaped(key).lower(),
    lambda key: _escaped(_escaped(key)),
)
PAIRS: tuple[Callable[[Choices, Place], str], ...] = (
    *[_listed_parameter] * 8,
    *[_gemini_key] * 4,
    lambda choose, place: mutated(choose.pick(HARMLESS), choose),
    lambda choose, place: f"{choose.pick(CREDENTIALS)}={choose.pick((OWN_KEYS['mistral'][0], choose.pick(KEYS)))}",
    lambda choose, place: "&" + _pair(_anyones_key(choose), choose, place),
    lambda choose, place: choose.pick(OVERRIDING.split()),
)


# A key that came with the request, also one that does not count, or any that says whose it is, somewhere else in it as well.

Parts = tuple[str, str, dict[str, str]]  # path, query, headers
_MODEL = re.compile(r"\{(?:model|model_id|model_name|id)\}")


def _into_path(parts: Parts, place: Place, route: Route, choose: Choices) -> Parts:
    _, query, headers = parts
    key = _spilt(parts, place, choose).replace(":", choose.pick((":", "%3A"))).replace("/", "%2F")
    model = choose.pick(("{}", "{}-x", "ft:{}:x", "ft%3a{}", "org%2F{}", "{}%2Fx")).format(key)
    spilt = route.path[: found.start()] + model + route.path[found.end() :] if (found := _MODEL.search(route.path)) else None
    return (path_of(replace(route, path=spilt), choose), query, headers) if spilt else _into_query(parts, place, route, choose)


def _into_query(parts: Parts, place: Place, route: Route, choose: Choices) -> Parts:
    path, query, headers = parts
    return path, (f"{query}&" if query else "?") + _pair(_spilt(parts, place, choose), choose, place), headers


def _into_header(parts: Parts, place: Place, route: Route, choose: Choices) -> Parts:
    path, query, headers = parts
    value = choose.pick(("{}", "app ({})", "a, {}", "key:{}x")).format(_spilt(parts, place, choose))
    return path, query, headers | {choose.pick(LISTED_NAMES): value}


SPILLS = (_into_path, _into_query, _into_header)


def _spilt(parts: Parts, place: Place, choose: Choices) -> str:
    _, query, headers = parts
    came = [*keys_that_came(headers, query.partition("?")[2], place).values()]
    inside = [SEALED[key].inside for key in came if key in SEALED and len(came) == 1]  # of one that does not count nobody knows it
    secrets = [key for key in (*came, *inside) if isinstance(key, str) and key.isascii() and len(key) >= 8]
    return choose.pick((*secrets, *secrets, choose.pick(WHOLE_KEYS), choose.pick(TOKENS)))


# The body, where it is read.

MODELS = (
    "gpt-4o",
    "gpt-4o-mini",
    "gemini-2.5-pro",
    "meta-llama/llama-3",
    "m",
    "o3",
    "GPT-4o",
    " gpt-4o",
    "a/b/c",
    "",
    MARKER,
    None,
    4,
    ["gpt-4o"],
)
MEMBERS = (
    *["model"] * 6,
    *"models model_id agent agent_id preset version Model MODEL modelId model\u017f fallbacks safety_model messages user metadata".split(),
)
FRAMES: tuple[Callable[[bytes], dict[str, str]], ...] = (
    *[lambda body: {"content-type": "application/json", "content-length": str(len(body))}] * 8,
    lambda body: {"content-type": "application/json; charset=UTF-8", "content-length": str(len(body))},
    lambda body: {"content-type": "text/plain", "content-length": str(len(body))},
    lambda body: {"content-type": "application/json", "content-length": str(len(body)), "content-encoding": "gzip"},
    lambda body: {"content-type": "application/json", "transfer-encoding": "chunked"},
)


def _body(choose: Choices) -> bytes:
    members = [f"{json.dumps(choose.pick(MEMBERS))}: {_held(choose, 0)}" for _ in range(choose.pick((1, 1, 2, 3, 0)))]
    text = f"{{{', '.join(members)}}}"
    return (mutated(text, choose) if choose.number(0, 7) == 7 else text).encode("utf-8", "replace")


def _held(choose: Choices, depth: int) -> str:
    shape = choose.number(0, 9) if depth < 3 else 0
    if shape == 8:
        return f"[{_held(choose, depth + 1)}, {_held(choose, depth + 1)}]"
    if shape == 9:
        return f"{{{json.dumps(choose.pick((*MEMBERS, 'tools')))}: {_held(choose, depth + 1)}}}"
    return json.dumps(choose.pick(MODELS))


# The headers. What a platform hands over is in lower case, and what came twice is joined; but nothing here relies on the platform.

SCHEMES = ("Bearer ", "bearer ", "BEARER   ", "", "Basic ", "Bearer", "Bearer\t", "Token ", "Bearer Bearer ", "Bearer ,")
NOT_CARRIERS = (
    *"x_api_key proxy-authorization cookie x-relay-key authorization2 sec-websocket-protocol x-forwarded-authorization".split(),
    *"openai-api-key anthropic-api-key x-goog-iam-authorization-token x-goog-authorization x-stainless-token".split(),
    *("X-API-Key", "authorization ", "x-api-key\t", "constructor", "__proto__", ""),
)
LISTED_NAMES = (  # on some provider's list, or on none but nearly
    *"user-agent accept accept-encoding accept-language content-encoding content-type idempotency-key x-client-request-id".split(),
    *"x-stainless-lang x-stainless-retry-count openai-beta openai-organization anthropic-version anthropic-beta x-app".split(),
    *"x-goog-user-project x-goog-api-client x-server-timeout x-mistral-user-agent api-revision".split(),
    *"anthropic-dangerous-direct-browser-access x-stainless-x openai-x anthropic-x x-goog-x".split(),
)
FORBIDDEN_NAMES = (
    *"cookie origin2 referer dnt te trailer transfer-encoding connection keep-alive upgrade expect host via forwarded x-real-ip".split(),
    *"x-forwarded-for x-forwarded-host true-client-ip cf-connecting-ip cf-ray x-relay-base-url x-base-url x-original-url x-custom".split(),
    *"sec-fetch-user sec-ch-ua proxy-connection http2-settings x-http-method-override".split(),
    *("content-length ", "User-Agent", "x-stainless", "openai", MARKER),
)
VALUES = (
    *("application/json", "1", "", " ", "a, b", "é", "a\tb", "a\r\nx-evil: 1", "a\0b", "🙂", "\x7f", "'\"<>%s{0}", "x" * 9000),
    *(MARKER, f"{MARKER}; q=1"),
)
ORIGINS = (*ALLOWED, *REFUSED, *NO_ORIGINS)
CONTROLS = {
    "origin": (APP, *ORIGINS, f"https://{MARKER}.example", f"https://{MARKER}.preview.example"),
    "upgrade": ("websocket", "h2c", "WebSocket/13", f"{MARKER}, websocket", ""),
    "content-length": ("0", "1000", "1001", "33554432", "33554433", "9" * 13, "9" * 5000, "0001", "-1", "+1", "1, 1", "٣", "²", "", MARKER),
    "x-relay-provider": ("openai", "anthropic", "gemini", "mistral", "acme", "nobody", "OpenAI", "", MARKER, "https://evil.example"),
    "host": (*"relay.example relay.example:8443 [::1]:80 relay.example/openai relay.example/openai? @ #".split(), "a b", "", MARKER),
    "sec-fetch-mode": ("cors", "same-origin", "no-cors", "navigate", "websocket", "", MARKER),
    "sec-fetch-dest": ("empty", "document", "script", "iframe", "image", "Empty", "empty, empty", "", MARKER),
    "sec-fetch-site": ("same-origin", "cross-site", "none", ""),
    "access-control-request-headers": (
        *("authorization,content-type", "x-api-key, X-Stainless-OS", "*, x-api-key", ",", f"{MARKER},{'y' * 200}", "x\r\ny: z"),
        *(f"x-a,{'y,' * 2046}", f"x-a,{'y,' * 2046}y", f"x-a,{'y,' * 2047}", "x" * 9000),
        *(f"{'y' * 127},a," * 31, f"x-{'y' * 126}", f"x-{'y' * 127}", ",".join(["cookie"] * 500), ",".join(["x"] * 9000)),
        *("cookie,host,sec-x,cf-ray,x-forwarded-for", "proxy-x, access-control-x,origin", "a b,c\td,e:f,é,İ,\u212a"),
    ),
    "access-control-request-method": ("POST", "DELETE", MARKER),
    "connection": ("authorization, x-api-key, user-agent", "close", MARKER),
}


PROTOCOLS = (
    *("", "realtime", "realtime, openai-insecure-api-key.{0}", "openai-insecure-api-key.{0}, openai-insecure-api-key.sk-0123456789"),
    *("token, {0}", "Bearer,{0}", "token, {0}, realtime", "realtime,{0}", "openai-organization.org-1, openai-project.{0}", "a b", ","),
    *(f"realtime, {MARKER}, openai-insecure-api-key.{{0}}", "token, {0}, x-deepgram-session-id, sk-0123456789", "realtime, bearer, {0}"),
)


def _carrier(choose: Choices, place: Place) -> dict[str, str]:
    carrier = choose.pick(("authorization", *CARRIERS))
    key = choose.pick(KEY_KINDS)(choose, place)
    joined = choose.pick(("",) * 19 + (", sk-0123456789",))
    origins = SEALED[key].origins if key in SEALED else ()
    origin = {"origin": choose.pick(origins)} if origins and choose.number(0, 1) else {}
    return origin | {carrier: (choose.pick((*["Bearer "] * 4, choose.pick(SCHEMES))) if carrier == "authorization" else "") + key + joined}


def _handshake(choose: Choices, place: Place) -> dict[str, str]:
    """Of a WebSocket, nearly always."""
    key = choose.pick(KEY_KINDS)(choose, place)
    offered = choose.pick(PROTOCOLS).format(key)
    offered = mutated(offered, choose) if choose.number(0, 7) == 7 else offered
    return {"upgrade": choose.pick((*["websocket"] * 9, "WebSocket", "h2c"))} | ({"sec-websocket-protocol": offered} if offered else {})


def _control(choose: Choices, place: Place) -> dict[str, str]:
    name = choose.pick(tuple(CONTROLS))
    change = choose.pick((None, None, mutated))
    value = choose.pick(CONTROLS[name])
    return {name: change(value, choose) if change else value}


def written_origin(choose: Choices, place: Place) -> dict[str, str]:
    return {"origin": choose.text(100)}


def written_header(choose: Choices, place: Place) -> dict[str, str]:
    return {choose.text(40): choose.text(100)}


HEADERS: tuple[Callable[[Choices, Place], dict[str, str]], ...] = (
    _control,
    lambda choose, place: {choose.pick(LISTED_NAMES): mutated(choose.pick(VALUES), choose)},
    lambda choose, place: {mutated(choose.pick(FORBIDDEN_NAMES), choose): choose.pick(VALUES)},
    _carrier,
    _carrier,
    lambda choose, place: {choose.pick(NOT_CARRIERS): choose.pick(("Bearer ", "")) + own_key(choose, place)},
    written_origin,
    written_header,
)


# What a provider may answer.

TOKEN = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz")  # RFC 9110 section 5.6.2, in lower case
STATUSES = (200, 201, 204, 206, 304, 400, 401, 429, 500, 529, 599, 300, 301, 302, 307, 308, 399, 0, -1, 100, 101, 103, 199, 600, 999)
ANSWER_NAMES = (
    *"content-type content-length content-encoding retry-after x-request-id x-ratelimit-remaining request-id vary etag".split(),
    *"openai-processing-ms openai-x anthropic-ratelimit-x x-model-deprecation-timestamp ratelimitbysize-x ratelimit-reset".split(),
    *"mistral-correlation-id x-ratelimit-tokens-query-cost x-should-retry content-disposition x-goog-x x-ratelimit".split(),
    *"access-control-allow-origin access-control-allow-credentials access-control-expose-headers access-control-".split(),
    *"set-cookie www-authenticate alt-svc strict-transport-security content-security-policy content-security-policy-report-only".split(),
    *"clear-site-data report-to nel server cf-ray cf-cache-status timing-allow-origin refresh link location cache-control".split(),
    *"keep-alive proxy-authenticate te trailer transfer-encoding upgrade x-content-type-options x-relay-error set-cookie2".split(),
    *("x-gemini-service-tier", "x-internal", "constructor", "__proto__", ""),
)
CONNECTIONS = (
    *("close", "close, X-Internal", "x-internal,etag ,, content-type", "vary", "cache-control, access-control-allow-origin", ",", "é"),
)

Answer = tuple[int, dict[str, str]]  # status and headers


def upstream_answer(choose: Choices) -> Answer:
    """Status and headers as `fetch` gives them: names are tokens in lower case, no value holds CR, LF or NUL."""
    headers = {}
    for _ in range(choose.number(0, 6)):
        name = mutated(choose.pick(ANSWER_NAMES), choose).lower()
        value = choose.pick(("1", "a, b", "Origin", "*", "é", APP, "https://evil.example", "sk-provider", piece(choose)))
        headers["".join(filter(TOKEN.__contains__, name))] = "".join(character for character in value if character not in "\r\n\0")
    if choose.number(0, 2) == 2:
        headers["connection"] = choose.pick(CONNECTIONS)
    return choose.pick((choose.pick(STATUSES), choose.number(-1, 1000))), headers
