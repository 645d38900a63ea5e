"""How each refusal is answered: a status, a message, and one body that every SDK can read. None repeats any input.

The body is several providers' error shapes laid over each other, so that each SDK finds the message where it looks for it: OpenAI,
Mistral and Anthropic's SDKs, Google's, the AI SDK's schemas. `X-Relay-Error` tells the relay's errors from the provider's.
"""

import json
from typing import Any

from .cors import EXPOSED
from .messages import JSON_HEADERS, REQUEST_ID, Reply
from .providers import Provider
from .refusal import Code, Refusal

# code -> status, default message. SDKs retry 408, 409, 429 and 5xx by themselves, so errors that the user must correct avoid those.
# What they need not correct is retried, after the time in Retry-After.
ERRORS: dict[Code, tuple[int, str]] = {
    "missing_key": (401, "This request has no API key. Send it the way the provider's own SDK does, or as X-API-Key."),
    "key_malformed": (
        401,
        "This is not an API key. A key has 8 to 4096 printable ASCII characters, without spaces or commas. Copy it again.",
    ),
    "key_wrong_provider": (401, "This API key belongs to another vendor, so it was not sent. Use a key of this provider."),
    "key_refused": (403, "Admin keys, live payment keys and session secrets are not relayed. Use an ordinary or a restricted API key."),
    "sealed_key_invalid": (
        401,
        "This sealed key does not work here. It may be damaged, hold another provider's key, or be for another relay, provider or origin."
        " Seal the API key again.",
    ),
    "sealed_key_expired": (401, "This sealed key has expired. Seal the API key again."),
    "sealed_key_required": (403, "This relay takes sealed keys only. Seal the API key with the relay's /relay.js."),
    "key_in_query": (400, "This URL holds an API key, and URLs end up in logs. Send the key in a header."),
    "unknown_provider": (404, "This relay does not serve that provider. /.well-known/byok-relay lists the providers it serves."),
    "path_not_allowed": (403, "This relay does not forward this path. Ask the provider directly."),
    "path_not_found": (404, "There is nothing at this path. Check the base URL given to the SDK."),
    "method_not_allowed": (405, "This path does not take this method. Use a method from the Allow header."),
    "model_not_allowed": (403, "This model is not one of those that are allowed here. Use another one."),
    "origin_not_allowed": (403, "This origin may not use this relay. Ask its operator to add it to ALLOWED_ORIGINS."),
    "body_too_large": (
        413,
        "The request body is too large for this relay, or its length is not valid. Send less, or ask the operator to raise MAX_BODY_BYTES.",
    ),
    "url_too_long": (414, "The request URL is too long for this relay. Shorten it, or move data into the body."),
    "websocket_unsupported": (426, "There is no WebSocket at this path of the relay. Use the provider's HTTP API."),
    "rate_limited": (429, "Too many requests. Try again later."),
    "upstream_redirect": (
        502,
        "The provider answered with a redirect. The relay does not follow it, to protect the key. Its operator must set the final address.",
    ),
    "upstream_unreachable": (502, "The provider could not be reached, or ended the connection without an answer. Try again."),
    "upstream_timeout": (504, "The provider did not begin to answer within the relay's time limit (UPSTREAM_TIMEOUT_SECONDS). Try again."),
    "misconfigured": (500, "This relay has an invalid setting. Its operator must correct it."),
    "internal_error": (500, "The relay failed to handle this request. Report it to the relay's operator."),
}

# These get the provider's own status for a bad key, because apps ask for another key at that status only.
BAD_KEY: frozenset[Code] = frozenset(
    {"missing_key", "key_malformed", "key_wrong_provider", "sealed_key_invalid", "sealed_key_expired"},
)

# google.rpc.Code names by HTTP status, which Google's SDKs and the AI SDK's Google schema expect in `error.status`.
GOOGLE_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    502: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


def error_reply(refusal: Refusal, common: dict[str, str], provider: Provider | None = None) -> Reply:
    """The answer for a refusal, with the headers that all answers to the request have. `provider` is the requested one, if known."""
    status, default_message = ERRORS[refusal.code]
    details: tuple[Any, ...] = ()
    if refusal.code in BAD_KEY and provider is not None:
        status = provider.bad_key_status
        details = provider.bad_key_details
    message = refusal.message or default_message
    body: dict[str, Any] = {
        "type": "error",
        "object": "error",
        "message": message,
        "param": "",  # the AI SDK's schema for Cerebras takes no null here
        "code": refusal.code,
        "error": {
            "type": refusal.code,
            "message": message,
            "param": None,
            "code": status,
            "status": GOOGLE_STATUS.get(status, "FAILED_PRECONDITION"),
            "details": details,
        },
    }
    headers = {**JSON_HEADERS, "x-relay-error": refusal.code, **refusal.headers, **common}
    if EXPOSED in common:
        headers[EXPOSED] = f"x-relay-error, {REQUEST_ID}, x-should-retry, allow, retry-after, ratelimit, ratelimit-policy"
    if status < 500 and status != 429:
        headers["x-should-retry"] = "false"  # read by OpenAI's and Anthropic's SDKs
    return Reply(status, headers, json.dumps(body))


def described(defect: Exception) -> str:
    """A line for the log: the defect's type and place. Its message is left out, because that could hold a value."""
    place = defect.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    if not place:
        return f"byok-relay: internal_error, {type(defect).__name__}"
    code = place.tb_frame.f_code
    file = code.co_filename.replace("\\", "/").rpartition("/")[2]
    return f"byok-relay: internal_error, {type(defect).__name__} in {code.co_name}, {file}, line {place.tb_lineno}"
