"""Queries that carry a key, or change what kind of request it is."""

from attacks.attack import BEARER, NOT_HTTP, OPENAI_CHAT, Attack, answered, get, on, post, refused, relayed
from differences import HANDS_ON_BY_FETCH

GOOGLE_KEY = "X-Goog-API-Key: {key}"
GEMINI = "/google/v1beta/models/gemini-pro:generateContent"
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
    "a key behind other parameters": "a=1&b=2&key={mark}",
    "a key behind an empty parameter": "&&key={mark}",
    "a key behind two question marks": "?key={mark}",
    "a key with an encoded letter": "%6bey={mark}",
    "a key with an encoded space": "key%20={mark}",
    "a key with a plus for a space": "+key={mark}",
    "a key with an encoded NUL": "key%00={mark}",
    "a key in an array": "key[]={mark}",
    "a key in an object": "auth[api_key]={mark}",
    "a key with a dot": "openai.api_key={mark}",
    "a key as a system parameter": "$key={mark}",
    "a key without a value": "key",
    "a key behind a semicolon": "a=1;key=0123456789abcdef",
    "a key as another parameter's value": "model=AIza{mark}",
    "a key after a question mark in a value": "a=1?key=AIza{mark}",
    "a key after an encoded ampersand": "a=1%26key=AIza{mark}",
    "a sealed key": "a=byok1.{mark}.{mark}",
    "a key that is the whole query": SOME_KEY,
    "a key for a parameter's name": f"{SOME_KEY}=1",
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

# What goes up as it came: it means nothing to the relay, and something to some provider.
HARMLESS = (
    "alt=sse",
    "$alt=json;enum-encoding=int",
    "alt=media",
    "fields=*",
    "prettyPrint=false",
    "$.xgafv=1",
    "upload_protocol=resumable",
    "pageToken=abc",
    "max_tokens=1",
    "_method=DELETE",
    "X-HTTP-Method-Override=DELETE",
    "a=1&a=2&A=3",
    "a[]=1&a[b]=2",
    "a=%23b",
    "a=%0d%0aHost:%20evil.example",
    "a=%00",
    "a=%zz",
    "a=/../../v1/files",
    "a=\\..\\..\\v1\\files",
    "https://evil.example/",
    "//evil.example/",
    "@evil.example",
    "__proto__[x]=1",
    "constructor.prototype.x=1",
    "%EF%BD%8Bey=1",
    "&&&",
    "=",
)

# The relay's own documents take no query into account.
DOCUMENTS = ("/health?{mark}", "/.well-known/byok-relay?provider={mark}&$httpMethod=DELETE")

# Gemini's clients may send `?key=`. It is the one parameter that the relay takes out.
TAKEN_OUT = {
    "Gemini: a key": ("key={key}", ""),
    "Gemini: a key between others": ("alt=sse&key={key}&$alt=json", "?alt=sse&$alt=json"),
    "Gemini: two keys": ("key=AIza{mark}&key={key}", ""),
    "Gemini: a key and an empty one": ("key={key}&key=", ""),
}
NOT_TAKEN_OUT = {
    "Gemini: a key with an encoded letter": ("%6Bey={key}", "key_in_query"),
    "Gemini: a key in capitals": ("KEY={key}", "key_in_query"),
    "Gemini: a key under two names": ("key={key}&$key={key}", "key_in_query"),
    "Gemini: a key and a token": ("key={key}&access_token={key}", "key_in_query"),
    "Gemini: an encoded key": ("key=%41Iza{mark}", "key_malformed"),
    "Gemini: another vendor's key": ("key=sk-ant-api03-{mark}", "key_wrong_provider"),
    "Gemini: an empty key": ("key=", "missing_key"),
}

ATTACKS = [
    *(Attack(name, post(f"{OPENAI_CHAT}?{query}", BEARER), refused("key_in_query")) for name, query in KEYS.items()),
    *(
        Attack(name, post(f"{GEMINI}?{query}", GOOGLE_KEY), refused("path_not_allowed"), provider="google")
        for name, query in OVERRIDES.items()
    ),
    *(
        Attack(f"?{query} is nothing to the relay", post(f"{OPENAI_CHAT}?{query}", BEARER), relayed(f"{OPENAI_CHAT}?{query}"))
        for query in HARMLESS
    ),
    *(
        Attack(name, post(f"{GEMINI}?{query}"), relayed(GEMINI + left, authorization=None), provider="google")
        for name, (query, left) in TAKEN_OUT.items()
    ),
    *(Attack(name, post(f"{GEMINI}?{query}"), refused(code), provider="google") for name, (query, code) in NOT_TAKEN_OUT.items()),
    Attack(
        "Gemini: a key with a fragment",
        post(f"{GEMINI}?key={{key}}#{{mark}}"),
        on(HANDS_ON_BY_FETCH, relayed(GEMINI), refused("path_not_allowed")),
        provider="google",
    ),
    Attack(
        "Gemini: a key beside one in its header",
        post(f"{GEMINI}?key=AIza{{mark}}", GOOGLE_KEY),
        relayed(GEMINI),
        provider="google",
    ),
    Attack(
        "Gemini: a key for its OpenAI-compatible half",
        get("/google/v1beta/openai/models?key={key}"),
        relayed("/google/v1beta/openai/models", x_goog_api_key=None),
        provider="google",
    ),
    Attack(
        "Gemini: a key with an encoded line break, which nobody decodes",
        post(f"{GEMINI}?key={{key}}"),
        relayed(GEMINI, x_goog_api_key="{key}"),
        provider="google",
        key=lambda key: f"{key}%0d%0aX:y",
    ),
    Attack("Gemini: a key that does not say whose path it is", get("/v1/models?key={key}"), refused("key_in_query"), provider="google"),
    Attack("characters that no URL has", post(f"{OPENAI_CHAT}?a=\"<'>", BEARER), relayed(f"{OPENAI_CHAT}?a=%22%3C%27%3E")),
    Attack("an empty query", post(f"{OPENAI_CHAT}?", BEARER), relayed(OPENAI_CHAT)),
    Attack("a query before the path", post("/openai?/v1/chat/completions", BEARER), refused("path_not_allowed")),
    Attack(
        "a fragment",
        post(f"{OPENAI_CHAT}?a=b#{{mark}}", BEARER),
        on(HANDS_ON_BY_FETCH, relayed(f"{OPENAI_CHAT}?a=b"), refused("path_not_allowed")),
    ),
    Attack("letters that are not ASCII", post(f"{OPENAI_CHAT}?k\u00c3\u00a9y=1", BEARER), NOT_HTTP),
    Attack("a control character", post(f"{OPENAI_CHAT}?a=\x01", BEARER), on(HANDS_ON_BY_FETCH, relayed(f"{OPENAI_CHAT}?a=%01"), NOT_HTTP)),
    Attack("a query of 9,000 characters", post(f"{OPENAI_CHAT}?{'a' * 9000}", BEARER), refused("url_too_long")),
    Attack("4,000 empty parameters", post(f"{OPENAI_CHAT}?{'&' * 4000}", BEARER), refused("url_too_long")),
    *(Attack(f"a query for a document, {target}", get(target), answered(200, content_type="application/json")) for target in DOCUMENTS),
]
