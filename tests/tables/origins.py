"""A list of allowed origins, and what it allows and refuses."""

LIST = "https://app.example, https://*.preview.example, https://*.dev.example:8443, http://localhost:5173, chrome-extension://abcdefgh"

ALLOWED = """https://app.example https://pr-17.preview.example https://x.preview.example https://pr-17.dev.example:8443
http://localhost:5173 chrome-extension://abcdefgh""".split()

REFUSED = [
    *("", "https://app.example\n", "https://app.example, https://app.example", "https://app.example https://evil.example"),
    # around an exact origin
    *"""* null http://app.example https://app.example/ https://app.example:443 https://app.example:8443 https://APP.example
    https://app.example.evil.example https://evil-app.example https://evilapp.example https://sub.app.example https://appxexample
    http://localhost http://localhost:51730 chrome-extension://abcdefghi""".split(),
    # around a wildcard
    *"""https://preview.example https://evil-preview.example https://evilpreview.example https://.preview.example
    https://a.b.preview.example https://-.preview.example https://a_b.preview.example https://evil.example/.preview.example
    https://evil.example#.preview.example https://evil.example?.preview.example https://evil.example:.preview.example
    https://x@evil.preview.example https://xn--é.preview.example https://x.previewxexample https://x.preview.example:8443
    https://x.preview.example@evil.example http://x.preview.example https://x.dev.example https://x.dev.example:84430""".split(),
    # of others
    *"app://obsidian.md capacitor://localhost tauri://localhost file://".split(),
]
