import json
import re
from base64 import b64encode

import pytest

from byok_relay.carriers import CARRIERS
from byok_relay.messages import Connect, Forward, Reply
from byok_relay.providers import LISTED, VENDORS, entry
from byok_relay.providers.provider import GROUPS
from byok_relay.settings import parse
from missing import missing_of_carriers, missing_of_sdks
from providers import ALL, EXAMPLES, NAMES, PROVIDERS, TABLE
from tables.endpoints import NEVER, NO_INFERENCE, WRONG_METHODS

from .support import CHAT, HANDSHAKE, SEALING_KEY, answered, ask, code, forwarded, message, new_key, replied

# All of the table is served, and every group is open.
OPEN = {"PROVIDERS": ALL, "ENDPOINTS": ",".join(GROUPS)}
PARAMETER = re.compile(r"\{\w+\}")


def paths(route):
    """The paths that stand for a route, one for every example of its parameters."""
    parameter = PARAMETER.search(route)
    if parameter is None:
        return [route]
    return [path for example in EXAMPLES[parameter[0]] for path in paths(route.replace(parameter[0], example, 1))]


ROUTES = [
    (provider, surface, *path.split(" "))
    for provider in PROVIDERS
    for surface in provider.surfaces
    for route in surface.routes
    for path in paths(route)
]


def place(provider, path):
    """The path on the relay, behind the provider's id."""
    return f"/my-resource{path}" if provider.resource else path


def upstream(provider, path):
    return provider.base_url.replace("{resource}", "my-resource") + path


def handshake_of(surface):
    return HANDSHAKE if surface.group == "realtime" else {}


def query_of(provider):
    return f"?{min(provider.parameters)}=1" if provider.parameters else ""


each_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.id)
each_route = pytest.mark.parametrize(
    ("provider", "surface", "method", "path"), ROUTES, ids=[f"{provider.id}-{method}-{path}" for provider, _, method, path in ROUTES]
)


@each_route
def test_every_route_is_forwarded_as_it_is_with_the_key_where_it_belongs(provider, surface, method, path):
    key = new_key(provider.id)
    query = query_of(provider)
    target, headers = f"/{provider.id}{place(provider, path)}{query}", {"xi-api-key": key} | handshake_of(surface)
    decision = forwarded(target, headers, method=method, **OPEN)
    assert (decision.method, decision.url) == (method, upstream(provider, path) + query)
    main = surface.carriers[0]
    value = f"Basic {b64encode(key.encode()).decode()}" if main.scheme == "Basic" else f"{main.scheme} {key}".strip()
    headers = {carrier.header for carrier in CARRIERS}
    assert {k: v for k, v in decision.headers_with_key().items() if k in headers} == {main.header: value}


# code -> headers that change a good request, its query, the relay's settings
GUARDS = [
    ("missing_key", {"x-api-key": ""}, "", {}),
    ("key_malformed", {"x-api-key": "sk-canary 0123456789"}, "", {}),
    ("key_refused", {"x-api-key": "sk-admin-0123456789"}, "", {}),
    ("key_wrong_provider", {"x-api-key": "xoxb-0123456789"}, "", {}),
    ("key_in_query", {}, "?api_key=1", {}),
    ("sealed_key_invalid", {"x-api-key": "byok1.a.b.c"}, "", {}),
    ("sealed_key_required", {}, "", {"SEALING_KEY": json.dumps(SEALING_KEY), "REQUIRE_SEALED_KEYS": "true"}),
    ("path_not_allowed", {}, "?%24httpMethod=DELETE", {}),
    ("key_in_query", {}, "?limit=sk-ant-api03-0123456789abcdef", {}),
    ("websocket_unsupported", {"upgrade": "websocket/13"}, "", {}),
    ("body_too_large", {"content-length": "33554433"}, "", {}),
    ("url_too_long", {}, "?" + "a" * 8192, {}),
    ("origin_not_allowed", {"origin": "https://evil.example"}, "", {"ALLOWED_ORIGINS": "https://a.example"}),
    ("origin_not_allowed", {}, "", {"REQUIRE_ORIGIN": "true"}),
    ("origin_not_allowed", {"sec-fetch-mode": "navigate"}, "", {}),
    ("origin_not_allowed", {"sec-fetch-mode": "cors", "sec-fetch-dest": "script"}, "", {}),
    ("origin_not_allowed", {"sec-fetch-mode": "cors", "sec-fetch-dest": "cors"}, "", {}),
    ("origin_not_allowed", {"sec-fetch-mode": "same-origin", "sec-fetch-dest": "same-origin"}, "", {}),
    ("misconfigured", {}, "", {"MAX_BODY_BYTES": "many"}),
]


