"""Request headers that must not go up, that must, or that try to change what happens to the others. header_values.py: what is in them."""

from attacks.attack import NOT_HTTP, Attack, Expected, answering, get, named, on, post, refused, relayed, without
from attacks.words import ANTHROPIC, BEARER, GEMINI, MISTRAL_CHAT, MODELS, OPENAI_CHAT, OWN
from differences import TAKES_LONG_HEADERS
from providers import CHAT

# What the provider must not see: whose request it is, how it came, and what is between two neighbours only.
PRIVATE = {
    "cookies": ["Cookie: session={mark}", "Cookie2: $Version=1"],
    "the page": ["Origin: https://{mark}.example", "Referer: https://app.example/{mark}"],
    "what the browser says of the page": [
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Mode: cors",
        "Sec-Fetch-Dest: empty",
        "Sec-Fetch-User: ?1",
    ],
    "what the browser says of itself": [
        'Sec-CH-UA: "{mark}"',
        "Sec-CH-UA-Model: {mark}",
        "Device-Memory: 8",
        "Viewport-Width: 1",
        "Width: 1",
    ],
    "what the user wishes": ["DNT: 1", "Sec-GPC: 1", "Save-Data: on", "Upgrade-Insecure-Requests: 1"],
    "the user's address": [
        "X-Forwarded-For: 203.0.113.1, {mark}",
        "X-Real-IP: 203.0.113.1",
        "X-Client-IP: 203.0.113.1",
        "X-Cluster-Client-IP: 1",
    ],
    "the user's address, by its standard": ["Forwarded: for=203.0.113.1;host={mark}.example;proto=http"],
    "the user's address, by CDNs": ["CF-Connecting-IP: 203.0.113.1", "True-Client-IP: 203.0.113.1", "Fastly-Client-IP: 203.0.113.1"],
    "the user's country": ["CF-IPCountry: XX", "X-Country-Code: XX", "CloudFront-Viewer-Country: XX"],
    "the way the request took": ["Via: 1.1 {mark}", "CDN-Loop: cloudflare", "CF-Ray: {mark}", "CF-EW-Via: 15", "CF-Worker: {mark}.example"],
    "what the way was like": ["X-Forwarded-Proto: http", "X-Forwarded-Port: 80", "X-Forwarded-Server: {mark}", "Front-End-Https: off"],
    "the user's mail address": ["From: {mark}@app.example", "X-Goog-Authenticated-User-Email: {mark}", "X-MS-Client-Principal: {mark}"],
    "a certificate": ["X-Forwarded-Client-Cert: {mark}", "X-SSL-Client-Cert: {mark}", "Client-Cert: :{mark}:"],
    "traces": ["traceparent: 00-{mark}", "tracestate: a={mark}", "baggage: key={mark}", "X-B3-TraceId: {mark}", "X-Amzn-Trace-Id: {mark}"],
    "a range": ["Range: bytes=0-10", 'If-Range: "{mark}"'],
    "conditions": ["If-Match: *", "If-None-Match: *", "If-Modified-Since: Mon, 23 Nov 2026 00:00:00 GMT", "If-Unmodified-Since: 0"],
    "a cache's wishes": ["Cache-Control: only-if-cached", "Pragma: no-cache", "Warning: 110 - {mark}", "Age: 1"],
    "a proxy's login": ["Proxy-Authorization: Bearer {mark}", "Proxy-Connection: keep-alive", "Proxy-Features: {mark}"],
    "the connection": ["Keep-Alive: timeout=5, max=1000", "TE: trailers, deflate;q=0.5", "Trailer: {mark}"],
    "how far it may go": ["Max-Forwards: 0", "Early-Data: 1", "Priority: u=0, i"],
    "a preflight's questions": ["Access-Control-Request-Method: DELETE", "Access-Control-Request-Headers: {mark}"],
    "another gateway's secrets": ["X-Amz-Security-Token: {mark}", "X-Functions-Key: {mark}", "X-Vercel-Protection-Bypass: {mark}"],
    "another provider's headers": [
        "Anthropic-Version: 2023-06-01",
        "Anthropic-Beta: {mark}",
        "X-Goog-User-Project: {mark}",
        "X-App: {mark}",
    ],
    "the relay's own": ["X-Relay-Error: {mark}", "X-Relay-Provider: openai", "X-Should-Retry: true"],
    "names that every JavaScript object has": ["__proto__: {mark}", "constructor: {mark}", "toString: {mark}", "hasOwnProperty: {mark}"],
    "names that every Python object has": ["__class__: {mark}", "items: {mark}", "get: {mark}", "keys: {mark}"],
    "a name of 10,000 characters": ["X-" + "a" * 10_000 + ": {mark}"],
    "200 of them": [f"X-Note-{number}: {{mark}}" for number in range(200)],
}

PRIVATE_AT_ANTHROPIC = {
    "what Anthropic takes for a browser": ["anthropic-dangerous-direct-browser-access: true"],
    "another provider's headers, at Anthropic": ["OpenAI-Organization: {mark}", "OpenAI-Beta: {mark}", "X-Goog-User-Project: {mark}"],
}

