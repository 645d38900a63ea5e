"""The oracle: what must hold of the core's decision about any request, and of what becomes of the provider's answer.

The rules are said here a second time, simply and without the relay's code. URLs are read by a WHATWG parser, as `fetch` reads them.
"""

import json
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from string import ascii_letters, digits
from typing import Any
from urllib.parse import unquote

from ada_url import URL

from byok_relay import policy
from byok_relay.limits import Count
from byok_relay.messages import Connect, Forward, Open, Read, Relayed, Reply, Request, advance
from byok_relay.providers import LISTED
from byok_relay.settings import SettingError
from providers import PROVIDERS, bad_key_status
from sealing.pyca import open_sealed
from tables.errors import BAD_KEY, STATUS
from tables.headers import NEVER_PASSED, PASSED, SENT
from unit.support import NOW

from .hostile import TOKEN, Hostile
from .keys import CANARY, CARRIERS, OWNERS, SEALED, keys_that_came, protocols_of
from .mutations import MARKER
from .worlds import Place, Route, World, world

CIPHERTEXTS = [token.rpartition(".")[2] for token in SEALED]
AS_LONG = re.compile(f"[A-Za-z0-9_-]{{{min(map(len, CIPHERTEXTS))}}}")


def judge(hostile: Hostile) -> Forward | Reply:
    """What comes of a request in the end, once everything about it is found to be right; of a WebSocket, its handshake.

    Raises AssertionError.
    """
    here = world(hostile.given)
    scheme, host = hostile.base.split("://")
    request = Request(hostile.method, scheme, host, hostile.path, hostile.query, dict(hostile.headers))
    decision = policy.decide(request, here.settings, NOW)
    step = advance(decision)
    _shows_no_key(repr(request), repr(step))
    if isinstance(step, Open):
        step = advance(decision, open_sealed(step.sealed))
    else:
        assert not (isinstance(step, Forward | Connect) and here.require_sealed)
    if isinstance(step, Read):
        assert step.most == 1 << 20
        step = advance(decision, hostile.body)
    counted: tuple[str, ...] = ()
    if isinstance(step, Count):
        counted = tuple(f"{bucket.kind} {bucket.per_minute}" for bucket in step.buckets)
        step = advance(decision, None)
    _shows_no_key(repr(tuple(step)))
    assert request.headers == hostile.headers
    if isinstance(step, Forward):
        _judge_forward(step, hostile, here, counted, ("cors", "same-origin"))
        assert "websocket" not in hostile.headers.get("upgrade", "").lower()
    elif isinstance(step, Connect):
        _judge_connect(step, hostile, here, counted)
        return step.handshake
    else:
        assert isinstance(step, Reply)
        _judge_reply(step, hostile, here)
    return step


def _shows_no_key(*shown: str) -> None:
    for text in shown:
        assert CANARY not in text.lower()
        assert not (AS_LONG.search(text) and any(ciphertext in text for ciphertext in CIPHERTEXTS))


# CORS.


def cors(hostile: Hostile, here: World) -> dict[str, str] | None:
    """The CORS headers of every answer to this request; None for an origin that is refused."""
    if here.any_origin or isinstance(here.settings, SettingError):
        return {"access-control-allow-origin": "*"}
    if hostile.origin is None:
        return {"vary": "Origin"}
    return {"access-control-allow-origin": hostile.origin, "vary": "Origin"} if here.allows(hostile.origin) else None


# What the relay answers itself.

NEVER_ALLOWED = re.compile(
    r"\*|connection|content-length|cookie2?|date|dnt|expect|forwarded|host|keep-alive|origin|referer|set-cookie|te|trailer"
    r"|transfer-encoding|true-client-ip|upgrade|via|x-real-ip|(access-control-|cf-|proxy-|sec-|x-forwarded-).*"
)


def _judge_answers_headers(headers: dict[str, str], allowed: dict[str, str]) -> None:
    assert all(name == name.lower() and is_field_value(value) for name, value in headers.items())
    assert "no-store" in headers["cache-control"]
    assert headers.get("access-control-allow-origin") == allowed.get("access-control-allow-origin")
    assert "access-control-allow-credentials" not in headers
    assert "vary" not in allowed or "Origin" in headers["vary"].split(", ")


