from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relay.errors import Refusal
from relay.messages import Forward
from relay.paths import RouteTable, pattern
from relay.providers import PROVIDERS

from .support import ask, code, message, replied

KEY = {"x-api-key": "key-of-no-vendor"}


def refused(path, method="POST"):
    return replied(path, KEY, method=method, KEY_CHECK="off")


# A path that a provider's URL parser, or ours, could read as something that is not on the list.
CHAT = "/openai/v1/chat/completions"
GEMINI = "/google/v1beta/models/gemini-pro"
ATTACKS = [
    "/https://evil.example/",
    "/https:/evil.example/",
    "//evil.example/v1/chat/completions",
    "/\\evil.example/v1/chat/completions",
    "/@evil.example/v1/chat/completions",
    "/OpenAI/v1/chat/completions",
    "/OPENAI/v1/chat/completions",
    "/openai:8443/v1/chat/completions",
    "/openai@evil.example/v1/chat/completions",
    "/openai.evil.example/v1/chat/completions",
    "/openai%2fv1/chat/completions",
    "/openai%2f../v1/chat/completions",
    "/%6fpenai/v1/chat/completions",
    "/openai\\v1\\chat\\completions",
    "/openai;/v1/chat/completions",
    "/./openai/v1/chat/completions",
    "/x/../openai/v1/chat/completions",
    "/openai",
    "/openai/",
    "/openai/@evil.example/v1",
    "/openai/.evil.example/v1",
    "/openai/:443@evil.example/v1",
    "/openai/:8443/v1/chat/completions",
    "/openai/https://evil.example/v1/chat/completions",
    "/openai/../anthropic/v1/messages",
    "/openai///v1/chat/completions",
    "/openai/v1//chat/completions",
    "/openai/v1/chat//completions",
    "/openai/V1/chat/completions",
    "/openai/v1/Chat/Completions",
    "/openai/v1/./chat/completions",
    "/openai/v1/x/../chat/completions",
    "/openai/v1/%63hat/completions",
    "/openai/v1/chat%2fcompletions",
    "/openai/v1/chat/co\tmpletions",
    "/openai/v1/chat/co\nmpletions",
    "/openai/v1/ｃhat/completions",
    "/openai/v1/chat／completions",
    *(
        CHAT + end
        for end in """X / // . /. /./ .. /.. /../files /../../v1/files /%2e%2e/files /.%2E/files /%2E./files %2e /..%2ffiles /%2e%2e%2ffiles
        /%252e%252e/files /..;/files \\..\\files /..\\files %5c..%5cfiles ;jsessionid=1 /;x=1/files %00 %0d%0a %09 %20 %3F %23 #x : :x @
        & * ~ $""".split()
    ),
    *(CHAT + end for end in (" ", "\t", "\r\n", "\n", "\x00", "\x7f", "\xa0", "é")),
    "/openai/v1/models/",
    "/openai/v1/models/.",
    "/openai/v1/models/..",
    "/openai/v1/models/%2e%2e",
    "/openai/v1/models/.hidden",
    "/openai/v1/models/gpt-4.",
    "/openai/v1/models/org/model",
    "/openai/v1/models/org%2Fmodel",
    "/openai/v1/models/a%3Ab%2Fc",
    "/openai/v1/models/a:",
    "/openai/v1/models/a b",
    "/openai/v1/models/a\n",
    "/openai/v1/models/é",
    "/openai/v1/models/٣",
    "/google/v2/models/gemini-pro:generateContent",
    "/google/v1gamma/models/gemini-pro:generateContent",
    "/google/v1beta/models/:generateContent",
    "/google/v1beta/models/..:generateContent",
    "/google/v1beta/models/.hidden:generateContent",
    "/google/v1beta/models/gemini-pro.:generateContent",
    "/anthropic/v1/models/.hidden",
    "/anthropic/v1/models/claude.",
    "/anthropic/v1/models/..",
    "/google/v1beta/models/a/b:generateContent",
    *(
        GEMINI + end
        for end in """: :generate :generateContentX :generateContent/ :generateContent:countTokens ::generateContent %3A%3AgenerateContent
        %253AgenerateContent %2EgenerateContent :deleteEverything :generateContent/../../files :GENERATECONTENT""".split()
    ),
]


