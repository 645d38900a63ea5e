"""Sealed keys that are in order, but stolen, old, for somebody else, elsewhere, or beside a plain one. forged_keys.py: the others."""

from attacks.attack import ACME_CHAT, BEARER, CARRIED, FROM_PAGE, GEMINI, OPENAI_CHAT, PAGE, Attack, get, post, refused, relayed
from attacks.forgery import edited, flipped, made
from sealing.tokens import DAY, PREVIOUS, sealed

TOKEN = "Authorization: Bearer {token}"
INVALID = refused("sealed_key_invalid")
UNSEALED = relayed(OPENAI_CHAT, authorization="Bearer {key}")

OUT_OF_TIME = {
    "from a clock that is an hour fast": made(iat=3600),
    "from a clock that is 70 s fast": made(iat=70),
    "valid for 91 days": made(exp=91 * DAY),
    "valid for no time": made(exp=0),
    "expiring before it was made": made(iat=-10, exp=-20),
    "expired, for another origin": made(origins=["https://other.example"], iat=-DAY, exp=-3600),
}

# The token is good, and for https://app.example -> who uses it.
THIEVES = {
    "another site": ["Origin: https://evil.example"],
    "a site that begins like it": [f"Origin: {PAGE}.evil.example"],
    "a site that ends like it": ["Origin: https://evil-app.example"],
    "a site below it": ["Origin: https://a.app.example"],
    "the site without TLS": ["Origin: http://app.example"],
    "the site on another port": [f"Origin: {PAGE}:8443"],
    "the site in capitals": [f"Origin: {PAGE.upper()}"],
    "a page without an origin": ["Origin: null"],
    "an empty origin": ["Origin:"],
    "no page": [],
    "no page, with a referrer": [f"Referer: {PAGE}/"],
    "no page, on its way here": [f"X-Forwarded-Host: {PAGE[8:]}", f"X-Original-Origin: {PAGE}"],
    "the relay's own page": ["Sec-Fetch-Site: same-origin"],
    "two sites": [FROM_PAGE, "Origin: https://evil.example"],
    "two sites in one line": [f"{FROM_PAGE} https://evil.example"],
}

SEALED = [line.replace("key}", "token}") for line in CARRIED]


def from_page(*lines: str, path: str = OPENAI_CHAT) -> bytes:
    return post(path, FROM_PAGE, *lines)


# Providers in claims for a custom one, whose sealed keys are for one host too.
PROVIDERS = (
    "acme",
    "acme@",
    "acme@evil.example",
    "acme@llm.example",
    "acme@*",
    "acme@127.0.0.1",
    "acme-local",
    "openai",
    "@",
    "@acme",
    "ACME@x",
)

