"""What a provider's key could also do there, of tables/endpoints.py, and methods that do it on an allowed path."""

from attacks.attack import Attack, each, get, post, refused, relayed, request
from attacks.words import BEARER, OPENAI_CHAT, OWN
from tables.endpoints import NO_INFERENCE, WRONG_METHODS

CARRIERS = {"openai": BEARER, "anthropic": OWN, "google": "X-Goog-API-Key: {key}", "mistral": BEARER}
OF_DOCUMENTS = [("DELETE", "/health", "GET, HEAD"), ("POST", "/.well-known/byok-relay", "GET, HEAD")]

ATTACKS = [
    *each(
        refused("path_not_allowed"),
        {f"{who}, {method} {path}": request(method, f"/{who}{path}", CARRIERS[who]) for who, method, path in NO_INFERENCE},
    ),
    *(
        Attack(f"{method} {path}", request(method, path, BEARER), refused("method_not_allowed", allow=allowed))
        for method, path, allowed in [*WRONG_METHODS, *OF_DOCUMENTS]
    ),
    *each(
        refused("path_not_allowed"),
        {
            "somebody's files, without the provider": get("/v1/files", BEARER),
            "somebody's files, named provider": get("/v1/files", BEARER, "X-Relay-Provider: mistral"),
        },
    ),
    Attack("Google's files, as an OpenAI client asks for them", get("/v1/files", BEARER), refused("path_not_allowed"), provider="google"),
    Attack(
        "a method in the body", post(OPENAI_CHAT, BEARER, body='{"_method": "DELETE"}'), relayed(OPENAI_CHAT, body=b'{"_method": "DELETE"}')
    ),
]
