"""Keys that come twice, in several places, or in a header that is written strangely: which one counts, and where the others go.

The order is X-API-Key, the provider's own carrier, Authorization, the others. What does not count goes nowhere.
"""

from attacks.attack import NOT_HTTP, Attack, Expected, each, get, on, post, refused, relayed, request
from attacks.words import ANTHROPIC, BARE, BEARER, CARRIED, GEMINI, GEMINI_AS_OPENAI, GOOGLES, MISTRAL_CHAT, OPENAI_CHAT, OWN
from differences import READS_FOLDED_LINES

A_MODEL = "/v1beta/models/g:generateContent"
ANTHROPIC_AS_OPENAI = f"/anthropic{BARE}"
FILLER = "Authorization: Bearer {mark}"
FOREIGN = [line.replace("{key}", "{mark}") for line in reversed(CARRIED) if line not in (BEARER, OWN)]

# Two lines of one carrier. They are one value to HTTP. Nobody can know which of two keys was meant.
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
    "X-API-Key before a filler of the SDK's": (OPENAI_CHAT, [OWN, "Authorization: Bearer unused"], "authorization"),
    "X-API-Key before Authorization": (OPENAI_CHAT, [FILLER, OWN], "authorization"),
    "X-API-Key before Google's own": (GEMINI, ["X-Goog-API-Key: AIza{mark}", OWN, FILLER], "x-goog-api-key"),
    "X-API-Key before all": (OPENAI_CHAT, [*FOREIGN, FILLER, OWN], "authorization"),
    "Authorization before foreign ones": (OPENAI_CHAT, ["api-key: {mark}", "x-goog-api-key: {mark}", BEARER], "authorization"),
    "api-key before the last one": (OPENAI_CHAT, ["xi-api-key: {mark}", "api-key: {key}"], "authorization"),
    "Google's own before Authorization": (GEMINI, [FILLER, "X-Goog-API-Key: {key}"], "x-goog-api-key"),
    "Authorization before Google's own, as OpenAI": (GEMINI_AS_OPENAI, ["X-Goog-API-Key: AIza{mark}", BEARER], "authorization"),
    "Anthropic's one own before another key in the other": (ANTHROPIC, [OWN, "Authorization: Bearer other-key"], "x-api-key"),
    "Anthropic's one own before the other": (ANTHROPIC, [FILLER, OWN], "x-api-key"),
    "Anthropic's other own before foreign ones": (ANTHROPIC, ["x-goog-api-key: {mark}", BEARER], "authorization"),
    "a header before Gemini's query": (f"{GEMINI}?key=AIza{{mark}}", ["X-Goog-API-Key: {key}"], "x-goog-api-key"),
    "the last of two in Gemini's query": (f"{GEMINI}?key=AIza{{mark}}&key={{key}}", [], "x-goog-api-key"),
    "the same key in all": (OPENAI_CHAT, CARRIED, "authorization"),
    "the same key in three": (OPENAI_CHAT, [BEARER, OWN, "api-key: {key}"], "authorization"),
    "an admin key in one that does not count": (OPENAI_CHAT, [OWN, "Authorization: Bearer sk-admin-{mark}"], "authorization"),
    "another scheme in one that does not count": (OPENAI_CHAT, ["Authorization: Basic {mark}", "api-key: {key}"], "authorization"),
    "nothing in the first": (OPENAI_CHAT, ["X-API-Key:", BEARER], "authorization"),
    "a smart quote in one that does not count": (OPENAI_CHAT, ["Authorization: Bearer {mark}\xe2\x80\x9d", OWN], "authorization"),
}

