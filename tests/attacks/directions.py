"""Headers that say where to go, what to do there, or whose a path is. Only the last of these is the relay's own (X-Relay-Provider)."""

from attacks.attack import BEARER, FROM_PAGE, OPENAI_CHAT, Attack, post, refused, relayed

BARE = "/v1/chat/completions"

# Header lines that some gateway takes for where to go, or what to do there. They change nothing and stay here.
DIRECTIONS = {
    "X-Relay-Base-URL: https://{mark}.example": None,
    "X-Relay-Path: /x@{mark}.example": "OmniRoute #4899",
    "X-Relay-Target: https://{mark}.example": None,
    "X-Base-URL: https://{mark}.example/?api.openai.com": "NextChat #6756",
    "X-Portkey-Custom-Host: http://169.254.169.254/{mark}": "CVE-2025-66405 Portkey",
    "X-API-Base-URL: http://{mark}.internal": "nudgebee #452",
    "X-LLM-Target: http://{mark}.internal": None,
    "api_base: https://{mark}.example": "CVE-2024-6587 LiteLLM",
    "X-Forwarded-Host: {mark}.example": None,
    "X-Forwarded-Prefix: /{mark}": None,
    "X-Original-URL: /openai/v1/files?{mark}": "CVE-2018-14773 Symfony",
    "X-Rewrite-URL: /openai/v1/files?{mark}": None,
    "X-Envoy-Original-Path: /openai/v1/files?{mark}": None,
    "X-Middleware-Subrequest: middleware:{mark}": "CVE-2025-29927 Next.js",
    "X-HTTP-Method-Override: DELETE-{mark}": None,
    "X-HTTP-Method: DELETE-{mark}": None,
    "X-Method-Override: DELETE-{mark}": None,
    "Proxy: http://{mark}.example:8080": "CVE-2016-5385 httpoxy",
    "Destination: https://{mark}.example/": None,
}

# Values of X-Relay-Provider, which says whose a path without a provider is. None of them names a provider.
NAMED_PROVIDERS = {
    "a host": "{mark}.example",
    "a URL": "https://{mark}.example/v1",
    "two names": "openai, anthropic",
    "a name in capitals": "OpenAI",
    "an encoded name": "%6fpenai",
    "a name and a path": "openai/v1/files?",
    "a name that every JavaScript object has": "__proto__",
    "nothing": "",
}

ATTACKS = [
    *(
        Attack(
            line.partition(":")[0],
            post(OPENAI_CHAT, BEARER, line),
            relayed(OPENAI_CHAT, **{line.partition(":")[0].lower(): None}),
            incident=whose,
        )
        for line, whose in DIRECTIONS.items()
    ),
    Attack(
        "an unknown provider, and where that is",
        post("/api/{mark}/v1/chat/completions", BEARER, "X-Base-URL: http://169.254.169.254/"),
        refused("unknown_provider"),
        incident="NextChat #6754",
    ),
    Attack(
        "an old path, and where that leads",
        post("/v1/proxy/chat/completions", BEARER, "X-Portkey-Provider: openai", "X-Portkey-Custom-Host: https://{mark}.example"),
        refused("path_not_allowed"),
        incident="Portkey #1718",
    ),
    *(
        Attack(f"{name} for a provider's name", post(BARE, BEARER, f"X-Relay-Provider: {value}"), refused("unknown_provider"))
        for name, value in NAMED_PROVIDERS.items()
    ),
    Attack(
        "two lines that name a provider",
        post(BARE, BEARER, "X-Relay-Provider: openai", "X-Relay-Provider: mistral"),
        refused("unknown_provider"),
    ),
    Attack(
        "another provider named than the path's",
        post(OPENAI_CHAT, BEARER, "X-Relay-Provider: mistral"),
        relayed(OPENAI_CHAT, x_relay_provider=None),
    ),
    Attack(
        "another provider named than the key's",
        post(BARE, BEARER, "X-Relay-Provider: mistral"),
        refused("key_wrong_provider"),
        provider="anthropic",
    ),
    Attack(
        "another provider's key beside the one that counts",
        post(BARE, BEARER, "X-Goog-API-Key: AIza{mark}"),
        relayed(OPENAI_CHAT, x_goog_api_key=None),
    ),
    Attack(
        "a provider that is not enabled, named",
        post(BARE, BEARER, FROM_PAGE, "X-Relay-Provider: mistral"),
        refused("unknown_provider"),
        "listed",
    ),
    Attack(
        "a provider that is not enabled, by its key",
        post(BARE, BEARER, FROM_PAGE),
        refused("key_wrong_provider"),
        "listed",
        provider="google",
    ),
]
