"""Headers: the whole lists of those that go up and come down, whoever the provider is, and ones that never come down."""

# What every provider may get, besides the key.
SENT = set(
    "accept accept-encoding accept-language content-encoding content-type idempotency-key user-agent x-client-request-id x-stainless-arch"
    " x-stainless-async x-stainless-custom-event-handler x-stainless-custom-poll-interval x-stainless-helper x-stainless-helper-method"
    " x-stainless-lang x-stainless-os x-stainless-package-version x-stainless-poll-helper x-stainless-raw-response x-stainless-read-timeout"
    " x-stainless-retry-count x-stainless-runtime x-stainless-runtime-version x-stainless-stream-helper x-stainless-timeout".split()
)

# What clients get from every provider.
PASSED = set(
    "accept-ranges age content-disposition content-encoding content-language content-length content-range content-type date etag"
    " last-modified retry-after retry-after-ms vary x-should-retry request-id x-request-id x-correlation-id x-trace-id ratelimit"
    " ratelimit-policy".split()
)

# Answer headers with which a browser, or a proxy before the relay, would act on the relay's origin.
ACTING = {
    "a way to elsewhere": {
        "refresh": "0; url=https://evil.example/",
        "link": "<https://evil.example/a.css>; rel=stylesheet",
        "location": "https://evil.example/",
        "content-location": "https://evil.example/",
        "alt-svc": 'h2="evil.example:443"; ma=86400',
        "sourcemap": "https://evil.example/",
        "x-sourcemap": "https://evil.example/",
    },
    "reports to elsewhere": {
        "nel": '{"report_to": "evil", "max_age": 86400}',
        "report-to": '{"group": "evil", "endpoints": [{"url": "https://evil.example/"}]}',
        "reporting-endpoints": 'evil="https://evil.example/"',
        "expect-ct": "report-uri=https://evil.example/",
        "attribution-reporting-register-source": '{"destination": "https://evil.example"}',
        "attribution-reporting-register-trigger": '{"event_trigger_data": []}',
        "attribution-reporting-info": "preferred-platform=web",
        "ad-auction-signals": "{}",
        "observe-browsing-topics": "?1",
    },
    "sessions of the relay's": {
        "set-cookie": "a=b; Path=/",
        "secure-session-registration": '(ES256);path="/start";challenge="c"',
        "sec-session-registration": '(ES256);path="/start"',
        "secure-session-challenge": '"c"',
        "set-login": "logged-in",
        "clear-site-data": '"*"',
        "www-authenticate": "Basic realm=x",
        "proxy-authenticate": "Basic realm=x",
        "authentication-info": "a=b",
        "activate-storage-access": "load",
    },
    "rights of the relay's": {
        "service-worker-allowed": "/",
        "origin-agent-cluster": "?0",
        "origin-trial": "A",
        "permissions-policy": "camera=*",
        "document-policy": "js-profiling",
        "cross-origin-resource-policy": "cross-origin",
        "cross-origin-opener-policy": "unsafe-none",
        "strict-transport-security": "max-age=31536000; includeSubDomains; preload",
        "public-key-pins": "max-age=1",
        "accept-ch": "Sec-CH-UA-Model",
        "critical-ch": "Sec-CH-UA-Model",
        "speculation-rules": '"https://evil.example/"',
        "supports-loading-mode": "credentialed-prerender",
        "use-as-dictionary": 'match="/*"',
        "no-vary-search": "params",
        "access-control-allow-private-network": "true",
        "x-frame-options": "ALLOWALL",
        "constructor": "{}",
        "__proto__": "{}",
    },
    "files behind a proxy": {
        "x-accel-redirect": "/etc/passwd",
        "x-accel-expires": "86400",
        "x-accel-charset": "utf-7",
        "x-sendfile": "/etc/passwd",
        "x-lighttpd-send-file": "/etc/passwd",
        "x-lighttpd-send-tempfile": "/etc/passwd",
        "x-reproxy-url": "http://169.254.169.254/",
    },
    "words to a cache": {
        "edge-cache-tag": "a",
        "cache-tag": "a",
        "edge-control": "max-age=86400",
        "cdn-cache-control": "max-age=86400",
        "cloudflare-cdn-cache-control": "max-age=86400",
        "surrogate-control": "max-age=86400",
        "surrogate-key": "a",
        "expires": "Tue, 24 Nov 2099 00:00:00 GMT",
        "pragma": "cache",
    },
    "words of the relay's own": {"x-relay-error": "missing_key", "x-relay-provider": "evil", "via": "1.1 evil.example", "server": "evil"},
}

# What comes down from no provider: those, and what is between two neighbours only.
NEVER_PASSED = {name for headers in ACTING.values() for name in headers} | set(
    "set-cookie2 content-security-policy-report-only timing-allow-origin connection keep-alive proxy-connection te trailer"
    " transfer-encoding upgrade".split()
)
