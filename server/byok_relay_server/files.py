"""The static files under public/, as Cloudflare serves them beside a deployed Worker: `/` is index.html, and `_headers` adds headers."""

from pathlib import Path

from byok_relay.messages import Reply

_HERE = Path(__file__).parent
PUBLIC = next(folder for folder in (_HERE / "public", _HERE.parents[1] / "public") if folder.is_dir())  # installed, or in a checkout

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ts": "text/plain; charset=utf-8",
}


def public_files() -> dict[str, Reply]:
    """Every file by the path that it is served at."""
    rules = _rules((PUBLIC / "_headers").read_text("utf-8"))
    found: dict[str, Reply] = {}
    for file in PUBLIC.rglob("*.*"):
        path = f"/{file.relative_to(PUBLIC).as_posix()}".removesuffix("index.html")
        headers = {"content-type": TYPES[file.suffix], "cache-control": "no-cache"}
        for begin, end, more in rules:
            if path.startswith(begin) and (path == begin if end is None else path.endswith(end)):
                headers |= more
        found[path] = Reply(200, headers, file.read_text("utf-8"))
    return found


def _rules(text: str) -> list[tuple[str, str | None, dict[str, str]]]:
    """Cloudflare's `_headers` format: a path, in which one `*` stands for anything, then indented `Name: value` lines.

    A rule is how paths begin, how they end (None: not at all, the path is whole), and the headers.
    """
    rules: list[tuple[str, str | None, dict[str, str]]] = []
    for line in filter(str.strip, text.splitlines()):
        if line[0].isspace():
            name, _, value = line.partition(":")
            rules[-1][2][name.strip().lower()] = value.strip()
        elif not line.startswith("#"):
            begin, star, end = line.strip().partition("*")
            rules.append((begin, end if star else None, {}))
    return rules
