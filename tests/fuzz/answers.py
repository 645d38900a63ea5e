"""What a provider may answer, and what must hold of the headers it goes down with."""

from relay import app
from relay.messages import Forward, Reply
from unit.support import APP

from .choices import Choices
from .judge import TOKEN, is_field_value
from .mutations import mutated, piece

STATUSES = (200, 201, 204, 206, 304, 400, 401, 429, 500, 529, 599, 300, 301, 302, 307, 308, 399, 0, -1, 100, 101, 103, 199, 600, 999)
ANSWER_NAMES = (
    *"content-type content-length content-encoding retry-after x-request-id x-ratelimit-remaining request-id vary etag".split(),
    *"access-control-allow-origin access-control-allow-credentials access-control-expose-headers access-control-".split(),
    *"set-cookie www-authenticate alt-svc strict-transport-security content-security-policy content-security-policy-report-only".split(),
    *"clear-site-data report-to nel server cf-ray cf-cache-status timing-allow-origin refresh link location cache-control".split(),
    *"keep-alive proxy-authenticate te trailer transfer-encoding upgrade x-content-type-options x-relay-error set-cookie2".split(),
    *("x-internal", "constructor", "__proto__", ""),
)
CONNECTIONS = (
    "close",
    "close, X-Internal",
    "x-internal,etag ,, content-type",
    "vary",
    "cache-control, access-control-allow-origin",
    ",",
    "é",
)


def upstream_answer(choose: Choices) -> tuple[int, dict[str, str]]:
    """Status and headers as `fetch` gives them: names are tokens in lower case, no value holds CR, LF or NUL."""
    headers = {}
    for _ in range(choose.number(0, 6)):
        name = mutated(choose.pick(ANSWER_NAMES), choose).lower()
        value = choose.pick(("1", "a, b", "Origin", "*", "é", APP, "https://evil.example", "sk-provider", piece(choose)))
        headers["".join(filter(TOKEN.__contains__, name))] = "".join(character for character in value if character not in "\r\n\0")
    if choose.number(0, 2) == 2:
        headers["connection"] = choose.pick(CONNECTIONS)
    return choose.pick((choose.pick(STATUSES), choose.number(-1, 1000))), headers


DROPPED = set(
    "set-cookie set-cookie2 www-authenticate alt-svc strict-transport-security content-security-policy-report-only clear-site-data"
    " report-to reporting-endpoints nel server timing-allow-origin refresh link location connection keep-alive proxy-authenticate"
    " proxy-connection te trailer transfer-encoding upgrade x-relay-error".split()
)
SET_BY_THE_RELAY = {
    "cache-control": "no-store, no-transform",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
}


def judge_answer(forward: Forward, status: int, upstream: dict[str, str]) -> dict[str, str] | Reply:
    """What comes of a provider's answer, once everything about it is found to be right. Raises AssertionError."""
    answer = app.answer(forward.added_headers, status, dict(upstream))
    headers = answer.headers if isinstance(answer, Reply) else answer
    redirect = 300 <= status < 400 and status != 304
    assert isinstance(answer, Reply) == (redirect or not 200 <= status < 600)
    assert all(map(is_field_value, headers.values()))
    assert headers.get("access-control-allow-origin") == forward.added_headers.get("access-control-allow-origin")
    assert "vary" not in forward.added_headers or "Origin" in headers["vary"].split(", ")
    if isinstance(answer, Reply):
        assert answer.status == 502
        assert headers["x-relay-error"] == ("upstream_redirect" if redirect else "upstream_unreachable")
        assert not {"location", "refresh", "link"} & set(headers)
        return answer
    named = {word.strip() for word in upstream.get("connection", "").lower().split(",")}
    own = {*SET_BY_THE_RELAY, *forward.added_headers, "access-control-expose-headers"}
    kept = headers.keys() - own
    assert not kept & (DROPPED | named)
    assert not any(name.startswith(("cf-", "access-control-")) for name in kept)
    assert all(headers[name] == upstream[name] for name in kept)
    assert SET_BY_THE_RELAY.items() <= headers.items()
    assert kept <= set(headers["access-control-expose-headers"].split(", ")) <= upstream.keys() | {""}
    return answer
