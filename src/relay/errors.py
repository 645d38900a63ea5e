"""The relay's own errors: a closed list of codes, one body that every SDK can read, and no part of the input in any of them.

The body is several providers' error shapes laid over each other, so that each SDK finds the message where it looks for it: OpenAI,
Mistral and Anthropic's SDKs, Google's, the AI SDK's schemas. `X-Relay-Error` tells the relay's errors from the provider's.
"""

import json
from typing import Any

from .messages import NOT_STORED, Reply
from .refusal import Refusal

# code -> status, default message. A status the user must act on is outside 408, 409, 429 and 5xx, which SDKs retry by themselves.
ERRORS: dict[str, tuple[int, str]] = {
    "missing_key": (401, "No API key came with this request. Send it the way the provider's own SDK does, or as X-API-Key."),
    "key_malformed": (400, "This API key cannot be one: keys are 8 to 4096 printable ASCII characters without spaces or commas."),
    "key_wrong_provider": (400, "This API key belongs to another provider, so it was not sent to this one."),
    "key_refused": (403, "Admin keys and live payment keys are not relayed. Use an ordinary API key."),
    "sealed_key_invalid": (
        401,
        "This sealed key cannot be used here: it is for another relay, provider or origin, holds no key of this provider, or is damaged.",
    ),
    "sealed_key_expired": (401, "This sealed key has expired. Seal the API key again."),
    "sealed_key_required": (403, "This relay takes sealed keys only. Seal the API key with the relay's /relay.js."),
    "key_in_query": (400, "API keys do not belong in a URL, where they end up in logs. Send the key in a header."),
    "unknown_provider": (404, "This relay knows no such provider. /.well-known/byok-relay lists those it has."),
    "path_not_allowed": (403, "This path is not on the relay's list for this provider."),
    "path_not_found": (404, "There is nothing at this path. Check the base URL given to the SDK."),
    "method_not_allowed": (405, "This path does not take this method."),
    "origin_not_allowed": (403, "This origin may not use this relay. Its operator lists the allowed ones in ALLOWED_ORIGINS."),
    "body_too_large": (413, "The request body is larger than this relay takes (MAX_BODY_BYTES)."),
    "url_too_long": (414, "The request URL is longer than this relay takes."),
    "websocket_unsupported": (426, "This relay carries HTTP requests, not WebSockets."),
    "upstream_redirect": (502, "The provider answered with a redirect. The relay follows none, so that no key goes astray."),
    "upstream_unreachable": (502, "The provider could not be reached, or ended the connection without an answer."),
    "upstream_timeout": (504, "The provider did not begin to answer within the relay's time limit (UPSTREAM_TIMEOUT_SECONDS)."),
    "misconfigured": (500, "This relay has a setting that is not valid."),
    "internal_error": (500, "The relay failed to handle this request."),
}

# google.rpc.Code names by HTTP status, which Google's SDKs and the AI SDK's Google schema expect in `error.status`.
GOOGLE_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    500: "INTERNAL",
    502: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}

ERROR_HEADERS = {
    "content-type": "application/json",
    "cache-control": NOT_STORED,
    "x-content-type-options": "nosniff",
}


def error_reply(refusal: Refusal, cors: dict[str, str]) -> Reply:
    """The answer for a refusal. Where `cors` allows no origin, a browser can read none of it, which is meant so."""
    status, default_message = ERRORS[refusal.code]
    message = refusal.message or default_message
    body: dict[str, Any] = {
        "type": "error",
        "object": "error",
        "message": message,
        "param": None,
        "code": refusal.code,
        "error": {
            "type": refusal.code,
            "message": message,
            "param": None,
            "code": status,
            "status": GOOGLE_STATUS.get(status, "FAILED_PRECONDITION"),
            "details": [],
        },
    }
    headers = {**ERROR_HEADERS, "x-relay-error": refusal.code, **refusal.headers, **cors}
    if "access-control-allow-origin" in cors:
        headers["access-control-expose-headers"] = "x-relay-error, x-should-retry, allow"
    if status < 500:
        headers["x-should-retry"] = "false"  # read by OpenAI's and Anthropic's SDKs
    return Reply(status, headers, json.dumps(body))
