"""What comes of an answer whose end comes while its client is waited for."""

import asyncio
import json

from byok_relay.messages import Request, advance
from byok_relay.policy import decide
from byok_relay.settings import parse
from byok_relay_server.connection import Connection
from byok_relay_server.exchange import Exchange
from byok_relay_server.messages import CANCELS
from byok_relay_server.relaying import relay
from server.transport import Transport

SETTINGS = parse({})
HEADERS = {"host": "relay.example", "authorization": "Bearer sk-0123456789abcdef"}


def test_an_end_that_comes_while_the_client_is_waited_for_is_passed_on():
    async def scenario():
        connection = Connection(asyncio.get_running_loop(), "https://llm.example", lambda _: None)
        connection.connection_made(Transport())
        sent, lines = [], []

        class Upstream:
            async def request(self, *_):
                connection.send("GET", b"", b"", 0)
                connection.data_received(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n")
                return connection

            def finish(self, connection):
                connection.finish()

        async def send(message):
            sent.append(message)
            if message.get("body") == b"hello":
                connection.data_received(b"0\r\n\r\n")

        request = Request("GET", "http", "relay.example", "/openai/v1/models", "", HEADERS)
        forward = advance(decide(request, SETTINGS, 0))
        exchange = Exchange({"method": "GET", "headers": [], "extensions": {CANCELS: {}}}, None, send)
        await relay(forward, request, exchange, Upstream(), SETTINGS, lines.append, 0)
        assert [json.loads(line)["outcome"] for line in lines] == ["ok"]
        return sent

    bodies = [(message["body"], message["more_body"]) for message in asyncio.run(scenario())[1:]]
    assert bodies == [(b"hello", True), (b"", False)]
