"""Sealed keys that are in order, but stolen, old, for somebody else, elsewhere, or beside a plain one. forged_keys.py: the others."""

from attacks.attack import Attack, answering, each, get, post, refused, relayed
from attacks.forgery import Maker, claiming, edited, flipped, made, sealed_with_claims
from attacks.words import ACME_CHAT, BARE, BEARER, CARRIED, FROM_PAGE, GEMINI, MISTRAL_CHAT, MODELS, OPENAI_CHAT, PAGE
from sealing.tokens import DAY, PREVIOUS, sealed
from tables.bounds import REFUSED, TAKEN

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

SEALED = {line.partition(":")[0]: line.replace("key}", "token}") for line in CARRIED}


EVERY_BYTE = bytes(range(256)) * 4000


def from_page(*lines: str, path: str = OPENAI_CHAT, body: str | bytes = "{}") -> bytes:
    return post(path, FROM_PAGE, *lines, body=body)


def with_bounds(claims: str) -> Maker:
    return sealed_with_claims(f'{{"prv":"openai","org":[],"iat":IAT,"exp":EXP,{claims}}}')


ACCEPTED = {
    "sealed to the key before": made(sealing_key=PREVIOUS),
    "for several origins": made(origins=["https://other.example", PAGE]),
    "for no origin": made(origins=[]),
    "from a clock that is 50 s fast": made(iat=50),
    "expired 50 s ago, give or take a minute": made(iat=-DAY, exp=-50),
    "valid for 90 days": made(exp=90 * DAY),
}

# Providers in claims for a custom one, whose sealed keys are for one host too.
PROVIDERS = """acme acme@ acme@evil.example acme@llm.example acme@* acme@127.0.0.1 acme-local openai @ @acme ACME@x""".split()

EXPIRED = refused("sealed_key_expired")
IN_URL = refused("key_in_query")
REQUIRED = refused("sealed_key_required")
NOT_THIS_MODEL = refused("model_not_allowed")

# What a request is, what comes of it, and the token.
SINGLE = {
    "in a parameter, behind a plain key": (get(f"{MODELS}?after={{token}}", FROM_PAGE, "X-API-Key: {key}", TOKEN), IN_URL, sealed),
    "in OpenAI's query": (from_page(path=f"{OPENAI_CHAT}?key={{token}}"), IN_URL, sealed),
    "in some parameter": (from_page(BEARER, path=f"{OPENAI_CHAT}?user={{token}}"), IN_URL, sealed),
    "expired, and damaged": (from_page(TOKEN), EXPIRED, lambda key: sealed(key, iat=-DAY, exp=-3600)[:-4] + "AAAA"),
    "for another provider": (from_page(TOKEN), INVALID, made(provider="mistral")),
    "for a provider that does not exist": (from_page(TOKEN), INVALID, made(provider="evil.example")),
    "for another provider than X-Relay-Provider names": (from_page(TOKEN, "X-Relay-Provider: anthropic", path=BARE), INVALID, sealed),
    "before a plain key": (from_page("X-API-Key: {token}", "Authorization: Bearer sk-{mark}", "api-key: {mark}"), UNSEALED, sealed),
    "damaged, before a plain key": (from_page("X-API-Key: {token}", BEARER), INVALID, flipped(3, -1)),
    "behind a plain key": (from_page("X-API-Key: {key}", TOKEN), UNSEALED, sealed),
    "for no origin, from no page": (post(OPENAI_CHAT, TOKEN), UNSEALED, made(origins=[])),
    "for no origin, from a page without one": (post(OPENAI_CHAT, TOKEN, "Origin: null"), UNSEALED, made(origins=[])),
}

