"""How a hostile request is made: a real one of some provider's, with things done to its path, query, headers and key.

The word `canary` is in its keys and in nothing else; the marker of `mutations` may be anywhere else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from string import ascii_letters, digits

from relay.providers import PROVIDERS
from unit.support import APP
from unit.test_cors import ALLOWED, REFUSED

from .choices import Choices
from .keys import CARRIERS, KEYS, KEYS_THAT_SAY_SO, OWN_KEYS, WHOLE_KEYS, any_key, own_key
from .mutations import MARKER, mutated
from .worlds import CONFIGURATIONS, Given, Place, Route, world


@dataclass(frozen=True)
class Hostile:
    """A request as a platform hands it over, to a relay with these settings. Its `repr` is the call that makes it again."""

    given: Given
    method: str
    base: str  # scheme and host that it came to
    target: str  # raw path and query
    headers: dict[str, str]

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]

    @property
    def origin(self) -> str | None:
        """The origin that its page says it is from; a GET to the page's own origin says so in other words."""
        origin = self.headers.get("origin")
        return self.base if origin is None and self.headers.get("sec-fetch-site") == "same-origin" else origin


def hostile(choose: Choices, configurations: Sequence[Given] = CONFIGURATIONS) -> Hostile:
    given = choose.pick(configurations)
    place = choose.pick(world(given).each or DEFAULT_PLACES)
    route = choose.pick(place.routes)
    path = path_of(route, choose)
    path = choose.pick((_prefixed,) * 8 + (_bare,) * 2 + (_elsewhere,))(path, place, choose)
    path = choose.pick((_unchanged,) * 16 + (mutated,) * 8 + (written,))(path, choose)
    target = path + choose.pick((_no_query, _no_query, _query))(choose)
    method = choose.pick((*[route.method] * 20, "OPTIONS", *METHODS))
    headers = _headers(choose, place)
    if method == "OPTIONS":
        headers["access-control-request-headers"] = choose.pick(CONTROLS["access-control-request-headers"])
    return Hostile(given, method, choose.pick(BASES), "/" + target.removeprefix("/"), headers)


DEFAULT_PLACES = world({}).each
METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "TRACE", "post", "", MARKER)
BASES = ("https://relay.example", "https://relay.example", APP, "http://localhost:8787", "https://api.openai.com", "http://[::1]:9301")


# The path.

NAMES = ("openai", *(name for provider in PROVIDERS for name in (provider.id, *provider.aliases)))
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
    "{id}": ("int_0123-a", "r"),
    "{version}": ("v1", "v1beta", "v1alpha", "v2", "v1gamma"),
}
_LETTERS = (*ascii_letters, *digits, *". - _ : %3A %3a .. :: v1 ~ %2e + @ %".split())


def path_of(route: Route, choose: Choices) -> str:
    """A path that the route stands for, or nearly."""
    path = route.path
    for parameter, examples in PARAMETERS.items():
        if parameter in path:
            made_up = choose.number(0, 1)
            path = path.replace(parameter, "".join(_some(choose, _LETTERS, 8)) if made_up else choose.pick(examples))
    return path


def _some(choose: Choices, options: Sequence[str], most: int) -> list[str]:
    return [choose.pick(options) for _ in range(choose.number(0, most))]


def _prefixed(path: str, place: Place, choose: Choices) -> str:
    return "/" + choose.pick(place.names) + choose.pick((*[""] * 8, "/", "/", "//")) + path


def _bare(path: str, place: Place, choose: Choices) -> str:
    return path


def _elsewhere(path: str, place: Place, choose: Choices) -> str:
    return choose.pick((f"/{choose.pick(NAMES)}{path}", f"/{choose.pick(ODD_NAMES)}{path}", choose.pick(OTHER_PATHS)))


def _unchanged(text: str, choose: Choices) -> str:
    return text


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
    *("subscription-key", "%6bey", "KEY", "api%5fkey", "%61pi_key", "key[]", "client_secret", "my_api_key", "XI-API-KEY"),
)
_OVERRIDING = ("$httpMethod=DELETE", "%24httpMethod=DELETE", "$httpHeaders=x:y", "$ct=x", "callback=evil", "httpmethod=x", "$.xgafv=2")


def _no_query(choose: Choices) -> str:
    return ""


def _query(choose: Choices) -> str:
    pairs = [
        choose.pick((_harmless, _harmless, _gemini_key, _credential, _key_in_a_parameter, _overriding))(choose)
        for _ in range(choose.pick((1, 2, 3, 0)))
    ]
    return choose.pick(("?", "?", "?", "??&", "?&", "#", ";")) + choose.pick(("&", "&", "&&", ";", "&" * 201)).join(pairs)


def _harmless(choose: Choices) -> str:
    return mutated(choose.pick(HARMLESS), choose)


def _gemini_key(choose: Choices) -> str:
    return f"key={choose.pick((*OWN_KEYS['google'], ''))}"


def _credential(choose: Choices) -> str:
    return f"{choose.pick(CREDENTIALS)}={choose.pick((OWN_KEYS['mistral'][0], choose.pick(KEYS)))}"


def _key_in_a_parameter(choose: Choices) -> str:
    """A key that says whose it is, wherever a pair can hold one: under any name, as the name, escaped."""
    key = choose.pick(KEYS_THAT_SAY_SO)
    escaped = f"%{ord(key[0]):x}{key[1:]}"
    return "&" + choose.pick((f"x={key}", f"x=Bearer%20{key}", f"x={escaped}", key, f"{key}=1"))


def _overriding(choose: Choices) -> str:
    return choose.pick(_OVERRIDING)


# The headers. What a platform hands over is in lower case, and what came twice is joined; but nothing here relies on the platform.

