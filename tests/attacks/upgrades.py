"""Requests that ask for more than an answer: for another protocol on the connection, or for a word before the body is sent."""

from attacks.attack import NOT_HTTP, Attack, each, get, named, on, post, refused, relayed, request
from attacks.frames import ALLOWED, CHUNKED
from attacks.words import BEARER, MODELS, OPENAI_CHAT
from differences import HANDS_ON_BY_FETCH, IGNORES_UNKNOWN_EXPECTATIONS, REFUSES_UPGRADES_WITH_A_BODY

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
REALTIME = "/openai/v1/realtime"
HANDSHAKE = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg=="]
OFFER = "Sec-WebSocket-Protocol: realtime, openai-insecure-api-key."


def handshake(target: str, *lines: str, method: str = "GET", body: str | bytes | None = None) -> bytes:
    return request(method, target, *HANDSHAKE, *lines, body=body)


# What a handshake on the path of a WebSocket is refused for.
HANDSHAKES = {
    "websocket_unsupported": {
        "a handshake in another version": request("GET", REALTIME, *HANDSHAKE[:2], "Sec-WebSocket-Version: 8", HANDSHAKE[3], BEARER),
        "a handshake in two versions": handshake(REALTIME, BEARER, "Sec-WebSocket-Version: {mark}"),
        "a handshake for a WebSocket or HTTP/2": request("GET", REALTIME, "Upgrade: websocket, h2c", *HANDSHAKE[1:], BEARER),
        "an upgrade to HTTP/2 where a WebSocket is": request(
            "GET", REALTIME, "Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: {mark}", BEARER
        ),
        "no handshake where a WebSocket is": get(REALTIME, BEARER),
        "a hundred sub-protocols": handshake(REALTIME, BEARER, "Sec-WebSocket-Protocol: " + ",".join(["{mark}"] * 100)),
        "a sub-protocol with a space": handshake(REALTIME, BEARER, "Sec-WebSocket-Protocol: realtime {mark}"),
        "a sub-protocol with a colon": handshake(REALTIME, BEARER, "Sec-WebSocket-Protocol: realtime, X-{mark}: 1"),
        "a sub-protocol that is longer than any key": handshake(REALTIME, BEARER, "Sec-WebSocket-Protocol: " + "a" * 4300),
        "a key in the sub-protocols, and an empty one": handshake(REALTIME, OFFER + "{key},,{mark}"),
    },
    "missing_key": {
        "a handshake without a key": handshake(REALTIME, "Sec-WebSocket-Protocol: realtime, {mark}"),
        "a sub-protocol that says that a key follows": handshake(REALTIME, "Sec-WebSocket-Protocol: token"),
    },
    "key_malformed": {"a handshake with an empty key": handshake(REALTIME, "Sec-WebSocket-Protocol: openai-insecure-api-key.")},
    "key_wrong_provider": {"another vendor's key in a sub-protocol": handshake(REALTIME, OFFER + "sk-ant-{mark}0123456789")},
    "key_in_query": {
        "a key in a WebSocket's query": handshake(REALTIME + "?api_key={key}", BEARER),
        "a key in a WebSocket's query, and among its sub-protocols": handshake(REALTIME + "?model={key}", OFFER + "{key}"),
    },
    "path_not_allowed": {
        "a parameter that a WebSocket has not": handshake(REALTIME + "?{mark}=1", BEARER),
        "a WebSocket one step further": handshake(REALTIME + "/{mark}", BEARER),
        "a WebSocket on a dotted way": handshake("/openai/v1/x/%2e%2e/realtime", BEARER),
    },
}

NO_WEBSOCKETS = {
    "an upgrade to TLS": ["Upgrade: TLS/1.0"],
    "an upgrade to nothing": ["Upgrade:"],
    "a WebSocket's key and no upgrade": ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: {mark}"],
}


ATTACKS = [
    *(Attack(name, get(MODELS, BEARER, *lines), refused("websocket_unsupported")) for name, lines in WEBSOCKETS.items()),
    *(attack for code, requests in HANDSHAKES.items() for attack in each(refused(code), requests)),
    *each(
        on(HANDS_ON_BY_FETCH, NOT_HTTP, refused("websocket_unsupported")),
        {
            "a handshake by POST": handshake(REALTIME, BEARER, method="POST"),
            "a WebSocket that has a body": post(OPENAI_CHAT, BEARER, "Upgrade: websocket"),
            "a WebSocket that has a body and another request in it": handshake(REALTIME, BEARER, method="POST", body=ALLOWED),
        },
    ),
    Attack("a handshake with a body", handshake(REALTIME, BEARER, body="{}"), refused("websocket_unsupported")),
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
