"""Gemini's paths: a model and, after a colon, what to do with it."""

from attacks.attack import Attack, on, post, refused, relayed
from differences import HANDS_ON_BY_FETCH

KEY = "X-Goog-API-Key: {key}"

# In `/v1beta/models/<here>`.
MODELS = {
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

ATTACKS = [
    *(
        Attack(name, post(f"/google/v1beta/models/{path}", KEY), refused("path_not_allowed"), provider="google")
        for name, path in MODELS.items()
    ),
    Attack(
        "a host and a number sign for a model",
        post("/google/v1beta/models/{mark}.example#:generateContent", KEY),
        on(HANDS_ON_BY_FETCH, refused("method_not_allowed"), refused("path_not_allowed")),
        provider="google",
        incident="Portkey #1596",
    ),
    Attack(
        "an encoded colon is the colon that clients encode",
        post("/google/v1beta/models/gemini-pro%3AgenerateContent", KEY),
        relayed("/google/v1beta/models/gemini-pro%3AgenerateContent"),
        provider="google",
    ),
    Attack(
        "dots inside a model's name, which are no segment",
        post("/google/v1beta/models/a..b:generateContent", KEY),
        relayed("/google/v1beta/models/a..b:generateContent"),
        provider="google",
    ),
]