# Google's, whose provider has another name too.
OTHER_NAME = GEMINI.replace("google", "gemini")
AS_GOOGLES = relayed(GEMINI, x_goog_api_key="{key}")
GOOGLE = {
    "for a provider by its other name": (from_page(TOKEN, path=GEMINI), refused("sealed_key_invalid", "google"), made(provider="gemini")),
    "at a provider by its other name": (from_page(TOKEN, path=OTHER_NAME), AS_GOOGLES, made(provider="google")),
    "in Gemini's query": (from_page(path=f"{GEMINI}?key={{token}}"), AS_GOOGLES, made(provider="google")),
}

# The same where plain keys are refused, and a sealed one is valid for a day at most.
ONLY = {
    "and behind a plain key": (from_page("X-API-Key: {key}", TOKEN), REQUIRED, sealed),
    "and before a plain key": (from_page("X-API-Key: {token}", BEARER), UNSEALED, sealed),
    "without its version": (from_page(TOKEN), REQUIRED, edited(lambda token: token[6:])),
    "and valid as long as may be": (from_page(TOKEN), UNSEALED, made(exp=DAY)),
    "and valid for a second too long": (from_page(TOKEN), INVALID, made(exp=DAY + 1)),
    "and sealed to the key before": (from_page(TOKEN), INVALID, made(sealing_key=PREVIOUS)),
}

IN_URLS = {
    "a path": "/{token}",
    "a path, too, without its seal": "/{key}",
    "a path, too, without its seal, as a part of a name": "/a{key}b",
    "a parameter, too, without its seal": "?after={key}",
    "a parameter, too, without its seal, encoded": "?after=%73k-canary{hex}",
    "a parameter, too, without its seal, encoded twice": "?after=%2573k-canary{hex}",
    "a parameter, too": "?after={token}",
    "a parameter, too, encoded": "?after=%62yok1.canary0123456789abcdef",
}

# Claims that narrow what a token is for -> a request, what comes of it.
AS_JSON = "Content-Type: application/json"
FOR_GPT_5 = made(narrowed={"mdl": ["gpt-5*"]})
NARROWED = {
    "for its model": (from_page(TOKEN, AS_JSON, body='{"model":"gpt-5"}'), UNSEALED, FOR_GPT_5),
    "for another model": (from_page(TOKEN, AS_JSON, body='{"model":"{mark}"}'), NOT_THIS_MODEL, FOR_GPT_5),
    "for two models": (from_page(TOKEN, AS_JSON, body='{"model":"gpt-5","model":"{mark}"}'), NOT_THIS_MODEL, FOR_GPT_5),
    "for no model": (from_page(TOKEN), NOT_THIS_MODEL, FOR_GPT_5),
    "for a list of models": (get(MODELS, FROM_PAGE, TOKEN), relayed(MODELS), FOR_GPT_5),
    "for its group": (from_page(TOKEN), UNSEALED, made(narrowed={"grp": ["files", "inference"]})),
    "for another group": (from_page(TOKEN), refused("path_not_allowed"), made(narrowed={"grp": ["files", "batches"]})),
    "for its models, groups and rate": (
        from_page(TOKEN, AS_JSON, body='{"model":"gpt-5"}'),
        UNSEALED,
        made(narrowed={"mdl": ["gpt-5"], "grp": ["inference"], "rpm": 1}),
    ),
}
LIMITS = {"mdl": ["gpt-4o"], "grp": ["inference"], "rpm": 1}
WIDENED = {"any model": {"mdl": ["*"]}, "all groups": {"grp": ["inference", "files"]}, "a higher rate": {"rpm": 100_000}}
NARROWER = {"fewer models": {"mdl": ["gpt-5"]}, "another group": {"grp": ["files"]}, "a lower rate": {"rpm": 1}}

