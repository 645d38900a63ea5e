"""A secret that cannot be shown by accident."""

from typing import Any, Self

MASK = "***"


class Secret(str):
    """A value that every conversion shows as ``***``.

    It *is* the string ``***``, so printing, formatting, JSON, logging, tracebacks, copying and pickling cannot reveal what it
    holds, and a secret that is used where a plain string belongs sends the mask and not the key. Only `reveal` returns the value.
    """

    __slots__ = ("__value",)
    __value: str

    def __new__(cls, value: str) -> Self:
        secret = super().__new__(cls, MASK)
        secret.__value = value.reveal() if isinstance(value, Secret) else value
        return secret

    def reveal(self) -> str:
        """The value itself. Never keep it in a variable, which a traceback may show."""
        return self.__value

    def __repr__(self) -> str:
        return MASK

    def __getstate__(self) -> str:
        return MASK

    def __reduce_ex__(self, protocol: Any) -> tuple[type[str], tuple[str]]:
        return (str, (MASK,))
