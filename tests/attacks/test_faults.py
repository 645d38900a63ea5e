"""What can go wrong between a provider and the relay, or between the relay and a client: what the other side sees of it.

After each case the relay answers the next request as if nothing had been.
"""

import gzip
import hashlib
import secrets
import socket
from base64 import b64encode
from http.client import IncompleteRead

import pytest

from attacks import faults
from differences import (
    ANSWERS_WITH_LEFTOVERS,
    DROPS_HALF_CLOSED_CLIENTS,
    HIDES_TRUNCATION,
    LOGS_FAULTS,
    NOTICES_LEAVING_AT_THE_HEADERS,
    REFUSES_INTERIM_ANSWERS,
)

CHAT = "/openai/v1/chat/completions"


@pytest.fixture(scope="session")
def closed_port():
    """A port that is taken, so that nobody else takes it, and on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def settings(closed_port, mock):
    """OpenAI is the mock. The others are not there, each in its own way."""
    return {
        "UPSTREAM_ANTHROPIC": f"http://127.0.0.1:{closed_port}",
        "UPSTREAM_GOOGLE": "https://no-such-host.invalid",
        "UPSTREAM_MISTRAL": mock.url.replace("http:", "https:"),
    }


@pytest.fixture
def relay(runtime, settings, start_relay):
    """Nothing is logged here either, but what the runtime itself says of those it cannot talk to."""
    relay = start_relay(runtime, settings)
    before = len(relay.server.log)
    yield relay
    known = LOGS_FAULTS.get(runtime)
    assert [line for line in relay.server.log[before:] if not (known and known.fullmatch(line))] == []


@pytest.fixture(autouse=True)
def _serves_on(relay, new_key):
    yield
    answer = relay.ask("GET", "/openai/v1/models", {"Authorization": f"Bearer {new_key('openai')}"})
    assert (answer.status, answer.json()["object"]) == (200, "list")


@pytest.fixture(autouse=True)
def _long_headers(monkeypatch):
    """Python's client takes short headers only."""
    monkeypatch.setattr("http.client._MAXHEADERS", 10_000)
    monkeypatch.setattr("http.client._MAXLINE", 1_000_000)


@pytest.fixture
def provider_says(mock, key):
    """The provider's answer, in exact bytes."""

    def script(fault: faults.Fault, **behaviour):
        mock.script(key, wire={"pieces": [b64encode(piece).decode() for piece in fault.pieces], "then": fault.then}, **behaviour)

    return script


@pytest.fixture
def ask(relay, key):
    """Begins a request, with more headers and any body."""

    def begin(body: bytes = b"{}", **headers: str):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return relay.exchange("POST", CHAT, {"Authorization": f"Bearer {key}", **named}, body)

    return begin


def cases(table: dict):
    return pytest.mark.parametrize("case", table.values(), ids=table.keys())


def the_rest(exchange) -> tuple[bytes, bool]:
    """What still comes, and whether it came whole."""
    try:
        return exchange.read_all(), True
    except IncompleteRead as cut_off:
        return cut_off.partial, False
    except (ConnectionError, OverflowError):  # the latter from a length that no body can have
        return b"", False


def assert_harmless(answer) -> None:
    """Nothing came down that is not the provider's to say, and no header that is none."""
    assert not answer.headers.keys() & {"set-cookie", "link", "x-trailer", "trailer"}
    assert [name for name, value in answer.headers.items() if not (value.isascii() and value.replace("\t", " ").isprintable())] == []


# The provider's answer, byte for byte


@cases(faults.UNREACHABLE)
def test_what_is_no_answer_is_upstream_unreachable(provider_says, ask, mock, key, case):
    provider_says(case)
    with ask() as exchange:
        answer = exchange.answer()
    assert (answer.status, answer.code) == (502, "upstream_unreachable")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert len(mock.seen(key)) == 1
    if case.then == "stay":
        mock.wait_for(key, "aborted")