# One key -> what is asked, the lines that bring it, where it goes up, and the header that carries it there.
MOVED = {
    "OpenAI's key, in capitals": (f"POST {OPENAI_CHAT}", ["AUTHORIZATION: bearer {key}"], OPENAI_CHAT, "authorization"),
    **{f"OpenAI's key, from {line.partition(':')[0]}": (f"POST {OPENAI_CHAT}", [line], OPENAI_CHAT, "authorization") for line in CARRIED},
    "Anthropic's key, as its SDK 0.x sends it": (f"POST {ANTHROPIC}", [OWN], ANTHROPIC, "x-api-key"),
    "Anthropic's key, as its SDK 1.x sends it": (f"POST {ANTHROPIC}", [BEARER], ANTHROPIC, "authorization"),
    "Anthropic's key, from a foreign carrier": (f"POST {ANTHROPIC}", [GOOGLES], ANTHROPIC, "x-api-key"),
    "Anthropic's key, for an OpenAI client": (f"POST {ANTHROPIC_AS_OPENAI}", [OWN], ANTHROPIC_AS_OPENAI, "authorization"),
    "Google's key": (f"POST {GEMINI}", [GOOGLES], GEMINI, "x-goog-api-key"),
    "Google's key, as a Bearer token": (f"POST {GEMINI}", [BEARER], GEMINI, "x-goog-api-key"),
    "Google's key, for an OpenAI client": (f"POST {GEMINI_AS_OPENAI}", [BEARER], GEMINI_AS_OPENAI, "authorization"),
    "an alias and a double slash": ("POST /gemini//v1beta/models/g:generateContent", [GOOGLES], f"/google{A_MODEL}", "x-goog-api-key"),
    "an encoded colon": (
        "POST /google/v1/models/g%3AgenerateContent",
        [GOOGLES],
        "/google/v1/models/g%3AgenerateContent",
        "x-goog-api-key",
    ),
    "Mistral's key": (f"POST {MISTRAL_CHAT}", [BEARER], MISTRAL_CHAT, "authorization"),
    "a bare path, by the default": (f"POST {BARE}", [BEARER], OPENAI_CHAT, "authorization"),
    "a bare path, by the header": (f"POST {BARE}", [BEARER, "X-Relay-Provider: mistral"], MISTRAL_CHAT, "authorization"),
    "a bare path, by the key": ("GET /v1/models", [BEARER], "/anthropic/v1/models", "authorization"),
    "a bare path, by the path": ("POST /v1/messages", [OWN], ANTHROPIC, "x-api-key"),
    "a bare path, by a Gemini path": (f"POST {A_MODEL}", [GOOGLES], f"/google{A_MODEL}", "x-goog-api-key"),
    "a bare path of OpenAI's, with a Gemini key": (f"POST {BARE}", [BEARER], GEMINI_AS_OPENAI, "authorization"),
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


def in_header(path: str, header: str) -> Expected:
    """The key goes up, in this header and nowhere else: elsewhere the word `canary` in it would be a leak."""
    return relayed(path, **{header: "Bearer {key}" if header == "authorization" else "{key}"})


ATTACKS = [
    *each(refused("key_malformed"), {name: post(OPENAI_CHAT, *lines) for name, lines in TWO_LINES.items()}),
    *(Attack(name, post(path, *lines), in_header(path.partition("?")[0], header)) for name, (path, lines, header) in SEVERAL.items()),
    *(
        Attack(
            name, request(*line.split(), *lines, body="{}" if "POST" in line else None), in_header(up, header), provider=up.split("/")[1]
        )
        for name, (line, lines, up, header) in MOVED.items()
    ),
    *(Attack(name, post(OPENAI_CHAT, line, BEARER), refused(code)) for name, (line, code) in NO_SUBSTITUTES.items()),
    Attack("a key in the query beside a better one", post(f"{OPENAI_CHAT}?key=sk-{{mark}}", BEARER), refused("key_in_query")),
    *each(
        refused("key_malformed"),
        {"a key for the provider that X-Relay-Provider does not name": get("/v1/models", BEARER, "X-Relay-Provider: anthropic")},
    ),
    *each(relayed(OPENAI_CHAT), {name: post(OPENAI_CHAT, line) for name, line in SPELLINGS.items()}),
    *each(
        on(READS_FOLDED_LINES, relayed(OPENAI_CHAT, x_injected=None), NOT_HTTP),
        {name: post(OPENAI_CHAT, line) for name, line in MENDED.items()},
    ),
    *each(NOT_HTTP, {name: post(OPENAI_CHAT, line) for name, line in BROKEN.items()}),
    Attack(
        "a key in the fold of another header",
        post(OPENAI_CHAT, "X-Note: x\r\n\tAuthorization: Bearer {mark}"),
        on(READS_FOLDED_LINES, refused("missing_key"), NOT_HTTP),
    ),
    *each(
        refused("missing_key"),
        {
            "another scheme before a Bearer token": post(OPENAI_CHAT, "Authorization: Basic {mark}", BEARER),
            "a key in the trailer section": post(
                OPENAI_CHAT, "Transfer-Encoding: chunked", "Trailer: X-API-Key", body="2\r\n{}\r\n0\r\nX-API-Key: {mark}\r\n\r\n"
            ),
        },
    ),
]
