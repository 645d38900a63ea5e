"""Keys that come twice, in several places, or in a header that is written strangely: which one counts, and where the others go.

The order is X-API-Key, the provider's own carrier, Authorization, the others. What does not count goes nowhere.
"""

from attacks.attack import ANTHROPIC, BEARER, GEMINI, NOT_HTTP, OPENAI_CHAT, OWN, Attack, get, on, post, refused, relayed, request
from differences import READS_FOLDED_LINES

GEMINI_AS_OPENAI = "/google/v1beta/openai/chat/completions"
FILLER = "Authorization: Bearer {mark}"

# Two lines of one carrier. They are one value to HTTP, and which of two keys was meant, nobody can know.
TWO_LINES = {
    "two Authorization lines with the same key": (BEARER, BEARER),
    "two Authorization lines with different keys": (BEARER, FILLER),
    "two X-API-Key lines with the same key": (OWN, OWN),
    "two X-API-Key lines with different keys": (OWN, "X-API-Key: sk-{mark}"),
    "a Bearer token before another scheme": (BEARER, "Authorization: Basic {mark}"),
    "two Bearer tokens in one line": ("Authorization: Bearer {key}, Bearer {mark}",),
    "a Bearer token with a parameter": ("Authorization: Bearer {key}, realm=x",),
    "a second line that is empty": (OWN, "X-API-Key:"),
    "two lines, the first of which ends in a comma": ("X-API-Key: {key},", "X-API-Key: {mark}"),
}

# Several carriers -> the path, the lines, and the header that goes up. Every other word `canary` would be a leak.
SEVERAL = {
    "X-API-Key before Authorization": (OPENAI_CHAT, [FILLER, OWN], "authorization"),
    "X-API-Key before Google's own": (GEMINI, ["X-Goog-API-Key: AIza{mark}", OWN, FILLER], "x-goog-api-key"),
    "X-API-Key before all": (
        OPENAI_CHAT,
        ["xi-api-key: {mark}", "api-key: {mark}", "x-goog-api-key: {mark}", FILLER, OWN],
        "authorization",
    ),
    "Authorization before foreign ones": (OPENAI_CHAT, ["api-key: {mark}", "x-goog-api-key: {mark}", BEARER], "authorization"),
    "api-key before the last one": (OPENAI_CHAT, ["xi-api-key: {mark}", "api-key: {key}"], "authorization"),
    "Google's own before Authorization": (GEMINI, [FILLER, "X-Goog-API-Key: {key}"], "x-goog-api-key"),
    "Authorization before Google's own, as OpenAI": (GEMINI_AS_OPENAI, ["X-Goog-API-Key: AIza{mark}", BEARER], "authorization"),
    "Anthropic's one own before the other": (ANTHROPIC, [FILLER, OWN], "x-api-key"),
    "Anthropic's other own before foreign ones": (ANTHROPIC, ["x-goog-api-key: {mark}", BEARER], "authorization"),
    "a header before Gemini's query": (f"{GEMINI}?key=AIza{{mark}}", ["X-Goog-API-Key: {key}"], "x-goog-api-key"),
    "the last of two in Gemini's query": (f"{GEMINI}?key=AIza{{mark}}&key={{key}}", [], "x-goog-api-key"),
    "the same key in all": (
        OPENAI_CHAT,
        [BEARER, OWN, "x-goog-api-key: {key}", "api-key: {key}", "xi-api-key: {key}"],
        "authorization",
    ),
    "an admin key in one that does not count": (OPENAI_CHAT, [OWN, "Authorization: Bearer sk-admin-{mark}"], "authorization"),
    "another scheme in one that does not count": (OPENAI_CHAT, ["Authorization: Basic {mark}", "api-key: {key}"], "authorization"),
    "nothing in the first": (OPENAI_CHAT, ["X-API-Key:", BEARER], "authorization"),
    "a smart quote in one that does not count": (OPENAI_CHAT, ["Authorization: Bearer {mark}\xe2\x80\x9d", OWN], "authorization"),
}

