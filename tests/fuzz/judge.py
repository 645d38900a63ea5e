"""The oracle: what must hold of the core's decision about any request.

The rules are said here a second time, simply and without the relay's code. URLs are read by a WHATWG parser, as `fetch` reads them.
"""

import asyncio
import json
import re
from string import ascii_letters, digits
from urllib.parse import unquote

from ada_url import URL

from relay import app
from relay.errors import ERRORS
from relay.messages import Forward, Reply, Request, Unseal
from relay.settings import SettingError
from unit.test_sealing import Pyca

from .hostile import Hostile
from .keys import CANARY, CARRIERS, SEALED
from .mutations import MARKER
from .worlds import Place, Route, World, world

CIPHERTEXTS = [token.rpartition(".")[2] for token in SEALED]
TOKEN = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz")  # RFC 9110 section 5.6.2, in lower case


def judge(hostile: Hostile) -> Forward | Reply:
    """What comes of a request in the end, once everything about it is found to be right. Raises AssertionError."""
    here = world(hostile.given)
    request = Request(hostile.method, hostile.base + hostile.target, dict(hostile.headers))
    decision = app.decide(request, here.settings)
    _shows_no_key(repr(request), repr(decision))
    if isinstance(decision, Unseal):
        assert decision.added_headers == cors(hostile, here)
        decision = asyncio.run(app.unseal(decision, Pyca()))
        _shows_no_key(repr(decision))
    else:
        assert not (isinstance(decision, Forward) and here.require_sealed)
    if isinstance(decision, Forward):
        _judge_forward(decision, hostile, here)
    else:
        assert isinstance(decision, Reply)
        _judge_reply(decision, hostile, here)
    return decision


def _shows_no_key(*shown: str) -> None:
    for text in shown:
        assert CANARY not in text.lower()
        assert not any(ciphertext in text for ciphertext in CIPHERTEXTS)


# CORS.


def cors(hostile: Hostile, here: World) -> dict[str, str] | None:
    """The CORS headers of every answer to this request; None for an origin that is refused."""
    if here.origins is None or isinstance(here.settings, SettingError):
        return {"access-control-allow-origin": "*"}
    if hostile.origin is None:
        return {"vary": "Origin"}
    return {"access-control-allow-origin": hostile.origin, "vary": "Origin"} if here.allows(hostile.origin) else None


# What the relay answers itself.

DOCUMENTS = ("/health", "/.well-known/byok-relay")
NEVER_ALLOWED = (
    *"* connection content-length cookie cookie2 date dnt expect forwarded host keep-alive origin referer set-cookie te trailer".split(),
    *"transfer-encoding true-client-ip upgrade via x-real-ip".split(),
)


def _judge_reply(reply: Reply, hostile: Hostile, here: World) -> None:
    allowed = cors(hostile, here)
    for name, value in reply.headers.items():
        assert name == name.lower()
        assert is_field_value(value)
    assert "no-store" in reply.headers["cache-control"]
    assert reply.headers.get("access-control-allow-origin") == (allowed or {}).get("access-control-allow-origin")
    assert "access-control-allow-credentials" not in reply.headers
    assert ("Origin" in reply.headers.get("vary", "").split(", ")) == ("vary" in (allowed or {"vary": ""}))
    echoed = ("access-control-allow-origin", "access-control-allow-headers")
    said = f"{reply.status} {[(name, value) for name, value in reply.headers.items() if name not in echoed]} {reply.body}"
    assert MARKER not in said.lower()
    _shows_no_key(said, repr(reply))

    if allowed is None:
        assert reply.headers["x-relay-error"] == "origin_not_allowed"
        assert not any(name.startswith("access-control-") for name in reply.headers)
    elif hostile.method == "OPTIONS":
        _judge_preflight(reply, hostile)
        return
    if "x-relay-error" in reply.headers:
        code = reply.headers["x-relay-error"]
        assert isinstance(reply.body, str)
        assert reply.status == ERRORS[code][0]
        assert json.loads(reply.body)["code"] == code
        assert (reply.headers.get("x-should-retry") == "false") == (reply.status < 500)
        assert code == "misconfigured" or not isinstance(here.settings, SettingError)
    else:
        assert (reply.status, hostile.method in ("GET", "HEAD"), hostile.path in DOCUMENTS) == (200, True, True)
        assert json.loads(reply.body or "")
    assert reply.headers["x-content-type-options"] == "nosniff"


