"""How many tokens a user has, how fast they were made, and what that means for the user's devices."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from cometchat_session.models.auth_token import MOST_TOKENS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cometchat_session import AuthToken

# Name of a unit, its seconds, and up to how many seconds it is the one to use.
UNITS = (("s", 1, 100), ("min", 60, 6000), ("h", 3600, 172_800), ("days", 86_400, float("inf")))
WHAT_TO_DO = (
    "One more ends the oldest, whose device is logged out with no other sign. Keep one token for each "
    "device, as token_for() does with a device's name that stays, and revoke what is not used."
)


def is_full(tokens: Sequence[AuthToken]) -> bool:
    """Return whether the next token made ends the oldest of these."""
    return len(tokens) >= MOST_TOKENS


def tally(tokens: Sequence[AuthToken]) -> str:
    """Return how many tokens there are and how old; of a full list also which must have ended.

    The server does not tell which tokens it has ended. But where the oldest of a hundred is an hour old,
    every device that was given its token before that is logged out.
    """
    text = f"{len(tokens)} of at most {MOST_TOKENS} tokens"
    made = [token.created_at for token in tokens if token.created_at is not None]
    if made:
        now = time.time()
        text += f"; the newest was made {ago(now - max(made))}, the oldest {ago(now - min(made))}"
        if is_full(tokens):
            text += ": whatever was made before has ended"
    return f"{text}."


def ago(seconds: float) -> str:
    """Put an age into the unit that suits it."""
    seconds = max(0.0, seconds)
    name, size = next((name, size) for name, size, most in UNITS if seconds < most)
    return f"{seconds / size:.0f} {name} ago"