def _judge_reply(reply: Reply, hostile: Hostile, here: World) -> None:
    allowed = cors(hostile, here)
    _judge_answers_headers(reply.headers, allowed or {})
    assert ("Origin" in reply.headers.get("vary", "").split(", ")) == ("vary" in (allowed or {"vary": ""}))
    echoed = ("access-control-allow-origin", "access-control-allow-headers")
    said = f"{reply.status} {[(name, value) for name, value in reply.headers.items() if name not in echoed]} {reply.body}"
    assert MARKER not in said.lower()

    if allowed is None:
        assert reply.headers["x-relay-error"] == "origin_not_allowed"
        assert not any(name.startswith("access-control-") for name in reply.headers)
    elif hostile.method == "OPTIONS":
        _judge_preflight(reply, hostile)
        return
    if reply.close:
        offered = protocols_of(hostile.headers)
        assert (hostile.origin is not None, hostile.headers["upgrade"].lower()) == (True, "websocket")
        assert reply.close[:2] == (4000 + reply.status, reply.headers["x-relay-error"])
        protocol, *others = [value for name, value in reply.close.headers.items() if name != "x-relay-request-id"] or [""]
        assert not others
        assert protocol in offered
        assert protocol.lower() in ("", "realtime", "token", "bearer")
    if "x-relay-error" in reply.headers:
        code = reply.headers["x-relay-error"]
        assert isinstance(reply.body, str)
        body = json.loads(reply.body)
        assert reply.status == body["error"]["code"]
        place = here.places.get(hostile.path[1:].partition("/")[0]) or here.places.get(hostile.headers.get("x-relay-provider", ""))
        assert reply.status in _statuses(code, place, here)
        assert code != "key_wrong_provider" or place is None or place.id in IDS or _has_a_strangers_key(hostile, place)
        assert body["code"] == code
        assert (body["error"]["details"] == []) or (reply.status, place.id if place else "google") == (400, "google")
        assert (reply.headers.get("x-should-retry") == "false") == (reply.status < 500)
        assert code == "misconfigured" or not isinstance(here.settings, SettingError)
    else:
        assert (reply.status, hostile.method in ("GET", "HEAD")) == (200, True)
        assert hostile.path in ("/health", "/.well-known/byok-relay")
        assert json.loads(reply.body or "")
    assert reply.headers["x-content-type-options"] == "nosniff"


def _statuses(code: str, place: Place | None, here: World) -> set[int]:
    """What an error's status may be. For a bad key it is the provider's own; a bare path does not say whose that is."""
    if code not in BAD_KEY:
        return {STATUS[code]}
    if place is None:
        return {400, 401}
    return {bad_key_status(place.id) if place.id in LISTED else 401}


def _has_its_key(hostile: Hostile, place: Place) -> bool:
    own = [begins for begins, owner in OWNERS.items() if owner == place.vendor]
    return any(mark in key for key in keys_that_came(hostile.headers, hostile.query, place).values() for mark in (*own, "byok1."))


def _has_a_strangers_key(hostile: Hostile, place: Place) -> bool:
    foreign = [begins for begins, owner in OWNERS.items() if owner != place.vendor]
    keys = keys_that_came(hostile.headers, hostile.query, place).values()
    return any(mark in key for key in keys for mark in (*foreign, "T3BlbkFJ"))


def _judge_preflight(reply: Reply, hostile: Hostile) -> None:
    assert (reply.status, reply.body) == (204, None)
    asked = hostile.headers.get("access-control-request-headers", "").lower()
    allowed = reply.headers.get("access-control-allow-headers", "")
    assert len(allowed) < 2 * 4096  # of whoever asks nothing is known
    echoed = set(filter(None, allowed.split(", ")))
    for name in echoed:
        assert name in asked
        assert set(name) <= TOKEN
        assert not NEVER_ALLOWED.fullmatch(name)
    plain = {name for name in asked.split(",") if re.fullmatch("[a-z0-9-]{1,128}", name) and not NEVER_ALLOWED.fullmatch(name)}
    assert plain <= echoed if len(asked) <= 4096 else not echoed


