"""A nightly job: everybody in our table has a chat user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cometchat_session import CometChatAdmin

if TYPE_CHECKING:
    from collections.abc import Iterable


def run(people: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Ensure the users; return how many of each outcome."""
    counts = {"created": 0, "updated": 0, "unchanged": 0}
    with CometChatAdmin() as chat:
        for uid, name in people:
            counts[chat.users.ensure(uid, name).outcome] += 1
    return counts
