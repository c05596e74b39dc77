"""What a backend's calls on users come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from attrs import frozen

if TYPE_CHECKING:
    from cometchat_session.models.user import User


@frozen
class EnsuredUser:
    """A user that exists now as it should.

    Attributes:
        user: the user.
        outcome: whether it was `created`, `updated`, or found `unchanged`.
    """

    user: User
    outcome: Literal["created", "updated", "unchanged"]


@frozen
class UsersChanged:
    """What became of each uid of a deactivation or reactivation.

    Attributes:
        changed: deactivated, or reactivated, now.
        unchanged: were so already.
        not_found: no such user.
    """

    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    not_found: tuple[str, ...] = ()

    def __add__(self, other: UsersChanged) -> UsersChanged:
        return UsersChanged(
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.not_found + other.not_found,
        )
