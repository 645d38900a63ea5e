"""Pages that may not use the relay."""

from attacks.attack import Attack, Expected, answered, answering, each, get, post, refused, relayed, request
from attacks.words import BEARER, FROM_PAGE, MODELS, OPENAI_CHAT, PAGE

# The listed origin is https://app.example, the wildcard https://*.apps.example.
REFUSED_ORIGINS = {
    "a stranger": "https://{mark}.example",
    "an origin that only ends like the listed one": "https://evil-app.example",
    "an origin that only begins like it": "https://app.example.evil.example",
    "a subdomain of it": "https://evil.app.example",
    "its parent domain": "https://example",
    "it without TLS": "http://app.example",
    "its default port": "https://app.example:443",
    "another port of it": "https://app.example:8443",
    "it with a trailing dot": "https://app.example.",
    "it with a trailing slash": "https://app.example/",
    "it in capitals": "https://APP.example",
    "its scheme in capitals": "HTTPS://app.example",
    "it as a user": "https://app.example@evil.example",
    "it with a user": "https://evil@app.example",
    "it as a fragment": "https://evil.example#https://app.example",
    "it before a backslash": "https://app.example\\.evil.example",
    "it before an encoded NUL": "https://app.example%00.evil.example",
    "it before a tab": "https://app.example\t.evil.example",
    "it and another": "https://app.example, https://evil.example",
    "it after another": "https://evil.example https://app.example",
    "it in another script": "https://xn--pp-6kc.example",
    "its host alone": "app.example",
    "it without a host": "https://",
    "null": "null",
    "null in capitals": "NULL",
    "nothing": "",
    "an asterisk": "*",
    "the wildcard itself": "https://*.apps.example",
    "the wildcard without a label": "https://.apps.example",
    "the wildcard's domain": "https://apps.example",
    "the wildcard with two labels": "https://a.b.apps.example",
    "the wildcard without TLS": "http://a.apps.example",
    "the wildcard with a port": "https://a.apps.example:8443",
    "the wildcard with a trailing dot": "https://a.apps.example.",
    "the wildcard in capitals": "https://A.apps.example",
    "the wildcard's dot as any letter": "https://aXapps.example",
    "the wildcard with an encoded dot": "https://a%2eb.apps.example",
    "the wildcard with a user": "https://a@b.apps.example",
    "the wildcard at the end of a path": "https://evil.example/.apps.example",
    "the wildcard at the end of a fragment": "https://evil.example#.apps.example",
    "the wildcard at the beginning": "https://a.apps.example.evil.example",
    "the wildcard with a label that is none": "https://-a.apps.example",
    "the wildcard with a letter that is not ASCII": "https://\u00c3\u00a9.apps.example",
    "the wildcard with a line feed's encoding": "https://a%0a.apps.example",
    "an extension": "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    "a desktop app": "app://obsidian.md",
    "a file": "file://",
    "the relay itself": "http://{host}",
    "an origin of 7,000 characters": f"https://{'a' * 7000}.example",
}

# What else is sent with a request that is to pass for the listed page's.
NO_ORIGINS = {
    "no origin at all": (),
    "a referrer for an origin": (f"Referer: {PAGE}/",),
    "an origin under another name": (f"X-Origin: {PAGE}", f"X-Forwarded-Origin: {PAGE}"),
    "two origins": (FROM_PAGE, "Origin: https://evil.example"),
    "two origins, the other way round": ("Origin: https://evil.example", FROM_PAGE),
    "the same origin twice": (FROM_PAGE, FROM_PAGE),
    "a page of the relay's own": ("Sec-Fetch-Site: same-origin",),
    "a page of the relay's own, behind another name": ("Sec-Fetch-Site: same-origin", "X-Forwarded-Host: app.example"),
    "a request that a person typed": ("Sec-Fetch-Site: none",),
}

# `Sec-Fetch-Mode` of requests whose answer the page would not read but show, run or be.
MODES = {
    "an image or a script element": ("no-cors",),
    "a navigation": ("navigate",),
    "a WebSocket": ("websocket",),
    "a mode in capitals": ("CORS",),
    "no mode": ("",),
    "two modes": ("cors", "navigate"),
}

# `Sec-Fetch-Dest` of requests whose answer would be run, shown or kept (Fetch standard, "destination"), in whichever mode they are made.
DESTINATIONS = """audio audioworklet document embed fencedframe font frame iframe image json manifest object paintworklet report script
serviceworker sharedworker style text track video webidentity worker xslt EMPTY none""".split()

# What a provider may say of its own about who may read it.
GENEROUS = {
    "access-control-allow-origin": "https://evil.example",
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "set-cookie",
    "vary": "Accept-Encoding",
}