@pytest.mark.parametrize("path", ATTACKS, ids=repr)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_path_that_is_not_exactly_on_the_list_is_refused(path, method):
    reply = refused(path, method)
    assert code(reply) in ("path_not_allowed", "unknown_provider")
    assert reply.status in (403, 404)


@pytest.mark.parametrize(
    ("path", "fix"),
    [
        ("/openai/v1/v1/chat/completions", "Drop it"),
        ("/anthropic/v1/v1/messages", "Drop it"),
        ("/mistral/v1/v1/chat/completions", "Drop it"),
        ("/google/v1beta/v1beta/models/gemini-pro:generateContent", "Drop it"),
        ("/google/v1/v1beta/models/gemini-pro:generateContent", "Drop it"),
        ("/v1/v1/chat/completions", "Drop it"),
        ("/v1/v1/messages", "Drop it"),
        ("/v1/v1beta/models/gemini-pro:generateContent", "Drop it"),
        ("/openai/chat/completions", "Add /v1 "),
        ("/openai/models/gpt-4", "Add /v1 "),
        ("/anthropic/messages", "Add /v1 "),
        ("/mistral/chat/completions", "Add /v1 "),
        ("/google/models/gemini-pro:generateContent", "Add /v1 "),
        ("/google/openai/chat/completions", "Add /v1beta "),
        ("/chat/completions", "Add /v1 "),
        ("/messages", "Add /v1 "),
        ("/models/gemini-pro:generateContent", "Add /v1 "),
    ],
)
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
_provider_of = {name: provider for provider in PROVIDERS for name in (provider.id, *provider.aliases)}


@given(_paths.map(lambda path: "/" + path.removeprefix("/")))
@settings(max_examples=400)
def test_a_path_is_refused_or_sent_exactly_as_it_came(path):
    for decision in (ask(path, KEY, method=method, KEY_CHECK="off") for method in ("GET", "POST")):
        if isinstance(decision, Forward):
            head, _, rest = path[1:].partition("/")
            came = ("/" + rest.removeprefix("/") if head in _provider_of else path).partition("?")[0]
            base = next(provider.base_url for provider in PROVIDERS if decision.url.startswith(provider.base_url + "/"))
            assert head not in _provider_of or base == _provider_of[head].base_url
            sent = decision.url.partition("?")[0]
            assert sent == base + came
            assert (urlsplit(sent).netloc, urlsplit(sent).path) == (base.removeprefix("https://"), came)
            assert whatwg(sent) == whatwg(decision.url) == (base.removeprefix("https://"), came)


TABLE = RouteTable(
    [
        ("POST /v1/chat", "chat"),
        ("GET /v1/models", "list"),
        ("GET /v1/models/{model_id}", "one"),
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
        ("POST", "/v1/models/m:predict", "predict"),
        ("POST", "/v1/models/m%3apredict", "predict"),
    ],
)
def test_a_route_leads_to_its_target(method, path, target):
    assert TABLE.match(method, path) == target


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "post", ""])
def test_a_method_that_a_path_does_not_take_is_told_which_it_takes(method):
    with pytest.raises(Refusal) as refusal:
        TABLE.match(method, "/v1/chat")
    assert refusal.value.code == "method_not_allowed"
    assert refusal.value.headers == {"allow": "POST"}


def test_a_path_on_no_route_has_no_methods():
    assert TABLE.methods("/v1/other") is None


def test_a_parameter_that_does_not_exist_is_a_defect_of_the_table():
    with pytest.raises(KeyError):
        pattern("/v1/{anything}")
