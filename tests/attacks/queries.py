"""Queries that carry a key, or change what kind of request it is."""

from collections.abc import Mapping

from attacks.attack import NOT_HTTP, Attack, answered, each, get, on, post, refused, relayed
from attacks.words import ACME_CHAT, BEARER, GEMINI, LOSING, NOBODYS, OPENAI_CHAT, OWN
from differences import HANDS_ON_BY_FETCH, SENDS_QUERIES_AS_THEY_ARE
from providers import CHAT
from tables.queries import KNOWN, TAKEN_BY_CUSTOM, UNKNOWN

SOME_KEY = "AIzaSy0123456789abcdefghijklmnopqrstuvw"  # no canary: where a query is relayed, the mock would call it a leak

# Queries that carry a key, under its own name or under one that some parser reads as its own.
KEYS = {
    "a key": "key={mark}",
    "a key in capitals": "KEY={mark}",
    "an API key": "api_key={mark}",
    "an API key with a dash": "api-key={mark}",
    "a header's name": "X-API-Key={mark}",
    "an access token": "access_token={mark}",
    "an OAuth token": "oauth_token={mark}",
    "a bearer token": "bearer_token=0123456789abcdef",
    "a token": "token={mark}",
    "a password": "password={mark}",
    "a password, shorter": "passwd=0123456789abcdef",
    "a client's secret": "client_secret={mark}",
    "a subscription's key": "subscription-key={mark}",
    "a key behind other parameters": "limit=1&order=asc&key={mark}",
    "a key behind unknown parameters": "a=1&b=2&key={mark}",
    "a key behind an empty parameter": "&&key={mark}",
    "a key behind two question marks": "?key={mark}",
    "a key with an encoded letter": "%6bey={mark}",
    "an API key with encoded letters": "%61PI-k%65y={mark}",
    "an API key with a dot, in an array": "openai.api_key[]={mark}",
    "a key with an encoded space": "key%20={mark}",
    "a key with a plus for a space": "+key={mark}",
    "a key with an encoded NUL": "key%00={mark}",
    "a key in an array": "key[]={mark}",
    "a key in an object": "auth[api_key]={mark}",
    "a key with a dot": "openai.api_key={mark}",
    "a key as a system parameter": "$key={mark}",
    "a key without a value": "key",
    "a key behind a semicolon": "limit=1;key=0123456789abcdef",
    "a key as another parameter's value": "model=AIza{mark}",
    "a key after a question mark in a value": "a=1?key=AIza{mark}",
    "a key after an encoded ampersand": "a=1%26key=AIza{mark}",
    "a sealed key": "a=byok1.{mark}.{mark}",
    "a key that is the whole query": SOME_KEY,
    "a key for a parameter's name": f"{SOME_KEY}=1",
    "a key behind a word": "after=key-sk-ant-api03-{mark}",
    "a key in italics": "after=_sk-ant-api03-{mark}_",
}

# A key that the request has in a header, or that looks like a vendor's, as the value of a parameter that the provider does have.
VALUES = {
    "in clear": "{key}",
    "after other characters": "x{key}x",
    "in a URL": "https://app.example/?k={key}",
    "with an encoded letter": "%73k-canary{hex}",
    "with an encoded letter in the middle": "sk-canar%79{hex}",
    "encoded twice": "%2573k-canary{hex}",
    "encoded three times": "%252573k-canary{hex}",
    "whose escape is escaped in part": "%25%37%33k-canary{hex}",
    "behind an encoded ampersand": "1%26user={key}",
    "behind a semicolon": "1;after={key}",
    "of another vendor": "sk-ant-api03-{mark}",
    "of another vendor, encoded": "sk%2Dant%2Dapi03%2D{mark}",
    "of another vendor, encoded twice": "sk%252Dant%252Dapi03%252D{mark}",
    "of a vendor that is not served": "xoxb-{mark}",
    "that is an admin's": "sk-admin-{mark}",
    "that moves money": "sk_org_live_{mark}",
    "with a vendor's mark": "x{mark}T3BlbkFJ{mark}",
    "that is sealed": "byok1.{mark}.{mark}",
}

