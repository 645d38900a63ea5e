"""Every attack, on every runtime and through the Worker in front: the exact bytes go in, and what was expected comes of them, no more."""

import re
import secrets
from base64 import b64decode
from collections import Counter
from collections.abc import Mapping
from http.client import HTTPException
from importlib import import_module
from pathlib import Path

import pytest

from attacks.attack import A_FILE, NOT_HTTP, SETTINGS, Attack, Expected
from attacks.words import PAGE
from byok_relay.errors import error_reply
from byok_relay.providers import entry
from byok_relay.refusal import Refusal
from providers import CHAT, bad_key_status
from servers import RUNTIMES
from tables.errors import BAD_KEY

# The tables of this folder, by the names of their files. What is no table is named.
NO_TABLES = {"__init__", "attack", "conftest", "faults", "forgery", "test_attacks", "test_faults", "words"}
NAMES = sorted({path.stem for path in Path(__file__).parent.glob("*.py")} - NO_TABLES)
TABLES = {name: import_module(f"attacks.{name}").ATTACKS for name in NAMES}
ATTACKS = [pytest.param(attack, id=f"{name}: {attack.name}") for name, attacks in TABLES.items() for attack in attacks]


def runtimes(attack: Attack):
    """To the Worker in front, a sealed key is text in a header. Two more relays, for that alone, would cost a tenth of the time."""
    return RUNTIMES if attack.settings.startswith("sealed") else (*RUNTIMES, "front")


CASES = [pytest.param(runtime, case.values[0], id=f"{runtime}-{case.id}") for case in ATTACKS for runtime in runtimes(case.values[0])]

# Published incidents of relays, gateways and proxies like this one. Each is a case at least once.
INCIDENTS = """
CVE-2000-0884 IIS, CVE-2016-5385 httpoxy, CVE-2018-14773 Symfony, CVE-2020-5902 F5, CVE-2021-42013 Apache, CVE-2022-0235 node-fetch,
CVE-2023-26159 follow-redirects, CVE-2023-49785 NextChat, CVE-2024-6587 LiteLLM, CVE-2025-29927 Next.js, CVE-2025-48865 Fabio,
CVE-2025-64484 oauth2-proxy, CVE-2025-66405 Portkey, CVE-2025-66490 Traefik, CVE-2026-12773 LiteLLM, CVE-2026-31943 LibreChat,
CVE-2026-39411 LobeHub, CVE-2026-42208 LiteLLM, CVE-2026-42271 LiteLLM, CVE-2026-44457 Hono, CVE-2026-44578 Next.js, CVE-2026-45400
Open WebUI, CVE-2026-47101 LiteLLM, CVE-2026-47102 LiteLLM, CVE-2026-47673 Hono, CVE-2026-47676 Hono, CVE-2026-48710 Starlette,
CVE-2026-49468 LiteLLM, LiteLLM 2026-03-18, NextChat #4380, NextChat #6176, NextChat #6754, NextChat #6756, OmniRoute #4899, Portkey
#1507, Portkey #1596, Portkey #1718, cc-switch #1841, cors-anywhere #215, nudgebee #452, prompt-optimizer #179
"""

# The one body of every failure of a sealed key, whether or not it was opened (docs/sealing.md). It is in each provider's status.
SEALED_KEY_INVALID = {bad_key_status(id): error_reply(Refusal("sealed_key_invalid"), {}, entry(id)).body for id in CHAT}


@pytest.fixture
def settings(attack):
    return SETTINGS[attack.settings]


@pytest.mark.parametrize(("runtime", "attack"), CASES)
def test_attack(relay, mock, new_key, attack: Attack):
    expected = [one for one in (here(attack.expected, relay), here(attack.then, relay)) if one]
    key = new_key(attack.provider)
    if attack.key:
        key = attack.key(key)
    if attack.script:
        mock.script(key, **attack.script)
    before = mock.total()
    try:
        with relay.send(written(attack, key, relay.url.removeprefix("http://"))) as exchange:
            for one in expected:
                if one is NOT_HTTP:
                    assert exchange.head().status >= 400
                elif one is A_FILE:
                    answer = exchange.answer()
                    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
                else:
                    assert_answered(exchange.answer(), one, attack)
    except (HTTPException, ConnectionError):
        assert NOT_HTTP in expected
    gone_up = [one for one in expected if one.url]
    assert mock.total() == before + len(gone_up)
    if gone_up:
        for seen, one in zip(mock.seen(key), gone_up, strict=True):
            assert_seen(seen, one, attack, key)