# The key that counts is judged, and no other takes its place.
NO_SUBSTITUTES = {
    "a malformed key before a good one": ("X-API-Key: sk-{mark}\xe9", "key_malformed"),
    "a placeholder before a good one": ("X-API-Key: YOUR_API_KEY", "key_malformed"),
    "another's key before a good one": ("X-API-Key: sk-ant-api03-{mark}", "key_wrong_provider"),
    "an admin key before a good one": ("X-API-Key: sk-admin-{mark}", "key_refused"),
    "a damaged sealed key before a good one": ("X-API-Key: byok1.{mark}", "sealed_key_invalid"),
}

# The same header, written otherwise (RFC 9110 sections 5.1 and 5.5, RFC 6750 section 2.1).
SPELLINGS = {
    "a name in capitals": "AUTHORIZATION: Bearer {key}",
    "a name in small letters": "authorization: Bearer {key}",
    "a scheme in capitals": "Authorization: BEARER {key}",
    "a scheme in small letters": "Authorization: bearer {key}",
    "no space after the colon": "Authorization:Bearer {key}",
    "tabs around the value": "Authorization:\tBearer {key}\t",
    "spaces everywhere": "Authorization:    Bearer     {key}    ",
}

# What RFC 9112 (sections 5.1 and 5.2) has a server refuse or mend.
MENDED = {
    "a space before the colon": "Authorization : Bearer {key}",
    "a tab before the colon": "Authorization\t: Bearer {key}",
    "a value on the next line": "Authorization: Bearer\r\n {key}",
    "a line that ends without a carriage return": "Authorization: Bearer {key}\nX-Injected: {mark}",
    "a line that ends without a line feed": "Authorization: Bearer {key}\rX-Injected: {mark}",
}
BROKEN = {
    "a NUL after the key": "Authorization: Bearer {key}\0",
    "a carriage return after the key": "Authorization: Bearer {key}\r",
    "a header without a colon": "Authorization Bearer {key}",
    "a header without a name": ": Bearer {key}",
    "a name with a space": "X Authorization: Bearer {key}",
}

ATTACKS = [
    *(Attack(name, post(OPENAI_CHAT, *lines), refused("key_malformed")) for name, lines in TWO_LINES.items()),
    Attack("another scheme before a Bearer token", post(OPENAI_CHAT, "Authorization: Basic {mark}", BEARER), refused("missing_key")),
    *(
        Attack(
            name,
            post(path, *lines),
            relayed(path.partition("?")[0], **{carrier: "Bearer {key}" if carrier == "authorization" else "{key}"}),
            provider=path.split("/")[1],
        )
        for name, (path, lines, carrier) in SEVERAL.items()
    ),
    *(Attack(name, post(OPENAI_CHAT, line, BEARER), refused(code)) for name, (line, code) in NO_SUBSTITUTES.items()),
    Attack(
        "a key in the query beside a better one",
        post(f"{OPENAI_CHAT}?key=sk-{{mark}}", BEARER),
        refused("key_in_query"),
    ),
    Attack(
        "a key for the provider that X-Relay-Provider does not name",
        get("/v1/models", BEARER, "X-Relay-Provider: anthropic"),
        refused("key_malformed"),
    ),
    *(Attack(name, post(OPENAI_CHAT, line), relayed(OPENAI_CHAT)) for name, line in SPELLINGS.items()),
    *(
        Attack(name, post(OPENAI_CHAT, line), on(READS_FOLDED_LINES, relayed(OPENAI_CHAT, x_injected=None), NOT_HTTP))
        for name, line in MENDED.items()
    ),
    Attack(
        "a key in the fold of another header",
        post(OPENAI_CHAT, "X-Note: x\r\n\tAuthorization: Bearer {mark}"),
        on(READS_FOLDED_LINES, refused("missing_key"), NOT_HTTP),
    ),
    *(Attack(name, post(OPENAI_CHAT, line), NOT_HTTP) for name, line in BROKEN.items()),
    Attack(
        "a key in the trailer section",
        request("POST", OPENAI_CHAT, "Transfer-Encoding: chunked", "Trailer: X-API-Key", body="2\r\n{}\r\n0\r\nX-API-Key: {mark}\r\n\r\n"),
        refused("missing_key"),
    ),
]