def test_a_request_is_not_made_twice_although_it_could_be(relay, mock, key, provider_says):
    provider_says(faults.said())
    assert relay.ask("GET", "/openai/v1/models", {"Authorization": f"Bearer {key}"}).code == "upstream_unreachable"
    assert len(mock.seen(key)) == 1


@cases(faults.COMPLETE)
def test_an_unusual_answer_comes_down_whole(provider_says, ask, case):
    provider_says(case)
    with ask() as exchange:
        answer = exchange.answer()
    assert (answer.status, answer.body) == (200, faults.BODY)
    assert_harmless(answer)


@cases(faults.INTERIM)
def test_interim_answers_are_not_passed_on(provider_says, ask, case, runtime):
    provider_says(case)
    with ask() as exchange:
        answer = exchange.answer()
    if runtime in REFUSES_INTERIM_ANSWERS:
        assert answer.code == "upstream_unreachable"
        return
    assert (answer.status, answer.body) == (200, faults.BODY)
    assert_harmless(answer)


@cases(faults.DOUBTFUL)
def test_a_doubtful_answer_is_refused_or_harmless(provider_says, ask, case, runtime):
    provider_says(case)
    with ask() as exchange:
        answer = exchange.head()
        answer.body, complete = the_rest(exchange)
    if answer.code:
        assert answer.code == "upstream_unreachable"
        return
    assert answer.status == 200
    assert_harmless(answer)
    if complete and runtime not in HIDES_TRUNCATION:
        assert answer.body == faults.BODY
    else:
        assert faults.BODY.startswith(answer.body)


@cases(faults.WITHOUT_BODY)
def test_a_status_that_has_no_body_comes_down_without_one(provider_says, ask, case):
    status, fault = case
    provider_says(fault)
    with ask() as exchange:
        answer = exchange.answer()
    assert (answer.status, answer.body) == (status, b"")
    assert answer.headers.get("content-length", "0") == "0"


@cases(faults.SHORTER_THAN_ITS_LENGTH)
def test_a_body_that_is_shorter_than_its_length_breaks_off(provider_says, ask, case):
    fault, beginning = case
    provider_says(fault)
    with ask() as exchange:
        assert exchange.head().status == 200
        assert the_rest(exchange) == (beginning, False)


@cases(faults.BROKEN_CHUNKS)
def test_a_stream_that_is_broken_breaks_off(provider_says, ask, case, runtime):
    fault, beginning = case
    provider_says(fault)
    with ask() as exchange:
        assert exchange.head().status == 200
        assert the_rest(exchange) == (beginning, runtime in HIDES_TRUNCATION)


@pytest.mark.parametrize("status", [305, 306, 310, 399])
@pytest.mark.parametrize("lines", [[], [b"location: https://evil.example/"]], ids=["with nowhere to go", "elsewhere"])
def test_a_strange_redirect_is_not_passed_on_and_the_provider_is_let_go(provider_says, ask, mock, key, status, lines):
    provider_says(faults.said(faults.head(b"content-length: 9", *lines, status=b"%d X" % status), faults.BODY, then="stay"))
    with ask() as exchange:
        answer = exchange.answer()
    assert (answer.status, answer.code) == (502, "upstream_redirect")
    assert "location" not in answer.headers
    mock.wait_for(key, "aborted")


# Bytes are bytes


@cases(faults.EVENTS)
def test_events_come_down_unchanged(provider_says, ask, case):
    provider_says(
        faults.said(
            faults.head(b"transfer-encoding: chunked", b"content-type: text/event-stream"), *map(faults.chunk, case), faults.LAST_CHUNK
        )
    )
    with ask() as exchange:
        answer = exchange.answer()
    assert sha256(answer.body) == sha256(b"".join(case))
    assert answer.headers["content-type"] == "text/event-stream"