def here(expected: Expected | Mapping[str, Expected] | None, relay) -> Expected | None:
    return expected[relay.runtime] if isinstance(expected, Mapping) else expected


def assert_answered(answer, expected: Expected, attack: Attack) -> None:
    code = answer.headers.get("x-relay-error") if attack.request.startswith(b"HEAD ") else answer.code
    assert (answer.status, code) == (expected.status, expected.code), answer
    assert {name: answer.headers.get(name) for name in expected.headers} == expected.headers
    assert_readable_exactly_where_allowed(answer, code, attack)
    assert "no-store" in answer.headers["cache-control"]
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-relay-request-id"])
    assert "access-control-allow-origin" not in answer.headers or "x-relay-request-id" in answer.headers["access-control-expose-headers"]
    assert code in (None, "rate_limited") or answer.status >= 500 or answer.headers["x-should-retry"] == "false"
    if code == "sealed_key_invalid" and "SEALING_KEY" in SETTINGS[attack.settings]:
        assert answer.body.decode() == SEALED_KEY_INVALID[answer.status]
    if code:
        assert_readable_by_every_sdk(answer)


def assert_readable_by_every_sdk(answer) -> None:
    """The body of a bad key has the reason that Google's SDKs look for exactly where it has Google's status for one."""
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("application/json", "no-store, no-transform")
    if "access-control-allow-origin" in answer.headers:
        assert "x-relay-error" in answer.headers["access-control-expose-headers"]
    if not answer.body:  # of a HEAD
        return
    body, error = answer.json(), answer.json()["error"]
    assert (body["message"], error["code"]) == (error["message"], answer.status)
    google = body["code"] in BAD_KEY and answer.status == bad_key_status("google")
    assert [detail.get("reason") for detail in error["details"]] == (["API_KEY_INVALID", None] if google else [])
    assert not google or error["status"] == "INVALID_ARGUMENT"


def assert_seen(seen, expected: Expected, attack: Attack, key: str) -> None:
    assert (seen["url"], seen["violations"]) == (expected.url.replace("{key}", key), [])
    assert attack.then or seen["method"].encode() == attack.request.split()[0]
    received = Counter(name for name, _ in seen["headers"])
    assert max(received.values()) == 1
    up = {name: value and value.replace("{key}", key) for name, value in expected.up.items()}
    assert {name: dict(seen["headers"]).get(name) for name in up} == up
    assert expected.body is None or b64decode(seen["body_base64"]) == expected.body


def written(attack: Attack, key: str, host: str) -> bytes:
    token = attack.token(key) if attack.token else ""
    words = {"key": key, "hex": key[-26:], "token": token, "host": host, "mark": f"canary{secrets.token_hex(8)}"}
    data = attack.request
    for name, word in words.items():
        data = data.replace(f"{{{name}}}".encode(), word.encode("latin-1"))
    return data.replace(b"{length}", str(len(data.partition(b"\r\n\r\n")[2])).encode())


def assert_readable_exactly_where_allowed(answer, code: str | None, attack: Attack) -> None:
    """CORS headers: for every origin when all are allowed, else for a listed one only, and never with credentials."""
    origins = [line[8:].strip().decode() for line in attack.request.split(b"\r\n") if line.lower().startswith(b"origin:")]
    assert "access-control-allow-credentials" not in answer.headers
    if "ALLOWED_ORIGINS" not in SETTINGS[attack.settings]:
        assert answer.headers["access-control-allow-origin"] == "*"
    elif origins == [PAGE] or (len(origins) == 1 and code != "origin_not_allowed"):
        assert answer.headers["access-control-allow-origin"] == origins[0]
        assert "Origin" in answer.headers["vary"]
    else:
        assert [name for name in answer.headers if name.startswith("access-control-")] == []
        assert answer.headers["vary"] == "Origin"


def test_every_published_incident_is_a_case():
    assert {attack.values[0].incident for attack in ATTACKS} - {None} == {" ".join(name.split()) for name in INCIDENTS.split(",")}


def test_the_attacks_have_names_of_their_own():
    assert [name for name, count in Counter(attack.id for attack in ATTACKS).items() if count > 1] == []
