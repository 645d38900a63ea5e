"""One request of a client: its body as it arrives, what it is answered, and that it may leave at any time."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from functools import cached_property
from typing import Literal, cast

from byok_relay.messages import Close, Reply
from byok_relay.refusal import Code

from .messages import CANCELS, SWITCHES, Message, Receive, Scope, Send, joined
from .sockets import End, Refusing, is_key, switching

Reason = Code | Literal["gone"]


class Left(Exception):
    """The client has left before its request was whole."""


class Broken(Exception):
    """An answer that has begun and cannot go on. Raised to the server, it breaks the client's connection: the client must not take what
    came for the whole."""


class Exchange:
    """Create it in the task that answers: `stop` cancels that."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._method = scope["method"]
        self._lines = scope["headers"]
        extensions = scope.get("extensions", {})
        self._cancels = extensions.get(CANCELS)
        self._switching = extensions.get(SWITCHES)
        self._receive = receive
        self._send = send
        self._task = cast("asyncio.Task[None]", asyncio.current_task())
        self._watch: asyncio.Task[None] | None = None
        self._body: bytes | None = None  # where it was read before it is sent on
        self.begun = False
        self.stopped: Reason | None = None

    def stop(self, reason: Reason) -> None:
        """Cancels the task that answers, which then finds the reason in `stopped`."""
        self.stopped = self.stopped or reason
        self._task.cancel()

    @property
    def is_cut_off(self) -> bool:
        """Whether the task is cancelled because the server ends: `stop` has not done it, and the client is there."""
        return self.stopped is None and (self._cancels is None or not self._cancels["has_left"]())

    def close(self) -> None:
        if self._watch:
            self._watch.cancel()

    def watch(self) -> None:
        """From now on the client's leaving stops the task."""
        if self._cancels is None:
            self._watch = asyncio.get_running_loop().create_task(self._leave())

    async def _leave(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.stop("gone")

    async def whole_body(self, most: int) -> bytes | None:
        """All of the request's body, which `body` gives again; None if it is longer. Raises Left."""
        body, more = b"", True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise Left
            body += message.get("body", b"")
            if len(body) > most:
                return None
            more = message.get("more_body", False)
        self._body = body
        return body

    async def body(self, limit: int) -> bytes | AsyncIterator[bytes]:
        """The request's body: in one piece if all of it is here, else as it arrives. More than `limit` bytes stop the task."""
        if self._body is not None:
            self.watch()
            return self._body
        message = await self._receive()
        if message.get("more_body"):
            return self._pieces(message, limit)
        body: bytes = message.get("body", b"")
        if message["type"] == "http.disconnect" or len(body) > limit:
            self.stop("gone" if message["type"] == "http.disconnect" else "body_too_large")
            await asyncio.sleep(0)  # where the cancellation arrives
        self.watch()
        return body

    async def _pieces(self, message: Message, limit: int) -> AsyncIterator[bytes]:
        left = limit
        while True:
            left -= len(message.get("body", b""))
            if message["type"] == "http.disconnect" or left < 0:
                self.stop("gone" if message["type"] == "http.disconnect" else "body_too_large")
                raise Broken  # the provider must not take what it got for the whole either
            if message["body"]:
                yield message["body"]
            if not message.get("more_body"):
                self.watch()
                return
            message = await self._receive()

    @property
    def can_switch(self) -> bool:
        """Whether the connection can become a WebSocket: the server can hand it over, and the client's handshake has a key."""
        return self._switching is not None and self._switching["is_ready"]() and is_key(self._key)

    @cached_property
    def _key(self) -> str:
        return joined(self._lines).get("sec-websocket-key", "")

    def switch(self, headers: Mapping[str, str], other: End, extensions: str = "") -> End:
        """Completes the client's handshake, and joins its connection to the other. It is the client's end, as the other sees it."""
        return self._complete(headers, other, extensions)

    def refuse(self, close: Close) -> None:
        """Completes a handshake to close the WebSocket at once."""
        refusing = Refusing()
        refusing.refuse(self._complete(close.headers, refusing), close)

    def _complete(self, headers: Mapping[str, str], other: End, extensions: str = "") -> End:
        self.begun = True
        end: End = self._switching["switch"](switching(self._key, extensions, headers), other)
        return end

    async def reply(self, reply: Reply) -> None:
        """The whole of an answer."""
        if reply.close and self.can_switch:
            return self.refuse(reply.close)
        body = (reply.body or "").encode()
        length = {} if reply.status == 204 else {"content-length": str(len(body))}
        await self.begin(reply.status, reply.headers | length)
        await self.piece(body if self._method != "HEAD" else b"", more=False)

    async def begin(self, status: int, headers: Mapping[str, str]) -> None:
        self.begun = True
        lines = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await self._send({"type": "http.response.start", "status": status, "headers": lines})

    async def piece(self, data: bytes, *, more: bool) -> None:
        await self._send({"type": "http.response.body", "body": data, "more_body": more})
