"""What goes in and out of the core: a request, and one of three decisions about it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from .sealing import SealedKey
from .secret import Secret

# Every request header that may bring a key, by any provider's custom. The order is the precedence among those that are not the
# provider's own: `X-API-Key` is what an app sets on purpose when its SDK insists on filling `Authorization` with something else.
CARRIERS = ("x-api-key", "authorization", "x-goog-api-key", "api-key", "xi-api-key")

# `Cache-Control` of every answer that belongs to one request: kept by nobody, changed by nobody on its way (RFC 9111 section 5.2.2).
NOT_STORED = "no-store, no-transform"


@dataclass(slots=True)
class Request:
    """A request as it came in. Header names are lower-case; values in a key's carrier are wrapped before anyone can look at them."""

    method: str
    url: str = field(repr=False)  # absolute, not normalised; may hold `?key=`
    headers: dict[str, str] = field(repr=False)

    def __post_init__(self) -> None:
        for name in CARRIERS:
            if name in self.headers:
                self.headers[name] = Secret(self.headers[name])


@dataclass(slots=True)
class Reply:
    """An answer the relay gives itself, without asking a provider."""

    status: int
    headers: dict[str, str]
    body: str | None = None


@dataclass(slots=True)
class Forward:
    """A request to make for the client. The body is not here: it goes up as the stream it is."""

    method: str
    url: str = field(repr=False)
    headers: dict[str, str]
    carrier: str
    credential: Secret
    timeout_seconds: int
    added_headers: dict[str, str]  # what the answer gets on its way down: CORS

    @property
    def has_body(self) -> bool:
        return self.method not in ("GET", "HEAD")  # RFC 9110 section 9.3.1; `fetch` throws for a body on either

    def headers_with_credential(self) -> dict[str, str]:
        """The complete header set for the upstream: the one place where the key leaves its `Secret`."""
        return {**self.headers, self.carrier: self.credential.reveal()}


@dataclass(slots=True)
class Unseal:
    """A request to forward once its sealed key is open, which takes the platform's cryptography: `app.unseal` goes on from here."""

    sealed: SealedKey
    forward: Callable[[Secret], Forward] = field(repr=False)
    added_headers: dict[str, str]
