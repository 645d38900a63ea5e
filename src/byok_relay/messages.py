"""Values only: what goes into the core, what it may wait for, and what comes out."""

import re
from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from .carriers import Carrier
from .limits import Count, Full
from .sealing import SealedKey
from .secret import Secret

if TYPE_CHECKING:
    from .metering import Meter

# `Cache-Control` of an answer to one request: caches do not keep it, proxies do not change it (RFC 9111 section 5.2.2).
NOT_STORED = "no-store, no-transform"

_LENGTH = re.compile("[0-9]{1,15}")  # RFC 9110 section 8.6: digits only, without a sign or a second value

# The header with the id of a request, which is on every answer.
REQUEST_ID = "x-relay-request-id"

# Of the JSON that the relay answers with itself.
JSON_HEADERS = {"content-type": "application/json", "cache-control": NOT_STORED, "x-content-type-options": "nosniff"}


def length_in(headers: Mapping[str, str]) -> int | None:
    """Bytes of a body, as its sender says; None where it does not, or says what is no length."""
    length = headers.get("content-length", "")
    return int(length) if _LENGTH.fullmatch(length) else None


class Request(NamedTuple):
    """A request as it came in.

    Path, query and headers may hold keys in clear. `repr` hides them, but unpacking shows them. Only this type may hold them.
    """

    method: str
    scheme: str
    host: str  # as the client wrote it
    path: str  # raw: nothing is decoded or normalised
    query: str  # raw, without the question mark
    headers: dict[str, str]  # names in lower case; never changed here
    address: str | None = None  # the client's, where the boundary knows it
    country: str | None = None  # where the client is, by two letters, and which of Cloudflare's data centres answers, by three
    colo: str | None = None
    id: str = ""  # 128 random bits as 32 hexadecimal digits, made by the boundary and never taken from the client
    can_switch: bool = True  # whether the boundary can answer a WebSocket's handshake, which is valid as far as it alone sees

    def __repr__(self) -> str:
        return f"Request({self.method} {self.scheme}://{self.host})"

    @property
    def content_length(self) -> int | None:
        """Bytes of the body, as the client says."""
        return length_in(self.headers)

    @property
    def own_origin(self) -> str:
        """The relay's own origin, as the client addressed it."""
        return f"{self.scheme}://{self.host.lower()}"


class Close(NamedTuple):
    """How a page's WebSocket is told an answer that opens none, of which browsers tell a page nothing: it opens, and closes with this."""

    code: int  # 4000 and the answer's status (RFC 6455 section 7.4.2 leaves 4000 to 4999 to applications)
    reason: str  # the relay's error code; empty for a provider's answer
    headers: dict[str, str]  # of the handshake


class Reply(NamedTuple):
    """An answer that the relay gives itself, without asking a provider."""

    status: int
    headers: dict[str, str]
    body: str | None = None
    audit: str = ""  # how its line in the log begins; empty: it has none
    close: Close | None = None  # what a page's WebSocket gets in its place


class Pending(NamedTuple):
    """What a boundary keeps of a request while it waits for the provider. It holds no key."""

    id: str
    origin: str | None  # of the page that asks
    provider: str  # its id
    here: str  # what stands for its base URL on this relay
    audit: str  # how the line in the log begins; empty: there is none
    began: float  # when the request came, in seconds since 1970
    told_in: str | None = None  # the sub-protocol of a `Close`, empty for none; None: whoever asks can read an answer


class Forward(NamedTuple):
    """A request to the provider. The boundary streams its body."""

    method: str
    url: str
    route: str  # base URL and route, such as https://…/v1/models/{model}: the same for all requests to one endpoint
    headers: dict[str, str]
    carrier: Carrier
    key: Secret
    timeout_seconds: int
    pending: Pending

    def __repr__(self) -> str:
        return f"Forward({self.method} {self.route})"

    @property
    def has_body(self) -> bool:
        return self.method not in ("GET", "HEAD")  # RFC 9110 section 9.3.1; `fetch` throws for a body on either

    def headers_with_key(self) -> dict[str, str]:
        """The complete headers for the provider. Only here is the plain key put into a header."""
        return {**self.headers, self.carrier.header: self.carrier.write(self.key)}


class Connect(NamedTuple):
    """A WebSocket to the provider. The boundary does the handshake, then joins the two connections: no frame is looked at."""

    handshake: Forward  # without what is each connection's own: version, key and extensions
    protocols: tuple[str, ...]  # that are offered to the provider
    scheme: str  # the client's sub-protocol that said what its key is


def are_events(headers: Mapping[str, str]) -> bool:
    """Whether an answer with these headers is a stream of server-sent events."""
    return headers.get("content-type", "").startswith("text/event-stream")


class Relayed(NamedTuple):
    """Status and headers of a provider's answer for the client. The boundary streams its body."""

    status: int
    headers: dict[str, str]
    meter: "Meter | None" = None  # to be fed with the body
    close: Close | None = None  # what a page's WebSocket gets in its place

    @property
    def is_stream(self) -> bool:
        """Whether these are server-sent events."""
        return are_events(self.headers)


class Read(NamedTuple):
    """What a decision waits for: the request's whole body, or None if it is longer. What was read is what goes up."""

    most: int  # bytes


class Open(NamedTuple):
    """What a decision waits for: the key inside a sealed key, or None if it does not open."""

    sealed: SealedKey


# `policy.decide` is a generator: it yields what it waits for, is sent the result, and returns what to do. The result of `Open` is the key
# or None, that of `Read` the body or None, that of `Count` the bucket that is full or None. It is None as well where nothing could be
# counted: then the request passes. A decision opens first, then reads, then counts.
Result = Secret | bytes | Full | None
Decision = Generator[Open | Read | Count, Result, Forward | Connect | Reply]


def advance(decision: Decision, result: Result = None) -> Open | Read | Count | Forward | Connect | Reply:
    """Runs a decision on: what it waits for next, or its outcome. `result` is what it waited for, None at first."""
    try:
        return decision.send(result)
    except StopIteration as end:
        outcome: Forward | Connect | Reply = end.value
        return outcome
