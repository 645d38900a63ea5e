"""Names of models against patterns, and requests against what may be asked for."""

import json

# A pattern -> names that match, and names that do not.
PATTERNS: dict[str, tuple[str, str]] = {
    "gpt-5": ("gpt-5", "gpt-5-mini gpt- GPT-5 xgpt-5 openai/gpt-5"),
    "gpt-5*": ("gpt-5 gpt-5-mini gpt-5.1:x", "gpt-4 GPT-5 xgpt-5 openai/gpt-5 gpt-5/x gpt-"),
    "*-mini": ("gpt-5-mini -mini", "gpt-5-mini-x mini openai/gpt-5-mini"),
    "gpt*mini": ("gptmini gpt-5-mini", "gptmin gpt-5-mini2"),
    "ab*ba": ("abba abxba", "aba"),
    "a*b*c": ("abc axbxc abbcc", "acb ac ab"),
    "a*bc*c": ("abcc abcbc", "abc"),
    "a**b": ("ab axb", "a b"),
    "*": ("x gpt-5", "a/b"),
    "*/*": ("a/b openai/gpt-5", "a a/b/c"),
    "*/gpt-5*": ("openai/gpt-5 x/gpt-5:free", "gpt-5 a/b/gpt-5 openai/xgpt-5"),
    "openai/*": ("openai/o3 openai/gpt-5:free", "openai openai/a/b xopenai/o3 OpenAI/o3"),
    "accounts/*/models/llama-*": ("accounts/fireworks/models/llama-3", "accounts/a/b/models/llama-3 accounts/fireworks/models/qwen"),
    "ft:gpt-4o:*": ("ft:gpt-4o:org::id", "ft:gpt-4o"),
    "[a-z]": ("", "a [a-z]"),
    "~a/b#c@d+e": ("~a/b#c@d+e", "~a/b#c@d"),
}

# What is no name, whatever the pattern.
NO_NAMES = [
    "",
    " gpt-5",
    "gpt-5 ",
    "gpt 5",
    "gpt-5\n",
    "gpt-5\0",
    "gpt-5,o3",
    "größe",
    "gpt-5\ud800",
    "*",
    "g" * 201,
    "gpt-5?x",
    'gpt-5"',
    "gpt%2D5",
]

