"""A string that must not be printed."""

from __future__ import annotations

from typing import NoReturn

LEAST = 12  # characters; of a shorter secret its end would be too much of it


class Secret:
    """A key or a token: its text leaves by `reveal()` and in no other way.

    Frames hold secrets in this type, so that a traceback with local variables shows nothing, and
    neither does `repr`, `str`, a format string or a pickle.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself, to be put on the wire or into a store, and nowhere else."""
        return self._text

    def end(self) -> str:
        """Return the last three characters, by which a person tells one key from another."""
        return self._text[-3:] if len(self._text) > LEAST else ""

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __format__(self, format_spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret does not pickle: pass the token on by name, where you mean to")


def hide(value: str | None) -> Secret | None:
    """Wrap a string that a caller passed in, first thing, so that no frame of this library shows it.

    What is no string, against the rules, stays what it is, for `check_secret` to refuse.
    """
    return Secret(value) if isinstance(value, str) else value
