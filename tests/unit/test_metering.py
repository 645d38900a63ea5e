import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byok_relay.metering import MAX_BYTES, MOST_STEPS, Usage, meter_for
from tables.usage import ANSWERS, HOSTILE, JSON, NDJSON, SSE, body, chat_counts, chunk, completion, ndjson, sse

from .support import CANARY

ROWS = [*ANSWERS, *HOSTILE]
MIB = 1 << 20


def each(rows):
    return pytest.mark.parametrize(("content_type", "answer", "usage"), [row[1:] for row in rows], ids=[row[0] for row in rows])


def metered(content_type, pieces):
    meter = meter_for(content_type)
    for piece in pieces:
        meter.feed(piece)
    return meter.usage()


def parts(answer, cuts):
    return [answer[begin:end] for begin, end in itertools.pairwise([0, *sorted(cuts), len(answer)])]


@each(ROWS)
def test_the_usage_of_an_answer_is_read(content_type, answer, usage):
    assert metered(content_type, [answer]) == usage


@each(ROWS)
def test_it_is_the_same_byte_by_byte_and_with_empty_pieces(content_type, answer, usage):
    assert metered(content_type, [piece for byte in answer for piece in (b"", bytes([byte]), b"")]) == usage


@each([row for row in ROWS if len(row[2]) < 5000])
def test_it_is_the_same_in_two_pieces_wherever_they_are_split(content_type, answer, usage):
    found = {cut: metered(content_type, [answer[:cut], answer[cut:]]) for cut in range(len(answer) + 1)}
    assert {cut: other for cut, other in found.items() if other != usage} == {}


@given(st.data())
def test_it_is_the_same_in_any_pieces(data):
    _, content_type, answer, usage = data.draw(st.sampled_from(ROWS))
    cuts = data.draw(st.lists(st.integers(0, len(answer)), max_size=20))
    assert metered(content_type, parts(answer, cuts)) == usage


@pytest.mark.parametrize("end", [b"\r", b"\r\n"])
@each([row for row in ROWS if row[1] != JSON])
def test_it_is_the_same_with_any_line_ends(content_type, answer, usage, end):
    answer = answer.replace(b"\r\n", b"\n").replace(b"\n", end)
    assert metered(content_type, [answer]) == usage
    assert metered(content_type, [bytes([byte]) for byte in answer]) == usage


def test_the_usage_can_be_asked_for_at_any_time():
    """Asking changes nothing, also in the middle of an event."""
    for _, content_type, answer, usage in ROWS[:60]:
        meter = meter_for(content_type)
        for byte in answer:
            meter.feed(bytes([byte]))
            meter.usage()
        assert meter.usage() == usage


@pytest.mark.parametrize(
    "content_type",
    """audio/mpeg image/png video/mp4 application/octet-stream text/html text/plain application/jsonp multipart/form-data application/zip
    application text/event-streams ; ;charset=application/json""".split(),
)
def test_other_content_types_have_no_meter(content_type):
    assert meter_for(content_type) is None


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON;charset=UTF-8", " application/problem+json ; a=b"])
def test_a_content_type_is_read_like_any_header(content_type):
    assert metered(content_type, [body(completion(chat_counts(1, 2), "m"))]) == Usage(1, 2, None, None, "m")


@given(
    st.sampled_from([SSE, JSON, NDJSON]),
    st.lists(st.binary(max_size=40) | st.sampled_from([b'{"usage":{"prompt_tokens":', b"data:", b"[", b"}"])),
)
def test_no_bytes_make_it_raise(content_type, pieces):
    assert isinstance(metered(content_type, pieces), Usage | None)


def test_nothing_that_was_said_is_in_what_it_says():
    answer = completion(
        chat_counts(1, 2) | {"note": CANARY, CANARY: 3}, "m", error=CANARY, id=CANARY, choices=[{"message": {"content": CANARY}}]
    )
    for content_type, stream in ((JSON, body(answer)), (SSE, sse(answer)), (NDJSON, ndjson(answer))):
        assert metered(content_type, [stream]) == Usage(1, 2, None, None, "m")


ENDLESS = {
    "a line": (SSE, b"", b"data: 7 "),
    "a line of data": (SSE, b"data: ", b'"usage": '),
    "lines of data": (SSE, b"", b"data: 7\n"),
    "empty lines of data": (SSE, b"", b"data:\n"),
    "a comment": (SSE, b": ", b"keep-alive "),
    "line ends": (SSE, b"", b"\r"),
    "a line of JSON": (NDJSON, b"", b'{"a": '),
    "a string": (JSON, b'{"a": "', b"word "),
    "a string of escapes": (JSON, b'{"a": "', b"\\"),
    "brackets": (JSON, b"", b"["),
    "an object": (JSON, b"{", b'"usage": 7, '),
    "an item": (JSON, b"[{", b'"usage": 7, '),
    "items": (JSON, b"[", b'{"candidates": ["a word of many"]}, '),
    "scalars": (JSON, b"[", b"7, "),
    "spaces": (JSON, b"", b" \n"),
}


