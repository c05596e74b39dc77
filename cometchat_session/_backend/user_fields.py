"""What can be set of a user, asked of the list of users, and sent for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, cast

from cometchat_rest.models import ListUsersStatus, Metadata, UpdateUserRequestUnsetItem
from cometchat_rest.types import UNSET, Unset

from cometchat_session._transport.operations import ANY_CLIENT, LIST_USERS
from cometchat_session.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cometchat_rest.models import UserList

    from cometchat_session._transport.operations import OperationCall
    from cometchat_session.models.user import User

T = TypeVar("T")


class UserFields(TypedDict, total=False):
    """What can be set of a user beside uid and name; `None` counts as not given."""

    avatar: str | None
    link: str | None
    role: str | None
    metadata: dict[str, Any] | None
    tags: Sequence[str] | None
    status_message: str | None


class RequestFields(TypedDict):
    """The same, as the generated bodies take it."""

    avatar: str | Unset
    link: str | Unset
    role: str | Unset
    metadata: Metadata | Unset
    tags: list[str] | Unset
    status_message: str | Unset


class UserQuery(TypedDict, total=False):
    """Which users `users.list` is to find, and how many of them a page holds (100, up to 1,000)."""

    search_key: str | None
    role: str | None
    tags: Sequence[str]
    status: str | None
    with_deactivated: bool
    only_deactivated: bool
    per_page: int


def given(value: T | None) -> T | Unset:
    """Return what goes into a generated body for a value that may not be given."""
    return UNSET if value is None else value


def request_fields(
    *,
    avatar: str | None = None,
    link: str | None = None,
    role: str | None = None,
    metadata: dict[str, Any] | None = None,
    tags: Sequence[str] | None = None,
    status_message: str | None = None,
) -> RequestFields:
    """Return a user's fields as the generated bodies take them."""
    return RequestFields(
        avatar=given(avatar),
        link=given(link),
        role=given(role),
        metadata=UNSET if metadata is None else Metadata.from_dict(metadata),
        tags=UNSET if tags is None else list(tags),
        status_message=given(status_message),
    )


def unset_items(names: Sequence[str]) -> list[UpdateUserRequestUnsetItem] | Unset:
    """Return which fields an update is to empty. Raise `ConfigurationError` for one that it cannot."""
    if odd := sorted(set(names) - {"avatar", "link", "metadata"}):
        raise ConfigurationError(f"unset takes avatar, link and metadata, not {', '.join(odd)}.")
    return [UpdateUserRequestUnsetItem(name) for name in names] or UNSET


def differing(user: User, wanted: UserFields) -> UserFields:
    """Return those of the wanted fields that the user has otherwise. Tags are a set to the server."""
    changes: dict[str, Any] = {}
    for name, value in wanted.items():
        have = getattr(user, name)
        same = set(have) == set(cast("Sequence[str]", value or ())) if name == "tags" else have == value
        if value is not None and not same:
            changes[name] = value
    return cast("UserFields", changes)


def list_users(
    *,
    search_key: str | None = None,
    role: str | None = None,
    tags: Sequence[str] = (),
    status: str | None = None,
    with_deactivated: bool = False,
    only_deactivated: bool = False,
    per_page: int = 100,
) -> OperationCall[UserList]:
    """Return the call for users, a page at a time. Raise `ConfigurationError` for a status that is none."""
    if status not in (None, "available", "offline"):
        raise ConfigurationError(f"status must be 'available' or 'offline', not {status!r}.")
    return LIST_USERS(
        client=ANY_CLIENT,
        per_page=per_page,
        search_key=given(search_key),
        role=given(role),
        tags=",".join(tags) or UNSET,
        status=UNSET if status is None else ListUsersStatus(status),
        with_tags=True,
        with_deactivated=with_deactivated or UNSET,
        only_deactivated=only_deactivated or UNSET,
    )