@pytest.mark.parametrize("content_type", faults.CONTENT_TYPES, ids=str)
@pytest.mark.parametrize("sized", [True, False], ids=["with a length", "in chunks"])
def test_a_body_of_any_type_comes_down_unchanged(provider_says, ask, content_type, sized):
    body = secrets.token_bytes(100_000)
    type_line = [] if content_type is None else [b"content-type: " + content_type]
    if sized:
        provider_says(faults.said(faults.head(b"content-length: %d" % len(body), *type_line), body[:9], body[9:]))
    else:
        lines = [faults.chunk(body[:9]), faults.chunk(body[9:]), faults.LAST_CHUNK]
        provider_says(faults.said(faults.head(b"transfer-encoding: chunked", *type_line), *lines))
    with ask() as exchange:
        answer = exchange.answer()
    assert sha256(answer.body) == sha256(body)
    assert answer.headers.get("content-type", "") == (content_type or b"").decode()


@cases(faults.ENCODED)
@pytest.mark.parametrize("asked", [{"Accept_Encoding": "gzip, br, zstd"}, {}], ids=["asked for", "unasked"])
def test_an_encoded_body_comes_down_as_it_is(provider_says, ask, case, asked):
    encoding, body = case
    provider_says(faults.said(faults.head(b"content-length: %d" % len(body), b"content-encoding: " + encoding) + body))
    with ask(**asked) as exchange:
        answer = exchange.answer()
    assert answer.body == body
    assert answer.headers["content-encoding"] == encoding.decode()


def test_compressed_events_come_down_when_they_come(provider_says, ask, mock, key):
    first, second = gzip.compress(b"data: a\n\n"), gzip.compress(b"data: b\n\n")
    head = faults.head(b"transfer-encoding: chunked", b"content-type: text/event-stream", b"content-encoding: gzip")
    provider_says(faults.said(head + faults.chunk(first), faults.chunk(second) + faults.LAST_CHUNK), hold=True)
    with ask(Accept_Encoding="gzip") as exchange:
        exchange.head()
        assert exchange.read_until(first) == first
        mock.release(key)
        assert exchange.read_all() == second


# Time


def test_a_client_that_leaves_a_silent_stream_ends_it(provider_says, ask, mock, key):
    provider_says(faults.said(faults.CHUNKED, faults.chunk(faults.BODY), then="stay"))
    with ask() as exchange:
        exchange.head()
        exchange.read_until(faults.BODY)
        exchange.reset()
    mock.wait_for(key, "aborted")


def test_a_client_that_leaves_between_the_headers_and_the_body_ends_it(provider_says, ask, mock, key):
    provider_says(faults.said(faults.SIZED, then="stay"))
    with ask() as exchange:
        exchange.head()
        exchange.reset()
    mock.wait_for(key, "aborted")


def test_a_client_that_leaves_before_the_headers_stops_the_provider(provider_says, ask, mock, key, runtime):
    provider_says(faults.said(faults.SIZED, then="stay"), late=True)
    with ask() as exchange:
        mock.wait_for(key, "request")
        exchange.reset()
    if runtime in NOTICES_LEAVING_AT_THE_HEADERS:
        mock.release(key)
    mock.wait_for(key, "aborted")


def test_an_answer_that_comes_before_the_request_is_over_comes_down_at_once(mock, key, ask):
    mock.script(key, wire={"pieces": [b64encode(faults.SIZED + faults.BODY).decode()], "then": "stay", "early": True})
    with ask(b"{", Content_Length="2") as exchange:
        answer = exchange.answer()
        assert (answer.status, answer.body) == (200, faults.BODY)
        assert mock.seen(key)[0]["body_sha256"] is None
    mock.wait_for(key, "aborted")


@pytest.mark.parametrize("then", ["reset", "close"])
def test_a_provider_that_leaves_before_the_request_is_over_is_upstream_unreachable(mock, key, ask, then):
    mock.script(key, wire={"pieces": [], "then": then, "early": True})
    with ask(b"{", Content_Length="2") as exchange:
        answer = exchange.answer()
    assert (answer.status, answer.code) == (502, "upstream_unreachable")


