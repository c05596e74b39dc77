"""What the generated models of a reply say, as this library's own models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from cometchat_rest.models import AppInfo, Metadata, Settings
from cometchat_rest.types import Unset

from cometchat_session.errors import UnexpectedResponseError
from cometchat_session.models.auth_token import AuthToken
from cometchat_session.models.results import UsersChanged
from cometchat_session.models.user import NOT_THE_USER, User

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from cometchat_rest import models as rest

M = TypeVar("M")
T = TypeVar("T")


class Page(NamedTuple, Generic[T]):
    """One page of a list: what it holds, and how many pages there are, if that is said."""

    items: list[T]
    pages: int | None


def read(convert: Callable[[M], T], reply: M, what: str) -> T:
    """Return what a reply is converted to. Raise `UnexpectedResponseError` where it does not hold `what`.

    The generated models check no types, so that a number in a name's place is found here at the latest.
    """
    try:
        return convert(reply)
    except (KeyError, TypeError, AttributeError, ValueError):
        pass
    raise UnexpectedResponseError(
        f"CometChat's answer does not hold {what}.", hint="Nothing was changed. Try again later.", sent="yes"
    )


def user(model: rest.User | rest.Me) -> User:
    """Return the user that a reply describes."""
    metadata = model.metadata
    extra = {
        "blockedByMeAt": present(model.blocked_by_me_at),
        "blockedAt": present(model.blocked_at),
        "conversationId": present(model.conversation_id),
    }
    return User(
        uid=_text(model.uid).lower(),
        name=present(model.name),
        avatar=present(model.avatar),
        link=present(model.link),
        role=present(model.role),
        status=None if (status := present(model.status)) is None else str(status),
        status_message=present(model.status_message),
        metadata=metadata.to_dict() if isinstance(metadata, Metadata) else present(metadata),
        tags=tuple(model.tags or ()),
        created_at=present(model.created_at),
        updated_at=present(model.updated_at),
        last_active_at=present(model.last_active_at),
        deactivated_at=present(model.deactivated_at),
        has_blocked_me=present(model.has_blocked_me),
        blocked_by_me=present(model.blocked_by_me),
        extra={name: value for name, value in extra.items() if value is not None}
        | {name: value for name, value in model.additional_properties.items() if name not in NOT_THE_USER},
    )


def settings(model: rest.Me) -> dict[str, Any]:
    """Return the app's settings as a login's reply gives them."""
    return model.settings.to_dict() if isinstance(model.settings, Settings) else {}


def auth_token(model: rest.AuthToken) -> AuthToken:
    """Return the auth token that a reply describes."""
    app_info = model.app_info
    return AuthToken(
        uid=_text(model.uid).lower(),
        auth_token=_text(model.auth_token),
        created_at=present(model.created_at),
        platform=present(model.platform),
        user_agent=present(model.user_agent),
        app_info=app_info.to_dict() if isinstance(app_info, AppInfo) else present(app_info),
    )


def users(reply: rest.UserList) -> Page[User]:
    """Return a page of users."""
    return _page(user, reply.data, reply.meta)


def auth_tokens(reply: rest.AuthTokenList) -> Page[AuthToken]:
    """Return a page of auth tokens."""
    return _page(auth_token, reply.data, reply.meta)


def deactivated(model: rest.Deactivated) -> UsersChanged:
    """Return what became of each uid of a deactivation."""
    return UsersChanged(
        tuple(model.deactivated_uids or ()),
        tuple(model.already_deactivated_uids or ()),
        tuple(model.not_found or ()),
    )


def reactivated(model: rest.Reactivated) -> UsersChanged:
    """Return what became of each uid of a reactivation."""
    return UsersChanged(
        tuple(model.reactivated_uids or ()),
        tuple(model.non_deactivated_uids or ()),
        tuple(model.not_found or ()),
    )


def present(value: T | Unset | None) -> T | None:
    """Return a field's value, or `None` where the reply left it out."""
    return None if isinstance(value, Unset) else value


def _page(convert: Callable[[M], T], data: list[M], meta: rest.Meta | Unset) -> Page[T]:
    pagination = meta.pagination if meta else None
    return Page([convert(one) for one in data], present(pagination.total_pages) if pagination else None)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError("a text is missing")
    return value
