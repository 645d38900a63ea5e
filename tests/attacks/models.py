"""Names of models: Gemini's, behind which a colon says what to do, and those that have a slash, which clients encode."""

from attacks.attack import Attack, get, on, post, refused, relayed
from attacks.words import BEARER, OWN
from differences import HANDS_ON_BY_FETCH

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

ATTACKS = [
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