# `Sec-Fetch-Dest`, or none, beside a key in the URL: what a link, an import or a worker could ask for.
LINKS = {
    "a module in a worker": ("Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: worker"),
    "a script's own file": ("Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: script"),
    "a service worker": ("Sec-Fetch-Mode: same-origin", "Sec-Fetch-Dest: serviceworker", "Service-Worker: script"),
    "a destination without a mode": ("Sec-Fetch-Dest: iframe",),
    "no destination": ("Sec-Fetch-Dest:",),
    "two destinations": ("Sec-Fetch-Dest: empty", "Sec-Fetch-Dest: script"),
}

FETCHES = {
    "a page": ("Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty", "Sec-Fetch-Site: cross-site"),
    "a page of the relay's own": ("Sec-Fetch-Mode: same-origin", "Sec-Fetch-Dest: empty", "Sec-Fetch-Site: same-origin"),
    "what says nothing of itself": (),
}

REFUSED = refused("origin_not_allowed")
STRANGER = "Origin: https://{mark}.example"
OWN_PAGE = "Sec-Fetch-Site: same-origin"

LISTED = {
    **{name: post(OPENAI_CHAT, BEARER, f"Origin: {origin}") for name, origin in REFUSED_ORIGINS.items()},
    **{name: post(OPENAI_CHAT, BEARER, *lines) for name, lines in NO_ORIGINS.items()},
    "a page whose name was pointed at the relay": request("GET", MODELS, BEARER, OWN_PAGE, host="Host: {mark}.example"),
    "a page of the relay's own under the listed name": request("GET", MODELS, BEARER, OWN_PAGE, host="Host: app.example"),
    **{
        f"a page of the relay's own that says no origin with {method}": request(method, MODELS, BEARER, OWN_PAGE)
        for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE")
    },
    **{
        f"a stranger that asks for {target}": get(target, STRANGER)
        for target in ("/health", "/.well-known/byok-relay", "/{mark}", "/openai/v1/models?key={mark}")
    },
    "a stranger's WebSocket": get("/openai/v1/realtime", STRANGER, "Upgrade: websocket"),
}
LINKED = {
    **{f"{name}, with a key in the URL": get("/google/v1beta/models?key={key}", *lines) for name, lines in LINKS.items()},
    "a navigation with a key in the URL": get("/google/v1beta/models?key={key}", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"),
}


def not_fetched(mode: str, *lines: str) -> dict[str, bytes]:
    """What a page would show, run or be. In this mode it may ask for any destination."""
    return {
        **{name: get(MODELS, BEARER, *lines, *(f"Sec-Fetch-Mode: {mode}" for mode in modes)) for name, modes in MODES.items()},
        **{
            f"a request for the destination {destination}": get(
                MODELS, BEARER, *lines, f"Sec-Fetch-Mode: {mode}", OWN_PAGE, f"Sec-Fetch-Dest: {destination}"
            )
            for destination in DESTINATIONS
        },
    }


ATTACKS = [
    *each(REFUSED, LISTED, "listed"),
    *each(REFUSED, LINKED),
    *each(REFUSED, {f"{name}, open": data for name, data in not_fetched("cors").items()}),
    *each(REFUSED, {f"{name}, listed": data for name, data in not_fetched("same-origin", FROM_PAGE).items()}, "listed"),
    *each(relayed(MODELS), {f"a fetch of {name}": get(MODELS, BEARER, FROM_PAGE, *lines) for name, lines in FETCHES.items()}, "listed"),
    *(
        Attack(f"a refusal for {origin}", post(OPENAI_CHAT, f"Origin: {origin}"), refused("missing_key", vary="Origin"), "listed")
        for origin in (PAGE, "https://a.apps.example")
    ),
    Attack("a document without an origin", get("/health"), answered(200, access_control_allow_origin=None, vary="Origin"), "listed"),
    Attack(
        "a form that needs no preflight, and no key",
        post(OPENAI_CHAT, STRANGER, "Content-Type: text/plain", "Cookie: key={mark}"),
        refused("missing_key"),
        incident="cc-switch #1841",
    ),
    *each(
        relayed(OPENAI_CHAT, origin=None),
        {
            "an origin in a sandbox, where all are allowed": post(OPENAI_CHAT, BEARER, "Origin: null"),
            "an origin that is no origin, where all are allowed": post(OPENAI_CHAT, BEARER, "Origin: {mark}\tx"),
        },
    ),
    Attack(
        "a provider that allows a stranger, with credentials",
        post(OPENAI_CHAT, BEARER, FROM_PAGE),
        Expected(200, headers={"access-control-allow-origin": PAGE, "vary": "Accept-Encoding, Origin"}, url=OPENAI_CHAT),
        "listed",
        script=answering(GENEROUS),
    ),
    Attack(
        "a provider that lets everybody measure",
        post(OPENAI_CHAT, BEARER),
        Expected(200, headers={"timing-allow-origin": None}, url=OPENAI_CHAT),
        script=answering({"timing-allow-origin": "*"}),
    ),
    Attack(
        "a stranger and where to go",
        get("/api/x/test", STRANGER, "X-Base-URL: https://{mark}.example/?api.openai.com"),
        REFUSED,
        "listed",
        incident="NextChat #6756",
    ),
]
