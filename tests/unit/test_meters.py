"""What the Workers boundary keeps of answers that are metered, with the runtime's part played here."""

from types import SimpleNamespace

import pytest

from byok_relay.metering import MAX_BYTES, Usage, meter_for
from tables.usage import SSE, chat_counts, chunk, sse
from workers_boundary import meters
from workers_boundary.meters import Meters

EVENT = sse(chunk("a", "m", usage=chat_counts(1, 2)), last=None)
USAGE = Usage(1, 2, None, None, "m")


class Piece(bytes):
    def to_bytes(self):
        return bytes(self)


class Runtime:
    no_options = None

    def object(self, value):
        return value

    def new_transform_stream(self, _, strategy):
        return strategy["size"]


class Promises:
    def callback(self, function):
        return function

    def bound(self, function, *state):
        return lambda argument: function(*state, argument)


@pytest.fixture
def kept():
    return Meters(Runtime(), Promises())


@pytest.fixture
def begin(kept):
    """Begins an answer: its number, and what the runtime asks for the size of each piece."""
    body = SimpleNamespace(pipeThrough=lambda size, _: size)
    return lambda: kept.through(body, meter_for(SSE))


def test_what_an_answer_said_is_told_once(kept, begin):
    (one, see_one), (other, see_other) = begin(), begin()
    assert see_one(Piece(EVENT[:20])) == see_other(Piece(EVENT)) == see_one(Piece(EVENT[20:])) == 1
    assert kept.end(one) == kept.end(other) == USAGE
    assert kept.end(one) is None
    assert see_one(Piece(EVENT)) == 1


def test_a_defect_is_said_and_the_piece_goes_on(begin, capfd):
    _, see = begin()
    assert see("no piece") == 1
    assert capfd.readouterr().out.startswith("byok-relay: internal_error, AttributeError in _see")


def test_of_too_many_the_oldest_is_forgotten(kept, begin, monkeypatch):
    monkeypatch.setattr(meters, "_MOST_METERS", 2)
    begun = [begin() for _ in range(3)]
    for _, see in begun:
        see(Piece(EVENT))
    assert [kept.end(number) for number, _ in begun] == [None, USAGE, USAGE]


def test_of_too_many_bytes_the_oldest_are_forgotten(kept, begin, monkeypatch):
    monkeypatch.setattr(meters, "_MOST_BYTES", 2 * MAX_BYTES)
    begun = [begin() for _ in range(3)]
    for _, see in begun:
        see(Piece(EVENT + b"data: " + b"x" * (MAX_BYTES - 100)))
    assert [kept.end(number) for number, _ in begun] == [None, USAGE, USAGE]
    assert kept._held == 0