def _judge_preflight(reply: Reply, hostile: Hostile) -> None:
    assert (reply.status, reply.body) == (204, None)
    asked = hostile.headers.get("access-control-request-headers", "").lower()
    for name in filter(None, reply.headers.get("access-control-allow-headers", "").split(", ")):
        assert name in asked
        assert set(name) <= TOKEN
        assert name not in NEVER_ALLOWED
        assert not name.startswith(("access-control-", "cf-", "proxy-", "sec-", "x-forwarded-"))


# What goes to a provider.

SENT = set("accept accept-encoding accept-language content-encoding content-type idempotency-key user-agent x-client-request-id".split())
SENT_TO = {"anthropic": {"x-app"}, "google": {"x-server-timeout", "api-revision"}, "mistral": {"x-mistral-user-agent"}}
FAMILIES = {"openai": "openai-", "anthropic": "anthropic-", "google": "x-goog-"}
UNASKED = {"user-agent", "accept-encoding", "anthropic-version"}
NEVER_SENT = {*CARRIERS, "anthropic-dangerous-direct-browser-access"}

BEGINNINGS = {"openai": ("sk-", "ek_"), "anthropic": ("sk-ant-",), "google": ("AIza", "AQ.", "ya29.")}
VENDORS = {"sk-ant-": "anthropic", "AIza": "google", "AQ.": "google", "ya29.": "google", "sk-proj-": "openai", "gsk_": "groq"}
REFUSED = ("sk-admin-", "sk-ant-admin", "sk_live_", "rk_live_", "sk_prod_", "rk_prod_")
BEARER_ONLY = ("sk-ant-oat", "ya29.")

HOST = set(ascii_letters + digits + ".-_:[]")
CREDENTIALS = set("key xgoogapikey accesstoken authtoken token authorization subscriptionkey secret password clientsecret".split())


def _judge_forward(forward: Forward, hostile: Hostile, here: World) -> None:
    headers = hostile.headers
    assert forward.added_headers == cors(hostile, here)
    assert hostile.method != "OPTIONS"
    assert forward.method == hostile.method
    assert "websocket" not in headers.get("upgrade", "").lower()
    assert headers.get("sec-fetch-mode", "cors") in ("cors", "same-origin")
    assert not here.require_origin or hostile.origin is not None
    assert set(headers.get("host", "")) <= HOST
    length = headers.get("content-length") or "0"
    assert length.isascii()
    assert length.isdigit()
    assert int(length) <= here.max_body
    assert len(hostile.base + hostile.target) <= 8192

    place, path = _judge_url(forward, hostile, here)
    carriers = _carriers(place, hostile.method, path)
    _judge_query(forward.url.partition("?")[2], hostile, place)
    _judge_headers(forward, headers, place)
    _judge_key(forward, hostile, here, place, carriers)


def _judge_url(forward: Forward, hostile: Hostile, here: World) -> tuple[Place, str]:
    head, _, rest = hostile.path[1:].partition("/")
    sent, question, query = forward.url.partition("?")
    if head in here.places:
        place, path = here.places[head], "/" + rest.removeprefix("/")
    else:
        assert head in ("v1", "v1beta", "v1alpha")
        named = hostile.headers.get("x-relay-provider")
        able = [here.places[named]] if named is not None else here.each
        place = next(place for place in able if sent.startswith(place.base + "/"))
        path = sent.removeprefix(place.base)
        assert path == hostile.path or (place.id == "google" and path.replace("/v1beta/openai/", "/v1/", 1) == hostile.path)
    assert sent == place.base + path
    assert is_plain(path)
    read = URL(forward.url)
    assert read.origin == place.origin
    assert read.pathname == place.base.removeprefix(place.origin) + path
    assert (read.username, read.password, read.hash) == ("", "", "")
    for character in "'\"<>":  # the only ones that a parser writes differently in a query
        query = query.replace(character, f"%{ord(character):X}")
    assert read.search == (f"?{query}" if query else "")
    assert bool(question) == bool(query)
    assert f"{hostile.base}/" not in forward.url
    return place, path