# What goes to a provider.

SENT_TO = {
    **{provider.id: provider.headers for provider in PROVIDERS},
    "openai": {"openai-organization", "openai-project", "openai-beta"},
    "anthropic": {"anthropic-version", "anthropic-beta", "anthropic-user-profile-id", "anthropic-workspace-id", "x-app"},
    "google": set(
        "x-goog-api-client x-goog-fieldmask x-goog-user-project x-server-timeout api-revision x-goog-upload-protocol x-goog-upload-command"
        " x-goog-upload-offset x-goog-upload-file-name x-goog-upload-header-content-length x-goog-upload-header-content-type".split()
    ),
    "mistral": {"x-mistral-user-agent"},
}
UNASKED = {"user-agent", "accept-encoding", "anthropic-version", "notion-version"}
NEVER_SENT = {*CARRIERS, "anthropic-dangerous-direct-browser-access"}

FORMS = {
    "openai": "(sk-|ek_)[A-Za-z0-9_-]*",
    "anthropic": "sk-ant-[A-Za-z0-9_-]*",
    "google": r"(AIza|AQ\.|ya29\.)[A-Za-z0-9._-]*",
    "mistral": "[A-Za-z0-9]*",
}
VENDORS = {
    **dict.fromkeys("sk-proj- sk-svcacct- sk-service- ek_".split(), "openai"),
    **dict.fromkeys("AIza AQ. ya29.".split(), "google"),
    **{"sk-ant-": "anthropic", "gsk_": "groq", "csk-": "cerebras", "fw_": "fireworks", "hf_": "huggingface", "nvapi-": "nvidia"},
    **{"sk-or-": "openrouter", "pplx-": "perplexity", "r8_": "replicate", "tgp_v1_": "together", "xai-": "xai", "ghp_": "github"},
    **{"github_pat_": "github", "SG.": "sendgrid", "sk_test_": "stripe", "rk_live_": "stripe"},
    **dict.fromkeys("sk-kimi- AKIA ASIA dop_v1_ glpat- npm_ xoxb- hvs.".split(), "others"),
}
REFUSED = tuple("sk-admin- sk-ant-admin sk-ant-sid sk-ant-ort GOCSPX- sk_live_ sk_prod_ rk_prod_ sk_org_ whsec_".split())
BEARER_ONLY = {"anthropic": "sk-ant-oat", "google": "ya29.", "azure": "eyJ", "deepgram": "eyJ"}
IDS = {"twilio": "(AC|SK)[A-Za-z0-9]+"}  # parts of keys that are no secrets: paths have them

CREDENTIALS = set("key xgoogapikey accesstoken authtoken token authorization subscriptionkey secret password clientsecret".split())


def _judge_connect(connect: Connect, hostile: Hostile, here: World, counted: tuple[str, ...]) -> None:
    forward, headers = connect.handshake, hostile.headers
    assert (hostile.method, headers["upgrade"].lower()) == ("GET", "websocket")
    assert headers.get("content-length", "0") == "0"
    assert "transfer-encoding" not in headers
    offered = protocols_of(headers)
    named = {name: f"{name}.{value}" for name, value in forward.headers.items() if name in ("openai-organization", "openai-project")}
    given = headers | {name: forward.headers[name] for name, text in named.items() if text in offered}
    without = {name: value for name, value in forward.headers.items() if name != "sec-websocket-protocol"}
    _judge_forward(forward._replace(headers=without), replace(hostile, headers=given), here, counted, ("websocket", "cors"))
    place = here.places[forward.pending.provider]
    for name in connect.protocols:
        assert name in offered
        assert not any(secret in name for secret in _secrets(forward, hostile, place))
        assert CANARY not in name.lower()
    assert connect.scheme.lower() in ("", "token", "bearer")
    assert forward.headers.get("sec-websocket-protocol", "") == ", ".join(connect.protocols)


