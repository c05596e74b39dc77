"""What a backend's calls on users come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

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

    @classmethod
    def from_api(cls, data: Mapping[str, Any]) -> UsersChanged:
        """Read the buckets of a reply, of either operation."""
        return cls(
            tuple(data.get("deactivatedUids") or data.get("reactivatedUids") or ()),
            tuple(data.get("alreadyDeactivatedUids") or data.get("nonDeactivatedUids") or ()),
            tuple(data.get("notFound") or ()),
        )

    def __add__(self, other: UsersChanged) -> UsersChanged:
        return UsersChanged(
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.not_found + other.not_found,
        )
