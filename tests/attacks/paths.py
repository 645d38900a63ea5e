"""Paths that mean one thing to the relay and another to the provider."""

from attacks.attack import NOT_HTTP, Attack, get, on, post, refused, relayed, request
from attacks.words import BEARER, LOSING, NOBODYS, OPENAI_CHAT, OWN
from differences import RESOLVES_DOT_SEGMENTS

# Dot segments in clear. Where the runtime resolves them, what is left is matched, and only that is sent.
DOTS_TO_NOWHERE = {
    "dot segments to another path": f"{OPENAI_CHAT}/../files",
    "a dot at the end": f"{OPENAI_CHAT}/.",
    "two dots at the end": f"{OPENAI_CHAT}/..",
    "dot segments over the version": "/openai/v1/../../v1/files",
    "dot segments as somebody's file name": f"{OPENAI_CHAT}/...",
}
DOTS_TO_AN_ALLOWED_PATH = {
    "a dot in the middle": ("/openai/v1/./chat/completions", "path_not_allowed"),
    "dot segments out of a forbidden path": ("/openai/v1/files/../chat/completions", "path_not_allowed"),
    "dot segments out of a provider": ("/openai/../v1/chat/completions", "path_not_allowed"),
    "dot segments out of a document": (f"/health/..{OPENAI_CHAT}", "unknown_provider"),
    "dot segments above the root": (f"/../..{OPENAI_CHAT}", "unknown_provider"),
    "dot segments from one provider to another": (f"/anthropic/../..{OPENAI_CHAT}", "path_not_allowed"),
}

# How to write a dot, a slash, a backslash, a colon, the end or a letter so that a decoder further on reads it.
ENCODED = {
    "encoded dot segments": f"{OPENAI_CHAT}/%2e%2e/files",
    "half encoded dot segments": f"{OPENAI_CHAT}/.%2E/files",
    "encoded dot segments to an allowed path": "/openai/v1/files/%2e%2e/chat/completions",
    "encoded dots and slashes": f"{OPENAI_CHAT}%2f%2e%2e%2ffiles",
    "dot segments encoded twice": f"{OPENAI_CHAT}/%252e%252e/files",
    "dot segments in overlong UTF-8, three bytes": f"{OPENAI_CHAT}/%e0%80%ae%e0%80%ae/files",
    "dot segments in full width": f"{OPENAI_CHAT}/%ef%bc%8e%ef%bc%8e/files",
    "dot segments with an encoded NUL": f"{OPENAI_CHAT}/..%00/files",
    "a slash encoded twice": "/openai/v1/chat%252Fcompletions",
    "a slash in overlong UTF-8": "/openai/v1/chat%c0%afcompletions",
    "a slash in full width": "/openai/v1/chat%ef%bc%8fcompletions",
    "a slash in JavaScript's old encoding": "/openai/v1/chat%u002fcompletions",
    "backslashes for slashes": "/openai/v1\\chat\\completions",
    "backslashes and dots": f"{OPENAI_CHAT}\\..\\files",
    "an encoded backslash": f"{OPENAI_CHAT}%5c..%5cfiles",
    "an encoded letter": "/openai/v1/chat/%63ompletions",
    "a letter in full width": "/openai/v1/chat/completion%ef%bd%93",
    "an encoded NUL": f"{OPENAI_CHAT}%00.json",
    "an encoded line break": f"{OPENAI_CHAT}%0d%0aHost:%20{{mark}}.example",
    "an encoded line feed at the end": f"{OPENAI_CHAT}%0a",
    "an encoded tab": f"{OPENAI_CHAT}%09",
    "an encoded space": f"{OPENAI_CHAT}%20",
    "an encoded question mark": f"{OPENAI_CHAT}%3F{{mark}}",
    "an encoded number sign": f"{OPENAI_CHAT}%23{{mark}}",
    "a number sign": f"{OPENAI_CHAT}#/../{{mark}}",
    "an encoding that is cut off": f"{OPENAI_CHAT}%2",
    "an encoding that is none": f"{OPENAI_CHAT}%zz",
}

# The same, as others were got at with it.
ENCODED_BEFORE = {
    "CVE-2000-0884 IIS": f"{OPENAI_CHAT}/%c0%ae%c0%ae/files",
    "CVE-2020-5902 F5": f"{OPENAI_CHAT}/..;/files",
    "CVE-2021-42013 Apache": f"{OPENAI_CHAT}/%%32%65%%32%65/files",
    "CVE-2025-66490 Traefik": "/openai/v1/chat%2Fcompletions",
}

# Allowed paths with something more, and what only looks like an allowed path.
NEARLY = {
    "a longer name": f"{OPENAI_CHAT}X",
    "a longer path": f"{OPENAI_CHAT}/{{mark}}",
    "a file extension": f"{OPENAI_CHAT}.json",
    "a trailing slash": f"{OPENAI_CHAT}/",
    "a trailing dot": f"{OPENAI_CHAT}.",
    "a trailing comma": f"{OPENAI_CHAT},",
    "a trailing asterisk": f"{OPENAI_CHAT}*",
    "a parameter at the end": f"{OPENAI_CHAT};jsessionid={{mark}}",
    "a parameter in the middle": "/openai/v1/chat;{mark}/completions",
    "capitals": "/openai/v1/Chat/Completions",
    "a version in capitals": "/openai/V1/chat/completions",
    "an empty segment": "/openai/v1//chat/completions",
    "two empty segments": "/openai///v1/chat/completions",
    "a port": f"{OPENAI_CHAT}:443",
    "the route as it is written": "/openai/v1/models/{model_id}",
    "a pattern": "/openai/v1/chat/.*",
    "a host after the provider": "/openai/.{mark}.example/v1/chat/completions",
    "a user after the provider": "/openai/@{mark}.example/v1/chat/completions",
    "a port after the provider": "/openai/:8443/v1/chat/completions",
    "a URL after the provider": "/openai/https://{mark}.example/v1/chat/completions",
    "a host after two slashes": "/openai//{mark}.example/v1/chat/completions",
    "a backslash after the provider": "/openai/\\{mark}.example/v1/chat/completions",
    "nothing after the provider": "/openai",
    "a script": f"{OPENAI_CHAT}<script>{{mark}}</script>",
    "a path for a provider's front end": "/openai/cdn-cgi/trace",
}