def _judge_forward(forward: Forward, hostile: Hostile, here: World, counted: tuple[str, ...], modes: tuple[str, ...]) -> None:
    headers = hostile.headers
    assert hostile.method in ("GET", "POST", "PATCH")
    assert forward.method == hostile.method
    assert forward.pending.origin == hostile.origin
    assert cors(hostile, here) is not None
    assert not (here.require_origin and not hostile.origin)
    assert headers.get("sec-fetch-mode", "cors") in modes
    assert headers.get("sec-fetch-dest", "empty") in ("empty", *({"websocket"} & {*modes}))
    assert not isinstance(here.settings, SettingError)
    assert re.fullmatch(r"[A-Za-z0-9._\[\]:-]+", headers.get("host", hostile.base.partition("://")[2]))
    length = headers.get("content-length") or "0"
    assert re.fullmatch("[0-9]{1,15}", length)
    assert int(length) <= here.max_body
    assert len(hostile.path + hostile.query) <= 8192

    place, path = _judge_url(forward, hostile, here)
    route = _route(forward, place, path)
    assert (route.group == "realtime") == ("websocket" in modes)
    query = forward.url.partition("?")[2]
    secrets = _secrets(forward, hostile, place)
    _judge_query(query, hostile, place)
    _judge_headers(forward, headers, place, secrets)
    narrowed = _judge_key(forward, hostile, here, place, route.carriers)
    _judge_use(hostile, here, place, route, path, query, narrowed, counted)
    for text in (*_decodings(path), *_decodings(query), *forward.headers.values()):
        assert not any(secret in text for secret in secrets)
        assert not holds_a_whole_key(text)


def _secrets(forward: Forward, hostile: Hostile, place: Place) -> list[str]:
    """What may be nowhere but in the header that carries the key up. What is shorter is no secret."""
    every_key = (*keys_that_came(hostile.headers, hostile.query, place).values(), forward.key.reveal())
    return [key for key in every_key if len(key) >= 8 and key.isascii() and not re.fullmatch(IDS.get(place.id, "-"), key)]


def _decodings(text: str) -> list[str]:
    """A part of a URL as it is written, and as a server reads it that decodes it once, twice or thrice."""
    once = unquote(text, "latin-1")
    twice = unquote(once, "latin-1")
    return [text, once, twice, unquote(twice, "latin-1")]


def holds_a_whole_key(text: str) -> bool:
    words = (word for word in re.split(r"[^A-Za-z0-9_.-]", text) if len(word) >= 19)
    return any(
        "T3BlbkFJ" in word or any(word.startswith(begins) and len(word) >= len(begins) + 16 for begins in (*VENDORS, *REFUSED, "byok1."))
        for word in words
    )


def _judge_url(forward: Forward, hostile: Hostile, here: World) -> tuple[Place, str]:
    head, _, rest = hostile.path[1:].partition("/")
    sent, question, query = forward.url.partition("?")
    place = here.places[forward.pending.provider]
    if head in here.places:
        assert place == here.places[head]
        base, asked = place.resolved("/" + rest.removeprefix("/"))
        meant = [asked]
    else:
        named = hostile.headers.get("x-relay-provider")
        assert place == here.places[place.id if named is None else named]
        assert named is not None or head in ("v1", "v1beta", "v1alpha") or _has_its_key(hostile, place)
        base, asked = place.resolved(hostile.path)
        mounts = [(begins, leads) for begins, leads in place.mounts if asked.startswith(begins + "/") or asked == begins]
        meant = [asked, *(leads + asked.removeprefix(begins) for begins, leads in mounts)]
    path = sent.removeprefix(base)
    assert sent == base + path
    assert path in meant
    assert is_plain(path)
    read = URL(forward.url)
    assert read.origin + read.pathname == base + path
    assert (read.username, read.password, read.hash) == ("", "", "")
    for character in "'\"<>":  # the only ones that a parser writes differently in a query
        query = query.replace(character, f"%{ord(character):X}")
    assert read.search == (f"?{query}" if query else "")
    assert bool(question) == bool(query)
    assert not forward.url.partition("://")[2].startswith(hostile.base.lower().partition("://")[2] + "/")
    return place, path


