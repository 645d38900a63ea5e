"""Requests that ask for more than an answer: for another protocol on the connection, or for a word before the body is sent."""

from attacks.attack import NOT_HTTP, Attack, each, get, named, on, post, refused, relayed, request
from attacks.frames import ALLOWED, CHUNKED
from attacks.words import BEARER, MODELS, OPENAI_CHAT
from differences import IGNORES_UNKNOWN_EXPECTATIONS, REFUSES_UPGRADES_WITH_A_BODY

WEBSOCKETS = {
    "a WebSocket": ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: {mark}"],
    "a WebSocket in capitals": ["UPGRADE: WEBSOCKET", "CONNECTION: UPGRADE"],
    "a WebSocket, or something else": ["Upgrade: h2c, websocket", "Connection: Upgrade"],
    "a WebSocket on a line of its own": ["Upgrade: h2c", "Upgrade: websocket", "Connection: Upgrade"],
    "a WebSocket with a version": ["Upgrade: websocket/13", "Connection: Upgrade"],
    "a WebSocket that its connection does not name": ["Upgrade:\twebsocket"],
    "a WebSocket with a key in its protocols": [
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.{mark}",
    ],
}
NO_WEBSOCKETS = {
    "an upgrade to TLS": ["Upgrade: TLS/1.0"],
    "an upgrade to nothing": ["Upgrade:"],
    "a WebSocket's key and no upgrade": ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: {mark}"],
}


ATTACKS = [
    *(Attack(name, get(MODELS, BEARER, *lines), refused("websocket_unsupported")) for name, lines in WEBSOCKETS.items()),
    Attack("a WebSocket that has a body", post(OPENAI_CHAT, BEARER, "Upgrade: websocket"), refused("websocket_unsupported")),
    Attack(
        "a WebSocket that has a body and another request in it",
        post(OPENAI_CHAT, BEARER, "Connection: Upgrade", "Upgrade: websocket", body=ALLOWED),
        refused("websocket_unsupported"),
    ),
    Attack("a WebSocket for a document", get("/health", "Upgrade: websocket", "Connection: Upgrade"), refused("websocket_unsupported")),
    *(
        Attack(name, get(MODELS, BEARER, "Connection: Upgrade", *lines), relayed(MODELS, **dict.fromkeys(named(lines))))
        for name, lines in NO_WEBSOCKETS.items()
    ),
    # httptools takes the body for what follows the upgrade: the next request, here.
    *each(
        on(REFUSES_UPGRADES_WITH_A_BODY, NOT_HTTP, relayed(OPENAI_CHAT, body=b"{}", upgrade=None)),
        {
            f"an upgrade with a body {how}": post(OPENAI_CHAT, BEARER, "Connection: Upgrade", "Upgrade: h2c", line, body=body)
            for how, (line, body) in {"of a length": ("Content-Length: 2", "{}"), "in chunks": (CHUNKED, "2\r\n{}\r\n0\r\n\r\n")}.items()
        },
    ),
    Attack(
        "an upgrade with a request for its body",
        request("POST", "/openai/v1/files", BEARER, "Connection: Upgrade", "Upgrade: h2c", body=ALLOWED),
        on(REFUSES_UPGRADES_WITH_A_BODY, NOT_HTTP, refused("path_not_allowed")),
    ),
    Attack(
        "a wish to be asked for the body", post(OPENAI_CHAT, BEARER, "Expect: 100-continue"), relayed(OPENAI_CHAT, expect=None, body=b"{}")
    ),
    Attack(
        "a wish to be asked for a body that is refused",
        request("POST", OPENAI_CHAT, BEARER, "Expect: 100-continue", "Content-Length: 33554433"),
        refused("body_too_large"),
    ),
    Attack(
        "a wish that nobody knows",
        post(OPENAI_CHAT, BEARER, "Expect: {mark}"),
        on(IGNORES_UNKNOWN_EXPECTATIONS, relayed(OPENAI_CHAT, expect=None), NOT_HTTP),
    ),
]