SCHEMES = ("Bearer ", "bearer ", "BEARER   ", "", "Basic ", "Bearer", "Bearer\t", "Token ", "Bearer Bearer ", "Bearer ,")
_NOT_CARRIERS = (
    *"x_api_key proxy-authorization cookie x-relay-key authorization2 sec-websocket-protocol x-forwarded-authorization".split(),
    *"openai-api-key anthropic-api-key x-goog-iam-authorization-token x-goog-authorization x-stainless-token".split(),
    *("X-API-Key", "authorization ", "x-api-key\t", "constructor", "__proto__", ""),
)
LISTED_NAMES = (  # on some provider's list, or on none but nearly
    *"accept accept-encoding accept-language content-encoding content-type idempotency-key user-agent x-client-request-id".split(),
    *"x-stainless-lang openai-beta openai-organization anthropic-version anthropic-beta x-app x-goog-user-project x-server-timeout".split(),
    *"x-mistral-user-agent api-revision anthropic-dangerous-direct-browser-access".split(),
)
FORBIDDEN_NAMES = (
    *"cookie origin2 referer dnt te trailer transfer-encoding connection keep-alive upgrade expect host via forwarded x-real-ip".split(),
    *"x-forwarded-for x-forwarded-host true-client-ip cf-connecting-ip cf-ray x-relay-base-url x-base-url x-original-url x-custom".split(),
    *"sec-fetch-dest sec-ch-ua proxy-connection http2-settings x-http-method-override".split(),
    *("content-length ", "User-Agent", "x-stainless", "openai", MARKER),
)
VALUES = (
    *("application/json", "1", "", " ", "a, b", "é", "a\tb", "a\r\nx-evil: 1", "a\0b", "🙂", "\x7f", "'\"<>%s{0}", "x" * 9000),
    *(MARKER, f"{MARKER}; q=1"),
)
ORIGINS = (*ALLOWED, *REFUSED)
CONTROLS = {
    "origin": (APP, *ORIGINS, f"https://{MARKER}.example", f"https://{MARKER}.preview.example"),
    "upgrade": ("websocket", "h2c", "WebSocket/13", f"{MARKER}, websocket", ""),
    "content-length": ("0", "1000", "1001", "33554432", "33554433", "9" * 13, "9" * 5000, "0001", "-1", "+1", "1, 1", "٣", "²", "", MARKER),
    "x-relay-provider": ("openai", "anthropic", "gemini", "mistral", "groq", "OpenAI", "", MARKER, "https://evil.example"),
    "host": (*"relay.example relay.example:8443 [::1]:80 relay.example/openai relay.example/openai? @ #".split(), "a b", "", MARKER),
    "sec-fetch-mode": ("cors", "same-origin", "no-cors", "navigate", "websocket", "", MARKER),
    "sec-fetch-site": ("same-origin", "cross-site", "none", ""),
    "access-control-request-headers": (
        *("authorization,content-type", "x-api-key, X-Stainless-OS", "*, x-api-key", ",", f"{MARKER},{'y' * 200}", "x\r\ny: z"),
        *("cookie,host,sec-x,cf-ray,x-forwarded-for", "proxy-x, access-control-x,origin", "a b,c\td,e:f,é,İ,\u212a"),
    ),
    "access-control-request-method": ("POST", "DELETE", MARKER),
    "connection": ("authorization, x-api-key, user-agent", "close", MARKER),
}


def _headers(choose: Choices, place: Place) -> dict[str, str]:
    headers = choose.pick(({"origin": APP}, {"origin": APP}, {}))
    for make in (choose.pick((*[_carrier] * 9, _no_header)), *(choose.pick(HEADERS) for _ in range(choose.pick((0, 0, 1, 2, 4))))):
        headers = headers | make(choose, place)
    return headers


def _no_header(choose: Choices, place: Place) -> dict[str, str]:
    return {}


def _carrier(choose: Choices, place: Place) -> dict[str, str]:
    carrier = choose.pick(("authorization", *CARRIERS))
    key = any_key(choose, place)
    joined = choose.pick((*[""] * 19, f", {own_key(choose, place)}"))
    return {carrier: (choose.pick((*["Bearer "] * 4, choose.pick(SCHEMES))) if carrier == "authorization" else "") + key + joined}


def _not_quite_a_carrier(choose: Choices, place: Place) -> dict[str, str]:
    return {choose.pick(_NOT_CARRIERS): choose.pick(("Bearer ", "")) + own_key(choose, place)}


def _listed(choose: Choices, place: Place) -> dict[str, str]:
    return {choose.pick(LISTED_NAMES): mutated(choose.pick(VALUES), choose)}


def _key_in_another_header(choose: Choices, place: Place) -> dict[str, str]:
    return {choose.pick(LISTED_NAMES): choose.pick(("{}", "app ({})", "a, {}", "key:{}")).format(choose.pick(WHOLE_KEYS))}


def _forbidden(choose: Choices, place: Place) -> dict[str, str]:
    return {mutated(choose.pick(FORBIDDEN_NAMES), choose): choose.pick(VALUES)}


def _control(choose: Choices, place: Place) -> dict[str, str]:
    name = choose.pick(tuple(CONTROLS))
    return {name: choose.pick((_unchanged, _unchanged, mutated))(choose.pick(CONTROLS[name]), choose)}


def written_origin(choose: Choices, place: Place) -> dict[str, str]:
    return {"origin": choose.text(100)}


def written_header(choose: Choices, place: Place) -> dict[str, str]:
    return {choose.text(40): choose.text(100)}


HEADERS: tuple[Callable[[Choices, Place], dict[str, str]], ...] = (
    _control,
    _listed,
    _forbidden,
    _carrier,
    _not_quite_a_carrier,
    _key_in_another_header,
    written_origin,
    written_header,
)
