"""The first line of a request and its Host: what they may be by the letter of HTTP, and what servers make of the rest.

No marks here: workerd's own server writes a target or Host that it refuses to its log (differences.py).
"""

from attacks.attack import NOT_HTTP, Attack, Expected, answered, begun_by, get, on, post, refused, relayed, request
from attacks.words import BEARER, MODELS, OPENAI_CHAT
from differences import REFUSES_OTHER_TARGETS, REFUSES_STRANGE_HOSTS

HOST = "Host: {host}"


def refused_by_some(expected: Expected):
    return on(REFUSES_OTHER_TARGETS, NOT_HTTP, expected)


# The absolute form, which names a host of its own (RFC 9112 section 3.2.2). It is never one that the relay asks.
ABSOLUTE = {
    "another host's URL": f"http://evil.example{OPENAI_CHAT}",
    "another host's URL with the relay as its user": f"http://{{host}}@evil.example{OPENAI_CHAT}",
    "another host's URL with TLS": f"https://evil.example{OPENAI_CHAT}",
    "the relay's own URL": f"http://{{host}}{OPENAI_CHAT}",
    "another protocol's URL": "gopher://127.0.0.1:6379/_INFO",
    "a file's URL": "file:///etc/passwd",
}

# No form at all. As a URL is put together, each would reach into its host.
NO_TARGETS = {
    "no slash before the path": "openai/v1/models",
    "a host after an at sign": "@evil.example/",
    "the rest of a host's name": ".evil.example/",
    "a port, and a host after an at sign": f":80@evil.example{MODELS}",
    "a query alone": "?https://evil.example/",
}

# Other names for the relay. It goes by none, so that it does not matter.
OTHER_HOSTS = {
    "another host": "{mark}.example",
    "a provider's host": "api.openai.com",
    "a private address": "169.254.169.254",
    "this machine, another port": "localhost:1",
    "a port that is none": "127.0.0.1:99999",
}

# No host, but put together with the path it would be the beginning of a URL (RFC 9112 section 3.2: to be refused).
NO_HOSTS = {
    "a Host that is an allowed path": ("/openai/v1/files", "relay.example/openai/v1/chat/completions?", "CVE-2026-49468 LiteLLM"),
    "a Host that is a document of the relay's": (OPENAI_CHAT, "relay.example/health?x=", "CVE-2026-48710 Starlette"),
    "a Host that makes a fragment of the path": (OPENAI_CHAT, "relay.example#", None),
    "a Host with a backslash": (OPENAI_CHAT, "relay.example\\evil.example", None),
    "a Host with a user": (OPENAI_CHAT, "relay.example:secret@evil.example", None),
    "a Host with a space": (OPENAI_CHAT, "relay.example evil.example", None),
    "a Host with a letter that is not ASCII": (OPENAI_CHAT, "r\u00c3\u00a9lay.example", None),
    "two hosts in one line": (OPENAI_CHAT, "relay.example, evil.example", None),
    "two Host lines": (OPENAI_CHAT, "relay.example\r\nHost: evil.example", None),
    "an empty Host": (OPENAI_CHAT, "", None),
}

