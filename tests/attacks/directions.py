"""Headers that say where to go, what to do there, or whose a path is. Only the last of these is the relay's own (X-Relay-Provider)."""

from attacks.attack import Attack, each, post, refused, relayed, without
from attacks.words import BARE, BEARER, FROM_PAGE, OPENAI_CHAT

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
        Attack(line.partition(":")[0], post(OPENAI_CHAT, BEARER, line), relayed(OPENAI_CHAT, **without(line)), incident=whose)
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
    *each(
        refused("unknown_provider"),
        {
            **{f"{name} for a provider's name": post(BARE, BEARER, f"X-Relay-Provider: {it}") for name, it in NAMED_PROVIDERS.items()},
            "two lines that name a provider": post(BARE, BEARER, "X-Relay-Provider: openai", "X-Relay-Provider: mistral"),
        },
    ),
    Attack("another provider named than the path's", post(OPENAI_CHAT, BEARER, "X-Relay-Provider: mistral"), refused("path_not_found")),
    Attack(
        "another provider's key beside the one that counts",
        post(BARE, BEARER, "X-Goog-API-Key: AIza{mark}"),
        relayed(OPENAI_CHAT, **without("X-Goog-API-Key: AIza{mark}")),
    ),
    Attack(
        "a provider that is not enabled, named",
        post(BARE, BEARER, FROM_PAGE, "X-Relay-Provider: mistral"),
        refused("unknown_provider"),
        "listed",
    ),
    *(
        Attack(name, post(BARE, BEARER, line), refused("key_wrong_provider"), settings, provider)
        for name, line, settings, provider in (
            ("another provider named than the key's", "X-Relay-Provider: mistral", "open", "anthropic"),
            ("a provider that is not enabled, by its key", FROM_PAGE, "listed", "google"),
        )
    ),
]