def is_plain(path: str) -> bool:
    """The path rule, said simply: nothing in it can mean anything but itself."""
    letters = re.sub("%2F", "/", re.sub("%3A", ":", path, flags=re.IGNORECASE), flags=re.IGNORECASE)
    harmless = {*ascii_letters, *digits, *"/.-_:"}
    return path[0] == "/" and set(letters) <= harmless and all(segment[:1].isalnum() for segment in letters[1:].split("/"))


def _route(forward: Forward, place: Place, path: str) -> Route:
    """The route that a forward says it is on, which must be one of those that its path leads to."""
    routes = [route for route in place.routes if route.method == forward.method and _leads_to(route, path)]
    return next(route for route in routes if forward.route == place.base + route.path)


_NAME = "[A-Za-z0-9]([A-Za-z0-9._{}-]*[A-Za-z0-9])?"
PARAMETERS = {
    "{path}": "{0}(/{0}){{0,15}}".format(_NAME.format("")),
    "{version}": "v1(beta|alpha)?",
    "{model}": _NAME.format(""),
    "{id}": _NAME.format(""),
    "{model_id}": _NAME.format(":"),
    "{model_name}": "{0}(%2[Ff]{0})*".format(_NAME.format(":")),
}


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("".join(PARAMETERS.get(part) or re.escape(part) for part in re.split(r"(\{\w+\})", path)))


def _leads_to(route: Route, path: str) -> bool:
    return bool(_pattern(route.path).fullmatch(path.replace("%3A", ":").replace("%3a", ":")))


def _judge_query(query: str, hostile: Hostile, place: Place) -> None:
    kept = [pair for pair in hostile.query.split("&") if place.id != "google" or not pair.startswith("key=")]
    assert query == "&".join(kept)
    assert set(query) <= set(map(chr, range(33, 127))) - {"#"}
    assert not any(CANARY in text.lower() for text in _decodings(query))
    parameters = re.split("[&;]", query)
    assert len(parameters) <= 200
    for parameter in filter(None, parameters):
        name = parameter.partition("=")[0]
        letters = {"".join(re.findall("[a-zA-Z]", text)).lower() for text in _decodings(name)}
        assert place.parameters is None or name in place.parameters
        assert place.parameters or not letters & CREDENTIALS
        assert place.parameters or not any(word.endswith("apikey") for word in letters)
        assert not letters & {"httpmethod", "httpheaders", "callback", "ct"}


def _judge_headers(forward: Forward, given: dict[str, str], place: Place, secrets: list[str]) -> None:
    listed = SENT | SENT_TO.get(place.id, set())
    for name, value in forward.headers.items():
        assert name in listed
        assert name not in NEVER_SENT
        assert not name.endswith(("api-key", "-token", "-authorization"))
        assert is_field_value(value)
        assert value == given.get(name) or name in UNASKED
    assert forward.headers["user-agent"]
    for name in listed & given.keys():
        value = given[name]
        harmless = is_field_value(value) and not re.search("[A-Za-z0-9_.-]{19}", value) and not any(secret in value for secret in secrets)
        assert forward.headers.get(name) == value or not (value and harmless)