# What a server takes for a request line is its own business. Whatever gets through is the one request that can be read there. What comes of
# it on workerd, on Node's server, and on the relay's own.
OF_ONE_KIND = {
    "several spaces": (f"POST  {OPENAI_CHAT}  HTTP/1.1", relayed(OPENAI_CHAT), relayed(OPENAI_CHAT), relayed(OPENAI_CHAT)),
    "HTTP/1.0": (f"POST {OPENAI_CHAT} HTTP/1.0", relayed(OPENAI_CHAT), relayed(OPENAI_CHAT), relayed(OPENAI_CHAT)),
    "HTTP/2.0 by name": (f"POST {OPENAI_CHAT} HTTP/2.0", relayed(OPENAI_CHAT), relayed(OPENAI_CHAT), NOT_HTTP),
    "http in small letters": (f"POST {OPENAI_CHAT} http/1.1", relayed(OPENAI_CHAT), NOT_HTTP, NOT_HTTP),
    "tabs for spaces": (f"POST\t{OPENAI_CHAT}\tHTTP/1.1", relayed(OPENAI_CHAT), NOT_HTTP, NOT_HTTP),
    "a space inside the path": (f"POST {OPENAI_CHAT} /../files HTTP/1.1", relayed(OPENAI_CHAT), NOT_HTTP, NOT_HTTP),
    "two paths": (f"POST /openai/v1/files {OPENAI_CHAT} HTTP/1.1", refused("path_not_allowed"), NOT_HTTP, NOT_HTTP),
    "an empty line before it": (f"\r\nPOST {OPENAI_CHAT} HTTP/1.1", NOT_HTTP, relayed(OPENAI_CHAT), relayed(OPENAI_CHAT)),
    "no version": (f"POST {OPENAI_CHAT}", NOT_HTTP, relayed(OPENAI_CHAT), NOT_HTTP),
    "a line break without a carriage return": (f"POST {OPENAI_CHAT}\nX: y HTTP/1.1", NOT_HTTP, relayed(OPENAI_CHAT), NOT_HTTP),
}

# Refused by every server.
NO_LINES = {
    "a carriage return inside the path": f"POST {OPENAI_CHAT}\rX: y HTTP/1.1",
    "a NUL inside the path": f"POST {OPENAI_CHAT}\0 HTTP/1.1",
    "the beginning of HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM",
    "a method in small letters": f"post {OPENAI_CHAT} HTTP/1.1",
    "a method that nobody has": f"FOO {OPENAI_CHAT} HTTP/1.1",
    "a tunnel to a provider": "CONNECT api.openai.com:443 HTTP/1.1",
    "a tunnel through a path": f"CONNECT {OPENAI_CHAT} HTTP/1.1",
    "a path and no more": OPENAI_CHAT,
}

ATTACKS = [
    *(Attack(name, post(target, BEARER), refused_by_some(refused("unknown_provider"))) for name, target in ABSOLUTE.items()),
    Attack(
        "another host's URL, as a WebSocket",
        get("http://169.254.169.254/latest/meta-data", BEARER, "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"),
        refused_by_some(refused("unknown_provider")),
        incident="CVE-2026-44578 Next.js",
    ),
    Attack("an asterisk for a path", get("*", BEARER), refused_by_some(refused("unknown_provider"))),
    Attack("a preflight of everything", request("OPTIONS", "*"), refused_by_some(answered(204))),
    *(Attack(name, get(target, BEARER), NOT_HTTP) for name, target in NO_TARGETS.items()),
    *(
        Attack(f"{name}, {target}", request("POST", target, BEARER, body="{}", host=f"Host: {host}"), expected)
        for name, host in OTHER_HOSTS.items()
        for target, expected in {OPENAI_CHAT: relayed(OPENAI_CHAT), "/openai/v1/files": refused("path_not_allowed")}.items()
    ),
    *(
        Attack(
            name,
            request("POST", target, BEARER, body="{}", host=f"Host: {host}"),
            on(REFUSES_STRANGE_HOSTS, NOT_HTTP, refused("path_not_allowed")),
            incident=whose,
        )
        for name, (target, host, whose) in NO_HOSTS.items()
    ),
    Attack("no Host", begun_by(f"POST {OPENAI_CHAT} HTTP/1.1", BEARER, body="{}"), NOT_HTTP),
    Attack("a Host on two lines", begun_by("POST /openai/v1/files HTTP/1.1", HOST, f" {OPENAI_CHAT}", BEARER, body="{}"), NOT_HTTP),
    *(
        Attack(name, begun_by(line, HOST, BEARER, body="{}"), {"workerd": workerd, "front": workerd, "pyodide": pyodide, "server": server})
        for name, (line, workerd, pyodide, server) in OF_ONE_KIND.items()
    ),
    *(Attack(name, begun_by(line, HOST, BEARER, body="{}"), NOT_HTTP) for name, line in NO_LINES.items()),
    Attack(
        "an offer of HTTP/2",
        get(MODELS, BEARER, "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"),
        relayed(MODELS, upgrade=None, http2_settings=None),
    ),
]
