"""A transport that goes nowhere."""

import socket


class Transport:
    """Writes into nothing, and notes what becomes of it."""

    def __init__(self) -> None:
        self.aborted = self.paused = False
        self.left = 0  # bytes that were written and not taken
        self._here, self._there = socket.socketpair()

    @property
    def descriptor(self) -> int:
        return self._here.fileno()

    def comes(self, data: bytes | None) -> None:
        """Lets this arrive, None for the end, without telling anybody."""
        if data is None:
            self._there.close()
        else:
            self._there.sendall(data)

    def close(self) -> None:
        self._here.close()
        self._there.close()

    def write(self, data: bytes) -> None:
        pass

    def get_write_buffer_size(self) -> int:
        return self.left

    def is_closing(self) -> bool:
        return self.aborted

    def abort(self) -> None:
        self.aborted = True

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False
