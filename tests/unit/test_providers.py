import json
import re

import pytest

from byok_relay.carriers import CARRIERS
from byok_relay.messages import Forward
from byok_relay.providers import PROVIDERS
from tables.endpoints import NO_INFERENCE, WRONG_METHODS

from .support import CHAT, SEALING_KEY, ask, code, forwarded, new_key, replied

NAMES = [(name, provider) for provider in PROVIDERS for name in (provider.id, *provider.aliases)]
EXAMPLES = {
    "{version}": ["v1", "v1beta", "v1alpha"],
    "{model}": ["gemini-2.5-flash", "claude-sonnet-4-5.x_1"],
    "{id}": ["int_0123-a"],
    "{model_id}": ["gpt-4o", "ft:gpt-4o-mini:org::id", "ft%3Agpt-4o"],
    "{model_name}": ["llama-3", "meta-llama%2Fllama-3:free"],
}
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
each_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.id)
each_route = pytest.mark.parametrize(
    ("provider", "surface", "method", "path"), ROUTES, ids=[f"{provider.id}-{method}-{path}" for provider, _, method, path in ROUTES]
)


@each_route
def test_every_route_is_forwarded_as_it_is_with_the_key_where_it_belongs(provider, surface, method, path):
    key = new_key(provider.id)
    query = f"{min(provider.parameters)}=1"
    decision = forwarded(f"/{provider.id}{path}?{query}", {"api-key": key}, method=method)
    assert (decision.method, decision.url) == (method, f"{provider.base_url}{path}?{query}")
    value = f"Bearer {key}" if surface.carriers[0].header == "authorization" else key
    headers = {carrier.header for carrier in CARRIERS}
    assert {k: v for k, v in decision.headers_with_key().items() if k in headers} == {surface.carriers[0].header: value}


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
    ("websocket_unsupported", {"upgrade": "websocket"}, "", {}),
    ("body_too_large", {"content-length": "33554433"}, "", {}),
    ("url_too_long", {}, "?" + "a" * 8192, {}),
    ("origin_not_allowed", {"origin": "https://evil.example"}, "", {"ALLOWED_ORIGINS": "https://a.example"}),
    ("origin_not_allowed", {}, "", {"REQUIRE_ORIGIN": "true"}),
    ("origin_not_allowed", {"sec-fetch-mode": "navigate"}, "", {}),
    ("origin_not_allowed", {"sec-fetch-mode": "cors", "sec-fetch-dest": "script"}, "", {}),
    ("misconfigured", {}, "", {"MAX_BODY_BYTES": "many"}),
]


@each_route
def test_every_route_passes_every_guard_under_every_name(provider, surface, method, path):
    good = {"x-api-key": new_key(provider.id)}
    ways = [({}, f"/{name}{path}") for name in (provider.id, *provider.aliases)] + [({"x-relay-provider": provider.id}, path)]
    for way, target in ways:
        assert isinstance(ask(target, good | way, method=method), Forward)
        for expected, headers, query, settings in GUARDS:
            assert code(replied(target + query, good | way | headers, method=method, **settings)) == expected


@each_route
def test_every_route_takes_only_its_methods(provider, surface, method, path):
    for other in {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "TRACE", "CONNECT"} - set(provider.routes.methods(path)):
        reply = replied(f"/{provider.id}{path}", {"x-api-key": new_key(provider.id)}, method=other)
        assert (reply.status, code(reply)) == (405, "method_not_allowed")
        assert reply.headers["allow"] == ", ".join(provider.routes.methods(path))


@each_provider
def test_no_route_changes_or_deletes_anything(provider):
    assert {route.split(" ")[0] for surface in provider.surfaces for route in surface.routes} <= {"GET", "POST"}


@pytest.mark.parametrize(("name", "provider"), NAMES, ids=[name for name, _ in NAMES])
def test_a_provider_is_reached_by_its_id_and_by_every_alias(name, provider):
    decision = forwarded(f"/{name}/v1/models", {"x-api-key": new_key(provider.id)}, method="GET")
    assert decision.url == f"{provider.base_url}/v1/models"


@each_provider
def test_another_base_url_changes_no_list(provider):
    assert provider.at("https://eu.example").parameters == provider.parameters


def test_no_two_providers_share_a_name():
    names = [name for name, _ in NAMES]
    assert sorted(set(names)) == sorted(names)


@each_provider
def test_a_provider_is_reached_over_https(provider):
    assert re.fullmatch(r"https://[a-z.]+", provider.base_url)


@each_provider
def test_what_an_sdk_appends_to_its_base_url_is_on_a_route(provider):
    """The base URLs that the relay describes: each is the beginning of some route."""
    routes = [path.split(" ")[1] for surface in provider.surfaces for route in surface.routes for path in paths(route)]
    for base_path in provider.sdk_base_paths.values():
        assert any(route.startswith(base_path + "/") for route in routes)


@pytest.mark.parametrize(("provider", "method", "path"), NO_INFERENCE)
def test_what_is_not_inference_is_never_reached(provider, method, path):
    reply = replied(f"/{provider}{path.format(mark='m')}", {"x-api-key": new_key(provider)}, method=method)
    assert code(reply) == "path_not_allowed"


OTHER_METHODS = [(method, CHAT["openai"], "POST") for method in ("CONNECT", "post", "")]


@pytest.mark.parametrize(("method", "path", "allowed"), [*WRONG_METHODS, *OTHER_METHODS])
def test_a_method_that_a_path_does_not_take_is_told_which_it_takes(method, path, allowed):
    reply = replied(path.format(mark="m"), {"x-api-key": "0123456789"}, method=method)
    assert (reply.status, code(reply), reply.headers["allow"]) == (405, "method_not_allowed", allowed)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"])
@pytest.mark.parametrize(("name", "provider"), NAMES, ids=[name for name, _ in NAMES])
def test_a_path_that_nobody_thought_of_is_not_reached(name, provider, method):
    assert code(ask(f"/{name}/v1/something-new", {"x-api-key": new_key(provider.id)}, method=method)) == "path_not_allowed"