@pytest.mark.parametrize(("content_type", "begin", "unit"), ENDLESS.values(), ids=ENDLESS)
def test_an_answer_without_an_end_takes_bounded_memory(content_type, begin, unit):
    meter = meter_for(content_type)
    meter.feed(begin)
    piece = unit * (64 * 1024 // len(unit))
    for _ in range(min(50, 3 * len(unit)) * MIB // len(piece)):  # 50 MB, unless that takes long
        meter.feed(piece)
        assert meter.held <= 2 * MAX_BYTES + len(piece)
    assert meter.usage() is None


@pytest.mark.parametrize(
    ("content_type", "unit"), [(SSE, b"\n"), (SSE, b"\r"), (NDJSON, b"\n"), (JSON, b"{},"), (JSON, b'"",'), (JSON, b"\\\\")]
)
def test_an_answer_that_is_to_keep_the_relay_busy_is_not_counted(content_type, unit):
    meter = meter_for(content_type)
    counted = ndjson(USED) if content_type == NDJSON else sse(USED, last=None) if content_type == SSE else b"[" + ndjson(USED) + b","
    meter.feed(counted)
    assert meter.usage() is not None
    for _ in range(10):
        meter.feed(unit * (MOST_STEPS // 9))
    assert (meter.usage(), meter.held) == (None, 0)


def test_a_models_name_that_begins_like_a_key_is_none():
    meter = meter_for(JSON, ("acme-", "sk-"))
    meter.feed(body({"model": "acme-Zx81kQpL0v9TtR3w", "usage": chat_counts(1, 2)}))
    assert meter.usage().model is None


LONG = "x" * MAX_BYTES
USED = chunk(model="m", usage=chat_counts(4, 9))
PASSED_OVER = {
    "an event": (SSE, sse(chunk(LONG, usage=chat_counts(1, 1)), USED)),
    "an event of many lines": (
        SSE,
        b'data: {"usage":{"prompt_tokens":1},"a":[\n' + b"data: 7,\n" * (MAX_BYTES // 5) + b"data: 7]}\n\n" + sse(USED),
    ),
    "a comment": (SSE, sse(f": {LONG}", USED)),
    "a comment in an event": (SSE, sse(USED).replace(b"\n\n", f"\n: {LONG}\n\n".encode())),
    "another field": (SSE, sse(f"event: {LONG}", USED)),
    "a line": (NDJSON, ndjson(chunk(LONG, usage=chat_counts(1, 1)), USED)),
    "an item": (JSON, body([chunk(LONG, usage=chat_counts(1, 1)), USED])),
}


@pytest.mark.parametrize("size", [1000, 65536, 8 * MIB])
@pytest.mark.parametrize(("content_type", "answer"), PASSED_OVER.values(), ids=PASSED_OVER)
def test_what_is_too_long_is_passed_over_and_what_follows_it_counts(content_type, answer, size):
    assert metered(content_type, parts(answer, range(size, len(answer), size))) == Usage(4, 9, None, None, "m")


@pytest.mark.parametrize("size", [1000, 65536, 8 * MIB])
def test_a_body_that_is_too_long_has_no_usage(size):
    answer = body(completion(chat_counts(4, 9), text=LONG))
    assert metered(JSON, parts(answer, range(size, len(answer), size))) is None


def test_a_body_of_just_the_size_has_one():
    answer = body(completion(chat_counts(4, 9), "m", text=""))
    answer = answer.replace(b'"text": "', b'"text": "' + b"x" * (MAX_BYTES - len(answer)))
    assert metered(JSON, [answer]) == Usage(4, 9, None, None, "m")
    assert metered(JSON, [answer.replace(b"xx", b"xxx", 1)]) is None


LONG_ANSWERS = {
    "an event": (SSE, lambda n: b"data: " + b"x" * n),
    "lines of data": (SSE, lambda n: b"data: x\n" * (n // 8)),
    "events": (SSE, lambda n: sse(chunk("a")) * (n // 200)),
    "comments": (SSE, lambda n: b":\n" * (n // 2)),
    "line ends": (SSE, lambda n: b"\r" * n),
    "a string": (JSON, lambda n: b'{"a": "' + b'\\"' * (n // 2)),
    "brackets": (JSON, lambda n: b"[" * n),
    "items": (JSON, lambda n: b"[" + b"{}," * (n // 3)),
}


@pytest.mark.parametrize(("content_type", "answer"), LONG_ANSWERS.values(), ids=LONG_ANSWERS)
@pytest.mark.parametrize("whole", [True, False])
def test_eight_times_the_bytes_take_about_eight_times_as_long(content_type, answer, whole):
    def seconds(answer):
        pieces = [answer] if whole else [bytes([byte]) for byte in answer]
        begin = time.process_time()
        metered(content_type, pieces)
        return time.process_time() - begin

    short, long = answer(20_000), answer(160_000)
    assert min(seconds(long) for _ in range(3)) < 24 * max(min(seconds(short) for _ in range(3)), 0.0005)  # quadratic would be 64
