"""What stands in the request headers that do go up: one line each, nothing that a runtime would log, and no key."""

from attacks.attack import BEARER, NOT_HTTP, OPENAI_CHAT, Attack, on, post, relayed
from differences import PASSES_CONTROL_CHARACTERS
from relay.headers import USER_AGENT

ANTHROPIC = "/anthropic/v1/messages"
GEMINI = "/google/v1beta/models/gemini:generateContent"
KEY = "X-API-Key: {key}"

# One line goes up, whatever the client made of it -> the lines, the name and value of what goes up.
MADE_ONE = {
    "two User-Agents": (["User-Agent: a", "User-Agent: b"], "user-agent", "a, b"),
    "an empty User-Agent": (["User-Agent:"], "user-agent", USER_AGENT),
    "two content types": (["Content-Type: text/plain", "Content-Type: application/json"], "content-type", "text/plain, application/json"),
    "two encodings": (["Accept-Encoding: gzip", "Accept-Encoding: br"], "accept-encoding", "gzip, br"),
    "no encoding at all": (["Accept-Encoding: identity;q=0, *;q=0"], "accept-encoding", "identity;q=0, *;q=0"),
    "an empty encoding": (["Accept-Encoding:"], "accept-encoding", "identity"),
    "a line break, encoded": (["X-Stainless-Lang: js%0d%0aX-Evil: 1"], "x-stainless-lang", "js%0d%0aX-Evil: 1"),
    "15,000 characters": (["User-Agent: " + "a" * 15_000], "user-agent", "a" * 15_000),
}

# A value that is not printable ASCII does not go up: runtimes log it, and servers differ in what they read. The rest does.
UNPRINTABLE = {
    "a letter that is not ASCII": "caf\xc3\xa9",
    "a byte that no UTF-8 has": "caf\xe9",
    "a line break of another script": "a\xe2\x80\xa8b",
    "a next line": "a\xc2\x85b",
}
CONTROL_CHARACTERS = {"a bell": "a\x07b", "an escape sequence": "\x1b[31mred", "a DEL": "a\x7fb", "a vertical tab": "a\x0bb"}

# A key in a header that does go up: somebody filled in the wrong field, or a client is broken. It is a second copy, and goes nowhere.
SECOND_COPIES = {
    "the user agent": "User-Agent: app/1.0 {key}",
    "a comment of the user agent": "User-Agent: app/1.0 (key={key})",
    "the organization": "OpenAI-Organization: {key}",
    "a header that OpenAI does not have": "OpenAI-API-Key: {key}",
    "the idempotency key": "Idempotency-Key: {key}",
    "the request's id": "X-Client-Request-Id: {key}",
    "what the SDK says of itself": "X-Stainless-API-Key: {key}",
    "a parameter of the content type": "Content-Type: application/json; key={key}",
    "the organization, another's": "OpenAI-Organization: sk-ant-api03-{mark}",
}

ATTACKS = [
    *(
        Attack(name, post(OPENAI_CHAT, BEARER, *lines), relayed(OPENAI_CHAT, **{header: value}))
        for name, (lines, header, value) in MADE_ONE.items()
    ),
    *(
        Attack(name, post(OPENAI_CHAT, BEARER, f"OpenAI-Beta: {value}"), relayed(OPENAI_CHAT, openai_beta=None))
        for name, value in UNPRINTABLE.items()
    ),
    *(
        Attack(
            name,
            post(OPENAI_CHAT, BEARER, f"OpenAI-Beta: {value}"),
            on(PASSES_CONTROL_CHARACTERS, relayed(OPENAI_CHAT, openai_beta=None), NOT_HTTP),
        )
        for name, value in CONTROL_CHARACTERS.items()
    ),
    *(
        Attack(
            f"a key in {name}",
            post(OPENAI_CHAT, BEARER, line),
            relayed(OPENAI_CHAT, **{line.partition(":")[0].lower(): None, "user-agent": USER_AGENT}),
        )
        for name, line in SECOND_COPIES.items()
    ),
    Attack(
        "a key in headers that Anthropic does not have",
        post(ANTHROPIC, KEY, "anthropic-api-key: {mark}", "anthropic-auth-token: {mark}"),
        relayed(ANTHROPIC, anthropic_api_key=None, anthropic_auth_token=None),
        provider="anthropic",
    ),
    Attack(
        "a credential in a header that Google has",
        post(GEMINI, KEY, "x-goog-iam-authorization-token: {mark}"),
        relayed(GEMINI, x_goog_iam_authorization_token=None),
        provider="google",
    ),
]