@each_route
def test_every_route_passes_every_guard_under_every_name(provider, surface, method, path):
    good = {"x-api-key": new_key(provider.id)} | handshake_of(surface)
    ways = [({}, f"/{name}{place(provider, path)}") for name, one in NAMES.items() if one is provider]
    if path.startswith("/v1/") and LISTED[provider.id].owns_paths:
        ways.append(({"x-relay-provider": provider.id}, path))
    for way, target in ways:
        assert isinstance(ask(target, good | way, method=method, **OPEN), Connect if surface.group == "realtime" else Forward)
        for expected, headers, query, settings in GUARDS:
            if expected == "body_too_large" and surface.group == "realtime":
                continue  # a handshake with any body is not valid
            assert code(replied(target + query, good | way | headers, method=method, **OPEN | settings)) == expected


@each_route
def test_every_route_takes_only_its_methods(provider, surface, method, path):
    for other in {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "TRACE", "CONNECT"} - set(provider.routes.methods(path)):
        reply = replied(f"/{provider.id}{place(provider, path)}", {"x-api-key": new_key(provider.id)}, method=other, **OPEN)
        assert (reply.status, code(reply)) == (405, "method_not_allowed")
        assert reply.headers["allow"] == ", ".join(provider.routes.methods(path))


@each_provider
def test_no_route_deletes_anything(provider):
    methods = {route.split(" ")[0] for surface in provider.surfaces for route in surface.routes}
    assert methods <= ({"GET", "POST", "PATCH"} if provider.id == "notion" else {"GET", "POST"})  # a page of Notion's is changed so


@each_route
def test_a_route_of_a_closed_group_is_refused_by_a_message_that_names_the_setting(provider, surface, method, path):
    others = ",".join(group for group in GROUPS if group != surface.group)
    target, key = f"/{provider.id}{place(provider, path)}", {"x-api-key": new_key(provider.id)} | handshake_of(surface)
    reply = replied(target, key, method=method, PROVIDERS=ALL, ENDPOINTS=others)
    assert code(reply) == "path_not_allowed"
    assert f"`{surface.group}`" in message(reply)
    assert "ENDPOINTS" in message(reply)
    by_default = ask(target, key, method=method, PROVIDERS=ALL)
    assert isinstance(by_default, Forward | Connect) == (surface.group in ("inference", "realtime"))


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_method_that_no_group_opens_is_not_promised_one(method):
    reply = replied("/openai/v1/files", {"x-api-key": new_key()}, method=method)
    assert (code(reply), "ENDPOINTS" in message(reply)) == ("path_not_allowed", False)


def test_what_is_beyond_models_is_off_unless_it_is_named():
    off = [id for id, listed in LISTED.items() if not listed.is_default]
    assert {*off} >= {"github", "notion", "resend", "sendgrid", "sendgrid-eu", "stripe", "twilio"}
    assert [id for id in off if entry(id).model is not None] == []
    assert not {*off} & {*parse({}).providers.ids}
    assert {*parse({"PROVIDERS": "all, github"}).providers.ids} == {*parse({}).providers.ids, "github"}
    reply = replied("/github/user", {"x-api-key": new_key("github")}, method="GET")
    assert (reply.status, code(reply)) == (404, "unknown_provider")
    assert "PROVIDERS" in message(reply)


@pytest.mark.parametrize("name", ["OpenAI", "open-ai", "antropic", "groqq", "mistrall"])
def test_a_name_that_is_nearly_a_providers_is_told_the_right_one(name):
    reply = replied(f"/{name}/v1/chat/completions", {"x-api-key": "0123456789"})
    assert (reply.status, code(reply)) == (404, "unknown_provider")
    assert "Did you mean /" in message(reply)
    assert name not in message(reply)


@each_provider
def test_another_base_url_changes_no_list(provider):
    assert provider.at("https://eu.example").parameters == provider.parameters


def test_no_two_providers_share_a_name():
    assert len(NAMES) == sum(1 + len(listed.aliases) for listed in LISTED.values())


def test_no_two_vendors_claim_one_prefix():
    prefixes = [prefix for vendor in VENDORS for prefix in (*vendor.prefixes, *vendor.refused)]
    assert sorted(set(prefixes)) == sorted(prefixes)


def test_no_two_vendors_share_an_id():
    assert len({vendor.id for vendor in VENDORS}) == len(VENDORS)


@each_provider
def test_a_key_of_every_vendor_with_a_prefix_of_its_own_stays_here(provider):
    route = next(iter(provider.surfaces[0].routes)).split(" ")
    target = f"/{provider.id}{place(provider, next(iter(paths(route[1]))))}"
    for vendor in VENDORS:
        for prefix in vendor.prefixes if vendor.id != provider.vendor else ():
            reply = replied(target, {"x-api-key": prefix + "0" * 40}, method=route[0], **OPEN)
            assert code(reply) == "key_wrong_provider", prefix


@each_provider
def test_a_provider_is_reached_over_https(provider):
    assert re.fullmatch(r"https://(\{resource\}\.)?[a-z.-]+", provider.base_url)


def test_every_header_that_may_bring_a_key_is_known_to_the_mock_the_attacks_and_the_documents():
    if lines := "\n".join(missing_of_carriers()):
        pytest.fail(lines, pytrace=False)


