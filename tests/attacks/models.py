"""Names of models: Gemini's, behind which a colon says what to do, and those that have a slash, which clients encode. And models that are
not allowed, asked for in every way in which a provider might understand them."""

import gzip

from attacks.attack import Attack, each, get, on, post, refused, relayed
from attacks.words import ANTHROPIC, BARE, BEARER, GEMINI, GEMINI_AS_OPENAI, OPENAI_CHAT, OWN
from differences import HANDS_ON_BY_FETCH
from tables.models import BAD, GOOD, HEADERS, NOT_JSON, TAKEN_HEADERS, UNREADABLE, encoded

# In `/v1beta/models/<here>`.
GEMINI_MODELS = {
    "an action after an action": "gemini-pro:generateContent:delete",
    "an encoded action after an action": "gemini-pro%3AgenerateContent%3Adelete",
    "an action nobody has": "gemini-pro:{mark}",
    "no action after the colon": "gemini-pro:",
    "two colons": "gemini-pro::generateContent",
    "a colon encoded twice": "gemini-pro%253AgenerateContent",
    "a colon in full width": "gemini-pro%EF%BC%9AgenerateContent",
    "an action in other capitals": "gemini-pro:GenerateContent",
    "an action with a longer name": "gemini-pro:generateContents",
    "an action that runs for hours": "veo-3:predictLongRunning",
    "an action on many requests at once": "gemini-pro:batchGenerateContent",
    "no model": ":generateContent",
    "a model that is a dot segment": "..:generateContent",
    "a model that begins with one": "..a:generateContent",
    "dot segments to files": "../files/x:generateContent",
    "encoded dot segments to files": "%2e%2e/files:generateContent",
    "a model with an encoded slash": "a%2F..%2Ffiles:generateContent",
    "a model with a slash": "a/operations/b:generateContent",
    "a model with a parameter": "a;{mark}:generateContent",
    "a model that ends the path": "{mark}.example%23:generateContent",
    "a model that is not ASCII": "gemini%C3%A9:generateContent",
}

# Names with an escaped slash, where providers have such names -> the path that goes up.
SLASHED = {
    "/google/v1beta/openai/models/models%2Fgemini-2.5-flash": "/google/v1beta/openai/models/models%2Fgemini-2.5-flash",
    "/acme/v1/models/meta-llama%2Fllama-3-8b": "/openai/v1/models/meta-llama%2Fllama-3-8b",
    "/acme/v1/models/accounts%2Fa%2Fmodels%2Fb:free": "/openai/v1/models/accounts%2Fa%2Fmodels%2Fb:free",
}

# What is not between two plain parts of a name.
NOT_SLASHED = """a%2F..%2Ffiles ..%2Ffiles a%2F.%2Fb a%2F%2Fb %2Fa a%2F a%252Fb a%5Cb a%2F.hidden a%2Fb%00 a%2F%2e%2e a/b a%2F..""".split()

NOT_ALLOWED = refused("model_not_allowed")
AS_JSON = "Content-Type: application/json"
LENGTH = "Content-Length: 31"
ALLOWED = b'{"model":"gpt-5","messages":[]}'
LONGEST = ALLOWED[:-1].ljust(2**20 - 1) + b"}"


def asking(body: object, *lines: str, path: str = OPENAI_CHAT) -> bytes:
    return post(path, BEARER, *(lines or [AS_JSON]), body=encoded(body))


def lines(headers: dict[str, str]) -> list[str]:
    return [f"{name}: {value}" for name, value in headers.items()]


# Names in a path, where nothing else is looked at.
NOT_ALLOWED_PATHS = {
    "another model": GEMINI.replace("pro", "ultra"),
    "another model whose name begins like it": GEMINI.replace("pro", "pro-{mark}"),
    "a model in capitals": GEMINI.replace("gemini-pro", "Gemini-Pro"),
    "a model that is the canary": GEMINI.replace("gemini-pro", "{mark}"),
    "a tuned model": "/google/v1beta/tunedModels/{mark}:generateContent",
}

