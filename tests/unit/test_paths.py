from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byok_relay.messages import Forward
from byok_relay.paths import RouteTable, pattern
from providers import NAMES, PROVIDERS
from tables.paths import ATTACKS

from .support import ask, code, message, replied

KEY = {"x-api-key": "key-of-no-vendor"}


def refused(path, method="POST"):
    return replied(path, KEY, method=method, KEY_CHECK="off")


@pytest.mark.parametrize("path", ATTACKS, ids=repr)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_path_that_is_not_exactly_on_the_list_is_refused(path, method):
    reply = refused(path, method)
    assert code(reply) in ("path_not_allowed", "unknown_provider")
    assert reply.status in (403, 404)


# Mistakes in a base URL -> what is said to correct them.
FIXES = {
    "Remove it": """/openai/v1/v1/chat/completions /anthropic/v1/v1/messages /mistral/v1/v1/chat/completions
    /google/v1beta/v1beta/models/gemini-pro:generateContent /google/v1/v1beta/models/gemini-pro:generateContent /v1/v1/chat/completions
    /v1/v1/messages /v1/v1beta/models/gemini-pro:generateContent /groq/openai/v1/openai/v1/chat/completions
    /openrouter/api/v1/api/v1/chat/completions /zhipu/api/paas/v4/api/paas/v4/chat/completions""",
    "Add /v1 ": """/openai/chat/completions /openai/models/gpt-4 /anthropic/messages /mistral/chat/completions
    /google/models/gemini-pro:generateContent /chat/completions /messages /models/gemini-pro:generateContent""",
    "Add /v1beta ": "/google/openai/chat/completions",
    "Add /api ": "/openrouter/v1/messages",
    "Add /openai/v1 ": "/groq/chat/completions",
}


@pytest.mark.parametrize(("path", "fix"), [(path, fix) for fix, paths in FIXES.items() for path in paths.split()])
def test_a_common_mistake_in_the_base_url_gets_a_404_that_says_the_fix(path, fix):
    reply = refused(path)
    assert (reply.status, code(reply)) == (404, "path_not_found")
    assert fix in message(reply)


def whatwg(url):
    """Host and path as a WHATWG URL parser, which `fetch` is, reads them: what it strips, what it splits at, what it rewrites."""
    url = "".join(c for c in url.strip("".join(map(chr, range(33)))) if c not in "\t\r\n").replace("\\", "/")
    scheme, _, rest = url.partition(":")
    rest = rest.lstrip("/").partition("#")[0].partition("?")[0]
    authority, _, path = rest.partition("/")
    host = authority.rpartition("@")[2].lower().removesuffix({"https": ":443", "http": ":80"}[scheme.lower()])
    segments = []
    for segment in path.split("/"):
        dots = segment.lower().replace("%2e", ".")
        if dots == "..":
            segments[-1:] = []
        elif dots != ".":
            segments.append("".join(c if "!" <= c <= "~" and c not in '"<>^`{}' else f"<{ord(c):x}>" for c in segment))
    return host, "/" + "/".join(segments)


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("https://api.openai.com/v1/models", ("api.openai.com", "/v1/models")),
        ("https://api.openai.com/v1/x/%2e%2E/models", ("api.openai.com", "/v1/models")),
        ("https://api.openai.com/v1\\..\\models", ("api.openai.com", "/models")),
        ("https://api.openai.com/v1/mo\tdels", ("api.openai.com", "/v1/models")),
        ("https://api.openai.com@evil.example/v1", ("evil.example", "/v1")),
        ("https://API.openai.com:443/a b", ("api.openai.com", "/a<20>b")),
    ],
)
def test_the_test_reads_urls_as_a_browser_would(url, read):
    assert whatwg(url) == read