# Names that begin like those of a provider's own, and are none: some of its servers would believe them.
FAMILIES = {
    "openai": "openai-anything openai-api-key openai-auth openai-organization-id openai-sentinel-token x-openai-user",
    "anthropic": "anthropic-anything anthropic-admin anthropic-api-key anthropic-auth-token anthropic-versions x-app-user",
    "google": """x-goog-iap-jwt-assertion x-goog-authenticated-user-email x-goog-authenticated-user-id x-goog-upload-anything
    x-goog-upload-header-anything x-goog-iam-authority-selector
    x-goog-iam-authorization-token x-goog-quota-user x-goog-anything x-goog-encode-response-if-executable x-goog-method-override
    x-google-anything x-server-timeout-ms""",
    "mistral": "x-mistral-anything x-mistral-api-key mistral-anything",
}
ANYBODYS_FAMILIES = (
    "x-stainless-anything x-stainless-api-key x-client-data x-client-request-ids accept-charset content-location user-agents"
)

# A header is between neighbours if `Connection` says so (RFC 9110 section 7.6.1). It does not decide about what the relay sends.
CONNECTIONS = {
    "authorization": None,
    "close, X-Forwarded-Host, Authorization": "CVE-2025-48865 Fabio",
    "content-type, content-length, user-agent": None,
    "Host, Keep-Alive, Transfer-Encoding": None,
}

# What SDKs send, and their providers need -> key, path and lines that go up as they are.
NEEDED = {
    "OpenAI's": (
        BEARER,
        OPENAI_CHAT,
        ["OpenAI-Organization: org-1", "OpenAI-Project: proj_1", "OpenAI-Beta: assistants=v2", "X-Client-Request-Id: r-1"],
    ),
    "Anthropic's": (OWN, ANTHROPIC, ["anthropic-version: 2026-10-21", "anthropic-beta: a,b", "x-app: cli"]),
    "Google's": (OWN, GEMINI, ["x-goog-api-client: genai-js/1", "x-goog-user-project: p-1", "x-server-timeout: 60", "api-revision: 1"]),
    "Mistral's": (BEARER, MISTRAL_CHAT, ["x-mistral-user-agent: speakeasy/1"]),
    "anybody's": (
        BEARER,
        OPENAI_CHAT,
        ["Accept: text/event-stream", "Accept-Language: de", "Idempotency-Key: i-1", "X-Stainless-Lang: js", "User-Agent: OpenAI/JS 7"],
    ),
}


ATTACKS = [
    *(Attack(name, post(OPENAI_CHAT, BEARER, *lines), relayed(OPENAI_CHAT, **without(*lines))) for name, lines in PRIVATE.items()),
    *(
        Attack(
            f"names like {provider}'s own",
            post(CHAT[provider], OWN, *(f"{name}: {{mark}}" for name in f"{names} {ANYBODYS_FAMILIES}".split())),
            relayed(CHAT[provider], **dict.fromkeys(f"{names} {ANYBODYS_FAMILIES}".split())),
        )
        for provider, names in FAMILIES.items()
    ),
    *(Attack(name, post(ANTHROPIC, OWN, *lines), relayed(ANTHROPIC, **without(*lines))) for name, lines in PRIVATE_AT_ANTHROPIC.items()),
    *(
        Attack(
            f"Connection: {names}",
            post(OPENAI_CHAT, BEARER, "Content-Type: application/json", "User-Agent: a", f"Connection: {names}"),
            relayed(OPENAI_CHAT, authorization="Bearer {key}", content_type="application/json", user_agent="a", body=b"{}"),
            incident=whose,
        )
        for names, whose in CONNECTIONS.items()
    ),
    Attack(
        "a connection that would lose the key and the version",
        post(ANTHROPIC, OWN, "Connection: x-api-key, anthropic-version"),
        relayed(ANTHROPIC, x_api_key="{key}", anthropic_version="2023-06-01"),
    ),
    *(
        Attack(f"{whose} headers", post(path, carrier, *lines), relayed(path, **named(lines)))
        for whose, (carrier, path, lines) in NEEDED.items()
    ),
    Attack(
        "a key in every header of what is refused",
        post(
            OPENAI_CHAT,
            *(f"{name}: {{mark}}" for name in ("User-Agent", "Content-Type", "Accept", "Origin", "Idempotency-Key", "OpenAI-Organization")),
        ),
        refused("missing_key"),
        incident="LiteLLM 2026-03-18",
    ),
    Attack(
        "an answer for everybody's cache",
        get(MODELS, BEARER),
        Expected(200, headers={"cache-control": "no-store, no-transform", "expires": None, "age": None}, url=MODELS),
        script=answering({"cache-control": "public, max-age=600", "expires": "Tue, 24 Nov 2026 00:00:00 GMT"}),
        incident="CVE-2026-44457 Hono",
    ),
    Attack(
        "a header of 60,000 characters",
        post(OPENAI_CHAT, BEARER, "X-Note: " + "a" * 60_000),
        on(TAKES_LONG_HEADERS, relayed(OPENAI_CHAT, x_note=None), NOT_HTTP),
    ),
    Attack("headers of 128 KB", post(OPENAI_CHAT, BEARER, "X-Note: " + "a" * (128 * 1024)), NOT_HTTP),
]