@each_provider
def test_what_an_sdk_appends_to_its_base_url_is_on_a_route(provider):
    """The base URLs that the relay describes: each is the beginning of some route."""
    routes = [path.split(" ")[1] for surface in provider.surfaces for route in surface.routes for path in paths(route)]
    for base_path in provider.sdk_base_paths.values():
        assert any(route.startswith(base_path + "/") for route in routes)


@pytest.mark.parametrize("provider", [one for one in PROVIDERS if one.sdk_base_paths and one.vendor == one.id], ids=lambda one: one.id)
def test_the_sdks_of_a_provider_are_tried_and_have_a_snippet(provider):  # a region's are like its provider's
    if lines := "\n".join(missing_of_sdks(provider, TABLE[provider.id])):
        pytest.fail(lines, pytrace=False)


@pytest.mark.parametrize(("provider", "method", "path"), NO_INFERENCE)
def test_what_is_not_inference_is_closed_by_default(provider, method, path):
    reply = replied(f"/{provider}{path.format(mark='m')}", {"x-api-key": new_key(provider)}, method=method)
    assert code(reply) == "path_not_allowed"


OPENED = set(
    "files uploads batches batch upload content batchGenerateContent asyncBatchEmbedContent".split()
)  # words of paths that ENDPOINTS opens


@pytest.mark.parametrize(("provider", "method", "path"), [row for row in NEVER if not OPENED & {*re.split("[/:]", row[2])}])
def test_what_nobody_opens_is_never_reached(provider, method, path):
    reply = replied(f"/{provider}{path.format(mark='m')}", {"x-api-key": new_key(provider)}, method=method, **OPEN)
    assert code(reply) in ("path_not_allowed", "method_not_allowed", "path_not_found")


NEIGHBOURS = "/ // /. /.. /../x /%2e%2e/x %2f %2F.. ;x /;x %00 %0a %20 \\ \\..\\x # ! * $ @x : é".split()


@each_route
def test_what_is_next_to_a_route_is_refused(provider, surface, method, path):
    key = {"x-api-key": new_key(provider.id)} | handshake_of(surface)
    beside = [path + more for more in NEIGHBOURS] + ["/" + path, "/." + path, path.replace("/", "//", 2), "/x/.." + path]
    beside += [path.swapcase()] if "{" not in surface.routes[0] else []
    for other in beside:
        decision = ask(f"/{provider.id}{place(provider, other)}", key, method=method, **OPEN)
        assert isinstance(decision, Reply) or other == "/" + path


@each_provider
@pytest.mark.parametrize("came_in", [carrier.header for carrier in CARRIERS])
def test_a_key_that_comes_in_another_header_goes_up_in_a_providers_own(provider, came_in):
    for surface in provider.surfaces:
        method, path = surface.routes[0].split(" ")
        key = new_key(provider.id)
        headers = {came_in: f"Bearer {key}" if came_in == "authorization" else key} | handshake_of(surface)
        decision = forwarded(f"/{provider.id}{place(provider, next(iter(paths(path))))}", headers, method=method, **OPEN)
        native = [one.header for one in surface.carriers if one.scheme in ("", "Bearer")]
        assert decision.carrier.header == (came_in if came_in in native else surface.carriers[0].header)
        assert [name for name, value in decision.headers_with_key().items() if key in value or name in CARRIED] == [decision.carrier.header]


CARRIED = {carrier.header for carrier in CARRIERS}


@each_provider
def test_the_answer_headers_that_a_providers_sdk_reads_are_exposed(provider):
    method, path = provider.surfaces[0].routes[0].split(" ")
    decision = forwarded(
        f"/{provider.id}{place(provider, next(iter(paths(path))))}", {"x-api-key": new_key(provider.id)}, method=method, **OPEN
    )
    names = {*provider.answer_headers, *(f"{family}x" for family in provider.answer_families), "x-request-id", "retry-after"}
    names -= {"x-goog-upload-url"}  # rewritten: tests/unit/test_quirks.py
    exposed = answered(decision, 200, dict.fromkeys(names, "1"), **OPEN).headers["access-control-expose-headers"]
    assert names <= {*exposed.split(", ")}


OTHER_METHODS = [(method, CHAT["openai"], "POST") for method in ("CONNECT", "post", "")]


@pytest.mark.parametrize(("method", "path", "allowed"), [*WRONG_METHODS, *OTHER_METHODS])
def test_a_method_that_a_path_does_not_take_is_told_which_it_takes(method, path, allowed):
    reply = replied(path.format(mark="m"), {"x-api-key": "0123456789"}, method=method)
    assert (reply.status, code(reply), reply.headers["allow"]) == (405, "method_not_allowed", allowed)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"])
@pytest.mark.parametrize(("name", "provider"), NAMES.items(), ids=NAMES)
def test_a_path_that_nobody_thought_of_is_not_reached(name, provider, method):
    reply = replied(f"/{name}{place(provider, '/v1/something-new')}", {"x-api-key": new_key(provider.id)}, method=method, **OPEN)
    assert code(reply) == "path_not_allowed"
