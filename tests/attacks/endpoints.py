"""What a provider's key could also do there: account, money, files, training, deletion. And methods that do it on an allowed path."""

from attacks.attack import BEARER, OPENAI_CHAT, Attack, get, post, refused, relayed, request

CARRIERS = {
    "openai": BEARER,
    "anthropic": "X-API-Key: {key}",
    "google": "X-Goog-API-Key: {key}",
    "mistral": BEARER,
}

# Endpoints that the providers have and the relay does not.
NO_INFERENCE = {
    "openai": (
        "GET /v1/organization/admin_api_keys",
        "POST /v1/organization/users",
        "GET /v1/organization/costs",
        "GET /v1/projects",
        "GET /v1/me",
        "GET /v1/dashboard/billing/usage",
        "GET /v1/files",
        "GET /v1/files/file-{mark}/content",
        "POST /v1/uploads",
        "POST /v1/fine_tuning/jobs",
        "POST /v1/batches",
        "GET /v1/responses/resp_{mark}",
        "POST /v1/chat/completions/chatcmpl-{mark}",
        "POST /v1/vector_stores",
        "POST /v1/threads",
        "POST /v1/realtime/client_secrets",
        "GET /v1/engines",
    ),
    "anthropic": (
        "GET /v1/organizations/api_keys",
        "POST /v1/organizations/invites",
        "GET /v1/organizations/usage_report/messages",
        "POST /v1/messages/batches",
        "GET /v1/files",
        "POST /v1/skills",
        "GET /v1/vaults",
        "POST /v1/tunnels/{mark}/reveal_token",
    ),
    "google": (
        "GET /v1beta/files",
        "POST /upload/v1beta/files",
        "POST /v1beta/cachedContents",
        "GET /v1beta/tunedModels",
        "POST /v1beta/tunedModels/{mark}:transferOwnership",
        "POST /v1beta/tunedModels/{mark}/permissions",
        "GET /v1beta/corpora",
        "POST /v1beta/webhooks/{mark}:rotateSigningSecret",
        "POST /v1alpha/auth_tokens",
        "POST /batch",
        "GET /$discovery/rest",
        "POST /v1beta/openai/files",
        "POST /v2/models/gemini-pro:generateContent",
    ),
    "mistral": (
        "GET /v1/users/me",
        "GET /v1/files",
        "POST /v1/fine_tuning/jobs",
        "POST /v1/batch/jobs",
        "POST /v1/connectors",
        "GET /v1/libraries",
        "POST /v1/agents",
        "POST /v1/conversations",
    ),
}

# On a path that is allowed, but for another method: what came, and the methods that the path has.
WRONG_METHODS = {
    **{f"{method} {OPENAI_CHAT}": "POST" for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "MOVE", "PURGE")},
    "DELETE /openai/v1/models/ft:gpt-4o:{mark}": "GET",
    "HEAD /openai/v1/models": "GET",
    "DELETE /mistral/v1/models/{mark}": "GET",
    "GET /anthropic/v1/messages": "POST",
    "GET /google/v1beta/models/gemini-pro:generateContent": "POST",
    "PATCH /google/v1beta/models/gemini-pro": "GET",
    "DELETE /google/v1beta/interactions/{mark}": "GET",
    "DELETE /health": "GET, HEAD",
    "POST /.well-known/byok-relay": "GET, HEAD",
}

ATTACKS = [
    *(
        Attack(
            f"{provider}, {route}",
            request(method, f"/{provider}{path}", CARRIERS[provider]),
            refused("path_not_allowed"),
            provider=provider,
        )
        for provider, routes in NO_INFERENCE.items()
        for route in routes
        for method, path in [route.split()]
    ),
    *(
        Attack(route, request(*route.split(), BEARER), refused("method_not_allowed", allow=methods))
        for route, methods in WRONG_METHODS.items()
    ),
    Attack("somebody's files, without the provider", get("/v1/files", BEARER), refused("path_not_allowed")),
    Attack("somebody's files, named provider", get("/v1/files", BEARER, "X-Relay-Provider: mistral"), refused("path_not_allowed")),
    Attack(
        "Google's files, as an OpenAI client asks for them",
        get("/v1/files", BEARER),
        refused("path_not_allowed"),
        provider="google",
    ),
    Attack(
        "a method in the body",
        post(OPENAI_CHAT, BEARER, body='{"_method": "DELETE"}'),
        relayed(OPENAI_CHAT, body=b'{"_method": "DELETE"}'),
    ),
]
