"""A connection to a provider by itself: what no provider may make of it. How answers come down whole is in tests/attacks/test_faults.py."""

import asyncio

import pytest

from byok_relay_server.connection import Connection, Failed
from server.transport import Transport

SIZED = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n"
MUCH = 200_000


def asked(scenario):
    """Runs this on a connection on which a request has begun."""

    async def run():
        transport = Transport()
        connection = Connection(asyncio.get_running_loop(), "https://llm.example", lambda _: None)
        connection.descriptor = transport.descriptor
        connection.connection_made(transport)
        connection.send("GET", b"", b"", 0)
        try:
            return await scenario(connection, transport)
        finally:
            transport.close()

    return asyncio.run(run())


async def all_of(connection) -> bytes:
    await connection.head()
    said = b""
    while not connection.at_end:
        said += await connection.read()
    return said


ENDLESS = {
    "a header": b"HTTP/1.1 200 OK\r\nx-a: " + b"a" * MUCH,
    "headers": b"HTTP/1.1 200 OK\r\n" + b"x-a: a\r\n" * (MUCH // 8),
    "interim answers": b"HTTP/1.1 103 Early Hints\r\n\r\n" * (MUCH // 20),
    "empty lines": b"\r\n" * MUCH,
    "an extension of a chunk": CHUNKED + b"5;" + b"a" * MUCH,
    "a chunk's size": CHUNKED + b"0" * MUCH,
    "a trailer": CHUNKED + b"0\r\nx-a: " + b"a" * MUCH,
    "trailers": CHUNKED + b"0\r\n" + b"x-a: a\r\n" * (MUCH // 8),
}


@pytest.mark.parametrize("data", ENDLESS.values(), ids=ENDLESS.keys())
def test_what_has_no_end_is_a_failure_and_not_kept(data):
    async def scenario(connection, transport):
        for begin in range(0, len(data), 65536):
            connection.data_received(data[begin : begin + 65536])
        with pytest.raises(Failed):
            await all_of(connection)
        return connection.finish()

    assert asked(scenario) is False


def test_an_answer_that_nobody_reads_makes_the_provider_wait():
    async def scenario(connection, transport):
        connection.data_received(b"HTTP/1.1 200 OK\r\ncontent-length: 200000\r\n\r\n" + b"a" * 100_000)
        assert transport.paused
        assert await connection.read() == b"a" * 100_000
        assert not transport.paused

    asked(scenario)


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        (SIZED, True),
        (CHUNKED + b"0\r\n\r\n", True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", False),  # some servers send a body all the same
        (b"HTTP/1.1 304 Not Modified\r\ncontent-length: 0\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 70000\r\n\r\n" + b"a" * 70_000, False),
        (SIZED + SIZED, False),
        (SIZED.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n"), False),
        (SIZED.replace(b"1.1", b"1.0", 1), False),
        (CHUNKED, False),
    ],
    ids=["a length", "chunks", "204", "304", "an end with reading paused", "two answers", "connection: close", "HTTP/1.0", "no end"],
)
def test_a_connection_is_kept_only_after_an_answer_that_is_over(data, kept):
    async def scenario(connection, transport):
        connection.data_received(data)
        await connection.head()
        if not connection.at_end:
            await connection.read()
        assert connection.finish() is kept
        assert transport.aborted is not kept

    asked(scenario)


def test_a_connection_is_not_kept_after_an_answer_that_nobody_has_read():
    """Its reading may be paused, and the next answer would not come."""

    async def scenario(connection, transport):
        connection.data_received(b"HTTP/1.1 302 Found\r\ncontent-length: 70000\r\n\r\n" + b"a" * 70_000)
        await connection.head()
        return connection.finish()

    assert asked(scenario) is False


def test_what_comes_on_a_connection_that_is_kept_ends_it():
    async def scenario(connection, transport):
        connection.data_received(SIZED)
        await all_of(connection)
        assert connection.finish()
        connection.data_received(SIZED)
        assert not connection.is_usable

    asked(scenario)


@pytest.mark.parametrize("news", [b"HTTP/1.1 200 OK\r\n\r\n", None], ids=["more", "the end"])
def test_a_connection_on_which_something_waits_to_be_read_takes_no_other_request(news):
    """The event loop may not have come to it yet, and the next request would take it for its answer."""

    async def scenario(connection, transport):
        connection.data_received(SIZED)
        await all_of(connection)
        assert connection.finish()
        assert connection.is_usable
        transport.comes(news)
        return connection.is_usable

    assert asked(scenario) is False
