"""The files under public/, wherever a relay serves them: byte for byte, and with the headers of public/_headers."""

from pathlib import Path

import pytest

from differences import SERVES_FILES

PUBLIC = Path(__file__).parents[2] / "public"
FILES = {f"/{path.relative_to(PUBLIC).as_posix()}".removesuffix("index.html"): path for path in sorted(PUBLIC.rglob("*.*"))}

HTML, JAVASCRIPT, JSON = "text/html; charset=utf-8", "text/javascript; charset=utf-8", "application/json"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": HTML,
    ".js": JAVASCRIPT,
    ".svg": "image/svg+xml",
    ".ts": "text/plain; charset=utf-8",
}

# A policy that lets nothing else into the playground.
HEADERS = {
    "cache-control": "no-cache",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}

# What pages of other origins may have.
FOR_ALL = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}
MORE = {"/relay.js": FOR_ALL, "/relay.d.ts": FOR_ALL}

# How long a body is, and what comes after it, is for the server to say.
FRAMING = {"connection", "content-length", "date", "keep-alive", "transfer-encoding"}

OTHERS = {
    "the playground, whatever the Host": ("GET", "/", "127.0.0.1:99999", 200, HTML),
    "a file, whatever its query": ("GET", "/relay.js?/../health", "relay.example", 200, JAVASCRIPT),
    "the relay's own documents, whatever the Host": ("GET", "/health", "127.0.0.1:99999", 200, JSON),
    "no file for a path that would have to be decoded": ("GET", "/%72elay.js", "relay.example", 404, JSON),
    "no file for a path with one slash too many": ("GET", "//relay.js", "relay.example", 404, JSON),
    "no file for a method that is not for files": ("POST", "/relay.js", "relay.example", 404, JSON),
    "no file for a name that every JavaScript object has": ("GET", "/__proto__", "relay.example", 404, JSON),
    "no file for the list of headers": ("GET", "/_headers", "relay.example", 404, JSON),
    "no file outside": ("GET", "/../README.md", "relay.example", 404, JSON),
    "no folder": ("GET", "/playground/", "relay.example", 404, JSON),
}


@pytest.fixture(params=sorted(SERVES_FILES))
def runtime(request):
    return request.param


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", FILES)
def test_a_file_is_served_as_it_is_with_its_headers_and_no_others(relay, path, method):
    answer = relay.ask(method, path)
    assert (answer.status, answer.body) == (200, FILES[path].read_bytes() if method == "GET" else b"")
    headers = {name: value for name, value in answer.headers.items() if name not in FRAMING}
    assert headers == HEADERS | MORE.get(path, {}) | {"content-type": TYPES[FILES[path].suffix]}


@pytest.mark.parametrize(("method", "target", "host", "status", "kind"), OTHERS.values(), ids=OTHERS)
def test_these_are_served_and_those_are_not(relay, method, target, host, status, kind):
    answer = relay.ask(method, target, {"Host": host})
    assert (answer.status, answer.headers["content-type"]) == (status, kind)
