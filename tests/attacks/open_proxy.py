"""Making the relay ask somebody else: its own host, another provider's, any on the internet or behind it (SSRF)."""

from attacks.attack import A_FILE, Attack, Expected, answering, each, get, on, post, refused, request
from attacks.words import ANTHROPIC, BARE, BEARER, FROM_PAGE, MODELS, OPENAI_CHAT
from differences import SERVES_FILES
from tables.headers import ACTING

# What is wrong -> the path of a GET, and whose incident it was. There is no provider of that name.
URLS_FOR_A_PATH = {
    "a URL as the path": ("/https://{mark}.example/", "cors-anywhere #215"),
    "an encoded URL as the path": ("/api/cors/http%3a%2f%2f169.254.169.254%2flatest%2fmeta-data", "CVE-2023-49785 NextChat"),
    "a URL in a parameter": ("/api/proxy?targetUrl=http%3A%2F%2F192.168.65.254%3A3000%2F{mark}", "prompt-optimizer #179"),
    "a URL that begins like an allowed one": (
        "/api/webdav/a:/chatgpt-next-web/backup.json?endpoint=https://dav.box.com.{mark}.example",
        "NextChat #6176",
    ),
    "a URL without a scheme": ("//{mark}.example/v1/models", None),
    "a URL without a scheme, with a backslash": ("/\\{mark}.example/v1/models", None),
    "a private address inside an IPv6 one": ("/http://[::ffff:a9fe:a9fe]/latest/meta-data", "CVE-2026-31943 LibreChat"),
    "an address as one number": ("/http://2852039166/latest/meta-data", None),
    "an authority that parsers split at different places": ("/http://127.0.0.1:6379\\@api.openai.com/", "CVE-2026-45400 Open WebUI"),
    "a file": ("/file:///etc/passwd", None),
    "another protocol": ("/gopher://127.0.0.1:6379/_INFO", None),
}

# What stands where the provider's name does, in `/<here>/v1/chat/completions`.
NAMES_OF_NO_PROVIDER = {
    "a provider's host": "api.openai.com",
    "a provider's name that goes on as a host": "openai.{mark}.example",
    "a provider's name as the user of a host": "openai@{mark}.example",
    "a provider's name with a port": "openai:8443",
    "a provider's name and a password for a host": "openai:{mark}@evil.example",
    "a provider's name and a backslash": "openai\\v1",
    "two providers' names": "openai,anthropic",
    "a provider's name in capitals": "OpenAI",
    "an alias in capitals": "Gemini",
    "a provider's name with an encoded space": "openai%20",
    "a provider's name with an encoded NUL": "openai%00",
    "a provider's name with a trailing dot": "openai.",
    "a provider's name with a parameter": "openai;v=1",
    "a provider's name with a letter of another script": "%D0%BEpenai",
    "a name that every JavaScript object has": "__proto__",
    "a method that every JavaScript object has": "constructor",
    "a name that every Python object has": "__class__",
    "a name of the whole table": "*",
    "a dot": "%2e",
}

# Other gateways' control planes and diagnostics. This one has none.
CONTROL_PLANES = {
    "/key/generate": "CVE-2026-47101 LiteLLM",
    "/key/update": "CVE-2026-12773 LiteLLM",
    "/user/update": "CVE-2026-47102 LiteLLM",
    "/mcp-rest/test/connection": "CVE-2026-42271 LiteLLM",
    "/config/update": None,
    "/settings": None,
    "/metrics": None,
    "/debug/pprof/heap": None,
    "/.env": None,
    "/_mock/stats": None,
}

# A provider that answers with a redirect, and with it where the key would go.
REDIRECTS = {
    "to another host": (302, "https://evil.example/", "CVE-2022-0235 node-fetch"),
    "to what parsers read differently": (307, "http://[localhost@evil.example", "CVE-2023-26159 follow-redirects"),
    "to the metadata of a cloud": (301, "http://169.254.169.254/latest/meta-data", "NextChat #4380"),
    "to the same host without TLS": (308, "http://api.openai.com/v1/chat/completions", None),
    "to one of several": (300, "http://127.0.0.1:1/latest/meta-data", None),
    "to another path of the same host": (307, MODELS, None),
    "that turns the request into a GET": (303, MODELS, None),
}

ATTACKS = [
    *(Attack(name, get(path, BEARER), refused("unknown_provider"), incident=whose) for name, (path, whose) in URLS_FOR_A_PATH.items()),
    Attack("a URL as the whole query", get("/?https://{mark}.example/", BEARER), on(SERVES_FILES, A_FILE, refused("unknown_provider"))),
    *(Attack(name, post(f"/{word}{BARE}", BEARER), refused("unknown_provider")) for name, word in NAMES_OF_NO_PROVIDER.items()),
    Attack("an encoded provider's name", post(f"/%6fpenai{BARE}", BEARER), refused("unknown_provider"), incident="CVE-2026-47676 Hono"),
    Attack("a way from one provider to another, encoded", post(f"/openai%2f..{ANTHROPIC}", BEARER), refused("unknown_provider")),
    *(
        Attack(f"a control plane, {path}", post(path, BEARER, body='{"{mark}": "*"}'), refused("unknown_provider"), incident=whose)
        for path, whose in CONTROL_PLANES.items()
    ),
    *each(
        refused("unknown_provider"),
        {
            "a provider that is not enabled": post("/mistral/v1/chat/completions", BEARER, FROM_PAGE),
            "a custom provider in capitals": post("/My-LLM/v1/chat/completions", BEARER, FROM_PAGE),
            "a custom provider as its setting spells it": post("/MY_LLM/v1/models", BEARER, FROM_PAGE),
        },
        "listed",
    ),
    Attack("a custom provider's files", get("/my-llm/v1/files", BEARER, FROM_PAGE), refused("path_not_allowed"), "listed"),
    Attack(
        "a relay that is its own provider",
        request("POST", "/my-llm/v1/chat/completions", BEARER, FROM_PAGE, body="{}", host="Host: LLM.example"),
        refused("misconfigured"),
        "listed",
        incident="Portkey #1507",
    ),
    *(
        Attack(
            f"a redirect {where}",
            post(OPENAI_CHAT, BEARER),
            Expected(502, "upstream_redirect", {"location": None}, OPENAI_CHAT),
            script={"redirect": {"status": status, "location": location}},
            incident=whose,
        )
        for where, (status, location, whose) in REDIRECTS.items()
    ),
    *(
        Attack(
            f"an answer with {what}",
            post(OPENAI_CHAT, BEARER),
            Expected(200, headers=dict.fromkeys(headers), url=OPENAI_CHAT),
            script=answering(headers),
        )
        for what, headers in ACTING.items()
    ),
    Attack(
        "a request inside the body of one that is refused",
        post("/{mark}", body="GET /openai/v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk-0123456789abcdef\r\n\r\n"),
        refused("unknown_provider"),
    ),
]