ATTACKS = [
    *(
        Attack(f"for {provider}, at a custom provider", from_page(TOKEN, path=ACME_CHAT), INVALID, "custom", token=made(provider=provider))
        for provider in PROVIDERS
    ),
    *(
        Attack(f"for {provider}, at OpenAI", from_page(TOKEN), INVALID, "custom", token=made(provider=provider))
        for provider in ("openai@api.openai.com", "openai@", "acme", "acme@evil.example")
    ),
    Attack(
        "for another host of a custom provider, on a path of nobody's",
        from_page(TOKEN, path="/v1/chat/completions"),
        INVALID,
        "custom",
        token=made(provider="acme@evil.example"),
    ),
    *(
        Attack(f"in {where}", get(target, FROM_PAGE, TOKEN), refused("key_in_query"), "sealed", token=sealed)
        for where, target in {
            "a path": "/openai/v1/models/{token}",
            "a path, too, without its seal": "/openai/v1/models/{key}",
            "a path, too, without its seal, as a part of a name": "/openai/v1/models/a{key}b",
            "a parameter, too, without its seal": "/openai/v1/models?after={key}",
            "a parameter, too, without its seal, encoded": "/openai/v1/models?after=%73k-canary{hex}",
            "a parameter, too, without its seal, encoded twice": "/openai/v1/models?after=%2573k-canary{hex}",
            "a parameter, too": "/openai/v1/models?after={token}",
            "a parameter, too, encoded": "/openai/v1/models?after=%62yok1.canary0123456789abcdef",
        }.items()
    ),
    Attack(
        "in a parameter, behind a plain key",
        get("/openai/v1/models?after={token}", FROM_PAGE, "X-API-Key: {key}", TOKEN),
        refused("key_in_query"),
        "sealed",
        token=sealed,
    ),
    Attack("where none can be opened", from_page(TOKEN), INVALID, token=sealed),
    *(Attack(name, from_page(TOKEN), INVALID, "sealed", token=token) for name, token in OUT_OF_TIME.items()),
    *(Attack(f"used by {name}", post(OPENAI_CHAT, TOKEN, *lines), INVALID, "sealed", token=sealed) for name, lines in THIEVES.items()),
    *(
        Attack(f"expired {-ago} s ago", from_page(TOKEN), refused("sealed_key_expired"), "sealed", token=made(iat=-DAY, exp=ago))
        for ago in (-70, -3600)
    ),
    Attack(
        "expired, and damaged",
        from_page(TOKEN),
        refused("sealed_key_expired"),
        "sealed",
        token=lambda key: sealed(key, iat=-DAY, exp=-3600)[:-4] + "AAAA",
    ),
    Attack("for another provider", from_page(TOKEN), INVALID, "sealed", token=made(provider="mistral")),
    Attack("for a provider that does not exist", from_page(TOKEN), INVALID, "sealed", token=made(provider="evil.example")),
    Attack(
        "for a provider by its other name",
        from_page(TOKEN, path=GEMINI),
        refused("sealed_key_invalid", "google"),
        "sealed",
        "google",
        token=made(provider="gemini"),
    ),
    Attack(
        "at a provider by its other name",
        from_page(TOKEN, path=GEMINI.replace("google", "gemini")),
        relayed(GEMINI, x_goog_api_key="{key}"),
        "sealed",
        "google",
        token=made(provider="google"),
    ),
    Attack(
        "for another provider than X-Relay-Provider names",
        from_page(TOKEN, "X-Relay-Provider: anthropic", path="/v1/chat/completions"),
        INVALID,
        "sealed",
        token=sealed,
    ),
    *(Attack(f"in {line.partition(':')[0]}", from_page(line), UNSEALED, "sealed", token=sealed) for line in SEALED),
    *(Attack(f"damaged, in {line.partition(':')[0]}", from_page(line), INVALID, "sealed", token=flipped(3, -1)) for line in SEALED),
    Attack(
        "used twice",  # within its bounds a token can be replayed: README.md
        from_page(TOKEN, "Content-Length: 2") + from_page(TOKEN, "Content-Length: 2"),
        UNSEALED,
        "sealed",
        token=sealed,
        then=UNSEALED,
    ),
    Attack(
        "in Gemini's query",
        from_page(path=f"{GEMINI}?key={{token}}"),
        relayed(GEMINI, x_goog_api_key="{key}"),
        "sealed",
        "google",
        token=made(provider="google"),
    ),
    Attack("in OpenAI's query", from_page(path=f"{OPENAI_CHAT}?key={{token}}"), refused("key_in_query"), "sealed", token=sealed),
    Attack("in some parameter", from_page(BEARER, path=f"{OPENAI_CHAT}?user={{token}}"), refused("key_in_query"), "sealed", token=sealed),
    Attack(
        "before a plain key",
        from_page("X-API-Key: {token}", "Authorization: Bearer sk-{mark}", "api-key: {mark}"),
        UNSEALED,
        "sealed",
        token=sealed,
    ),
    Attack("damaged, before a plain key", from_page("X-API-Key: {token}", BEARER), INVALID, "sealed", token=flipped(3, -1)),
    Attack("behind a plain key", from_page("X-API-Key: {key}", TOKEN), UNSEALED, "sealed", token=sealed),
    *(
        Attack(f"required, and plain in {line.partition(':')[0]}", from_page(line), refused("sealed_key_required"), "sealed only")
        for line in CARRIED
    ),
    Attack(
        "required, and plain in Gemini's query",
        from_page(path=f"{GEMINI}?key={{key}}"),
        refused("sealed_key_required"),
        "sealed only",
        "google",
    ),
    Attack(
        "required, and behind a plain key",
        from_page("X-API-Key: {key}", TOKEN),
        refused("sealed_key_required"),
        "sealed only",
        token=sealed,
    ),
    Attack("required, and before a plain key", from_page("X-API-Key: {token}", BEARER), UNSEALED, "sealed only", token=sealed),
    Attack(
        "required, without its version",
        from_page(TOKEN),
        refused("sealed_key_required"),
        "sealed only",
        token=edited(lambda token: token[6:]),
    ),
    Attack("required, and valid for a second too long", from_page(TOKEN), INVALID, "sealed only", token=made(exp=DAY + 1)),
    Attack("required, and sealed to the key before", from_page(TOKEN), INVALID, "sealed only", token=made(sealing_key=PREVIOUS)),
]
