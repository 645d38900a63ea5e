"""What a provider may answer, and what must hold of the headers it goes down with."""

from byok_relay import policy
from byok_relay.messages import Forward, Relayed, Reply
from unit.support import APP

from .choices import Choices
from .hostile import Hostile
from .judge import TOKEN, cors, is_field_value
from .mutations import mutated, piece
from .worlds import world

STATUSES = (200, 201, 204, 206, 304, 400, 401, 429, 500, 529, 599, 300, 301, 302, 307, 308, 399, 0, -1, 100, 101, 103, 199, 600, 999)
ANSWER_NAMES = (
    *"content-type content-length content-encoding retry-after x-request-id x-ratelimit-remaining request-id vary etag".split(),
    *"openai-processing-ms openai-x anthropic-ratelimit-x x-model-deprecation-timestamp ratelimitbysize-x ratelimit-reset".split(),
    *"mistral-correlation-id x-ratelimit-tokens-query-cost x-should-retry content-disposition x-goog-x x-ratelimit".split(),
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


PASSED = set(
    "accept-ranges age content-disposition content-encoding content-language content-length content-range content-type date etag"
    " last-modified retry-after retry-after-ms vary x-should-retry request-id x-request-id x-correlation-id x-trace-id ratelimit"
    " ratelimit-policy".split()
)
PASSED_OF = {"mistral": {"mistral-correlation-id", "x-model-deprecation-timestamp", "x-ratelimit-tokens-query-cost"}}
FAMILIES_OF = {"openai": ("openai-",), "anthropic": ("anthropic-",), "mistral": ("ratelimitbysize-",)}
NEVER_PASSED = set(
    "set-cookie set-cookie2 www-authenticate alt-svc strict-transport-security content-security-policy-report-only clear-site-data"
    " report-to reporting-endpoints nel server timing-allow-origin refresh link location connection keep-alive proxy-authenticate"
    " proxy-connection te trailer transfer-encoding upgrade x-relay-error".split()
)
SET_BY_THE_RELAY = {
    "cache-control": "no-store, no-transform",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
}


def judge_answer(forward: Forward, hostile: Hostile, status: int, upstream: dict[str, str]) -> Relayed | Reply:
    """What comes of a provider's answer, once everything about it is found to be right. Raises AssertionError."""
    here = world(hostile.given)
    allowed = cors(hostile, here) or {}
    answer = policy.answered(forward.pending, status, dict(upstream), here.settings)
    headers = answer.headers
    redirect = 300 <= status < 400 and status != 304
    assert isinstance(answer, Reply) == (redirect or not 200 <= status < 600)
    assert all(map(is_field_value, headers.values()))
    assert headers.get("access-control-allow-origin") == allowed.get("access-control-allow-origin")
    assert "access-control-allow-credentials" not in headers
    assert "vary" not in allowed or "Origin" in headers["vary"].split(", ")
    if isinstance(answer, Reply):
        assert answer.status == 502
        assert headers["x-relay-error"] == ("upstream_redirect" if redirect else "upstream_unreachable")
        assert not {"location", "refresh", "link"} & set(headers)
        return answer
    assert answer.status == status
    named = {word.strip() for word in upstream.get("connection", "").lower().split(",")}
    own = {*SET_BY_THE_RELAY, *allowed, "access-control-expose-headers"}
    families = ("x-ratelimit-", "ratelimit-", *FAMILIES_OF.get(forward.pending.provider, ()))
    listed = PASSED | PASSED_OF.get(forward.pending.provider, set())
    passed = {name for name in upstream if name in listed or name.startswith(families)} - named
    passed = {name for name in passed if is_field_value(upstream[name])}
    kept = headers.keys() - own
    assert kept == passed - own
    assert not kept & (NEVER_PASSED | named)
    assert not any(name.startswith(("cf-", "access-control-")) for name in kept)
    assert all(headers[name] == upstream[name] for name in kept)
    assert SET_BY_THE_RELAY.items() <= headers.items()
    assert set(headers["access-control-expose-headers"].split(", ")) - {""} == passed
    return answer
