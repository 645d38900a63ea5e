"""The contract: every error's code and status, features that are still to come included."""

STATUS = {
    "missing_key": 401,
    "key_malformed": 401,
    "key_wrong_provider": 401,
    "key_refused": 403,
    "key_in_query": 400,
    "sealed_key_invalid": 401,
    "sealed_key_expired": 401,
    "sealed_key_required": 403,
    "unknown_provider": 404,
    "path_not_allowed": 403,
    "path_not_found": 404,
    "method_not_allowed": 405,
    "model_not_allowed": 403,
    "origin_not_allowed": 403,
    "body_too_large": 413,
    "url_too_long": 414,
    "websocket_unsupported": 426,
    "rate_limited": 429,
    "upstream_redirect": 502,
    "upstream_unreachable": 502,
    "upstream_timeout": 504,
    "misconfigured": 500,
    "internal_error": 500,
}

# Apps ask their user for another key at the status that the provider gives for a bad one: Google's is 400.
BAD_KEY = {"missing_key", "key_malformed", "key_wrong_provider", "sealed_key_invalid", "sealed_key_expired"}
