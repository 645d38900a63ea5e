import json
import re

import pytest

from byok_relay.carriers import CARRIERS
from byok_relay.messages import Forward
from byok_relay.providers import PROVIDERS

from .support import SEALING_KEY, ask, code, forwarded, new_key, replied

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


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.id)
def test_no_route_changes_or_deletes_anything(provider):
    assert {route.split(" ")[0] for surface in provider.surfaces for route in surface.routes} <= {"GET", "POST"}


@pytest.mark.parametrize(("name", "provider"), NAMES, ids=[name for name, _ in NAMES])
def test_a_provider_is_reached_by_its_id_and_by_every_alias(name, provider):
    decision = forwarded(f"/{name}/v1/models", {"x-api-key": new_key(provider.id)}, method="GET")
    assert decision.url == f"{provider.base_url}/v1/models"


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.id)
def test_another_base_url_changes_no_list(provider):
    assert provider.at("https://eu.example").parameters == provider.parameters


def test_no_two_providers_share_a_name():
    names = [name for name, _ in NAMES]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.id)
def test_a_provider_is_reached_over_https(provider):
    assert re.fullmatch(r"https://[a-z.]+", provider.base_url)


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.id)
def test_what_an_sdk_appends_to_its_base_url_is_on_a_route(provider):
    """The base URLs that the relay describes: each is the beginning of some route."""
    routes = [path.split(" ")[1] for surface in provider.surfaces for route in surface.routes for path in paths(route)]
    for base_path in provider.sdk_base_paths.values():
        assert any(route.startswith(base_path + "/") for route in routes)


# What must not be reached with a user's key: accounts, billing, other keys, stored data, training, deletion.
FORBIDDEN = {
    "openai": """
        GET /v1/organization/users
        GET /v1/organization/audit_logs
        GET /v1/organization/costs
        POST /v1/organization/admin_api_keys
        POST /v1/organization/projects/p/service_accounts
        DELETE /v1/organization/projects/p/api_keys/k
        POST /v1/projects/p/spend_limit
        GET /v1/fine_tuning/jobs
        POST /v1/fine_tuning/jobs
        DELETE /v1/models/ft:gpt-4o:org::id
        GET /v1/chat/completions
        GET /v1/chat/completions/c
        POST /v1/chat/completions/c
        DELETE /v1/chat/completions/c
        GET /v1/responses
        GET /v1/responses/r
        POST /v1/responses/r/cancel
        DELETE /v1/responses/r
        GET /v1/me
        GET /v1/usage
        GET /v1/dashboard/billing/usage
        GET /v1/dashboard/billing/credit_grants
        GET /v1/files
        POST /v1/files
        GET /v1/files/f/content
        DELETE /v1/files/f
        POST /v1/uploads
        POST /v1/batches
        GET /v1/vector_stores
        GET /v1/containers
        GET /v1/assistants
        POST /v1/threads
        GET /v1/conversations/c
        GET /v1/evals
        GET /v1/skills
        POST /v1/videos
        POST /v1/chatkit/sessions
        POST /v1/realtime/calls
    """,
    "anthropic": """
        GET /v1/organizations/me
        GET /v1/organizations/users
        GET /v1/organizations/api_keys
        POST /v1/organizations/invites
        DELETE /v1/organizations/users/u
        GET /v1/vaults
        POST /v1/vaults/v/credentials
        POST /v1/tunnels/t/reveal_token
        POST /v1/tunnels/t/rotate_token
        GET /v1/environments
        POST /v1/agents
        GET /v1/sessions
        POST /v1/deployments
        GET /v1/memory_stores
        GET /v1/user_profiles
        GET /v1/dreams
        GET /v1/messages
        GET /v1/messages/batches
        POST /v1/messages/batches
        DELETE /v1/messages/batches/b
        GET /v1/files
        POST /v1/files
        DELETE /v1/files/f
        POST /v1/skills
        DELETE /v1/models/m
    """,
    "google": """
        GET /v1beta/tunedModels
        POST /v1beta/tunedModels
        GET /v1beta/tunedModels/t
        PATCH /v1beta/tunedModels/t
        DELETE /v1beta/tunedModels/t
        POST /v1beta/tunedModels/t:transferOwnership
        GET /v1beta/tunedModels/t/permissions
        GET /v1beta/corpora
        POST /v1beta/corpora/c/permissions
        POST /v1beta/webhooks/w:rotateSigningSecret
        GET /v1beta/triggers
        GET /v1beta/agents
        GET /v1beta/environments
        GET /v1beta/files
        POST /upload/v1beta/files
        DELETE /v1beta/files/f
        POST /v1beta/cachedContents
        GET /v1beta/fileSearchStores
        POST /v1alpha/auth_tokens
        POST /v1beta/models/m:predictLongRunning
        POST /v1beta/models/m:batchGenerateContent
        POST /v1beta/models/m:asyncBatchEmbedContent
        DELETE /v1beta/models/m
        DELETE /v1beta/interactions/i
        GET /v1beta/openai/files
        POST /v1beta/openai/batches
        POST /v1beta/openai/fine_tuning/jobs
        GET /ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent
    """,
    "mistral": """
        GET /v1/fine_tuning/jobs
        POST /v1/fine_tuning/jobs
        POST /v1/fine_tuning/models/m/archive
        GET /v1/connectors
        POST /v1/connectors
        GET /v1/users/me
        GET /v1/observability/logs
        GET /v1/workflows
        GET /v1/libraries
        POST /v1/agents
        GET /v1/agents/a
        PATCH /v1/agents/a
        GET /v2/prompts
        GET /v2/skills
        DELETE /v1/models/m
        PATCH /v1/models/m
        GET /v1/files
        POST /v1/files
        POST /v1/batch/jobs
        POST /v1/conversations
    """,
}


@pytest.mark.parametrize(
    ("provider", "endpoint"), [(id, line.strip()) for id, lines in FORBIDDEN.items() for line in lines.strip().splitlines()]
)
def test_what_is_not_inference_is_never_reached(provider, endpoint):
    method, path = endpoint.split(" ")
    reply = replied(f"/{provider}{path}", {"x-api-key": new_key(provider)}, method=method)
    assert code(reply) in ("path_not_allowed", "method_not_allowed")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"])
@pytest.mark.parametrize(("name", "provider"), NAMES, ids=[name for name, _ in NAMES])
def test_a_path_that_nobody_thought_of_is_not_reached(name, provider, method):
    assert code(ask(f"/{name}/v1/something-new", {"x-api-key": new_key(provider.id)}, method=method)) == "path_not_allowed"
