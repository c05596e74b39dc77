"""Values of a state document, each held to its kind: what is let in here, every later answer has to bear."""

from __future__ import annotations

from typing import Any

# Seconds and counts beyond it are no dates, and no number of tokens that anybody made.
LARGEST = 10**11


def string(value: Any) -> str:
    """A string, the empty one too."""
    if not isinstance(value, str):
        raise TypeError(f"expected a text, found {value!r}")
    return value


def text(value: Any) -> str:
    """A string that is not empty."""
    if not string(value):
        raise TypeError("expected a text, found an empty one")
    return str(value)


def word(value: Any) -> str:
    """A text out of which others are made: half a character, which JSON can spell, has no bytes."""
    text(value).encode()
    return str(value)


def texts(value: Any) -> list[str]:
    """A list that holds texts only."""
    if not isinstance(value, list | tuple):
        raise TypeError(f"expected a list, found {value!r}")
    return [text(item) for item in value]


def whole(value: Any) -> int:
    """A whole number that a date or a count can be."""
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= LARGEST:
        raise TypeError(f"expected a whole number, found {value!r}")
    return value


def number(value: Any) -> float:
    """Any number; the clock knows which it can show."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError(f"expected a number, found {value!r}")
    return float(value)


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise TypeError(f"expected true or false, found {value!r}")
    return value


def mapping(value: Any) -> dict[str, Any]:
    """An object."""
    if not isinstance(value, dict):
        raise TypeError(f"expected an object, found {value!r}")
    return value