BOUNDS = [
    *(Attack(f"narrowed, used {name}", data, expected, "sealed", token=token) for name, (data, expected, token) in NARROWED.items()),
    *(Attack(f"claiming {name}", from_page(TOKEN), INVALID, "sealed", token=with_bounds(claims)) for name, claims in REFUSED.items()),
    *(
        Attack(
            f"claiming {name}, as it should",
            from_page(TOKEN, AS_JSON, body='{"model":"gpt-5"}'),
            UNSEALED,
            "sealed",
            token=with_bounds(claims),
        )
        for name, claims in TAKEN.items()
    ),
    *(
        Attack(f"widened by a thief to {name}", from_page(TOKEN), INVALID, "sealed", token=claiming(made(narrowed=LIMITS), **claims))
        for name, claims in WIDENED.items()
    ),
    *(
        Attack(f"narrowed by somebody else to {name}", from_page(TOKEN), INVALID, "sealed", token=claiming(**claims))
        for name, claims in NARROWER.items()
    ),
    Attack(
        "used twice, by one for a request a minute",
        from_page(TOKEN, "Content-Length: 2") + from_page(TOKEN, "Content-Length: 2"),
        UNSEALED,
        "sealed",
        token=made(narrowed={"rpm": 1}),
        then=refused("rate_limited", ratelimit_policy='"sealed-key";q=1;w=60'),
    ),
]

ATTACKS = [
    *BOUNDS,
    *(
        Attack(f"for {who}, at {where}", from_page(TOKEN, path=path), INVALID, "custom", token=made(provider=who))
        for where, path, names in (
            ("a custom provider", ACME_CHAT, PROVIDERS),
            ("OpenAI", OPENAI_CHAT, ["openai@api.openai.com", "openai@", "acme", "acme@evil.example"]),
            ("a path of nobody's", BARE, ["acme@evil.example"]),
        )
        for who in names
    ),
    *each(IN_URL, {f"in {where}": get(MODELS + end, FROM_PAGE, TOKEN) for where, end in IN_URLS.items()}, "sealed", token=sealed),
    *(Attack(name, data, expected, "sealed", token=token) for name, (data, expected, token) in SINGLE.items()),
    *(Attack(name, data, expected, "sealed", "google", token=token) for name, (data, expected, token) in GOOGLE.items()),
    *(Attack(name, from_page(TOKEN), UNSEALED, "sealed", token=token) for name, token in ACCEPTED.items()),
    *(Attack(name, from_page(TOKEN), INVALID, "sealed", token=token) for name, token in OUT_OF_TIME.items()),
    *each(INVALID, {f"used by {name}": post(OPENAI_CHAT, TOKEN, *lines) for name, lines in THIEVES.items()}, "sealed", token=sealed),
    *(Attack(f"expired {-ago} s ago", from_page(TOKEN), EXPIRED, "sealed", token=made(iat=-DAY, exp=ago)) for ago in (-70, -3600)),
    *each(UNSEALED, {f"in {name}": from_page(line) for name, line in SEALED.items()}, "sealed", token=sealed),
    *each(INVALID, {f"damaged, in {name}": from_page(line) for name, line in SEALED.items()}, "sealed", token=flipped(3, -1)),
    Attack("where none can be opened", from_page(TOKEN), INVALID, token=sealed),
    Attack("on a bare path", from_page(TOKEN, path=BARE), relayed(MISTRAL_CHAT), "sealed", "mistral", token=made(provider="mistral")),
    Attack(
        "before a body",
        from_page(TOKEN, body=EVERY_BYTE),
        relayed(OPENAI_CHAT, body=EVERY_BYTE),
        "sealed",
        token=sealed,
        script=answering({}),
    ),
    Attack(
        "used twice",  # within its bounds a token can be replayed: README.md
        from_page(TOKEN, "Content-Length: 2") + from_page(TOKEN, "Content-Length: 2"),
        UNSEALED,
        "sealed",
        token=sealed,
        then=UNSEALED,
    ),
    *each(REQUIRED, {f"required, and plain in {line.partition(':')[0]}": from_page(line) for line in CARRIED}, "sealed only"),
    Attack("required, and plain in Gemini's query", from_page(path=f"{GEMINI}?key={{key}}"), REQUIRED, "sealed only"),
    *(Attack(f"required, {name}", data, expected, "sealed only", token=token) for name, (data, expected, token) in ONLY.items()),
]
