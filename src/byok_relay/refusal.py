"""A refused request, and the codes for why."""

from typing import Literal

Code = Literal[
    "missing_key",
    "key_malformed",
    "key_wrong_provider",
    "key_refused",
    "sealed_key_invalid",
    "sealed_key_expired",
    "sealed_key_required",
    "key_in_query",
    "unknown_provider",
    "path_not_allowed",
    "path_not_found",
    "method_not_allowed",
    "model_not_allowed",
    "origin_not_allowed",
    "body_too_large",
    "url_too_long",
    "websocket_unsupported",
    "rate_limited",
    "upstream_redirect",
    "upstream_unreachable",
    "upstream_timeout",
    "misconfigured",
    "internal_error",
]


class Refusal(Exception):
    """A request that is not forwarded. The message comes from the relay or its provider table, never from the client."""

    def __init__(self, code: Code, message: str | None = None, headers: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.code: Code = code
        self.message = message
        self.headers = headers or {}