_valid = [
    "/openai/v1/chat/completions",
    "/openai/v1/models/ft:gpt-4o:org::id",
    "/anthropic/v1/messages",
    "/google/v1beta/models/gemini-pro:generateContent",
    "/gemini/v1beta/openai/chat/completions",
    "/mistral//v1/ocr",
    "/v1/embeddings",
    "/v1beta/models/gemini-pro%3AcountTokens",
]
_pieces = st.sampled_from([*". .. / // \\ : @ ; ? # % %2e %2E %2f %5c %00 %3A %253A ~ & = a A 0 v1 models openai".split(), " ", "\t"])
_insert = _pieces | st.text(max_size=3)
_changed = st.builds(
    lambda path, at, insert, cut: path[: at % len(path)] + insert + path[at % len(path) + cut :],
    st.sampled_from(_valid),
    st.integers(0, 60),
    _insert,
    st.integers(0, 2),
)
_named = st.builds(
    str.format,
    st.sampled_from(
        ["/openai/v1/models/{}", "/google/v1/models/{}", "/gemini/v1beta/models/{}:countTokens", "/v1/models/{}%3AembedContent"]
    ),
    st.text("abC09.-_", min_size=1, max_size=6) | st.text("aB9.:%", max_size=4) | st.lists(_insert, max_size=4).map("".join),
)
_paths = _named | _changed | st.sampled_from(_valid) | st.lists(_insert, max_size=8).map("".join)


@given(_paths.map(lambda path: "/" + path.removeprefix("/")))
@settings(max_examples=400)
def test_a_path_is_refused_or_sent_exactly_as_it_came(path):
    for decision in (ask(path, KEY, method=method, KEY_CHECK="off") for method in ("GET", "POST")):
        if isinstance(decision, Forward):
            head, _, rest = path[1:].partition("/")
            came = ("/" + rest.removeprefix("/") if head in NAMES else path).partition("?")[0]
            base = next(provider.base_url for provider in PROVIDERS if decision.url.startswith(provider.base_url + "/"))
            assert head not in NAMES or base == NAMES[head].base_url
            sent = decision.url.partition("?")[0]
            assert sent == base + came
            assert (urlsplit(sent).netloc, urlsplit(sent).path) == (base.removeprefix("https://"), came)
            assert whatwg(sent) == whatwg(decision.url) == (base.removeprefix("https://"), came)


TABLE = RouteTable(
    [
        ("POST /v1/chat", "chat"),
        ("GET /v1/models", "list"),
        ("GET /v1/models/{model_id}", "one"),
        ("GET /v1/named/{model_name}", "named"),
        ("POST /v1/models/{model}:predict", "predict"),
        ("GET /v1/models/{model}:predict", "explain"),
    ]
)


@pytest.mark.parametrize(
    ("method", "path", "target"),
    [
        ("POST", "/v1/chat", "chat"),
        ("GET", "/v1/models", "list"),
        ("GET", "/v1/models/gpt-4.1_x", "one"),
        ("GET", "/v1/models/ft:gpt%3Aa", "one"),
        ("GET", "/v1/named/meta-llama%2Fllama-3:free", "named"),
        ("GET", "/v1/named/a%2fb%2Fc", "named"),
        ("POST", "/v1/models/m:predict", "predict"),
        ("POST", "/v1/models/m%3apredict", "predict"),
    ],
)
def test_a_route_leads_to_its_target(method, path, target):
    assert TABLE.methods(path)[method] == target


def test_a_path_on_no_route_has_no_methods():
    assert TABLE.methods("/v1/other") == {}
    assert not TABLE.exists("/v1/other")


@pytest.mark.parametrize(
    "name", ["a%2F", "%2Fa", "a%2F%2Fb", "a%2F..%2Fb", "a%2F.b", "a%2F..", "a%252Fb", "a/b", "a%5Cb", "a%2F%2e%2e%2Fb"]
)
def test_an_escaped_slash_is_between_the_plain_parts_of_a_models_name_only(name):
    assert not TABLE.exists(f"/v1/named/{name}")


def test_a_parameter_that_does_not_exist_is_a_defect_of_the_table():
    with pytest.raises(KeyError):
        pattern("/v1/{anything}")