class TestWithATimeLimitOfOneSecond:
    @pytest.fixture
    def settings(self):
        return {"UPSTREAM_TIMEOUT_SECONDS": "1"}

    @pytest.mark.parametrize("pieces", [[], [b"HTTP/1.1 200 OK\r\nx-a: "]], ids=["nothing", "half of the headers"])
    def test_a_provider_that_says_no_more_is_upstream_timeout(self, provider_says, ask, mock, key, pieces):
        provider_says(faults.said(*pieces, then="stay"))
        with ask() as exchange:
            answer = exchange.answer()
        assert (answer.status, answer.code) == (504, "upstream_timeout")
        mock.wait_for(key, "aborted")

    def test_a_body_that_has_not_begun_outlives_the_time_limit(self, provider_says, ask, relay, mock, key, new_key):
        provider_says(faults.said(faults.SIZED, faults.BODY), hold=True)
        with ask() as exchange:
            exchange.head()
            # A request that began later runs into the limit, so this one's has passed.
            late = new_key("openai")
            mock.script(late, late=True)
            assert relay.ask("GET", "/openai/v1/models", {"Authorization": f"Bearer {late}"}).code == "upstream_timeout"
            mock.release(key)
            assert exchange.read_all() == faults.BODY


# No provider, or too much of it


