"""How the core says no."""


class Refusal(Exception):
    """A request that is not forwarded. The message is the relay's own words or the provider table's, never the client's."""

    def __init__(self, code: str, message: str | None = None, headers: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.headers = headers or {}