def _judge_key(forward: Forward, hostile: Hostile, here: World, place: Place, carriers: tuple[str, ...]) -> Mapping[str, Any]:
    """The claims that narrow what the key is for."""
    carrier = forward.carrier.header
    sent = forward.headers_with_key()
    assert forward.headers.items() <= sent.items()
    assert set(sent) - set(forward.headers) == {carrier}
    assert [name for name in sent if name in CARRIERS] == [carrier]
    value = sent.pop(carrier)
    assert CANARY not in f"{forward.url} {forward.route} {sent} {forward.pending}".lower() or place.id in IDS
    scheme, _, key = value.rpartition(" ")
    key = b64decode(key).decode() if scheme == "Basic" else key
    goes_in = f"{carrier} {scheme}".strip()
    assert not key.startswith("AC") or place.id != "twilio" or f"/Accounts/{key.partition(':')[0]}/" in forward.url
    assert place.shortest_key <= len(key) <= 4096
    assert all("!" <= character <= "~" and character != "," for character in key)
    assert not key.startswith(REFUSED)
    assert not key.startswith("byok1")
    assert all(owner == place.vendor or not key.startswith(begins) for begins, owner in VENDORS.items())
    assert place.vendor == "openai" or "T3BlbkFJ" not in key
    assert not here.check_form or re.fullmatch(FORMS.get(place.id, ".*"), key)

    came_in, offered = _key_that_counts(hostile, place, carriers)
    if offered.startswith("byok1."):
        assert SEALED[offered].opens(place.sealed_as, hostile.origin)
        assert SEALED[offered].inside == key
    else:
        assert (key, here.require_sealed) == (offered, False)
    stays = came_in if came_in in carriers else carriers[0]
    assert goes_in == ("authorization Bearer" if key.startswith(BEARER_ONLY.get(place.id, " ")) else stays)
    return (SEALED[offered].narrowed or {}) if offered in SEALED else {}


# Which model is asked for.


def _judge_use(
    hostile: Hostile,
    here: World,
    place: Place,
    route: Route,
    path: str,
    query: str,
    narrowed: Mapping[str, Any],
    counted: tuple[str, ...],
) -> None:
    assert counted == ((f"sealed-key {narrowed['rpm']}",) if "rpm" in narrowed else ())
    assert route.group in narrowed.get("grp", [route.group])
    lists = [patterns for patterns in (here.models, narrowed.get("mdl", [])) if patterns]
    if not lists:
        return
    assert route.group == "inference"
    names = _models_asked_for(hostile, place, route, path, query)
    for patterns in lists:
        rule = "|".join("[A-Za-z0-9._:@~#+-]*".join(map(re.escape, pattern.split("*"))) for pattern in patterns)
        assert all(isinstance(name, str) and re.fullmatch(rule, name) for name in names)


def _models_asked_for(hostile: Hostile, place: Place, route: Route, path: str, query: str) -> list[object]:
    names: list[object] = [
        unquote(value) for name, _, value in (pair.partition("=") for pair in re.split("[&;]", query)) if _names_models(unquote(name))
    ]
    if "{model" in route.path:
        return [*names, _model_in(path, route)]
    if hostile.method == "GET" or route.path.endswith(("/cancel", ":cancel")):
        return names
    if not place.model_members:
        assert any(pair.startswith("model=") for pair in re.split("[&;]", query))
        return names
    assert re.fullmatch("application/json(;[ \t]*charset=utf-8)?", hostile.headers["content-type"].lower())
    assert hostile.headers.get("content-encoding", "identity") == "identity"
    assert "transfer-encoding" not in hostile.headers
    assert int(hostile.headers["content-length"]) <= 1 << 20
    members = json.loads(hostile.body.decode(), object_pairs_hook=Members)
    assert isinstance(members, Members)
    at_top = [name for name, _ in members]
    assert place.model_members & {*at_top}
    for name, held in members:
        letters = "".join(filter(ascii_letters.__contains__, name.casefold()))
        if letters in ("model", "models", "modelid", "agent", "agentid") or name in place.model_members:
            assert held != []
            names += held if type(held) is list else [held]
        elif letters in ("preset", "version") and isinstance(held, str):
            names.append(held)
        else:
            names += _named_within([(name, held)], name in ("contents", "documents", "input", "messages", "metadata"))
    return names