@pytest.mark.parametrize(
    ("provider", "path", "carrier"),
    [
        ("anthropic", "/v1/models", "X-API-Key: {}"),
        ("google", "/v1beta/models", "X-Goog-API-Key: {}"),
        ("mistral", "/v1/models", "Authorization: Bearer {}"),
    ],
    ids=["a port that is closed", "a name that does not exist", "a server that does not speak TLS"],
)
def test_a_provider_that_is_not_there_is_upstream_unreachable(relay, new_key, provider, path, carrier):
    name, _, value = carrier.partition(": ")
    answer = relay.ask("GET", f"/{provider}{path}", {name: value.format(new_key(provider))})
    assert (answer.status, answer.code) == (502, "upstream_unreachable")
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("pieces", [1, 2], ids=["at once", "a moment later"])
def test_what_a_provider_says_beyond_its_answer_is_not_the_next_answer(relay, mock, key, new_key, runtime, pieces):
    answers = [b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged"]
    said = answers if pieces == 2 else [b"".join(answers)]
    mock.script(key, wire={"pieces": [b64encode(piece).decode() for piece in said], "then": "stay"}, hold=True)

    def list_models(key: str):
        return relay.ask("GET", "/openai/v1/models", {"Authorization": f"Bearer {key}"})

    assert list_models(key).body == b"hello"
    mock.release(key)
    if runtime in ANSWERS_WITH_LEFTOVERS:
        assert list_models(new_key("openai")).body == b"forged"
        list_models(new_key("openai"))  # finds that connection closed
        return
    # What comes only after the next request has left is that request's answer, as far as HTTP/1.1 can tell (RFC 9112 section 9.2).
    mock.wait_for(key, "aborted")
    assert list_models(new_key("openai")).json()["object"] == "list"


# The client


@pytest.mark.parametrize("stream", [True, False], ids=["a stream", "an answer at once"])
def test_a_client_that_has_said_all_and_closes_its_side_gets_its_answer(mock, key, chat, stream, runtime):
    mock.script(key, late=True)
    with chat(stream) as exchange:
        mock.wait_for(key, "request")
        exchange.finish_sending()
        if runtime in DROPS_HALF_CLOSED_CLIENTS:
            with pytest.raises(ConnectionError):
                exchange.head()
            mock.release(key)
            return
        mock.release(key)
        answer = exchange.answer()
    assert (answer.status, answer.code) == (200, None)
    assert b"Hello from the mock openai" in answer.body


UPLOADS = {
    "of a known length": ({"Content_Length": "10"}, b"12345"),
    "in chunks": ({"Transfer_Encoding": "chunked"}, b"5\r\n12345\r\n"),
    "in chunks, in the middle of one": ({"Transfer_Encoding": "chunked"}, b"a\r\n12345"),
    "in chunks, in the middle of the last one": ({"Transfer_Encoding": "chunked"}, b"5\r\n12345\r\n0\r\n"),
}


@pytest.mark.parametrize("leave", ["reset", "finish_sending"])
@cases(UPLOADS)
def test_a_provider_never_sees_a_body_that_breaks_off_as_a_whole_one(mock, key, ask, case, leave, runtime):
    headers, beginning = case
    with ask(beginning, **headers) as exchange:
        mock.wait_for(key, "body")
        getattr(exchange, leave)()
        mock.wait_for(key, "over")
    [seen] = mock.seen(key)
    if "Transfer_Encoding" in headers and runtime in HIDES_TRUNCATION:
        assert seen["body_base64"] in (None, b64encode(b"12345").decode())
        return
    assert (seen["state"], seen["body_sha256"]) == ("aborted", None)


@pytest.mark.parametrize("garbage", [b"xyz\r\n", b"-1\r\n", b"5\r\n1234567\r\n", b"\r\n"], ids=["no size", "negative", "too long", "empty"])
def test_a_provider_never_sees_a_badly_chunked_body_as_a_whole_one(mock, key, ask, garbage, runtime):
    with ask(b"5\r\n12345\r\n", Transfer_Encoding="chunked") as exchange:
        mock.wait_for(key, "body")
        exchange.send(garbage + b"0\r\n\r\n")
    mock.wait_for(key, "over")
    [seen] = mock.seen(key)
    assert runtime in HIDES_TRUNCATION or (seen["state"], seen["body_sha256"]) == ("aborted", None)


@pytest.mark.parametrize("chunked", [False, True], ids=["of a known length", "in chunks"])
def test_a_body_goes_up_as_it_comes(mock, key, ask, chunked):
    body = b'{"a": 1}'
    pieces = [faults.chunk(bytes([byte])) if chunked else bytes([byte]) for byte in body]
    framing = {"Transfer_Encoding": "chunked"} if chunked else {"Content_Length": str(len(body))}
    with ask(b"", **framing) as exchange:
        for count, piece in enumerate(pieces, 1):
            exchange.send(piece)
            mock.wait_for(key, "body", count)
        if chunked:
            exchange.send(faults.LAST_CHUNK)
        assert exchange.answer().status == 200
    assert mock.seen(key)[0]["body_sha256"] == sha256(body)


def test_a_large_body_goes_up_unchanged(mock, key, ask):
    body = secrets.token_bytes(20_000_000)
    with ask(body) as exchange:
        exchange.answer()
    [seen] = mock.seen(key)
    assert (seen["body_length"], seen["body_sha256"]) == (len(body), sha256(body))


def test_a_client_that_reads_slowly_slows_the_provider_down_and_loses_nothing(mock, key, ask):
    block = secrets.token_bytes(2**20)
    head = faults.head(b"content-length: %d" % (len(block) * 32))
    # The relay closes the connection, as the head says. With a FIN of the provider's while nobody reads, undici 7, under the Pyodide
    # adapter, ends the whole process now and then (nodejs/undici#5360; mended in 8, which needs Node 22).
    mock.script(key, wire={"pieces": [b64encode(head).decode(), [b64encode(block).decode(), 32]], "then": "stay"})
    with ask() as exchange:
        exchange.head()
        mock.wait_for(key, "stalled")
        assert mock.seen(key)[0]["state"] == "open"
        assert sha256(exchange.read_all()) == sha256(block * 32)
        mock.wait_for(key, "aborted")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
