"""What `doctor` finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from cometchat_session.cli.shell_hints import shell_hint

if TYPE_CHECKING:
    from cometchat_session import CometChatError


@frozen
class Finding:
    """One thing that was examined.

    Attributes:
        about: what was examined.
        state: `ok`, `note`, `warn` or `bad`.
        found: what was found.
        next_step: what to do about it, or `None`.
    """

    about: str
    state: str
    found: str
    next_step: str | None = None


def failure(about: str, error: CometChatError) -> Finding:
    """Return the finding for what an error keeps from being right."""
    return Finding(about, "bad", error.message, shell_hint(error))