def is_plain(path: str) -> bool:
    """The path rule, said simply: nothing in it can mean anything but itself."""
    letters = path.replace("%3A", ":").replace("%3a", ":")
    harmless = set("/.-_:0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return path[0] == "/" and set(letters) <= harmless and all(segment[:1].isalnum() for segment in letters[1:].split("/"))


def _carriers(place: Place, method: str, path: str) -> tuple[str, ...]:
    return next(route.carriers for route in place.routes if route.method == method and _leads_to(route, path))


def _leads_to(route: Route, path: str) -> bool:
    wanted, segments = route.path.split("/"), path.replace("%3A", ":").replace("%3a", ":").split("/")
    return len(wanted) == len(segments) and all(map(_fits, wanted, segments))


def _fits(wanted: str, segment: str) -> bool:
    parameter, brace, action = wanted.partition("}")
    if not brace:
        return segment == wanted
    value = segment.removesuffix(action)
    if parameter == "{version":
        return value in ("v1", "v1beta", "v1alpha")
    whole = segment == value + action and value[:1].isalnum() and value[-1:].isalnum()
    return whole and (":" not in value or parameter == "{model_id")


def _judge_query(query: str, hostile: Hostile, place: Place) -> None:
    kept = [pair for pair in hostile.query.split("&") if place.id != "google" or pair.partition("=")[0] != "key"]
    assert query == "&".join(kept)
    assert set(query) <= set(map(chr, range(33, 127))) - {"#"}
    assert CANARY not in query.lower()
    parameters = re.split("[&;]", query)
    assert len(parameters) <= 200
    for parameter in parameters:
        letters = "".join(re.findall("[a-zA-Z]", unquote(parameter.partition("=")[0]))).lower()
        assert letters not in CREDENTIALS
        assert not letters.endswith("apikey")
        assert place.id != "google" or letters not in ("httpmethod", "httpheaders", "callback")
    assert not any(len(word) >= 24 and word.startswith(tuple(VENDORS)) for word in re.split("[&;=+ ]", unquote(query)))


def _judge_headers(forward: Forward, given: dict[str, str], place: Place) -> None:
    for name, value in forward.headers.items():
        family = FAMILIES.get(place.id, "x-stainless-")
        assert name in SENT | SENT_TO.get(place.id, set()) or name.startswith(("x-stainless-", family))
        assert name not in NEVER_SENT
        assert not name.endswith(("api-key", "-token", "-authorization"))
        assert is_field_value(value)
        assert value == given.get(name) or name in UNASKED
    assert forward.headers["user-agent"]


def _judge_key(forward: Forward, hostile: Hostile, here: World, place: Place, carriers: tuple[str, ...]) -> None:
    sent = forward.headers_with_credential()
    assert forward.headers.items() <= sent.items()
    assert set(sent) - set(forward.headers) == {forward.carrier}
    assert [name for name in sent if name in CARRIERS] == [forward.carrier]
    value = sent.pop(forward.carrier)
    assert CANARY not in f"{forward.url} {sent} {forward.added_headers}".lower()
    key = value.removeprefix("Bearer ")
    assert (key != value) == (forward.carrier == "authorization")
    assert 8 <= len(key) <= 4096
    assert all("!" <= character <= "~" and character != "," for character in key)
    assert not key.startswith(REFUSED)
    assert not key.startswith("byok1")
    assert all(owner == place.id or not key.startswith(begins) for begins, owner in VENDORS.items())
    assert not here.check_prefix or key.startswith(BEGINNINGS.get(place.id, ""))

    came_in, offered = _key_that_counts(hostile, place, carriers)
    if offered.startswith("byok1."):
        assert SEALED[offered].opens(place.id, hostile.origin)
        assert SEALED[offered].inside == key
    else:
        assert (key, here.require_sealed) == (offered, False)
    stays = came_in if came_in in carriers else carriers[0]
    assert forward.carrier == ("authorization" if place.id in ("anthropic", "google") and key.startswith(BEARER_ONLY) else stays)


def _key_that_counts(hostile: Hostile, place: Place, carriers: tuple[str, ...]) -> tuple[str, str]:
    for carrier in ("x-api-key", *carriers, *CARRIERS):
        value = hostile.headers.get(carrier, "").strip(" \t")
        if carrier == "authorization":
            scheme, _, value = value.partition(" ")
            value = value.lstrip(" ") if scheme.lower() == "bearer" else ""
        if value:
            return carrier, value
    in_query = [value for name, _, value in (pair.partition("=") for pair in hostile.query.split("&")) if name == "key" and value]
    return "?key=", in_query[-1]


def is_field_value(value: str) -> bool:
    return value.isascii() and value.isprintable()
