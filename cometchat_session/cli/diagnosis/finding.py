"""What `doctor` finds."""

from __future__ import annotations

from attrs import frozen


@frozen
class Finding:
    """One thing that was looked at.

    Attributes:
        about: what was looked at.
        state: `ok`, `note`, `warn` or `bad`.
        found: what was found.
        next_step: what to do about it, or `None`.
    """

    about: str
    state: str
    found: str
    next_step: str | None = None
