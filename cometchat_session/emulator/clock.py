"""Time as the emulator sees it: the real clock, moved or stopped on request."""

from __future__ import annotations

import time

# Some three thousand years: what a calendar date can still show.
FARTHEST = 1e11


class ClockError(ValueError):
    """A moment that no clock can show."""


class Clock:
    """Seconds since 1970, with an offset for tests that need tomorrow today."""

    __slots__ = ("_frozen_at", "_offset")

    def __init__(self) -> None:
        self._offset = 0.0
        self._frozen_at: float | None = None

    def now(self) -> float:
        """The present moment."""
        return time.time() + self._offset if self._frozen_at is None else self._frozen_at

    def seconds(self) -> int:
        """The present moment as the service writes it."""
        return int(self.now())

    def freeze(self, at: float | None = None) -> None:
        """Stop the clock, at a given moment or now."""
        self._frozen_at = self.now() if at is None else _checked(at)

    def advance(self, seconds: float) -> None:
        """Move the clock on (or back), whether it runs or stands."""
        if self._frozen_at is None:
            self._offset = _checked(self._offset + seconds)
        else:
            self._frozen_at = _checked(self._frozen_at + seconds)

    def run(self) -> None:
        """Let the clock go on with the real time again."""
        self._offset, self._frozen_at = 0.0, None

    def document(self) -> dict[str, float | None]:
        """What a saved state keeps of the clock."""
        return {"offset": self._offset, "frozen_at": self._frozen_at}

    def load(self, offset: float, frozen_at: float | None) -> None:
        """Take up a saved clock."""
        self._offset, self._frozen_at = _checked(offset), None if frozen_at is None else _checked(frozen_at)


def _checked(seconds: float) -> float:
    """Refuse what is not a number, or beyond all dates."""
    number = float(seconds)
    if not abs(number) < FARTHEST:
        raise ClockError(
            f"The clock takes seconds between {-FARTHEST:.0e} and {FARTHEST:.0e}, not {seconds}."
        )
    return number
