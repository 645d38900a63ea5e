"""What stands in the request headers that do go up: one line each, nothing that a runtime would log, and no key."""

from attacks.attack import NOT_HTTP, Attack, each, get, named, on, post, relayed, without
from attacks.words import ANTHROPIC, BEARER, FROM_PAGE, GEMINI, LOCAL_CHAT, LOSING, NOBODYS, OPENAI_CHAT, OWN
from byok_relay.headers import USER_AGENT
from differences import PASSES_CONTROL_CHARACTERS
from sealing.tokens import sealed

# One line goes up, whatever the client made of it -> the lines, the name and value of what goes up.
MADE_ONE = {
    "two User-Agents": (["User-Agent: a", "User-Agent: b"], "user-agent", "a, b"),
    "no User-Agent": ([], "user-agent", USER_AGENT),
    "an empty User-Agent": (["User-Agent:"], "user-agent", USER_AGENT),
    "two content types": (["Content-Type: text/plain", "Content-Type: application/json"], "content-type", "text/plain, application/json"),
    "two encodings": (["Accept-Encoding: gzip", "Accept-Encoding: br"], "accept-encoding", "gzip, br"),
    "no encoding at all": (["Accept-Encoding: identity;q=0, *;q=0"], "accept-encoding", "identity;q=0, *;q=0"),
    "an empty encoding": (["Accept-Encoding:"], "accept-encoding", "identity"),
    "a line break, encoded": (["X-Stainless-Lang: js%0d%0aX-Evil: 1"], "x-stainless-lang", "js%0d%0aX-Evil: 1"),
    "as many characters as a client may send": (["X-Stainless-Lang: " + "a" * 1024], "x-stainless-lang", "a" * 1024),
    "15,000 characters": (["X-Stainless-Lang: " + "a" * 15_000], "x-stainless-lang", None),
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

# The same with a key that is not the one that counts, or that only a vendor makes -> what it is, and the lines that bring it.
OTHER_COPIES = {
    "another vendor's key": ("sk-ant-api03-{mark}", []),
    "another vendor's key behind a word": ("key-sk-ant-api03-{mark}", []),
    "another vendor's key in italics": ("_sk-ant-api03-{mark}_", []),
    "the key of a vendor that is not served": ("xoxb-{mark}", []),
    "an admin's key": ("sk-admin-{mark}", []),
    "a session cookie": ("sk-ant-sid01-{mark}", []),
    "a key with a vendor's mark": ("x{mark}T3BlbkFJ{mark}", []),
    "a sealed key that is nobody's": ("byok1.{mark}.{mark}", []),
    **{f"a losing key from {line.partition(':')[0]}": (NOBODYS, [line]) for line in LOSING},
    "a losing key from the first of two lines": (NOBODYS, [f"Authorization: Bearer {NOBODYS}", "Authorization: Bearer x"]),
    "a losing key from the second of two lines": (NOBODYS, ["api-key: x", f"api-key: {NOBODYS}"]),
    "a losing key from a scheme in capitals": (NOBODYS, [f"Authorization: BEARER   {NOBODYS}"]),
}
SEALED_COPIES = {
    "a sealed key": ("{token}", ["Authorization: Bearer {token}"]),
    "a sealed key that lost": ("{token}", ["X-API-Key: {key}", "Authorization: Bearer {token}"]),
    "the key inside a sealed one": ("{key}", ["Authorization: Bearer {token}"]),
    "a plain key that lost to a sealed one": (NOBODYS, ["X-API-Key: {token}", f"Authorization: Bearer {NOBODYS}"]),
}

GEMINI_MODELS = "/google/v1beta/models"
IAM = "x-goog-iam-authorization-token: {mark}"
NO_KEYS = ["User-Agent: sk-1/1.0 hf_app npm_x AKIA", "OpenAI-Project: proj_sk-proj", "Idempotency-Key: ek_1"]
CREDENTIALS = ["anthropic-api-key: {mark}", "anthropic-auth-token: {mark}"]
VERSION = ["anthropic-version: {key}", "anthropic-beta: a,{key}", "x-app: {key}"]

# A request, where it goes up, and with which headers.
SINGLE = {
    "a losing key of Gemini's query in the user agent": (
        get(f"{GEMINI_MODELS}?key={NOBODYS}", OWN, f"User-Agent: {NOBODYS}"),
        GEMINI_MODELS,
        {"user-agent": USER_AGENT},
    ),
    "a version that is a key, where one is required": (
        post(ANTHROPIC, OWN, *VERSION),
        ANTHROPIC,
        without(*VERSION) | {"anthropic-version": "2023-06-01"},
    ),
    "what only looks like a key": (post(OPENAI_CHAT, BEARER, *NO_KEYS), OPENAI_CHAT, named(NO_KEYS)),
    "a key in headers that Anthropic does not have": (post(ANTHROPIC, OWN, *CREDENTIALS), ANTHROPIC, without(*CREDENTIALS)),
    "a credential in a header that Google has": (post(GEMINI, OWN, IAM), GEMINI, without(IAM)),
}

LEFT_OUT = relayed(OPENAI_CHAT, openai_beta=None)

ATTACKS = [
    *(
        Attack(name, post(OPENAI_CHAT, BEARER, *lines), relayed(OPENAI_CHAT, **{header: value}))
        for name, (lines, header, value) in MADE_ONE.items()
    ),
    *each(LEFT_OUT, {name: post(OPENAI_CHAT, BEARER, f"OpenAI-Beta: {value}") for name, value in UNPRINTABLE.items()}),
    *each(
        on(PASSES_CONTROL_CHARACTERS, LEFT_OUT, NOT_HTTP),
        {name: post(OPENAI_CHAT, BEARER, f"OpenAI-Beta: {value}") for name, value in CONTROL_CHARACTERS.items()},
    ),
    *(
        Attack(f"a key in {name}", post(OPENAI_CHAT, BEARER, line), relayed(OPENAI_CHAT, **without(line) | {"user-agent": USER_AGENT}))
        for name, line in SECOND_COPIES.items()
    ),
    *(
        Attack(
            f"{name} in the user agent and two more",
            post(OPENAI_CHAT, first, *lines, f"User-Agent: a {value}", f"OpenAI-Project: {value}", f"Accept: {value}"),
            relayed(OPENAI_CHAT, authorization="Bearer {key}", user_agent=USER_AGENT, openai_project=None, accept=None),
            settings,
            token=token,
        )
        for settings, first, copies, token in (("open", OWN, OTHER_COPIES, None), ("sealed", FROM_PAGE, SEALED_COPIES, sealed))
        for name, (value, lines) in copies.items()
    ),
    *(Attack(name, data, relayed(url, **up)) for name, (data, url, up) in SINGLE.items()),
    Attack(
        "a short word for a key, which may stand anywhere",
        post(LOCAL_CHAT, "X-API-Key: {key}", "User-Agent: {key}"),
        relayed(OPENAI_CHAT, user_agent="{key}"),
        "custom",
        key=lambda key: key[-7:],
    ),
]