ALLOWING = [
    *(Attack(f"allowed, {name}", asking(body), relayed(OPENAI_CHAT, body=encoded(body)), "models") for name, body in GOOD.items()),
    *(
        Attack(f"allowed, by {headers}", asking(ALLOWED, *lines(headers)), relayed(OPENAI_CHAT, body=ALLOWED), "models")
        for headers in TAKEN_HEADERS
    ),
    Attack("allowed, in a mebibyte", asking(LONGEST), relayed(OPENAI_CHAT, body=LONGEST), "models"),
    Attack("allowed, on a bare path", asking(ALLOWED, path=BARE), relayed(OPENAI_CHAT, body=ALLOWED), "models"),
    Attack(
        "allowed, twice on one connection",
        asking(ALLOWED, AS_JSON, LENGTH) + asking(ALLOWED, AS_JSON, LENGTH),
        relayed(OPENAI_CHAT, body=ALLOWED),
        "models",
        then=relayed(OPENAI_CHAT, body=ALLOWED),
    ),
    Attack("allowed, in the path", post(GEMINI, OWN, body="{}"), relayed(GEMINI, body=b"{}"), "models"),
    Attack("a list of models", get("/openai/v1/models", BEARER), relayed("/openai/v1/models"), "models"),
    *each(NOT_ALLOWED, {f"not allowed, {name}": asking(body) for name, body in BAD.items()}, "models"),
    *each(NOT_ALLOWED, {f"not checked, {name}": asking(body) for name, (body, _) in UNREADABLE.items()}, "models"),
    *each(NOT_ALLOWED, {f"not read, {name}": asking(body) for name, body in NOT_JSON.items()}, "models"),
    *each(
        NOT_ALLOWED,
        {
            f"not read, by {name}": asking(ALLOWED, *lines({"content-type": "application/json"} | headers))
            for name, (headers, _) in HEADERS.items()
            if not headers.keys() & {"content-length", "transfer-encoding"}
        },
        "models",
    ),
    *each(
        NOT_ALLOWED,
        {
            "not read, a byte too long": asking(LONGEST + b" "),
            "not read, in chunks": post(
                OPENAI_CHAT, BEARER, AS_JSON, "Transfer-Encoding: chunked", body=b"1f\r\n" + ALLOWED + b"\r\n0\r\n\r\n"
            ),
            "not read, compressed": asking(gzip.compress(ALLOWED), AS_JSON, "Content-Encoding: gzip"),
            "not read, parts of a form": asking(
                b'--x\r\nContent-Disposition: form-data; name="model"\r\n\r\ngpt-5\r\n--x--\r\n',
                "Content-Type: multipart/form-data; boundary=x",
            ),
            "not allowed, the canary": asking({"model": "{mark}", "{mark}": "{mark}"}),
            "not allowed, on a bare path": asking({"model": "{mark}"}, path=BARE),
            "not allowed, in a second header": asking({"model": "{mark}"}, AS_JSON, "X-Model: gpt-5"),
            "not allowed, the same model at the list": get("/openai/v1/models/{mark}", BEARER),
        },
        "models",
    ),
    *each(NOT_ALLOWED, {f"not allowed in a path, {name}": post(path, OWN) for name, path in NOT_ALLOWED_PATHS.items()}, "models"),
    Attack("not allowed, at Anthropic", asking({"model": "{mark}"}, path=ANTHROPIC), refused("model_not_allowed", "anthropic"), "models"),
    Attack(
        "not allowed, as models of OpenAI's",
        asking({"model": "models/gemini-pro"}, path=GEMINI_AS_OPENAI),
        refused("model_not_allowed", "google"),
        "models",
    ),
]

ATTACKS = [
    *ALLOWING,
    *(
        Attack(
            f"a model with a slash, {path}", get(path, BEARER), relayed(up), "custom", path.split("/")[1] if "google" in path else "openai"
        )
        for path, up in SLASHED.items()
    ),
    *(
        Attack(f"no model with a slash, {root}{name}", get(root + name, BEARER), refused("path_not_allowed"), "custom", provider)
        for root, provider in {"/acme/v1/models/": "openai", "/google/v1beta/openai/models/": "google"}.items()
        for name in NOT_SLASHED
    ),
    *(
        Attack(f"a model with a slash at {root}", get(f"{root}a%2Fb", OWN), refused("path_not_allowed"))
        for root in (
            "/openai/v1/models/",
            "/anthropic/v1/models/",
            "/mistral/v1/models/",
            "/google/v1beta/models/",
            "/google/v1beta/openai/models/",  # only models/… has one there
        )
    ),
    *(Attack(name, post(f"/google/v1beta/models/{path}", OWN), refused("path_not_allowed")) for name, path in GEMINI_MODELS.items()),
    Attack(
        "a host and a number sign for a model",
        post("/google/v1beta/models/{mark}.example#:generateContent", OWN),
        on(HANDS_ON_BY_FETCH, refused("method_not_allowed"), refused("path_not_allowed")),
        incident="Portkey #1596",
    ),
    Attack(
        "an encoded colon is the colon that clients encode",
        post("/google/v1beta/models/gemini-pro%3AgenerateContent", OWN),
        relayed("/google/v1beta/models/gemini-pro%3AgenerateContent"),
    ),
    Attack(
        "dots inside a model's name, which are no segment",
        post("/google/v1beta/models/a..b:generateContent", OWN),
        relayed("/google/v1beta/models/a..b:generateContent"),
    ),
]