# Under `gpt-5*`: bodies to OpenAI's chat.
GOOD = {
    "alone": {"model": "gpt-5"},
    "with what people say, in which models are cars": {
        "model": "gpt-5-mini",
        "messages": [{"role": "user", "content": [{"type": "text", "text": "o3", "model": "Fiat"}], "model": "Fiat"}],
        "metadata": {"model": "Fiat", "models": ["o3"]},
        "input": [{"arguments": {"car_model": "Fiat", "fallbacks": ["o3"]}}],
    },
    "with a schema, in which a model is no text": {
        "model": "gpt-5",
        "tools": [{"type": "function", "function": {"name": "sell", "parameters": {"properties": {"model": {"type": "string"}}}}}],
    },
    "with a tool's own model": {"model": "gpt-5", "tools": [{"type": "image_generation", "model": "gpt-5-image"}]},
    "with others to fall back on": {"model": "gpt-5", "models": ["gpt-5-mini", "gpt-5.1"], "fallbacks": [{"model": "gpt-5"}]},
    "with numbers and nothing for models": {"model": "gpt-5", "provider": {"allow_fallbacks": True}, "x": {"model": 1, "models": None}},
    "a long chat": {"model": "gpt-5", "messages": [{"role": "user", "content": "x" * 50}] * 10_000},
    "with a prompt that has a version": {"model": "gpt-5", "prompt": {"id": "pmpt_1", "version": "2", "variables": {"agent": "007"}}},
}
BAD = {
    "that is another one": {"model": "o3"},
    "with a space before it": {"model": " gpt-5"},
    "in capitals": {"model": "GPT-5"},
    "with its vendor": {"model": "openai/gpt-5"},
    "with another one to fall back on": {"model": "gpt-5", "models": ["gpt-5-mini", "o3"]},
    "with another one as Anthropic's fallback": {"model": "gpt-5", "fallbacks": [{"model": "o3"}]},
    "with another one as a plain fallback": {"model": "gpt-5", "fallbacks": ["o3"]},
    "with another one as a fallback in a list of lists": {"model": "gpt-5", "fallbacks": [["o3"]]},
    "with another one in a member in capitals": {"model": "gpt-5", "MODEL": "o3"},
    "with another one in a member with a long s": {"model": "gpt-5", "model\u017f": ["o3"]},
    "with another version in a member with a long s": {"model": "gpt-5", "ver\u017fion": "o3"},
    "with another one in a member with a dash": {"model": "gpt-5", "model-id": "o3"},
    "with another one in a member that ends in a NUL": {"model": "gpt-5", "model\0": "o3"},
    "with another one in a member in camel case": {"model": "gpt-5", "modelId": "o3"},
    "with another one for a tool": {"model": "gpt-5", "tools": [{"type": "image_generation", "model": "o3"}]},
    "with another one for a server's tool": {"model": "gpt-5", "tools": [{"type": "x:advisor", "parameters": {"model": "o3"}}]},
    "with another one for a tool that messages bring": {"model": "gpt-5", "input": [{"type": "x", "tools": [{"model": "o3"}]}]},
    "with others for a plugin": {"model": "gpt-5", "plugins": [{"id": "fusion", "analysis_models": ["gpt-5", "o3"]}]},
    "with another one for answers": {"model": "gpt-5", "compound_custom": {"models": {"answering_model": "o3"}}},
    "with a preset": {"model": "gpt-5", "preset": "expensive"},
    "with an agent": {"model": "gpt-5", "agent": "deep-research"},
    "with an agent's id": {"model": "gpt-5", "agent_id": "ag:1"},
    "with a version": {"model": "gpt-5", "version": "0123456789abcdef"},
    "with messages in capitals": {"model": "gpt-5", "Messages": [{"model": "o3"}]},
}
# What cannot be checked -> a word of what is said.
UNREADABLE = {
    "no model": ({"messages": []}, "`model`"),
    "no model but others to fall back on": ({"models": ["gpt-5"]}, "`model`"),
    "no model but in capitals": ({"Model": "gpt-5"}, "`model`"),
    "a model that is nothing": ({"model": None}, "must be a text"),
    "a model that is a number": ({"model": 5}, "must be a text"),
    "a model that is an object": ({"model": {"id": "gpt-5"}}, "must be a text"),
    "a list of no models": ({"model": []}, "must be a text"),
    "a list that is not of texts alone": ({"model": "gpt-5", "models": ["gpt-5", 1]}, "must be a text"),
    "an agent that is looked up": ({"model": "gpt-5", "agent": {"name": "deep-research"}}, "must be a text"),
    "more models than anybody asks for": ({"model": "gpt-5", "models": [f"gpt-5-{at}" for at in range(100)]}, "at most 100"),
    "models that are nothing": ({"model": "gpt-5", "models": None}, "must be a text"),
}
NOT_JSON = {
    "nothing": b"",
    "a form": b"model=gpt-5",
    "two models": b'{"model":"gpt-5","model":"o3"}',
    "the model twice": b'{"model":"gpt-5","model":"gpt-5"}',
    "two models, one of them escaped": b'{"model":"gpt-5","mod\\u0065l":"o3"}',
    "a member twice, further down": b'{"model":"gpt-5","a":{"b":1,"b":2}}',
    "more objects than a chat has": b'{"model":"gpt-5","x":[%b{}]}' % (b"{}," * 50_000),
    "more members than a chat has": json.dumps({"model": "gpt-5"} | {f"m{at}": 1 for at in range(50_000)}).encode(),
    "a list": b'[{"model":"gpt-5"}]',
    "a text": b'"gpt-5"',
    "two documents": b'{"model":"gpt-5"}{"model":"o3"}',
    "a mark of byte order": b'\xef\xbb\xbf{"model":"gpt-5"}',
    "UTF-16": '{"model":"gpt-5"}'.encode("utf-16"),
    "UTF-7": b'{"model":"gpt-5","+AG0-odel":"o3"}\xff',
    "Latin-1": '{"model":"gpt-5","user":"ä"}'.encode("latin-1"),
    "a comment": b'{"model":"gpt-5"/*,"model":"o3"*/}',
    "a number that is none": b'{"model":"gpt-5","temperature":NaN}',
    "half of it": b'{"model":"gpt-5"',
    "brackets to the end": b"[" * 400_000,
    "objects to the end": b'{"a":' * 200_000,
    "a number of 5,000 digits": b'{"model":"gpt-5","n":' + b"9" * 5000 + b"}",
}

JSON = {"content-type": "application/json"}
# Headers besides the length -> a word of what is said.
HEADERS = {
    "no content type": ({"content-type": ""}, "application/json"),
    "a form": ({"content-type": "application/x-www-form-urlencoded"}, "application/json"),
    "parts": ({"content-type": "multipart/form-data; boundary=x"}, "application/json"),
    "plain text": ({"content-type": "text/plain;charset=UTF-8"}, "application/json"),
    "two content types": ({"content-type": "application/json, multipart/form-data"}, "application/json"),
    "another charset": ({"content-type": "application/json; charset=utf-16"}, "application/json"),
    "two charsets": ({"content-type": "application/json; charset=utf-8; charset=utf-7"}, "application/json"),
    "lines of JSON": ({"content-type": "application/jsonl"}, "application/json"),
    "gzip": (JSON | {"content-encoding": "gzip"}, "compressed"),
    "an unknown coding": (JSON | {"content-encoding": "x"}, "compressed"),
    "chunks": (JSON | {"transfer-encoding": "chunked"}, "Content-Length"),
    "no length": (JSON | {"content-length": ""}, "Content-Length"),
    "2 MiB": (JSON | {"content-length": "2097152"}, "1 MiB"),
}
TAKEN_HEADERS = [
    {"content-type": "application/json"},
    {"content-type": "Application/JSON; Charset=UTF-8"},
    {"content-type": 'application/json;charset="utf-8"'},
    JSON | {"content-encoding": "identity"},
]


def encoded(body: object) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()
