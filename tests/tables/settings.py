"""Settings that are taken, and ones that are not: pairs of a name and a text."""

import json

from tables.headers import NEVER_PASSED

ACME = {"base_url": "https://llm.acme.example/openai"}


def custom(**entries):
    return json.dumps(entries)


def _each(name, texts):
    return [(name, text) for text in texts]


def _acme(fields):
    """CUSTOM_PROVIDERS with an entry that has one of these values of a field."""
    return [("CUSTOM_PROVIDERS", custom(acme=ACME | {field: value})) for field, values in fields.items() for value in values]


# P-256's base point and private keys that do not go with it: beside the curve, nothing, the curve's order.
_X, _Y = "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY", "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"
_UNUSABLE = [
    ("T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"),
    (_Y, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    (_Y, "_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE"),
]

VALID = [
    ("ALLOWED_ORIGINS", "*"),
    ("ALLOWED_ORIGINS", " https://a.example , https://b.example:8443,"),
    ("ALLOWED_ORIGINS", "https://*.example.com, http://*.dev.example.com:8080"),
    ("ALLOWED_ORIGINS", "http://localhost:5173, http://127.0.0.1:3000, http://[::1]:3000"),
    ("ALLOWED_ORIGINS", "chrome-extension://abcdef, app://obsidian.md, capacitor://localhost, tauri://localhost"),
    *_each("REQUIRE_ORIGIN", ["true", "False", "1", "0"]),
    *_each("PROVIDERS", ["all", "openai", "mistral, gemini ,claude", "all, github"]),
    ("DEFAULT_PROVIDER", "mistral"),
    *_each("ENDPOINTS", ["inference", "files, batches,inference ,realtime"]),
    *_each("ALLOWED_MODELS", ["all", "gpt-5*, claude-*,", "*/*, ft:gpt-4o*, accounts/fireworks/models/*, @cf/x~y#z+1", "*", "m" * 100]),
    *_each("KEY_CHECK", ["prefix", "OFF"]),
    *_each("MAX_BODY_BYTES", ["1", " 104857600 "]),
    *_each("UPSTREAM_TIMEOUT_SECONDS", ["1", "3600"]),
    *_each("RATE_LIMIT_PER_MINUTE", ["0", "1", "100000"]),
    ("AUDIT_SECRET", "0123456789abcdef"),
    *_each("METER_USAGE", ["true", "0"]),
    ("AUDIT_ENDS", "true"),
    *_each("UPSTREAM_OPENAI", ["http://127.0.0.1:60443", "http://localhost:65535", "http://127.0.0.1:443", "https://eu.api.openai.com"]),
    ("UPSTREAM_OPENAI", "https://proxy.example:8443/a/b-c.d_e"),
    *_each("UPSTREAM_MISTRAL", ["http://127.0.0.1:9301/mistral", "http://localhost:11434/", "http://[::1]:11434"]),
    ("UPSTREAM_GEMINI", "https://eu.example"),
    ("CUSTOM_PROVIDERS", "{}"),
    ("CUSTOM_PROVIDERS", custom(acme=ACME)),
    (
        "CUSTOM_PROVIDERS",
        custom(acme=ACME | {"name": "Acme", "carrier": "x-api-key", "routes": ["POST /v1/chat", "GET /v1/models/{model}"]}),
    ),
    ("CUSTOM_PROVIDERS", custom(acme=ACME | {"keys_of": "groq", "parameters": ["api-version", "$top"], "shortest_key": 1})),
    ("CUSTOM_PROVIDERS", custom(acme=ACME | {"parameters": [], "routes": ["GET /v1/models/{model_name}"]})),
    *_acme(
        {
            "compatible": [["openai"], ["anthropic", "openai"]],
            "carrier": ["authorization", "authorization Token", "authorization Key", "authorization Basic", "x-goog-api-key", "xi-api-key"],
            "routes": [{"inference": ["POST /v1/run"], "files": ["POST /v1/files", "GET /v1/files/{id}/{path}"]}, ["PUT /x", "PATCH /x:y"]],
            "headers": [["acme-version", "x-title"], []],
            "answer_headers": [["acme-cost", "x-request-cost"], []],
            "key_prefixes": [["acme-", "sk_"]],
        }
    ),
    ("CUSTOM_PROVIDERS", custom(acme=ACME | {"keys_of": "groq", "key_prefixes": ["gsk_team"]})),
    ("CUSTOM_PROVIDERS", custom(acme={"base_url": "https://llm.acme.example/v1", "routes": ["POST /chat/completions"]})),
]
_NO_ROUTES = [
    "GET /{path}/x",
    "GET /x/a{path}",
    "GET /x:",
    "/v1/chat",
    "DELETE /v1/chat",
    "POST /v1/../chat",
    "POST /v1//chat",
    "POST /v1/{anything}",
    "POST /.*",
]
INVALID = [
    *_each("ALLOWED_ORIGINS", ["", " , ", "*, https://a.example", "https://a.example https://b.example"]),
    *_each(
        "ALLOWED_ORIGINS",
        """https://a.example/ https://a.example/path https://A.example a.example null https://* https://*.com https://*.*.example.com
        https://a.*.example.com https://a*.example.com *.example.com https://user@a.example https://a.example:*""".split(),
    ),
    ("REQUIRE_ORIGIN", "yes"),
    ("REQUIRE_SEALED", "true"),
    ("REQUIRE_SEALED_KEYS", "true"),  # without a SEALING_KEY
    ("RATE_LIMIT", "5"),
    ("MAX_BODY", "1"),
    ("CORS_ORIGINS", "https://a.example"),
    ("ALLOWED_PROVIDERS", "openai"),
    *_each("PROVIDERS", ["openai, nobody", "OpenAI", "openai;mistral", "ALL"]),
    ("DEFAULT_PROVIDER", "nobody"),
    *_each("ENDPOINTS", ["", "everything", "inference; files", "Files"]),
    *_each(
        "ALLOWED_MODELS",
        ["", " , ", "all, gpt-5", "gpt-5 mini", "gpt-5;claude", "gpt-[45]", "gpt-?", "g\\pt", "gr\u00f6\u00dfe", "m" * 101],
    ),
    ("ALLOWED_MODELS", ",".join(f"m{at}" for at in range(101))),
    ("ALLOWED_MODEL", "gpt-5"),
    ("KEY_CHECK", "on"),
    *_each("MAX_BODY_BYTES", ["0", "-1", "32MB", "1e6", "1_000", "١٠٠٠", "9" * 5000]),
    *_each("UPSTREAM_TIMEOUT_SECONDS", ["0", "3601", "1.5"]),
    *_each("RATE_LIMIT_PER_MINUTE", ["-1", "many", "1.5", "60/m", "100001"]),
    *_each("AUDIT_SECRET", ["0123456789abcde", "0123456789abcdeé", "\udcff" * 16]),
    ("METER_USAGE", "yes"),
    ("AUDIT_ENDS", "2"),
    *_each(
        "UPSTREAM_OPENAI",
        """http://proxy.example https://user:pass@proxy.example https://proxy.example?x=1 https://proxy.example#x https://proxy.example//
        https://proxy.example/a/../b https://proxy.example/%2e https://proxy.example\\evil.example https://proxy.example:22
        https://proxy.example:0 https://proxy.example:0443 https://proxy.example:443 https://proxy.example:65536
        https://proxy.example:99999 http://localhost:80 https://proxy https://Proxy.example https://proxy.example. https://10.0.0.1
        https://169.254.169.254 https://8.8.8.8 https://2130706433 https://0x7f.1 https://a.0x7f000001 https://[::ffff:7f00:1]
        http://127.0.0.999:9301 http://127.000.000.001:9301 http://127.0.0.1.evil.example http://localhost.evil.example
        http://localhost@evil.example ftp://proxy.example proxy.example https://pröxy.example""".split(),
    ),
    ("UPSTREAM_OPENAI", f"https://{'a' * 64}.example"),
    *_each("UPSTREAM_OPENAI", ["https://proxy.example/v1", "http://localhost:11434/v1/", "https://proxy.example/openai/v1"]),
    ("UPSTREAM_GOOGLE", "https://proxy.example/v1beta/openai"),
    ("UPSTREAM_GROQ", "http://localhost:11434/openai/v1"),
    *_each("UPSTREAM_NOBODY", ["https://proxy.example", ""]),
    ("UPSTREAM_TIMEOUT", "600"),
    *_each("CUSTOM_PROVIDERS", ["acme", "[]", "9" * 5000, custom(acme="https://llm.acme.example"), custom(acme={})]),
    ("CUSTOM_PROVIDERS", '{"acme": {"base_url": "https://a.example", "base_url": "https://b.example"}}'),
    *(("CUSTOM_PROVIDERS", custom(**{id: ACME})) for id in ["all", "openai", "gemini", "Acme", "a/b", "", "v1", "v1beta", "v1alpha"]),
    *_acme(
        {
            "base_url": [1, "http://llm.acme.example", "https://10.0.0.1", "http://localhost:11434/v1"],
            "key": ["x"],
            "name": ["", "a\nb"],
            "carrier": ["cookie", ["authorization"], "authorization Digest", "authorization  Bearer", "host"],
            "compatible": [[], ["google"], "openai", {"openai": 1}],
            "routes": [[], {}, "POST /v1/chat", {"everything": ["GET /x"]}, {"files": "GET /x"}, *([route] for route in _NO_ROUTES)],
            "headers": [
                "x",
                ["cookie"],
                ["Host"],
                ["x-api-key"],
                ["authorization"],
                ["x-relay-provider"],
                ["x-http-method-override"],
                ["x-original-url"],
                ["sec-x"],
                ["a b"],
                ["origin"],
            ],
            "answer_headers": [
                *([name] for name in sorted(NEVER_PASSED - {"constructor"})),
                ["access-control-allow-origin"],
                ["content-type"],
                ["A"],
            ],
            "key_prefixes": [[], "acme-", ["a b"], [""], ["a,"], ["acme-", "gsk_"], ["sk-ant-api03-"]],
            "keys_of": ["nobody", ["groq"]],
            "parameters": ["api-version", ["a=b"], ["a&b"], ["$httpMethod"], ["c_t"]],
            "shortest_key": [0, True, "1"],
        }
    ),
    ("SEALING_KEY", '{"kid":"a","kty":"EC","crv":"P-256","x":[],"y":"b","d":"c"}'),
    *(("SEALING_KEY", json.dumps({"kid": "a", "kty": "EC", "crv": "P-256", "x": _X, "y": y, "d": d})) for y, d in _UNUSABLE),
]