# Parameters with which Google's front end would read another request than the one that was matched, or answer with a script.
# https://cloud.google.com/apis/docs/system-parameters
OVERRIDES = {
    "another method": "$httpMethod=DELETE",
    "another method, encoded": "%24httpMethod=DELETE",
    "another method, with an encoded letter": "$http%4dethod=DELETE",
    "another method in small letters": "$httpmethod=DELETE",
    "another method in an array": "$httpMethod[]=DELETE",
    "another method behind a semicolon": "a=1;$httpMethod=DELETE",
    "other headers": "$httpHeaders=X-Goog-User-Project:{mark}%0D%0A",
    "another content type": "$ct=text/html",
    "a script for an answer": "callback=alert",
    "a script for an answer, as a system parameter": "$callback=alert",
    "a script for an answer, in capitals": "CallBack=alert",
}

# More names of credentials. With a list a provider does not know them; without one the relay has to.
CREDENTIALS = """api_token refresh_token id_token session_token private_token secret_key private_key api_secret credential credentials jwt
passphrase""".split()

# The relay's own documents take no query into account.
DOCUMENTS = ("/health?{mark}", "/.well-known/byok-relay?provider={mark}&$httpMethod=DELETE")

# Gemini's clients may send `?key=`. It is the one parameter that the relay takes out.
TAKEN_OUT = {
    "a key": ("key={key}", ""),
    "a key between others": ("alt=sse&key={key}&$alt=json", "?alt=sse&$alt=json"),
    "two keys": ("key=AIza{mark}&key={key}", ""),
    "a key and an empty one": ("key={key}&key=", ""),
    "an empty key and one": ("key=&key={key}", ""),
    "a key and an empty parameter": ("key={key}&", ""),
    "an empty parameter and a key": ("&key={key}", ""),
}
NOT_TAKEN_OUT = {
    "a key with an encoded letter": ("%6Bey={key}", "key_in_query"),
    "a key in capitals": ("KEY={key}", "key_in_query"),
    "a key under two names": ("key={key}&$key={key}", "key_in_query"),
    "a key and a token": ("key={key}&access_token={key}", "key_in_query"),
    "an encoded key": ("key=%41Iza{mark}", "key_malformed"),
    "a key with an encoded space and a comma": ("key=AIza%20{mark},", "key_malformed"),
    "a key with an encoded line break": ("key={key}%0d%0aX:y", "key_malformed"),
    "another vendor's key": ("key=sk-ant-api03-{mark}", "key_wrong_provider"),
    "an empty key": ("key=", "missing_key"),
    "a key that is a parameter's value too": ("key={key}&pageToken={key}", "key_in_query"),
    "a key that is another's encoded value": ("key={key}&pageToken=%41IzaCanary{hex}", "key_in_query"),
    "a losing key that is a parameter's value": (f"key={NOBODYS}&key={{key}}&pageToken={NOBODYS}", "key_in_query"),
}

CUSTOM_LIST = "/acme-listed/v1/chat/completions"
IN_QUERY = refused("key_in_query")
UNLISTED = refused("path_not_allowed")


def asked(path: str, queries: Mapping[str, str], *lines: str) -> dict[str, bytes]:
    return {name: post(f"{path}?{query}", *lines) for name, query in queries.items()}