# Not in any URL: HTTP servers may refuse these themselves.
RAW = {
    "letters that are not ASCII": f"{OPENAI_CHAT}\u00c3\u00a9",
    "bytes that are no UTF-8": f"{OPENAI_CHAT}\u00ff\u00fe",
    "an overlong slash, as bytes": "/openai/v1/chat\u00c0\u00afcompletions",
    "a vertical tab": f"{OPENAI_CHAT}\v",
    "a delete character": f"{OPENAI_CHAT}\x7f",
    "a tab in a name": "/openai/v1/chat/co\tmpletions",
}

# Where a model's name is, or an id: all that a client can write into a path.
NAMES = {
    "openai": ("GET /openai/v1/models/{here}", "GET /v1/models/{here}"),
    "anthropic": ("GET /anthropic/v1/models/{here}", "GET /claude/v1/models/{here}"),
    "google": (
        "GET /google/v1beta/models/{here}",
        "POST /google/v1beta/models/{here}:generateContent",
        "POST /google/v1beta/models/{here}%3AstreamGenerateContent",
        "POST /google/v1beta/tunedModels/{here}:generateContent",
        "GET /google/v1beta/interactions/{here}",
        "GET /google/v1beta/openai/models/{here}",
        "GET /google/v1beta/openai/models/models%2F{here}",
    ),
    "mistral": ("GET /mistral/v1/models/{here}", "GET /mistral/v1/models/ft:{here}"),
}

# Keys that the request has, or that nobody but a vendor makes.
KEYS = {
    "a key of another vendor": "sk-ant-api03-{mark}",
    "a key of another vendor, as a part of a name": "ft:sk-ant-api03-{mark}:x",
    "a key of another vendor, behind a word": "key-sk-ant-api03-{mark}",
    "a key of a vendor that is not served": "xoxb-{mark}",
    "a key with a vendor's mark": "x{mark}T3BlbkFJ{mark}",
    "an admin's key": "sk-admin-{mark}",
    "a sealed key": "byok1.{mark}.{mark}",
    "the key, as a part of a name": "a.{key}.b",
    "the key behind a colon's escape": "ft%3A{key}",
}

ATTACKS = [
    *(
        Attack(f"the key in {route}", request(*route.replace("{here}", "{key}").split(), OWN), refused("key_in_query"), provider=provider)
        for provider, routes in NAMES.items()
        for route in routes
    ),
    *(Attack(f"{name} in a path", get(f"/openai/v1/models/{key}", BEARER), refused("key_in_query")) for name, key in KEYS.items()),
    *(
        Attack(f"{name} in a custom provider's path", get(f"/acme/v1/models/meta%2F{key}", BEARER), refused("key_in_query"), "custom")
        for name, key in KEYS.items()
    ),
    *(
        Attack(
            f"a losing key of {line.partition(':')[0]} in a path", get(f"/openai/v1/models/{NOBODYS}", OWN, line), refused("key_in_query")
        )
        for line in LOSING
    ),
    Attack("a losing key of Gemini's query in a path", get(f"/google/v1beta/models/{NOBODYS}?key={NOBODYS}", OWN), refused("key_in_query")),
    *(Attack(name, post(path, BEARER), refused("path_not_allowed")) for name, path in DOTS_TO_NOWHERE.items()),
    *(
        Attack(name, post(path, BEARER), on(RESOLVES_DOT_SEGMENTS, relayed(OPENAI_CHAT), refused(code)), provider="openai")
        for name, (path, code) in DOTS_TO_AN_ALLOWED_PATH.items()
    ),
    *(Attack(name, post(path, BEARER), refused("path_not_allowed")) for name, path in ENCODED.items()),
    *(Attack(whose, post(path, BEARER), refused("path_not_allowed"), incident=whose) for whose, path in ENCODED_BEFORE.items()),
    *(Attack(name, post(path, BEARER), refused("path_not_allowed")) for name, path in NEARLY.items()),
    *(Attack(name, post(path, BEARER), NOT_HTTP) for name, path in RAW.items()),
    *(
        Attack(f"a version too many or too few, {path}", post(path, BEARER), refused("path_not_found"))
        for path in (
            "/openai/v1/v1/chat/completions",
            "/anthropic/v1/v1/messages",
            "/openai/models",
            "/openai/chat/completions",
            "/chat/completions",
        )
    ),
    Attack("a path of 9,000 characters", get(f"/openai/v1/models/{'a' * 9000}", BEARER), refused("url_too_long")),
    Attack("a path of 8,000 slashes", get(f"/openai{'/' * 8000}", BEARER), refused("path_not_allowed")),
    Attack("a name of 8,000 colons", get(f"/openai/v1/models/a{'%3A' * 2600}", BEARER), refused("path_not_allowed")),
]
