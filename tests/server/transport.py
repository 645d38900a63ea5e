"""A transport that goes nowhere."""


class Transport:
    """Writes into nothing, and notes what becomes of it."""

    def __init__(self) -> None:
        self.aborted = self.paused = False

    def write(self, data: bytes) -> None:
        pass

    def is_closing(self) -> bool:
        return self.aborted

    def abort(self) -> None:
        self.aborted = True

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False