class Members(list[tuple[str, Any]]):
    """Of a JSON object, each name once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        assert len({name for name, _ in pairs}) == len(pairs)


def _named_within(members: list[tuple[str, Any]], is_said: bool) -> Iterator[object]:
    for name, held in members:
        if not is_said and _names_models(name):
            yield from (text for text in (held if type(held) is list else [held]) if isinstance(text, str))
        for inner in held if type(held) is list else [held]:
            yield from _searched(inner, is_said and name != "tools")


def _searched(value: Any, is_said: bool) -> Iterator[object]:
    if isinstance(value, Members):
        yield from _named_within(value, is_said)
    elif isinstance(value, list):
        for each in value:
            yield from _searched(each, is_said)


def _names_models(name: str) -> bool:
    letters = "".join(filter(ascii_letters.__contains__, name.casefold()))
    return re.search("(models?|modelids?|fallbacks?)$", letters) is not None


def _model_in(path: str, route: Route) -> str:
    parts = re.split(r"(\{\w+\})", route.path)
    rule = "".join(
        f"(?P<m{at}>{PARAMETERS[part]})" if part.startswith("{model") else PARAMETERS.get(part) or re.escape(part)
        for at, part in enumerate(parts)
    )
    found = re.fullmatch(rule, path.replace("%3A", ":").replace("%3a", ":"))
    assert found
    return "/".join(found.groupdict().values()).replace("%2F", "/").replace("%2f", "/")


def _key_that_counts(hostile: Hostile, place: Place, carriers: tuple[str, ...]) -> tuple[str, str]:
    found = keys_that_came(hostile.headers, hostile.query, place)
    common = [name if name != "authorization" else "authorization Bearer" for name in CARRIERS]
    carrier = next((carrier for carrier in ("x-api-key", *carriers, *common, "protocol 0") if carrier in found), [*found][-1])
    return carrier, found[carrier]


def is_field_value(value: str) -> bool:
    return value.isascii() and value.isprintable()


# What comes of a provider's answer.

PASSED_OF = {
    **{provider.id: provider.answer_headers for provider in PROVIDERS},
    "google": {"x-gemini-service-tier"} | {f"x-goog-upload-{name}" for name in ("chunk-granularity", "size-received", "status", "url")},
    "mistral": {"mistral-correlation-id", "x-model-deprecation-timestamp", "x-ratelimit-tokens-query-cost"},
}
FAMILIES_OF = {
    **{provider.id: provider.answer_families for provider in PROVIDERS},
    "openai": ("openai-",),
    "anthropic": ("anthropic-",),
    "mistral": ("ratelimitbysize-",),
}
SET_BY_THE_RELAY = {
    "cache-control": "no-store, no-transform",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
}


def judge_answer(forward: Forward, hostile: Hostile, status: int, upstream: dict[str, str]) -> Relayed | Reply:
    """What comes of a provider's answer, once everything about it is found to be right. Raises AssertionError."""
    here = world(hostile.given)
    allowed = cors(hostile, here) or {}
    answer = policy.answered(forward.pending, status, dict(upstream), here.settings)
    headers = answer.headers
    redirect = 300 <= status < 400 and status != 304
    assert isinstance(answer, Reply) == (redirect or not 200 <= status < 600)
    _judge_answers_headers(headers, allowed)
    if isinstance(answer, Reply):
        assert answer.status == 502
        assert headers["x-relay-error"] == ("upstream_redirect" if redirect else "upstream_unreachable")
        assert not {"location", "refresh", "link"} & set(headers)
        return answer
    assert answer.status == status
    named = {word.strip() for word in upstream.get("connection", "").lower().split(",")}
    own = {*SET_BY_THE_RELAY, *allowed, "access-control-expose-headers", "x-relay-request-id"}
    families = ("x-ratelimit-", "ratelimit-", *FAMILIES_OF.get(forward.pending.provider, ()))
    listed = PASSED | PASSED_OF.get(forward.pending.provider, set())
    passed = {name for name in upstream if name in listed or name.startswith(families)} - named
    passed = {name for name in passed if is_field_value(upstream[name])} - (
        {"content-length"} if "transfer-encoding" in upstream else set()
    )
    kept = headers.keys() - own
    assert kept == passed - own
    assert not kept & (NEVER_PASSED | named)
    assert not any(name.startswith(("cf-", "access-control-")) for name in kept)
    assert all(headers[name] == upstream[name] for name in kept)
    assert SET_BY_THE_RELAY.items() <= headers.items()
    assert set(headers["access-control-expose-headers"].split(", ")) == passed | {"x-relay-request-id"}
    return answer
