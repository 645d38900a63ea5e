"""What a preflight must not allow. It is answered before anything else is looked at, and nothing of it goes up."""

from attacks.attack import NOT_HTTP, Attack, Expected, answered, each, on, refused, request
from attacks.cors import REFUSED_ORIGINS
from attacks.words import BEARER, FROM_PAGE, OPENAI_CHAT
from differences import HANDS_ON_BY_FETCH, TAKES_LONG_HEADERS

METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
STRANGER = "Origin: https://{mark}.example"


def preflight(*lines: str, target: str = OPENAI_CHAT, origin: str = FROM_PAGE, method: str = "POST") -> bytes:
    return request("OPTIONS", target, origin, f"Access-Control-Request-Method: {method}", *lines)


def allowing(headers: str | None) -> Expected:
    return answered(204, access_control_allow_headers=headers, access_control_allow_methods=METHODS, access_control_max_age="86400")


# What SDKs were seen to ask for, in one browser or another.
ASKED = """anthropic-dangerous-direct-browser-access anthropic-version authorization content-type user-agent x-api-key x-goog-api-client
x-goog-api-key x-mistral-user-agent x-stainless-arch x-stainless-helper-method x-stainless-lang x-stainless-os
x-stainless-package-version x-stainless-retry-count x-stainless-runtime x-stainless-runtime-version x-stainless-timeout
x-relay-provider""".split()

# What is asked for -> what is allowed of it.
HEADERS = {
    "what SDKs send": ("authorization,content-type,x-stainless-os", "authorization, content-type, x-stainless-os"),
    "all that SDKs were seen to send": (",".join(ASKED), ", ".join(ASKED)),
    "all of them": ("*", None),
    "all of them, among others": ("content-type, *", "content-type"),
    "cookies": ("cookie,cookie2,set-cookie", None),
    "the host": ("host", None),
    "where it comes from": ("origin,referer", None),
    "who forwarded it": ("forwarded,x-forwarded-for,x-forwarded-host,via,x-real-ip,true-client-ip", None),
    "what Cloudflare says": ("cf-connecting-ip,cf-ray,CF-Worker", None),
    "what the browser says": ("sec-fetch-mode,sec-ch-ua,dnt", None),
    "a proxy's": ("proxy-authorization,Proxy-Connection", None),
    "the connection's": ("connection,keep-alive,te,trailer,transfer-encoding,upgrade,expect,content-length", None),
    "the answer's": ("access-control-allow-origin,access-control-allow-credentials", None),
    "one that goes on with another": ("x-a: 1\tx-b", None),
    "one with a parameter": ("content-type;q=1", None),
    "one in quotes": ('"x-a"', None),
    "one with a space": ("x-{mark} a", None),
    "one that is not ASCII": ("x-\u00c3\u00a9", None),
    "one of 129 characters": (f"x-{'a' * 127}", None),
    "none between commas": (",, ,authorization,", "authorization"),
}

MANY = ",".join(f"x-{number:0125}" for number in range(32))  # with a comma at its end, 4,096 characters

# What else a browser, or somebody who plays one, asks for.
NETWORKS = ("Private-Network", "Local-Network")

ATTACKS = [
    *(
        Attack(f"{name} allowed", preflight(f"Access-Control-Request-Headers: {asked}"), allowing(echoed))
        for name, (asked, echoed) in HEADERS.items()
    ),
    Attack(
        "two lines of headers",
        preflight("Access-Control-Request-Headers: authorization", "Access-Control-Request-Headers: cookie"),
        allowing("authorization"),
    ),
    *(
        Attack(f"headers of {len(asked)} characters, {asked[:3]}", preflight(f"Access-Control-Request-Headers: {asked}"), expected)
        for asked, expected in (
            (f"{MANY},", allowing(MANY.replace(",", ", "))),
            (f"{MANY},,", allowing(None)),
            (",".join(f"x-{i}" for i in range(2000)), allowing(None)),
            (f"authorization,{'a,' * 1000},content-type,{'x' * 10_000}", allowing(None)),
            ("a," * 30_000, on(TAKES_LONG_HEADERS, allowing(None), NOT_HTTP)),
            ("a" * 60_000, on(TAKES_LONG_HEADERS, allowing(None), NOT_HTTP)),
        )
    ),
    *(Attack(f"the method {method}", preflight(method=method), allowing(None)) for method in ("TRACE", "CONNECT", "{mark}", "*", "")),
    *(
        Attack(
            f"a {network} for a page of the internet",
            preflight(f"Access-Control-Request-{network}: true"),
            answered(204, **{f"access-control-allow-{network.lower()}": None}),
        )
        for network in NETWORKS
    ),
    Attack("credentials", preflight("Cookie: session={mark}"), answered(204, access_control_allow_credentials=None)),
    Attack("no method", request("OPTIONS", OPENAI_CHAT, FROM_PAGE), allowing(None)),
    Attack("no origin", request("OPTIONS", OPENAI_CHAT), answered(204)),
    Attack("a key and a body", request("OPTIONS", OPENAI_CHAT, BEARER, FROM_PAGE, body="{}"), answered(204)),
    Attack("a key in the query", preflight(target=f"{OPENAI_CHAT}?key={{mark}}"), answered(204)),
    Attack("an unknown provider", preflight(target="/{mark}/v1/chat/completions"), answered(204)),
    *each(allowing(None), {f"for {path}": preflight(target=path) for path in "/unknown/x / /health /openai/v1/files /%2e%2e/".split()}),
    Attack(
        "a WebSocket",
        preflight("Upgrade: websocket", "Connection: Upgrade"),
        on(HANDS_ON_BY_FETCH, NOT_HTTP, answered(204)),
    ),
    Attack("a navigation", preflight("Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"), answered(204)),
    *(
        Attack(f"a stranger that asks for {target}", preflight(target=target, origin=STRANGER), refused("origin_not_allowed"), "listed")
        for target in (OPENAI_CHAT, "/health", "/{mark}")
    ),
    Attack(
        "the listed page",
        preflight(),
        answered(204, access_control_allow_origin="https://app.example", vary="Origin, Access-Control-Request-Headers"),
        "listed",
    ),
    Attack("two origins", preflight(STRANGER), refused("origin_not_allowed"), "listed"),
    *(
        Attack(f"from {name}", preflight(origin=f"Origin: {origin}"), refused("origin_not_allowed"), "listed")
        for name, origin in REFUSED_ORIGINS.items()
    ),
]