ATTACKS = [
    *each(IN_QUERY, asked(OPENAI_CHAT, KEYS, BEARER)),
    *each(IN_QUERY, asked(ACME_CHAT, {f"{name}, at a custom provider": query for name, query in KEYS.items()}, BEARER), "custom"),
    *each(UNLISTED, asked(GEMINI, OVERRIDES, OWN)),
    *each(UNLISTED, asked(ACME_CHAT, {f"{name}, at a custom provider": query for name, query in OVERRIDES.items()}, BEARER), "custom"),
    *each(UNLISTED, asked(OPENAI_CHAT, {f"?{query} of nobody's API": query for query in UNKNOWN}, BEARER)),
    *each(IN_QUERY, asked(ACME_CHAT, {f"{name} at a custom provider": f"{name}={{mark}}" for name in CREDENTIALS}, BEARER), "custom"),
    *(
        Attack(f"?{query} of {provider}'s API", post(f"{CHAT[provider]}?{query}", OWN), relayed(f"{CHAT[provider]}?{query}"))
        for provider, known in KNOWN.items()
        for query in known
    ),
    *(
        Attack(f"?{query} at a custom provider", post(f"{ACME_CHAT}?{query}", BEARER), relayed(f"{OPENAI_CHAT}?{query}"), "custom")
        for query in TAKEN_BY_CUSTOM
    ),
    *(
        Attack(
            f"a key with a percent sign, {how}",
            post(f"{ACME_CHAT}?a={value}", BEARER),
            IN_QUERY,
            "custom",
            key=lambda key: f"%41{key}",  # which is `A` to whoever decodes it
        )
        for how, value in {"as it is": "{key}", "encoded": "%2541sk-canary{hex}", "encoded twice": "%252541sk-canary{hex}"}.items()
    ),
    Attack(
        "a custom provider's list, of which a word for a key may be one",
        post(f"{CUSTOM_LIST}?beta=true&auth=7", BEARER),
        relayed(f"{OPENAI_CHAT}?beta=true&auth=7"),
        "custom",
    ),
    Attack("what is on no custom list", post(f"{CUSTOM_LIST}?a=1", BEARER), UNLISTED, "custom"),
    Attack("a key on a custom list", post(f"{CUSTOM_LIST}?auth={{key}}", BEARER), IN_QUERY, "custom"),
    *(
        Attack(f"a value, {name}, {settings}", post(f"{path}?after={value}", BEARER), IN_QUERY, settings)
        for name, value in VALUES.items()
        for settings, path in {"open": OPENAI_CHAT, "custom": ACME_CHAT}.items()
    ),
    *(
        Attack(f"a value that lost, from {line.partition(':')[0]}", post(f"{OPENAI_CHAT}?after={NOBODYS}", OWN, line), IN_QUERY)
        for line in LOSING
    ),
    *(
        Attack(f"Gemini: {name}", post(f"{GEMINI}?{query}"), relayed(GEMINI + left, authorization=None, x_goog_api_key="{key}"))
        for name, (query, left) in TAKEN_OUT.items()
    ),
    *(Attack(f"Gemini: {name}", post(f"{GEMINI}?{query}"), refused(code, "google")) for name, (query, code) in NOT_TAKEN_OUT.items()),
    Attack(
        "Gemini: a key with a fragment",
        post(f"{GEMINI}?key={{key}}#{{mark}}"),
        on(HANDS_ON_BY_FETCH, relayed(GEMINI), UNLISTED),
    ),
    Attack("Gemini: a key beside one in its header", post(f"{GEMINI}?key=AIza{{mark}}", OWN), relayed(GEMINI)),
    Attack(
        "Gemini: a key for its OpenAI-compatible half",
        get("/google/v1beta/openai/models?key={key}"),
        relayed("/google/v1beta/openai/models", x_goog_api_key=None),
    ),
    Attack("Gemini: a key that does not say whose path it is", get("/v1/models?key={key}"), IN_QUERY, provider="google"),
    Attack(
        "characters that no URL has",
        post(f"{OPENAI_CHAT}?after=\"<'>", BEARER),
        on(SENDS_QUERIES_AS_THEY_ARE, relayed(f"{OPENAI_CHAT}?after=\"<'>"), relayed(f"{OPENAI_CHAT}?after=%22%3C%27%3E")),
    ),
    Attack("an empty query", post(f"{OPENAI_CHAT}?", BEARER), relayed(OPENAI_CHAT)),
    Attack("a query before the path", post("/openai?/v1/chat/completions", BEARER), UNLISTED),
    Attack(
        "a fragment",
        post(f"{OPENAI_CHAT}?limit=1#{{mark}}", BEARER),
        on(HANDS_ON_BY_FETCH, relayed(f"{OPENAI_CHAT}?limit=1"), UNLISTED),
    ),
    Attack("letters that are not ASCII", post(f"{OPENAI_CHAT}?k\u00c3\u00a9y=1", BEARER), NOT_HTTP),
    Attack(
        "a control character",
        post(f"{OPENAI_CHAT}?limit=\x01", BEARER),
        on(HANDS_ON_BY_FETCH, relayed(f"{OPENAI_CHAT}?limit=%01"), NOT_HTTP),
    ),
    Attack("a query of 9,000 characters", post(f"{OPENAI_CHAT}?{'a' * 9000}", BEARER), refused("url_too_long")),
    Attack("4,000 empty parameters", post(f"{OPENAI_CHAT}?{'&' * 4000}", BEARER), refused("url_too_long")),
    *(Attack(f"a query for a document, {target}", get(target), answered(200, content_type="application/json")) for target in DOCUMENTS),
]
